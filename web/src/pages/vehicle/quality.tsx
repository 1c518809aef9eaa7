import { w } from '../../i18n/words/history.ts';
import { datesBetween } from '../../model/beijing-days.ts';
import { formatCount, formatShare, formatSpan, formatValue } from '../../model/format.ts';
import { Scroll } from '../../ui/scroll.tsx';
import { Term } from '../../ui/term.tsx';
import { DayChart } from './day-chart.tsx';
import type { TruckHistory } from './history.ts';
import { HistoryPart } from './history-part.tsx';
import { view } from './truck.ts';

type Day = TruckHistory['days'][number];
const TARGET_PCT = 95;
const RATES = ['transmissionRate', 'noxValidRate', 'noxHotValidRate', 'effectiveRate'] as const;
const TERMS = {
  transmissionRate: 'transmissionRate',
  noxValidRate: 'validRate',
  noxHotValidRate: 'hotValidRate',
  effectiveRate: 'effectiveRate',
} as const;

function Table({ days }: { days: readonly Day[] }) {
  return (
    <Scroll across>
      <table class="plain-table day-table">
        <thead>
          <tr>
            <th scope="col">{w('date')}</th>
            {RATES.map((each) => (
              <th key={each} scope="col" class="num">
                <Term id={TERMS[each]}>{w(each)}</Term>
              </th>
            ))}
            <th scope="col" class="num">
              <Term id="lateShare">{w('lateShare')}</Term>
            </th>
            <th scope="col" class="num">
              <Term id="clockError">{w('clockError')}</Term> <span class="unit">s</span>
            </th>
            <th scope="col" class="num">
              {w('gaps')}
            </th>
            <th scope="col" class="num">
              {w('conflicts')}
            </th>
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((day) => (
            <tr key={day.date}>
              <th scope="row">{day.date}</th>
              {RATES.map((each) => (
                <td key={each} class="num" title={day[each] === null ? w('whyParked') : undefined}>
                  {formatShare(day[each])}
                </td>
              ))}
              <td class="num">{formatShare(day.lateShare)}</td>
              <td class="num">{formatValue(day.clockErrorS, 0)}</td>
              <td class="num">
                {formatCount(day.gaps)}
                {day.gaps > 0 && <span class="quiet small"> {w('longest', { span: formatSpan(day.longestGapS) })}</span>}
              </td>
              <td class="num">{formatCount(day.conflicts)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** How complete and how punctual a truck's data are, day by day. */
export function Quality({ vehicleId }: { vehicleId: number }) {
  return (
    <HistoryPart vehicleId={vehicleId} twin nothing={({ days }) => (days.length === 0 ? w('noDaysHere') : null)}>
      {({ days, from, to }) => (
        <>
          {!view.value.table && (
            <div class="day-charts">
              {(['effectiveRate', 'transmissionRate', 'noxHotValidRate'] as const).map((each) => (
                <DayChart
                  key={each}
                  title={w(each)}
                  unit="%"
                  digits={1}
                  days={days.map((day) => ({
                    date: day.date,
                    value: day[each] === null ? null : 100 * (day[each] ?? 0),
                    why: w('whyParked'),
                    note: w('onEngine', { span: formatSpan(day.engineOnS) }),
                  }))}
                  dates={datesBetween(from, to)}
                  level={each === 'effectiveRate' ? { value: TARGET_PCT, words: w('target', { pct: TARGET_PCT }) } : undefined}
                />
              ))}
            </div>
          )}
          <Table days={days} />
        </>
      )}
    </HistoryPart>
  );
}
