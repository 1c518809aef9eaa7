import type { PlausibilityDay, TankDay } from './day-summary.ts';

/** A tank of which the day says nothing, and why. */
export function noTank(reason: string): TankDay {
  return {
    reason,
    first: null,
    last: null,
    events: [],
    usedPct: null,
    frozenS: 0,
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
