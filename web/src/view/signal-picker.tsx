import { type Key, nameOf, t } from '../i18n/index.ts';
import { type GroupId, grouped } from '../model/groups.ts';
import { MAX_SIGNALS } from '../model/url-state.ts';
import { catalogue } from '../state/truck.ts';
import { show, view } from '../state/view.ts';

const TITLES = {
  emissions: 'groupEmissions',
  aftertreatment: 'groupAftertreatment',
  tanks: 'groupTanks',
  engine: 'groupEngine',
  driving: 'groupDriving',
  ambient: 'groupAmbient',
  other: 'groupOther',
} as const satisfies Record<GroupId, Key>;

/** Every signal of the catalogue by meaning; at most six are drawn. */
export function SignalPicker() {
  const chosen = view.value.signals;
  const full = chosen.length >= MAX_SIGNALS;
  const toggle = (id: string) => {
    const next = chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id];
    if (next.length > 0 && next.length <= MAX_SIGNALS) show({ signals: next }, 'replace');
  };
  return (
    <section class="picker" aria-label={t('signals')}>
      {grouped(catalogue.value).map((group) => (
        <fieldset key={group.id}>
          <legend>{t(TITLES[group.id])}</legend>
          {group.signals.map((signal) => {
            const on = chosen.includes(signal.id);
            return (
              <label key={signal.id} title={full && !on ? t('signalsFull', { max: MAX_SIGNALS }) : signal.source}>
                <input type="checkbox" checked={on} disabled={full && !on} onChange={() => toggle(signal.id)} />
                <span>{nameOf(signal)}</span>
                <span class="unit">{signal.unit || t('code')}</span>
              </label>
            );
          })}
        </fieldset>
      ))}
    </section>
  );
}
