import { type Channel, type Column, columnOf, coverOf, ENGINE, JUDGED, type JudgedTrace } from '@plume/ingest/emissions';
import { DAY_FROM } from './test-kit.ts';

/** Plain numbers of a running engine by channel; null and NaN are missing. */
export type Numbers = Partial<Record<Channel, readonly (number | null)[]>>;

/** How a trace is made. */
export interface Making {
  /** Seconds after midnight of each sample; 1 Hz unless given. */
  readonly times?: readonly number[];
  readonly periodS?: number;
  /** Samples at which the engine stands. */
  readonly off?: (i: number) => boolean;
  /** Code of a value in place of valid. */
  readonly code?: (channel: Channel, i: number) => number | null;
}

/** A judged trace of a running engine with the codes that are asked for, and what each sample stands for. */
export function signalsOf(
  numbers: Numbers,
  { times, periodS = 1, off, code }: Making = {},
): {
  trace: JudgedTrace;
  coverS: Float64Array;
  range: { from: number; to: number };
} {
  const count = times?.length ?? Math.max(...Object.values(numbers).map((values) => values.length));
  const timeSec = Float64Array.from({ length: count }, (_, i) => DAY_FROM + (times?.[i] ?? i * periodS));
  const columns: Partial<Record<Channel, Column>> = {};
  for (const [channel, given] of Object.entries(numbers) as [Channel, readonly (number | null)[]][]) {
    const values = Float64Array.from({ length: count }, (_, i) => given[i] ?? Number.NaN);
    const codes = Uint8Array.from(values, (value, i) =>
      Number.isNaN(value) ? JUDGED.missing : (code?.(channel, i) ?? JUDGED.valid),
    );
    columns[channel] = columnOf(values, codes);
  }
  const engine = Uint8Array.from({ length: count }, (_, i) => (off?.(i) === true ? ENGINE.off : ENGINE.on));
  const trace: JudgedTrace = { count, timeSec, columns, engine, periodS, notChecked: [] };
  return { trace, coverS: coverOf(timeSec, periodS, count), range: { from: 0, to: count } };
}

/** n values of a function of their place. */
export function series(n: number, of: (i: number) => number | null): (number | null)[] {
  return Array.from({ length: n }, (_, i) => of(i));
}
