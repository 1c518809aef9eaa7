import { w } from '../../i18n/words/history.ts';
import { clockTime, formatShare, formatSpan, formatValue } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { Scroll } from '../../ui/scroll.tsx';
import { Term } from '../../ui/term.tsx';
import { HistoryPart } from './history-part.tsx';
import { view } from './truck.ts';

/** Trips of a truck, the newest first: each from the start of its engine until that was off for ten minutes. */
export function Trips({ vehicleId }: { vehicleId: number }) {
  return (
    <HistoryPart vehicleId={vehicleId} twin={false} nothing={(history) => (history.trips.length === 0 ? w('tripsNone') : null)}>
      {({ trips }) => (
        <Scroll across>
          <table class="plain-table day-table">
            <thead>
              <tr>
                <th scope="col">{w('tripFrom')}</th>
                <th scope="col">{w('tripLength')}</th>
                <th scope="col" class="num">
                  {w('distance')} <span class="unit">km</span>
                </th>
                <th scope="col" class="num">
                  NOx <span class="unit">g/kWh</span>
                </th>
                <th scope="col" class="num">
                  NOx <span class="unit">g/km</span>
                </th>
                <th scope="col" class="num">
                  <Term id="p90">{w('p90')}</Term> <span class="unit">g/kWh</span>
                </th>
                <th scope="col" class="num">
                  {w('work')} <span class="unit">kWh</span>
                </th>
                <th scope="col" class="num">
                  {w('noxOn')}
                </th>
              </tr>
            </thead>
            <tbody>
              {trips.toReversed().map((trip) => {
                const [from, to] = [Date.parse(trip.from), Date.parse(trip.to)];
                const valid = trip.engineOnS > 0 ? trip.noxValidS / trip.engineOnS : null;
                return (
                  <tr key={trip.from}>
                    <th scope="row">
                      <a
                        class="link"
                        href={
                          pathOf('vehicles', vehicleId) +
                          view.query({ tab: 'charts', range: { fromMs: from, toMs: Math.max(to, from + 60_000) } })
                        }
                      >
                        {w('fromTo', {
                          date: new Date(from + 28_800_000).toISOString().slice(5, 10),
                          from: clockTime(from).slice(0, 5),
                          to: clockTime(to).slice(0, 5),
                        })}
                      </a>
                    </th>
                    <td>
                      {formatSpan((to - from) / 1000)}
                      {trip.open && <span class="quiet small"> {w('tripOpen')}</span>}
                    </td>
                    <td class="num">{formatValue(trip.distanceKm, 1)}</td>
                    <td class="num">{formatValue(trip.gPerKwh, 2)}</td>
                    <td class="num">{formatValue(trip.gPerKm, 2)}</td>
                    <td class="num" title={trip.p90GPerKwh === null ? w('noWindow') : undefined}>
                      {formatValue(trip.p90GPerKwh, 2)}
                    </td>
                    <td class="num">{formatValue(trip.workKwh, 0)}</td>
                    <td class="num">{formatShare(valid)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </Scroll>
      )}
    </HistoryPart>
  );
}
