import { type Derived, holdLimitS, type Stretch, valueAt } from '@plume/ingest/emissions';
import type { Parameters } from '../catalogue/parameters.ts';
import type { PpmDay } from './day-summary.ts';
import { qualifiedTime } from './qualified-time.ts';
import { histogramOf } from './window-day.ts';

/** Width of a step of the histogram [ppm]. */
export const PPM_STEP = 5;
/** A mean is whole from this much [s] below its length on: covers may carry rounding. */
const TOLERANCE_S = 1e-6;

/**
 * Means of downstream NOx over each 20 s of unbroken qualified time of a day; the rest of a stretch that makes no 20 s is left out. A mean
 * is of high load when its mean power is above 50 % of rated (R-C1, R-C2; emissions §4).
 */
export function ppmDay(derived: Derived, range: Stretch, parameters: Parameters): PpmDay {
  const { reason, marks } = qualifiedTime(derived, range, parameters);
  if (marks === null) return noPpm(reason);
  const { trace, coverS, powerKw, vehicle } = derived;
  const { noxDownPpm } = trace.columns;
  const rated = vehicle.ratedPowerKw ?? Number.NaN;
  const joined = holdLimitS(trace.periodS);
  const all = new Map<number, number>();
  const high = new Map<number, number>();
  let qualifiedS = 0;
  let highLoadS = 0;
  let powerKnown = false;
  let seconds = 0;
  let ppmS = 0;
  let kwS = 0;
  for (let i = range.from; i < range.to; i += 1) {
    if (marks[i] !== 1) {
      seconds = 0;
      continue;
    }
    const broken = i === range.from || (trace.timeSec[i] as number) - (trace.timeSec[i - 1] as number) > joined;
    if (broken || seconds === 0) {
      seconds = 0;
      ppmS = 0;
      kwS = 0;
    }
    const s = coverS[i] as number;
    seconds += s;
    ppmS += valueAt(noxDownPpm, i) * s;
    kwS += (powerKw[i] as number) * s;
    if (seconds < parameters.day.meanS - TOLERANCE_S) continue;
    const bin = Math.floor(ppmS / seconds / PPM_STEP);
    all.set(bin, (all.get(bin) ?? 0) + seconds);
    qualifiedS += seconds;
    const share = kwS / seconds / rated;
    if (!Number.isNaN(share)) powerKnown = true;
    if (share > parameters.day.highLoad) {
      high.set(bin, (high.get(bin) ?? 0) + seconds);
      highLoadS += seconds;
    }
    seconds = 0;
  }
  return {
    reason: null,
    qualifiedS,
    all: histogramOf(all),
    highLoad: powerKnown ? histogramOf(high) : null,
    highLoadS,
  };
}

/** Nothing said of concentrations, and why. */
export function noPpm(reason: string): PpmDay {
  return { reason, qualifiedS: 0, all: [], highLoad: null, highLoadS: 0 };
}
