import type { DaySummary } from '../day/day-summary.ts';
import type { Case } from './case.ts';

/**
 * Whether a day's downstream NOx may be ammonia, which such sensors read as NOx: more urea dosed than 1.2 × the demand, and a reading
 * that rises with dosing while the upstream NOx is level (emissions §4 "NH3"). Where the injection is not sent the tank stands for it:
 * one that empties at more than 1.2 × the rate of the stage (R-U1) holds too, as nothing tells that the reading does not rise with it.
 * Null: neither dosing nor the tank tells. [eng]
 */
export function nh3Possible(on: Case, day: DaySummary): boolean | null {
  const { dosingRatio, riseWithDosing } = day.nh3;
  if (dosingRatio !== null && dosingRatio <= on.p.nh3DosingRatio) return false;
  if (riseWithDosing !== null && riseWithDosing <= on.p.nh3Correlation) return false;
  if (dosingRatio !== null && riseWithDosing !== null) return true;
  const use = on.at(day.date).outcome('R-U1');
  const { ureaRatio, stageRatio } = use.figures;
  if (use.outcome === 'notEvaluated' || typeof ureaRatio !== 'number' || typeof stageRatio !== 'number') return null;
  return ureaRatio > on.p.nh3DosingRatio * stageRatio;
}
