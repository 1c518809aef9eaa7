import { type DayTrace, SAMPLE_STATES, type SampleState } from '@plume/ingest/rules';

/** A stretch of a day with one answer to "is this judged?". */
export interface StateStretch {
  readonly fromSec: number;
  readonly toSec: number;
  readonly state: SampleState | 'noData';
}

/** Windows by when they end: per row the smallest and largest value of the windows that count, how many count, and how many there are. */
export interface WindowRows {
  readonly t: number[];
  readonly min: (number | null)[];
  readonly max: (number | null)[];
  readonly valid: number[];
  readonly count: number[];
}

/** A sample stands for the time up to the next one, at most for this long [s]. */
const HOLD_S = 90;

/** Length of a bucket [s] that makes a range fit into so many rows. */
export function bucketOf(fromSec: number, toSec: number, rows: number): number {
  return Math.max(1, Math.ceil((toSec - fromSec) / rows));
}

/**
 * What became of the samples between two moments, as stretches: per bucket the state of most of its samples, `noData` where
 * none stands for it.
 * Neighbours alike are one stretch.
 */
export function stateStretches(trace: DayTrace, fromSec: number, toSec: number, bucketS: number): StateStretch[] {
  const stretches: { fromSec: number; toSec: number; state: SampleState | 'noData' }[] = [];
  const counts = new Uint32Array(SAMPLE_STATES.length);
  let i = lowerBound(trace.timeSec, fromSec);
  for (let from = fromSec; from < toSec; from += bucketS) {
    const to = Math.min(toSec, from + bucketS);
    counts.fill(0);
    let any = false;
    for (; i < trace.timeSec.length && (trace.timeSec[i] as number) < to; i += 1) {
      const code = trace.state[i] as number;
      counts[code] = (counts[code] as number) + 1;
      any = true;
    }
    const held = !any && i > 0 && from - (trace.timeSec[i - 1] as number) < HOLD_S;
    const code = held ? (trace.state[i - 1] as number) : counts.indexOf(Math.max(...counts));
    const state = any || held ? (SAMPLE_STATES[code] ?? 'judged') : 'noData';
    const last = stretches.at(-1);
    if (last && last.state === state) last.toSec = to;
    else stretches.push({ fromSec: from, toSec: to, state });
  }
  return stretches;
}

/** The windows that end between two moments. */
export function windowRows(trace: DayTrace, fromSec: number, toSec: number, bucketS: number): WindowRows {
  const { windows } = trace;
  const rows: WindowRows = { t: [], min: [], max: [], valid: [], count: [] };
  let at = Number.NaN;
  for (let k = 0; k < windows.count; k += 1) {
    const end = windows.toSec[k] as number;
    if (end < fromSec || end >= toSec) continue;
    const bucket = fromSec + Math.floor((end - fromSec) / bucketS) * bucketS;
    if (bucket !== at) {
      // A gap in which no window ends: a row without a value, so that no line is drawn across it.
      if (rows.t.length > 0 && bucket - at > Math.max(600, 2 * bucketS)) append(rows, at + bucketS);
      append(rows, bucket);
      at = bucket;
    }
    const row = rows.t.length - 1;
    rows.count[row] = (rows.count[row] as number) + 1;
    if (windows.valid[k] !== 1) continue;
    rows.valid[row] = (rows.valid[row] as number) + 1;
    const value = windows.gPerKwh[k] as number;
    rows.min[row] = Math.min(rows.min[row] ?? value, value);
    rows.max[row] = Math.max(rows.max[row] ?? value, value);
  }
  return rows;
}

function append(rows: WindowRows, t: number): void {
  rows.t.push(t);
  rows.min.push(null);
  rows.max.push(null);
  rows.valid.push(0);
  rows.count.push(0);
}

function lowerBound(times: Float64Array, at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
