import { HOUR_S } from './constants.ts';
import { indexColumn } from './lent-columns.ts';
import { GAP_LIMIT_S } from './period.ts';
import { accumulate, type Retained, retain } from './retained.ts';

/** Rates per sample that windows are made of; a rate that a method does not need may be absent. */
export interface WindowRates {
  readonly timeSec: Float64Array;
  readonly coverS: Float64Array;
  /** NOx [g/s]. */
  readonly noxGs: Float64Array;
  /** Net power [kW]. */
  readonly powerKw?: Float64Array;
  /** CO2 [g/s]. */
  readonly co2Gs?: Float64Array;
  /** Fuel [kg/h]. */
  readonly fuelKgh?: Float64Array;
}

/** Running sums over the retained samples, each beginning with 0 and one longer than their number. */
export interface WindowSeries {
  readonly retained: Retained;
  readonly timeS: Float64Array;
  readonly noxG: Float64Array;
  /** Work of positive power [kWh]. */
  readonly workKwh: Float64Array | null;
  readonly co2G: Float64Array | null;
  readonly fuelKg: Float64Array | null;
}

/** Stretch of samples that windows are looked for in. */
export interface SeriesRange {
  readonly from?: number;
  readonly to?: number;
}

/**
 * Running sums for moving-average windows over the samples marked in `keep`. A window ends where two retained neighbours are more than
 * 600 s apart, whether the samples between were dropped or never came.
 */
export function windowSeries(rates: WindowRates, keep: Uint8Array, range: SeriesRange = {}): WindowSeries {
  return seriesOf(rates, retain(rates.timeSec, rates.coverS, { keep, longestStepS: GAP_LIMIT_S, ...range }));
}

/** Running sums over samples already chosen. */
export function seriesOf(rates: WindowRates, retained: Retained): WindowSeries {
  const { index } = retained;
  const sum = (rate: Float64Array | undefined, factor: number, positive = false): Float64Array | null =>
    rate === undefined ? null : accumulate(index, rates.coverS, rate, factor, positive);
  return {
    retained,
    timeS: retained.timeS,
    noxG: accumulate(index, rates.coverS, rates.noxGs, 1),
    workKwh: sum(rates.powerKw, 1 / HOUR_S, true),
    co2G: sum(rates.co2Gs, 1),
    fuelKg: sum(rates.fuelKgh, 1 / HOUR_S),
  };
}

/** Windows as places in the running sums: window k covers the retained samples start[k] … end[k] (exclusive). */
export interface Spans {
  readonly count: number;
  readonly start: Int32Array;
  readonly end: Int32Array;
}

/** Relative slack of a reference that is reached exactly (emissions §3.1, E8). */
export const REFERENCE_TOLERANCE = 1e-12;

/**
 * For every start the shortest window that reaches the reference, inside its part (emissions §3.1 rule 2); starts that never reach it
 * have none. One pass, both ends only move on. The running sum must not fall, the reference be above zero.
 */
export function slide(sums: Float64Array, parts: Int32Array, reference: number): Spans {
  const start = indexColumn(sums.length);
  const end = indexColumn(sums.length);
  const least = reference * (1 - REFERENCE_TOLERANCE);
  let count = 0;
  for (let p = 0; p + 1 < parts.length; p += 1) {
    const last = parts[p + 1] as number;
    let j = parts[p] as number;
    for (let i = j; i < last; i += 1) {
      const from = sums[i] as number;
      while (j <= last && (sums[j] as number) - from < least) j += 1;
      if (j > last) break;
      start[count] = i;
      end[count] = j;
      count += 1;
    }
  }
  return { count, start: start.subarray(0, count), end: end.subarray(0, count) };
}
