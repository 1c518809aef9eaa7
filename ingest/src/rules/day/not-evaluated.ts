import type { TankDay } from './day-summary.ts';

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
