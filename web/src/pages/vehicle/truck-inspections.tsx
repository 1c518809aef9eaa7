import { useEffect } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/inspections.ts';
import { pathOf } from '../../model/routes.ts';
import { useQuery } from '../../state/query.ts';
import { may, noteFailure } from '../../state/session.ts';
import { needCatalogue, wordOf } from '../inspections/inspections.ts';
import { Judgement, MeasuredList } from '../inspections/marks.tsx';

const SHOWN = 8;

/** The other inspections of a truck, the newest first. */
export function TruckInspections({ vehicleId }: { vehicleId: number }) {
  const allowed = may('cases.read');
  useEffect(() => {
    if (allowed) needCatalogue().catch(noteFailure);
  }, [allowed]);
  const query = useQuery(allowed ? `inspections of ${vehicleId}` : null, (signal) =>
    take(api.inspections.$get({ query: { vehicle: String(vehicleId), limit: String(SHOWN) } }, { init: { signal } })),
  );
  if (!allowed) return null;
  const found = query.data.value;
  return (
    <section class="section">
      <h2>{w('ofTruck')}</h2>
      {found && found.inspections.length === 0 && <p class="quiet">{w('ofTruckNone')}</p>}
      <ul class="inspection-list">
        {(found?.inspections ?? []).map((each) => (
          <li key={each.id}>
            <a class="link" href={pathOf('inspections', each.id)}>
              {each.day} {wordOf('kinds', each.kind)}
            </a>{' '}
            <Judgement of={each.judgement} />
            {each.values.length > 0 && (
              <div class="small">
                <MeasuredList of={each} />
              </div>
            )}
          </li>
        ))}
      </ul>
      {found?.nextCursor && (
        <a class="link" href={`/inspections?vehicle=${vehicleId}`}>
          {w('allOfTruck', { n: SHOWN })}
        </a>
      )}
    </section>
  );
}
