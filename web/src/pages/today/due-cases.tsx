import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/today.ts';
import { formatCount } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { type Case, OPEN_STATES, type State } from '../cases/cases.ts';
import { DueMark } from '../cases/due.tsx';

const LOOK_MS = 60_000;
const SHOWN = 6;

/** Open cases whose deadline has passed or comes within days, the most urgent first, and how many there are. */
async function fetchDue(abort: AbortSignal): Promise<{ cases: Case[]; total: number }> {
  const ask = (due: 'overdue' | 'soon') =>
    take(
      api.cases.$get(
        { query: { due, state: OPEN_STATES.join(','), sort: 'due', order: 'asc', limit: String(SHOWN) } },
        { init: { signal: abort } },
      ),
    );
  const [overdue, soon] = await Promise.all([ask('overdue'), ask('soon')]);
  const open = (state: State) => state !== 'closed';
  const total = overdue.counts.filter(({ state }) => open(state)).reduce((sum, each) => sum + each.overdue + each.soon, 0);
  return { cases: [...overdue.cases, ...soon.cases].slice(0, SHOWN), total };
}

/** Cases that a deadline presses. Nothing for who sees no cases, and nothing while none presses. */
export function DueCases() {
  const { data } = useQuery(may('cases.read') ? 'today-due' : null, fetchDue, { everyMs: LOOK_MS, keep: true });
  const due = data.value;
  if (due === null || due.total === 0) return null;
  return (
    <>
      <h3>
        {w('dueHead')} <span class="quiet">{formatCount(due.total)}</span>
      </h3>
      <ul class="action-list">
        {due.cases.map((each) => (
          <li key={each.id}>
            <a href={pathOf('cases', each.id)}>
              <b>{each.vehicle.plate}</b>
              <span class="clip quiet">{each.number}</span>
              <DueMark of={each} />
            </a>
          </li>
        ))}
      </ul>
      {due.total > due.cases.length && (
        <a class="link" href="/cases">
          {w('dueMore', { n: formatCount(due.total) })}
        </a>
      )}
    </>
  );
}
