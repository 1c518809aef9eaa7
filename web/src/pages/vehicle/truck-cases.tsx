import { useEffect } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/cases.ts';
import { pathOf } from '../../model/routes.ts';
import { useQuery } from '../../state/query.ts';
import { may, noteFailure } from '../../state/session.ts';
import { needTable, stateWord, typeWord } from '../cases/cases.ts';
import { DueMark } from '../cases/due.tsx';

/** The cases of a truck, the newest first. */
export function TruckCases({ vehicleId }: { vehicleId: number }) {
  const allowed = may('cases.read');
  useEffect(() => {
    if (allowed) needTable().catch(noteFailure);
  }, [allowed]);
  const query = useQuery(allowed ? `cases of ${vehicleId}` : null, (signal) =>
    take(
      api.cases.$get({ query: { vehicle: String(vehicleId), sort: 'opened', order: 'desc', limit: '20' } }, { init: { signal } }),
    ),
  );
  if (!allowed) return null;
  const cases = query.data.value?.cases ?? [];
  return (
    <section class="section">
      <h2>{w('casesOfTruck')}</h2>
      {query.data.value && cases.length === 0 && <p class="quiet">{w('casesOfTruckNone')}</p>}
      <ul>
        {cases.map((each) => (
          <li key={each.id}>
            <a class="link" href={pathOf('cases', each.id)}>
              {each.number}
            </a>{' '}
            {typeWord(each.type)} · {stateWord(each.state)} <DueMark of={each} />
          </li>
        ))}
      </ul>
    </section>
  );
}
