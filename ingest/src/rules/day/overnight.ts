import type { TankEvent, TankMark } from './day-summary.ts';
import { movedOnMap } from './moved.ts';
import { type TankFacts, type TankKind, type TankNumbers, tankLimits } from './tank-limits.ts';

/** Longest time [h] a parked engine is allowed to have idled unseen. */
const UNSEEN_IDLE_H = 1;

/**
 * A change between the last mark of an earlier day and the first of a later one (emissions §5.5): the truck parked with its terminal off,
 * or something was under way at midnight. A fall counts beyond what may have been used: by the fuel counter, else by the odometer, else an
 * hour's idling of a parked truck; of a truck that moved, or whose way is not known, it must be of the size that is asked on the way,
 * and not be explained by an unknown way. A change that the moving truck did not show on either side is a slope. Null: no change.
 */
export function overnight(
  before: TankMark,
  after: TankMark,
  kind: TankKind,
  facts: TankFacts,
  parameters: TankNumbers,
): TankEvent | null {
  const step = Math.max(before.stepPct ?? 0, after.stepPct ?? 0);
  const limits = tankLimits(kind, facts, step, parameters);
  const moved = hasMoved(before, after, parameters);
  const usedL = mostUsedL(before, after, kind, moved, parameters);
  const rise = after.levelPct - before.levelPct;
  const driven = before.drivenPct === null || after.drivenPct === null ? null : after.drivenPct - before.drivenPct;
  const inLitres = (pct: number): number | null => (limits.tankL === null ? null : (pct / 100) * limits.tankL);
  const event = (what: TankEvent['kind'], pct: number): TankEvent => ({
    kind: what,
    fromSec: before.timeSec,
    toSec: after.timeSec,
    beforePct: before.levelPct,
    afterPct: after.levelPct,
    litres: inLitres(pct),
    standing: moved === false,
    lonDeg: after.lonDeg ?? before.lonDeg,
    latDeg: after.latDeg ?? before.latDeg,
  });
  if (rise >= limits.risePct) {
    if (driven !== null && driven < limits.risePct - parameters.returnPct) return null;
    const counted = kind === 'fuel' ? (counterRise(before, after) ?? 0) : 0;
    return event('refill', rise + (100 * counted) / limits.reckonedL);
  }
  if (usedL === null) return null;
  const used = (100 * usedL) / limits.reckonedL;
  const least = moved === false ? limits.fallPct : Math.max(limits.fallPct, limits.motionFallPct);
  const fall = -rise - used;
  if (fall < least || (driven !== null && -driven - used < least - parameters.returnPct)) return null;
  return event(kind === 'fuel' ? 'theft' : 'drain', fall);
}

function counterRise(before: TankMark, after: TankMark): number | null {
  if (before.fuelTotalL === null || after.fuelTotalL === null || after.fuelTotalL < before.fuelTotalL) return null;
  return after.fuelTotalL - before.fuelTotalL;
}

function hasMoved(before: TankMark, after: TankMark, parameters: TankNumbers): boolean | null {
  if (before.odometerKm !== null && after.odometerKm !== null)
    return Math.abs(after.odometerKm - before.odometerKm) >= parameters.movedKm;
  const or = (value: number | null): number => value ?? Number.NaN;
  return movedOnMap(or(before.lonDeg), or(before.latDeg), or(after.lonDeg), or(after.latDeg), parameters.movedM);
}

/** What may have been used of a tank between two marks [L], at most; null: cannot be said. */
function mostUsedL(
  before: TankMark,
  after: TankMark,
  kind: TankKind,
  moved: boolean | null,
  parameters: TankNumbers,
): number | null {
  const counted = counterRise(before, after);
  const km = before.odometerKm === null || after.odometerKm === null ? null : after.odometerKm - before.odometerKm;
  const hours = Math.min(UNSEEN_IDLE_H, (after.timeSec - before.timeSec) / 3600);
  const parked = moved === false ? parameters.idleLph * hours : null;
  const fuel = counted ?? (moved === true && km !== null && km > 0 ? km * parameters.mostLPerKm : parked);
  if (fuel === null) return null;
  return kind === 'fuel' ? fuel : fuel * parameters.mostUreaShare;
}

/** A change that was seen to last between these [s] was pumped: no gauge jumps so slowly, and what lies longer apart was not seen. */
const PUMPED_S: readonly [number, number] = [120, 1800];

/**
 * Whether a change takes back the one before it, as a gauge does that reads something else while the engine is off: the same level again,
 * at the same place, and not seen to be pumped. A tank that is filled again after a theft is none of that.
 */
export function undoes(first: TankEvent, second: TankEvent, parameters: TankNumbers): boolean {
  const opposite = second.afterPct > second.beforePct !== first.afterPct > first.beforePct;
  if (!opposite || Math.abs(second.afterPct - first.beforePct) > parameters.returnPct) return false;
  const lastedS = second.toSec - second.fromSec;
  if (lastedS > PUMPED_S[0] && lastedS <= PUMPED_S[1]) return false;
  const or = (value: number | null): number => value ?? Number.NaN;
  return movedOnMap(or(first.lonDeg), or(first.latDeg), or(second.lonDeg), or(second.latDeg), parameters.movedM) !== true;
}
