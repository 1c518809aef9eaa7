import type { Caveat } from '../catalogue/reasons.ts';
import type { DaySummary } from '../day/day-summary.ts';
import type { Case } from './case.ts';
import { nh3Possible } from './nh3.ts';
import type { BestWindows } from './windows-of.ts';

const NOT_CHECKED: Readonly<Record<string, Caveat>> = {
  ambient: 'ambientNotChecked',
  altitude: 'altitudeNotChecked',
  coolant: 'coolantNotChecked',
  dewPoint: 'dewPointNotChecked',
  stuck: 'stuckNotChecked',
};

/** What weakens every verdict of a day: conditions not checked, records that contradict one another, coarse sampling. */
export function dayCaveats(day: DaySummary): Caveat[] {
  const caveats: Caveat[] = day.method.notChecked.flatMap((condition) => NOT_CHECKED[condition] ?? []);
  if (day.quality.conflicts > 0) caveats.push('conflicts');
  if (day.periodS > COARSE_S) caveats.push('coarseSampling');
  return caveats;
}

/** Above this, second-by-second tests were not taken (emissions §2.7). */
const COARSE_S = 10;

/** Whether ammonia may have been read as NOx, or was not checked. */
export function nh3Caveats(on: Case, day: DaySummary): Caveat[] {
  const possible = nh3Possible(on, day);
  return possible === null ? ['nh3NotChecked'] : possible ? ['nh3Possible'] : [];
}

/** What weakens a verdict that rests on windows of NOx mass. */
export function massCaveats(day: DaySummary, { kind, window, class: own }: BestWindows): Caveat[] {
  const caveats = dayCaveats(day);
  if (window.reference?.assumed !== false) caveats.push('assumedReference');
  if (kind === 'work' && !day.method.torque.confirmed) caveats.push('torqueUnconfirmed');
  if (own === 'C') caveats.push('classC');
  return caveats;
}
