import { timeLabels, timeSplits } from '../../chart/time-axis.ts';
import { formatValue } from '../../model/format.ts';

const WIDTH = 680;
const LEFT = 44;
/** Least distance of two times on the axis. */
const TICK_PX = 60;

/** One line of a printed chart: smallest and largest value by time, null where there is none. */
export interface PrintedLine {
  t: readonly number[];
  min: readonly (number | null)[];
  max: readonly (number | null)[];
  dashed: boolean;
}

/** What lies between smallest and largest values, piece by piece: nothing is drawn across a gap. */
function paths({ t, min, max }: PrintedLine, x: (sec: number) => number, y: (value: number) => number): string[] {
  const pieces: string[] = [];
  let points: string[] = [];
  const end = () => {
    if (points.length > 0) pieces.push(`M${points.join('L')}`);
    points = [];
  };
  t.forEach((sec, i) => {
    const low = min[i] ?? null;
    const high = max[i] ?? null;
    if (low === null || high === null) {
      end();
      return;
    }
    points.push(`${x(sec).toFixed(1)} ${y(high).toFixed(1)}`);
    if (low !== high) points.push(`${x(sec).toFixed(1)} ${y(low).toFixed(1)}`);
  });
  end();
  return pieces;
}

/** A chart for paper: black lines, a limit with its words, hours of a Beijing clock. No colour is needed to read it. */
export function PrintChart({
  title,
  lines,
  limit,
  fromSec,
  toSec,
  height,
}: {
  title: string;
  lines: readonly PrintedLine[];
  limit: { value: number; words: string } | null;
  fromSec: number;
  toSec: number;
  height: number;
}) {
  const values = lines.flatMap(({ max }) => max.filter((each) => each !== null));
  if (values.length === 0) return null;
  const top =
    Math.max(
      limit?.value ?? 0,
      values.reduce((a, b) => Math.max(a, b), 0),
    ) * 1.08 || 1;
  const x = (sec: number) => LEFT + ((sec - fromSec) / (toSec - fromSec)) * (WIDTH - LEFT);
  const y = (value: number) => 8 + (1 - Math.max(0, value) / top) * (height - 28);
  const splits = timeSplits(fromSec, toSec, ((toSec - fromSec) / (WIDTH - LEFT)) * TICK_PX);
  const labels = timeLabels(splits);
  const digits = top < 20 ? 1 : 0;
  return (
    <figure class="print-chart">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={title}>
        {[0, top / 2, top].map((value) => (
          <g key={value}>
            <line class="grid" x1={LEFT} x2={WIDTH} y1={y(value)} y2={y(value)} />
            <text x={LEFT - 5} y={y(value) + 4} text-anchor="end">
              {formatValue(value, digits)}
            </text>
          </g>
        ))}
        {splits.map((sec, i) => (
          <text
            key={sec}
            x={x(sec)}
            y={height - 4}
            text-anchor={x(sec) < LEFT + 20 ? 'start' : x(sec) > WIDTH - 20 ? 'end' : 'middle'}
          >
            {labels[i]}
          </text>
        ))}
        {lines.map((line, i) =>
          paths(line, x, y).map((d) => (
            <path key={`${i} ${d.slice(0, 20)}`} d={d} class={line.dashed ? 'line second' : 'line'} />
          )),
        )}
        {limit && (
          <g>
            <line class="limit" x1={LEFT} x2={WIDTH} y1={y(limit.value)} y2={y(limit.value)} />
            <text class="limit-words" x={WIDTH} y={y(limit.value) - 3} text-anchor="end">
              {limit.words}
            </text>
          </g>
        )}
      </svg>
    </figure>
  );
}
