import { unfilledColumn } from './lent-columns.ts';

/** Longest time one sample stands for [s], whatever the period (architecture, "The evaluator"). */
export const HOLD_LIMIT_S = 90;
/** A sample stands for at most this many periods (architecture, "The evaluator"). */
export const HOLD_PERIODS = 3;
/** A window, a trip and a sensor's readiness end at a gap longer than this [s] (architecture, "The evaluator"). */
export const GAP_LIMIT_S = 600;

/** Sampling periods met in practice are at most a minute; longer steps are gaps. */
const LONGEST_PERIOD_S = 60;

/**
 * Sampling period [s] of a trace: the most frequent step between samples, to a tenth of a second, up to a minute; the shorter of
 * equals. Null with less than two samples or only longer steps.
 * @param among when given, only steps between two samples that have a 1 here count
 */
export function periodOf(timeSec: Float64Array, count: number = timeSec.length, among?: Uint8Array): number | null {
  const tally = new Uint32Array(LONGEST_PERIOD_S * 10 + 1);
  for (let i = 1; i < count; i += 1) {
    if (among !== undefined && !(among[i] === 1 && among[i - 1] === 1)) continue;
    const tenths = Math.round(((timeSec[i] as number) - (timeSec[i - 1] as number)) * 10);
    if (tenths > 0 && tenths < tally.length) tally[tenths] = (tally[tenths] as number) + 1;
  }
  let best = 0;
  for (let tenths = 1; tenths < tally.length; tenths += 1) if ((tally[tenths] as number) > (tally[best] as number)) best = tenths;
  return best === 0 ? null : best / 10;
}

/** Longest time [s] that a sample of this period is held. */
export function holdLimitS(periodS: number): number {
  return Math.min(HOLD_PERIODS * periodS, HOLD_LIMIT_S);
}

/**
 * Time [s] each sample stands for, hold-last: until the next sample, but at most three periods and 90 s. The last sample of the
 * trace stands for one period.
 */
export function coverOf(timeSec: Float64Array, periodS: number, count: number = timeSec.length): Float64Array {
  const cover = unfilledColumn(count);
  const limit = holdLimitS(periodS);
  for (let i = 0; i + 1 < count; i += 1) {
    const step = (timeSec[i + 1] as number) - (timeSec[i] as number);
    cover[i] = Math.min(step, limit);
  }
  if (count > 0) cover[count - 1] = Math.min(periodS, limit);
  return cover;
}
