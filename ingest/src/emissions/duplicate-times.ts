import type { Channel } from './trace.ts';

/** Rows of a file: times and values per channel, NaN for none. */
export interface FileRows {
  readonly timeSec: Float64Array;
  readonly values: Readonly<Partial<Record<Channel, Float64Array>>>;
}

/** What was done about repeated times. */
export interface DuplicateReport {
  /** Rows equal to the one before at the same time: dropped. */
  readonly dropped: number;
  /** Rows moved into a gap of one period beside them. */
  readonly moved: number;
  /** Rows averaged with others of the same time. */
  readonly averaged: number;
  /** Rows that came earlier than the one before: put in order. */
  readonly outOfOrder: number;
}

/**
 * Puts rows in time order and resolves repeated times as Cao 2025 does (emissions §2.1; files only, stored records never repeat): equal
 * values are dropped; a different second row fills a missing second right before or after when there is one; others are averaged.
 */
export function resolveDuplicates(rows: FileRows, periodS: number): { rows: FileRows; report: DuplicateReport } {
  const n = rows.timeSec.length;
  const time = rows.timeSec;
  let outOfOrder = 0;
  for (let i = 1; i < n; i += 1) if ((time[i] as number) < (time[i - 1] as number)) outOfOrder += 1;
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  if (outOfOrder > 0) order.sort((a, b) => (time[a] as number) - (time[b] as number) || a - b);
  const channels = Object.entries(rows.values) as [Channel, Float64Array][];
  const kept: { time: number; members: number[] }[] = [];
  let dropped = 0;
  let moved = 0;
  let averaged = 0;
  for (let from = 0; from < n; ) {
    const at = time[order[from] as number] as number;
    let to = from + 1;
    while (to < n && time[order[to] as number] === at) to += 1;
    const distinct: number[] = [];
    for (let k = from; k < to; k += 1) {
      const row = order[k] as number;
      if (distinct.some((other) => channels.every(([, values]) => Object.is(values[row], values[other])))) dropped += 1;
      else distinct.push(row);
    }
    const next = to < n ? (time[order[to] as number] as number) : Number.POSITIVE_INFINITY;
    const before = kept.at(-1)?.time ?? Number.NEGATIVE_INFINITY;
    if (distinct.length === 2 && from > 0 && at - before >= 2 * periodS) {
      kept.push({ time: at - periodS, members: distinct.slice(0, 1) }, { time: at, members: distinct.slice(1) });
      moved += 1;
    } else if (distinct.length === 2 && to < n && next - at >= 2 * periodS) {
      kept.push({ time: at, members: distinct.slice(0, 1) }, { time: at + periodS, members: distinct.slice(1) });
      moved += 1;
    } else {
      kept.push({ time: at, members: distinct });
      if (distinct.length > 1) averaged += distinct.length;
    }
    from = to;
  }
  const values = channels.map(([channel, column]) => [
    channel,
    Float64Array.from(kept, ({ members }) => meanOf(column, members)),
  ]);
  return {
    rows: { timeSec: Float64Array.from(kept, (each) => each.time), values: Object.fromEntries(values) },
    report: { dropped, moved, averaged, outOfOrder },
  };
}

/** Mean of the rows that have a value; NaN when none has. */
function meanOf(column: Float64Array, members: readonly number[]): number {
  let sum = 0;
  let n = 0;
  for (const row of members) {
    const value = column[row] as number;
    if (Number.isNaN(value)) continue;
    sum += value;
    n += 1;
  }
  return n === 0 ? Number.NaN : sum / n;
}
