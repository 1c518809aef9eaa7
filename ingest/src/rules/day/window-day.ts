import {
  type Dropped,
  type MethodClass,
  summarise,
  type WindowResult,
  type WindowSeries,
  type WithinLimit,
  windowClass,
} from '@plume/ingest/emissions';
import type { Histogram, WindowDay } from './day-summary.ts';

/** Steps of the histogram in a g/kWh. */
const STEPS = 100;

/** What is kept of a day's windows of one kind. */
export function windowDay(
  result: WindowResult,
  series: WindowSeries,
  timeSec: Float64Array,
  massClass: MethodClass | null,
  dropped: Dropped,
): WindowDay {
  const figures = summarise(result);
  const { no: _retained, noPower, noFuel, ...conditions } = dropped;
  const { histogram, worst } = distribution(result);
  return {
    count: result.spans.count,
    valid: result.validCount,
    validShare: result.validShare,
    thresholdPct: result.thresholdPct,
    void: result.void,
    class: windowClass(result, massClass),
    reference: result.reference === null ? null : { value: result.reference.value, assumed: result.reference.assumed },
    references: result.references,
    p90: figures?.p90 ?? null,
    mean: figures?.mean ?? null,
    max: figures?.max ?? null,
    histogram,
    worst: worst < 0 ? null : stretchOf(result, series, timeSec, worst),
    dropped: result.kind === 'work' ? { ...conditions, noPower } : { ...conditions, noFuel },
  };
}

/** First and last second of a window. */
function stretchOf({ spans }: WindowResult, { retained }: WindowSeries, timeSec: Float64Array, k: number) {
  const first = retained.index[spans.start[k] as number] as number;
  const last = retained.index[(spans.end[k] as number) - 1] as number;
  return { fromSec: timeSec[first] as number, toSec: timeSec[last] as number };
}

/** The valid windows by value, and the first of those with the highest (−1 without any). */
function distribution({ gPerKwh, valid }: WindowResult): { histogram: Histogram; worst: number } {
  let worst = -1;
  let most = Number.NEGATIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < gPerKwh.length; k += 1) {
    if (valid[k] !== 1) continue;
    const value = gPerKwh[k] as number;
    if (value < least) least = value;
    if (value <= most) continue;
    most = value;
    worst = k;
  }
  if (worst < 0) return { histogram: [], worst };
  const lowest = Math.floor(STEPS * least);
  const counts = new Uint32Array(Math.floor(STEPS * most) - lowest + 1);
  for (let k = 0; k < gPerKwh.length; k += 1) {
    if (valid[k] !== 1) continue;
    const place = Math.floor(STEPS * (gPerKwh[k] as number)) - lowest;
    counts[place] = (counts[place] as number) + 1;
  }
  const histogram: number[] = [];
  for (let place = 0; place < counts.length; place += 1)
    if (counts[place] !== 0) histogram.push(lowest + place, counts[place] as number);
  return { histogram, worst };
}

/** Counts by bin as pairs, bins ascending. */
export function histogramOf(counts: ReadonlyMap<number, number>): number[] {
  return [...counts].sort(([a], [b]) => a - b).flat();
}

/**
 * How many valid windows keep a limit [g/kWh], by their values rounded down to 0.01 g/kWh and divided by the guard factor (1: none).
 * Never fewer than by the exact values, and more by those alone that lie less than 0.01 g/kWh over it.
 */
export function withinOf(day: WindowDay, limitGPerKwh: number, guard = 1): WithinLimit {
  let within = 0;
  for (let at = 0; at < day.histogram.length; at += 2) {
    if ((day.histogram[at] as number) / STEPS / guard > limitGPerKwh) break;
    within += day.histogram[at + 1] as number;
  }
  const { valid } = day;
  return {
    within,
    valid,
    share: valid === 0 ? null : within / valid,
    passes: day.void === null ? within * 10 >= valid * 9 : null,
  };
}

/** Whether at least 90 % of the valid windows keep a limit, by count (emissions §3.1 rule 5); null when the result is void. [M+] */
export function passesOf(day: WindowDay, limitGPerKwh: number, guard = 1): boolean | null {
  return withinOf(day, limitGPerKwh, guard).passes;
}
