import { w } from '../../i18n/words/history.ts';
import { datesBetween } from '../../model/beijing-days.ts';
import { formatShare, formatSpan, formatValue } from '../../model/format.ts';
import { Scroll } from '../../ui/scroll.tsx';
import { Term } from '../../ui/term.tsx';
import { DayChart, type DayValue } from './day-chart.tsx';
import type { TruckHistory } from './history.ts';
import { HistoryPart } from './history-part.tsx';
import { view } from './truck.ts';

type Day = TruckHistory['days'][number];

const MEASURES = [
  { id: 'gPerKwh', unit: 'g/kWh', digits: 2 },
  { id: 'gPerKm', unit: 'g/km', digits: 2 },
  { id: 'meanPpm', unit: 'ppm', digits: 0 },
] as const;
type Measure = (typeof MEASURES)[number]['id'];

/** Share of the running engine's time that a figure rests on. */
function validOf(day: Day, measure: Measure): number | null {
  const seconds = measure === 'meanPpm' ? day.meanPpmS : day.noxValidS;
  return day.engineOnS > 0 && seconds !== null ? Math.min(1, seconds / day.engineOnS) : null;
}

function dayValue(day: Day, measure: Measure): DayValue {
  const value = day[measure];
  return {
    date: day.date,
    value,
    why: w(day.engineOnS === 0 ? 'whyParked' : day.noxValidS === 0 && measure !== 'meanPpm' ? 'whyNoNox' : 'whyNoPart'),
    note: w('validOn', { share: formatShare(validOf(day, measure)), span: formatSpan(day.engineOnS) }),
  };
}

function Table({ days }: { days: readonly Day[] }) {
  return (
    <Scroll across>
      <table class="plain-table day-table">
        <thead>
          <tr>
            <th scope="col">{w('date')}</th>
            {MEASURES.map(({ id, unit }) => (
              <th key={id} scope="col" class="num">
                {w(id)} <span class="unit">{unit}</span>
              </th>
            ))}
            <th scope="col" class="num">
              {w('noxOn')}
            </th>
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((day) => (
            <tr key={day.date}>
              <th scope="row">{day.date}</th>
              {MEASURES.map(({ id, digits }) => (
                <td key={id} class="num" title={day[id] === null ? dayValue(day, id).why : undefined}>
                  {formatValue(day[id], digits)}
                </td>
              ))}
              <td class="num">{formatShare(validOf(day, 'gPerKwh'))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Specific emissions of a truck day by day: per work, per distance, and the mean concentration where no mass can be computed. */
export function Trend({ vehicleId }: { vehicleId: number }) {
  return (
    <HistoryPart vehicleId={vehicleId} twin nothing={({ days }) => (days.length === 0 ? w('noDaysHere') : null)}>
      {({ days, from, to }) =>
        view.value.table ? (
          <Table days={days} />
        ) : (
          <div class="day-charts">
            <p class="quiet small">
              <Term id="specificNox">{w('trendNote')}</Term>
            </p>
            {MEASURES.map(({ id, unit, digits }) => (
              <DayChart
                key={id}
                title={w(id)}
                unit={unit}
                digits={digits}
                days={days.map((day) => dayValue(day, id))}
                dates={datesBetween(from, to)}
              />
            ))}
          </div>
        )
      }
    </HistoryPart>
  );
}
