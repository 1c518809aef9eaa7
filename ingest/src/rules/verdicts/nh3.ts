import type { DaySummary } from '../day/day-summary.ts';
import type { Case } from './case.ts';

/**
 * Whether a day's downstream NOx may be ammonia, which such sensors read as NOx: more urea dosed than 1.2 × the demand, and a reading
 * that rises with dosing while the upstream NOx is level (emissions §4 "NH3"); or a urea tank that empties by more than 1.5 × what is
 * expected (R-U1). Null: neither dosing nor the tank tells. [eng]
 */
export function nh3Possible(on: Case, day: DaySummary): boolean | null {
  const use = on.at(day.date).outcome('R-U1');
  if (use.outcome === 'found' && typeof use.figures.ureaShare === 'number' && use.figures.ureaShare > 1) return true;
  const { dosingRatio, riseWithDosing } = day.nh3;
  if (dosingRatio === null || riseWithDosing === null) return use.outcome === 'clear' ? false : null;
  return dosingRatio > on.p.nh3DosingRatio && riseWithDosing > on.p.nh3Correlation;
}
