import { w } from '../../i18n/words/history.ts';
import { addDays } from '../../model/beijing-days.ts';
import { shownDays, today } from './history.ts';
import { BACKS, view } from './truck.ts';

/** Which days a part of the file shows, in the address; and whether as charts or as their table. */
export function PeriodBar({ twin }: { twin: boolean }) {
  const { back, table } = view.value;
  const { from, to } = shownDays();
  const days = Number(back);
  const newest = to >= today();
  return (
    <div class="bar">
      <button
        type="button"
        onClick={() => view.show({ until: addDays(from, -1) })}
        aria-label={w('earlier')}
        title={w('earlier')}
      >
        ←
      </button>
      <span class="period-words">{w('period', { from, to })}</span>
      <button
        type="button"
        disabled={newest}
        onClick={() => view.show({ until: addDays(to, days) >= today() ? '' : addDays(to, days) })}
        aria-label={w('later')}
        title={w('later')}
      >
        →
      </button>
      <nav class="choice" aria-label={w('howMany')}>
        {BACKS.map((each) => (
          <a
            key={each}
            href={`${location.pathname}${view.query({ back: each })}`}
            aria-current={back === each ? 'page' : undefined}
          >
            {w('days', { n: each })}
          </a>
        ))}
      </nav>
      <span class="fill" />
      {twin && (
        <button type="button" aria-pressed={table} onClick={() => view.show({ table: !table }, 'replace')}>
          {w(table ? 'asChart' : 'asTable')}
        </button>
      )}
    </div>
  );
}
