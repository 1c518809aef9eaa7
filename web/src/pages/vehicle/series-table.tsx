import { useRef } from 'preact/hooks';
import { nameOf } from '../../i18n/index.ts';
import { w } from '../../i18n/words/vehicle.ts';
import { valueAt } from '../../model/chart-data.ts';
import { clockTime, dayTime, formatValue } from '../../model/format.ts';
import { now } from '../../state/clock.ts';
import { useWindow } from '../../ui/window.ts';
import type { Series } from './truck.ts';

const ROW_PX = 28;

/** The charts' rows as a table, newest first; a row of a gap says so. With `onMoment` the time of a row is a button, for what lies behind it. */
export function SeriesTable({
  series,
  onMoment,
  moment = null,
}: {
  series: Series;
  onMoment?: (sec: number) => void;
  /** The moment that was chosen [epoch s]. */
  moment?: number | null;
}) {
  const box = useRef<HTMLElement>(null);
  const count = series.t.length;
  const { start, end } = useWindow(box, ROW_PX, count);
  const reduced = series.reduction.method === 'minMaxPerBucket';
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section class="scroll series-table" ref={box} tabIndex={0} aria-label={w('asTable')}>
      <table aria-rowcount={count + 1}>
        <thead>
          <tr>
            <th scope="col">
              {w('time')} <span class="unit">UTC+8</span>
            </th>
            {series.signals.map((signal) => (
              <th scope="col" class="num" key={signal.id}>
                {nameOf(signal)} <span class="unit">{signal.unit}</span>
                {reduced && (
                  <span class="unit">
                    {' '}
                    {w('min')} … {w('max')}
                  </span>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {start > 0 && <tr class="spacer" style={{ height: `${start * ROW_PX}px` }} />}
          {Array.from({ length: end - start }, (_, i) => count - 1 - start - i).map((row, i) => (
            <Row
              key={series.t[row]}
              series={series}
              row={row}
              index={start + i}
              chosen={series.t[row] === moment}
              {...(onMoment ? { onMoment } : {})}
            />
          ))}
          {end < count && <tr class="spacer" style={{ height: `${(count - end) * ROW_PX}px` }} />}
        </tbody>
      </table>
    </section>
  );
}

function Row({
  series,
  row,
  index,
  chosen,
  onMoment,
}: {
  series: Series;
  row: number;
  index: number;
  chosen: boolean;
  onMoment?: (sec: number) => void;
}) {
  const at = (series.t[row] ?? 0) * 1000;
  const values = series.signals.map((signal) => ({ signal, ...valueAt(signal, row) }));
  const gap = values.every((value) => value.min === null);
  const words = dayTime(at, now.peek()).slice(0, -5) + clockTime(at);
  return (
    <tr aria-rowindex={index + 2} class={gap ? 'gap' : chosen ? 'chosen' : ''}>
      <th scope="row">
        {onMoment && !gap ? (
          <button type="button" class="plain moment" aria-pressed={chosen} onClick={() => onMoment(at / 1000)}>
            {words}
          </button>
        ) : (
          words
        )}
      </th>
      {gap ? (
        <td colSpan={values.length} class="quiet">
          {w('noDataArea')}
        </td>
      ) : (
        values.map(({ signal, min, max }) => (
          <td class="num" key={signal.id}>
            {formatValue(min, signal.decimals)}
            {max !== min && ` … ${formatValue(max, signal.decimals)}`}
          </td>
        ))
      )}
    </tr>
  );
}
