import { useSignal } from '@preact/signals';
import { t } from '../../i18n/words/shell.ts';
import { w } from '../../i18n/words/vehicle.ts';
import { fromField, toField } from '../../model/format.ts';
import { rangeAt, SPANS } from '../../model/view-fields.ts';
import { now } from '../../state/clock.ts';
import { SignalPicker } from './signal-picker.tsx';
import { MAX_SIGNALS, unzoom, view } from './truck.ts';

const MAX_MS = 400 * 86_400_000;
const LABELS = {
  '15m': 'range15m',
  '1h': 'range1h',
  '6h': 'range6h',
  '24h': 'range24h',
  '7d': 'range7d',
  '30d': 'range30d',
} as const satisfies Record<(typeof SPANS)[number], string>;

function CustomRange({ close }: { close: () => void }) {
  const { fromMs, toMs } = rangeAt(view.peek().range, now.peek());
  const wrong = useSignal(false);
  const apply = (form: FormData) => {
    const from = fromField(String(form.get('from') ?? ''));
    const to = fromField(String(form.get('to') ?? ''));
    wrong.value = from === undefined || to === undefined || from >= to || to - from > MAX_MS;
    if (wrong.value || from === undefined || to === undefined) return;
    view.show({ range: { fromMs: from, toMs: to } });
    close();
  };
  return (
    <form
      class="custom"
      onSubmit={(event) => {
        event.preventDefault();
        apply(new FormData(event.currentTarget));
      }}
    >
      <label>
        {w('from')} <input type="datetime-local" name="from" defaultValue={toField(fromMs)} required />
      </label>
      <label>
        {w('to')} <input type="datetime-local" name="to" defaultValue={toField(toMs)} required />
      </label>
      <button type="submit">{t('apply')}</button>
      <span class="quiet">{t('zone')}</span>
      {wrong.value && (
        <span class="refused" role="alert">
          {w('rangeOrder')}
        </span>
      )}
    </form>
  );
}

/** Time range, following, signals, charts or table. */
export function RangeBar() {
  const custom = useSignal(false);
  const picking = useSignal(false);
  const { range, follow, table, signals } = view.value;
  const moving = 'span' in range;
  return (
    <>
      <div class="bar">
        <fieldset class="choice" aria-label={w('range')}>
          {SPANS.map((span) => (
            <button
              key={span}
              type="button"
              aria-pressed={moving && range.span === span}
              onClick={() => view.show({ range: { span }, follow: true })}
            >
              {w(LABELS[span])}
            </button>
          ))}
          <button
            type="button"
            aria-pressed={!moving}
            aria-expanded={custom.value}
            onClick={() => (custom.value = !custom.value)}
          >
            {w('custom')}
          </button>
        </fieldset>
        {moving ? (
          <button type="button" aria-pressed={follow} title="f" onClick={() => view.show({ follow: !follow }, 'replace')}>
            {follow ? `● ${w('following')}` : `○ ${w('paused')}`}
          </button>
        ) : (
          <button type="button" onClick={unzoom}>
            ← {w('unzoom')}
          </button>
        )}
        <span class="fill" />
        <button type="button" aria-expanded={picking.value} onClick={() => (picking.value = !picking.value)}>
          {w('signalsCount', { n: signals.length, max: MAX_SIGNALS })}
        </button>
        <button type="button" title="t" onClick={() => view.show({ table: !table })}>
          {w(table ? 'asChart' : 'asTable')}
        </button>
      </div>
      {custom.value && <CustomRange close={() => (custom.value = false)} />}
      {picking.value && <SignalPicker />}
    </>
  );
}
