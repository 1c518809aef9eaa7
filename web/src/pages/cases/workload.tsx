import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/cases.ts';
import { formatCount } from '../../model/format.ts';
import { useQuery } from '../../state/query.ts';
import { Scroll } from '../../ui/scroll.tsx';
import { Empty, Read } from '../../ui/states.tsx';

const LOOK_MS = 60_000;

/** Who has how many cases, and of these how many are late. */
export function Workload() {
  const query = useQuery('workload', (abort) => take(api['case-workload'].$get({}, { init: { signal: abort } })), {
    everyMs: LOOK_MS,
  });
  return (
    <Scroll>
      <Read query={query}>
        {(answer) =>
          answer.officers.length === 0 ? (
            <Empty title={w('workloadNone')} />
          ) : (
            <section class="section">
              <h2>
                {w('workload')} <span class="quiet small">{w('asOf', { day: answer.today })}</span>
              </h2>
              <Scroll across>
                <table class="plain-table">
                  <thead>
                    <tr>
                      <th scope="col">{w('colOfficer')}</th>
                      <th scope="col" class="num">
                        {w('open')}
                      </th>
                      <th scope="col" class="num">
                        {w('overdue')}
                      </th>
                      <th scope="col" class="num">
                        {w('soon')}
                      </th>
                      <th scope="col" class="num">
                        {w('closedSince', { day: answer.since.slice(5) })}
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {answer.officers.map((row) => (
                      <tr key={row.officer ?? ''}>
                        <th scope="row">{row.displayName ?? row.officer ?? w('unassigned')}</th>
                        <td class="num">{formatCount(row.open)}</td>
                        <td class={row.overdue > 0 ? 'num over' : 'num'}>
                          {row.overdue > 0 && '▲ '}
                          {formatCount(row.overdue)}
                        </td>
                        <td class="num">{formatCount(row.soon)}</td>
                        <td class="num">{formatCount(row.closed)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Scroll>
            </section>
          )
        }
      </Read>
    </Scroll>
  );
}
