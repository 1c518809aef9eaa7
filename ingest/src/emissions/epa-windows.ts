import { HOUR_S } from './constants.ts';
import { byteColumn, indexColumn } from './lent-columns.ts';
import { holdLimitS } from './period.ts';
import { type Retained, retain } from './retained.ts';
import { type Spans, seriesOf, type WindowRates, type WindowSeries } from './window-series.ts';

/** Length of a test interval [s] of data without exclusions (40 CFR 1036.530(c)(2)(i)). [C] */
export const EPA_INTERVAL_S = 300;
/** A test interval is void from this long [s] of continuous exclusion on (40 CFR 1036.530(c)(2)(i)). [C] */
export const EPA_EXCLUSION_LIMIT_S = 600;
/** Upper edge of bin 1 as a share of the CO2 at rated power (40 CFR 1036.530(f)); it belongs to bin 1. [C] */
export const EPA_BIN_EDGE = 0.06;
/** Relative slack at that edge, so that a window that lies on it is not moved by a rounding step (emissions §3.3). */
const EDGE_TOLERANCE = 1e-9;
const TIME_TOLERANCE = 1e-9;
/** An exclusion this much [s] below its limit has reached it: times may carry rounding. */
const STEP_TOLERANCE_S = 1e-6;

/** The 300 s test intervals of a stretch. */
export interface EpaWindows {
  readonly series: WindowSeries;
  readonly spans: Spans;
}

/**
 * Test intervals of 40 CFR 1036.530(c)(2): 300 s of data without exclusions, moving on by one sample, bridging up to 599 s of continuous
 * exclusion. Each begins and ends with a pair of consecutive data points: a single point between exclusions is excluded too
 * ((c)(3)(vii)), a start that is the last of its run is passed over, and an end that is the first of its run takes the next point in.
 * Samples that never came count as excluded.
 * @param keep 1 for samples without exclusion
 */
export function epaWindows(
  rates: WindowRates,
  keep: Uint8Array,
  periodS: number,
  range: { readonly from?: number; readonly to?: number } = {},
): EpaWindows {
  const { timeSec, coverS } = rates;
  const joined = holdLimitS(periodS);
  const paired = dropSingles(timeSec, keep, joined, range);
  const retained = retain(timeSec, coverS, {
    keep: paired,
    // Between neighbours lie the period of the first and the exclusion, which must stay below its limit.
    longestStepS: EPA_EXCLUSION_LIMIT_S + periodS - STEP_TOLERANCE_S,
    ...range,
  });
  const series = seriesOf(rates, retained);
  return { series, spans: spansOf(retained, timeSec, joined) };
}

/** Whether two samples are consecutive data points: neighbours no further apart than a sample is held. */
function consecutive(timeSec: Float64Array, a: number, b: number, joined: number): boolean {
  return b === a + 1 && (timeSec[b] as number) - (timeSec[a] as number) <= joined;
}

function dropSingles(
  timeSec: Float64Array,
  keep: Uint8Array,
  joined: number,
  range: { readonly from?: number; readonly to?: number },
): Uint8Array {
  const from = range.from ?? 0;
  const to = range.to ?? timeSec.length;
  const paired = byteColumn(keep.length);
  for (let i = from; i < to; i += 1) {
    if (keep[i] !== 1) continue;
    const before = i > from && keep[i - 1] === 1 && consecutive(timeSec, i - 1, i, joined);
    const after = i + 1 < to && keep[i + 1] === 1 && consecutive(timeSec, i, i + 1, joined);
    if (before || after) paired[i] = 1;
  }
  return paired;
}

function spansOf(retained: Retained, timeSec: Float64Array, joined: number): Spans {
  const { index, parts, timeS, count: n } = retained;
  const start = indexColumn(n);
  const end = indexColumn(n);
  const least = EPA_INTERVAL_S * (1 - TIME_TOLERANCE);
  const pair = (k: number): boolean => consecutive(timeSec, index[k] as number, index[k + 1] as number, joined);
  let count = 0;
  for (let p = 0; p + 1 < parts.length; p += 1) {
    const last = parts[p + 1] as number;
    let j = parts[p] as number;
    for (let i = j; i < last; i += 1) {
      while (j <= last && (timeS[j] as number) - (timeS[i] as number) < least) j += 1;
      if (j > last) break;
      if (i + 1 >= last || !pair(i)) continue;
      const to = pair(j - 2) ? j : j + 1;
      if (to > last) continue;
      start[count] = i;
      end[count] = to;
      count += 1;
    }
  }
  return { count, start: start.subarray(0, count), end: end.subarray(0, count) };
}

/**
 * CO2 of a test interval over that of rated power for its time: m / (e_FCL · P · t) (40 CFR 1036.530(e), equation 2). [C]
 * Units must match: g, g/kWh, kW, s (or g, g/hp·h, hp, s).
 */
export function normalisedCo2(massG: number, fclPerWork: number, ratedPower: number, seconds: number): number {
  return massG / ((fclPerWork * ratedPower * seconds) / HOUR_S);
}

/** Whether a test interval belongs to bin 1 (40 CFR 1036.530(f)); the edge does. [C] */
export function inBinOne(normalised: number): boolean {
  return normalised <= EPA_BIN_EDGE * (1 + EDGE_TOLERANCE);
}
