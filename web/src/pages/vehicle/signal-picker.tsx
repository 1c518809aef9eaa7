import { nameOf } from '../../i18n/index.ts';
import { w } from '../../i18n/words/vehicle.ts';
import { grouped } from '../../model/groups.ts';
import { catalogue } from '../../state/catalogue.ts';
import { MAX_SIGNALS, view } from './truck.ts';

/** Every signal of the catalogue by meaning; at most six are drawn. */
export function SignalPicker() {
  const chosen = view.value.signals;
  const full = chosen.length >= MAX_SIGNALS;
  const toggle = (id: string) => {
    const next = chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id];
    if (next.length > 0 && next.length <= MAX_SIGNALS) view.show({ signals: next }, 'replace');
  };
  return (
    <section class="picker" aria-label={w('signals')}>
      {grouped(catalogue.value).map((group) => (
        <fieldset key={group.id}>
          <legend>{w(group.id)}</legend>
          {group.signals.map((signal) => {
            const on = chosen.includes(signal.id);
            return (
              <label key={signal.id} title={full && !on ? w('signalsFull', { max: MAX_SIGNALS }) : signal.source}>
                <input type="checkbox" checked={on} disabled={full && !on} onChange={() => toggle(signal.id)} />
                <span>{nameOf(signal)}</span>
                <span class="unit">{signal.unit || w('code')}</span>
              </label>
            );
          })}
        </fieldset>
      ))}
    </section>
  );
}
