import { w } from '../../i18n/words/history.ts';
import { w as lead } from '../../i18n/words/leads.ts';
import { addDays, datesBetween, startOf } from '../../model/beijing-days.ts';
import { pathOf } from '../../model/routes.ts';
import { LevelMark } from '../../ui/level-mark.tsx';
import { Read } from '../../ui/states.tsx';
import { Term } from '../../ui/term.tsx';
import { today, useLeads } from './history.ts';

const ROW = 30;
const WIDTH = 760;
const LEFT = 8;
const DAY_MS = 86_400_000;
/** The axis is never shorter than this, so that a single day is not as wide as the page. */
const LEAST_DAYS = 30;

type Lead = NonNullable<ReturnType<typeof useLeads>['data']['value']>[number];

/** A truck's leads on one time axis: each a bar from its first day to its last; the sign says how grave, the words what became of it. */
export function Timeline({ vehicleId }: { vehicleId: number }) {
  const query = useLeads(vehicleId);
  return (
    <Read query={query}>
      {(leads) => (leads.length === 0 ? <p class="hint quiet">{w('leadsNone')}</p> : <Axis leads={leads} />)}
    </Read>
  );
}

function Axis({ leads }: { leads: readonly Lead[] }) {
  const last = today();
  const [firstDay = last] = [addDays(last, 1 - LEAST_DAYS), ...leads.map((each) => each.firstDay)].sort();
  const dates = datesBetween(firstDay, last);
  const [from, to] = [startOf(firstDay), startOf(last) + DAY_MS];
  const x = (date: string) => LEFT + ((startOf(date) - from) / (to - from)) * (WIDTH - 2 * LEFT);
  const every = Math.ceil(dates.length / 10);
  return (
    <div class="timeline">
      <p class="quiet small">
        <Term id="lead">{lead('notice')}</Term>
      </p>
      <table class="plain-table">
        <thead>
          <tr>
            <th scope="col">{w('leadWhat')}</th>
            <th scope="col">{w('leadState')}</th>
            <th scope="col" class="axis-head">
              <span class="hidden-words">{w('date')}</span>
              <svg viewBox={`0 0 ${WIDTH} 16`} aria-hidden="true">
                {dates.map((date, i) =>
                  i % every === 0 ? (
                    <text key={date} x={x(date)} y="12">
                      {date.slice(5)}
                    </text>
                  ) : null,
                )}
              </svg>
            </th>
          </tr>
        </thead>
        <tbody>
          {leads.map((each) => (
            <tr key={each.id}>
              <th scope="row">
                <a class="link" href={pathOf('leads', each.id)}>
                  <LevelMark level={each.level} /> {lead(each.cause)}
                </a>{' '}
                <span class="quiet small">{each.headline?.ruleName}</span>
              </th>
              <td class="quiet">
                {each.state === 'open'
                  ? each.triage.state === 'new'
                    ? lead('fresh')
                    : lead(each.triage.state)
                  : `${lead(each.state)}${each.ended === null ? '' : ` · ${each.ended}`}`}
              </td>
              <td class="axis-cell">
                <svg
                  viewBox={`0 0 ${WIDTH} ${ROW}`}
                  role="img"
                  aria-label={lead('period', { from: each.firstDay, to: each.lastDay })}
                >
                  <line class="grid" x1={LEFT} x2={WIDTH - LEFT} y1={ROW / 2} y2={ROW / 2} />
                  <rect
                    class={`span ${each.state === 'withdrawn' ? 'gone' : each.level}`}
                    x={x(each.firstDay)}
                    width={Math.max(4, x(addDays(each.lastDay, 1)) - x(each.firstDay))}
                    y={ROW / 2 - 5}
                    height="10"
                    rx="2"
                  >
                    <title>{lead('period', { from: each.firstDay, to: each.lastDay })}</title>
                  </rect>
                </svg>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
