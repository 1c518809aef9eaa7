import { w } from '../../i18n/words/ledger.ts';
import { PERIODS, view } from './view.ts';

/** How far back the ledger looks. */
export function PeriodChoice() {
  return (
    <fieldset class="choice" aria-label={w('period')}>
      {PERIODS.map((period) => (
        <button
          key={period}
          type="button"
          aria-pressed={view.value.period === period}
          onClick={() => view.show({ period }, 'replace')}
        >
          {w(`now${period}`)}
        </button>
      ))}
    </fieldset>
  );
}
