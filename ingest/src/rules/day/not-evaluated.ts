import type { DpfDay, Nh3Day, PlausibilityDay, TankDay } from './day-summary.ts';

/** A tank of which the day says nothing, and why. */
export function noTank(reason: string): TankDay {
  return {
    reason,
    first: null,
    last: null,
    events: [],
    usedPct: null,
    minPct: null,
    maxPct: null,
    fuelL: null,
    distanceKm: null,
  };
}

/** Plausibility tests that were not taken, and why. */
export function noPlausibility(reason: string): PlausibilityDay {
  return {
    reason,
    stuckShare: {},
    stuckS: 0,
    flatSdPpm: null,
    flatFromSec: null,
    copyCv: null,
    copyR2: null,
    copyFromSec: null,
    copyTested: 0,
    overruns: 0,
    overrunsHigh: 0,
    starts: 0,
    startsTooEarly: 0,
    hotMeanPpm: null,
    hotMeanS: 0,
    ratioS: 0,
    ratioOneS: 0,
    joint: null,
    noxOddShare: null,
    hotS: 0,
    hotInvalidS: 0,
  };
}

/** Nothing known of ammonia. */
export const NO_NH3: Nh3Day = { dosingRatio: null, riseWithDosing: null, seconds: 0 };

/** Nothing known of the filter. */
export const NO_DPF: DpfDay = {
  samples: 0,
  median: null,
  highFlowSamples: 0,
  lowDropShare: null,
  offsetKpa: null,
  firstMedian: null,
  lastMedian: null,
};
