import type { Cell, ScenarioTally } from './tally.ts';
import { isFaulty } from './truth.ts';

/** Share of healthy truck-days that may have a lead. */
export const MOST_FALSE = 0.01;
/** Truck-days that a whole run has to have. */
export const LEAST_FAULTY_DAYS = 30;
export const LEAST_HEALTHY_DAYS = 300;

/** Sums over all trucks without a fault: healthy ones, and the others before theirs began. */
export function healthySums(tallies: readonly ScenarioTally[]): { days: number; falseDays: number; healthyTruckDays: number } {
  const sum = (pick: (each: ScenarioTally) => number): number => tallies.reduce((total, each) => total + pick(each), 0);
  return {
    days: sum(({ healthyDays }) => healthyDays),
    falseDays: sum(({ falseDays }) => falseDays),
    healthyTruckDays: sum(({ scenario, healthyDays }) => (isFaulty(scenario) ? 0 : healthyDays)),
  };
}

/** What a run is held to beside its outcomes. */
export interface Extents {
  /** There must be so many truck-days as are promised for the whole run. */
  readonly enoughDays: boolean;
  /** Every rule that must speak must have been asked of some truck. */
  readonly allAsked: boolean;
}

/** Every promise that the run shows broken, one sentence each. */
export function brokenPromises(tallies: readonly ScenarioTally[], { enoughDays, allAsked }: Extents): string[] {
  const broken: string[] = [];
  const healthy = healthySums(tallies);
  if (healthy.falseDays > MOST_FALSE * healthy.days)
    broken.push(`healthy trucks have a lead on ${healthy.falseDays} of ${healthy.days} truck-days, more than 1 %`);
  if (enoughDays && healthy.healthyTruckDays < LEAST_HEALTHY_DAYS)
    broken.push(`only ${healthy.healthyTruckDays} healthy truck-days, fewer than ${LEAST_HEALTHY_DAYS}`);
  for (const each of tallies) {
    if (enoughDays && isFaulty(each.scenario) && each.faultyDays < LEAST_FAULTY_DAYS)
      broken.push(`${each.scenario}: only ${each.faultyDays} truck-days with the fault, fewer than ${LEAST_FAULTY_DAYS}`);
    for (const cell of each.cells.values()) broken.push(...brokenBy(cell, each, allAsked));
  }
  return broken;
}

function brokenBy(cell: Cell, { scenario, faultyDays }: ScenarioTally, allAsked: boolean): string[] {
  const broken: string[] = [];
  const name = `${scenario} × ${cell.rule}`;
  const neverAsked = allAsked && cell.firstDays.length === 0;
  if (cell.expected === 'must' && neverAsked) {
    const reasons = Object.entries(cell.reasons).map(([reason, days]) => `${reason} ${days}`);
    broken.push(`${name}: must speak, and was never asked${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`);
  } else if (cell.expected === 'must' && cell.late.length > 0)
    broken.push(`${name}: not within ${cell.promised} days: ${some(cell.late)}`);
  // What healthy days have is counted over all of them together.
  if (cell.falseFaulty.length > MOST_FALSE * faultyDays)
    broken.push(`${name}: spoke where it must be silent, on ${cell.falseFaulty.length} days: ${some(cell.falseFaulty)}`);
  return broken;
}

function some(list: readonly string[]): string {
  return list.length <= 3 ? list.join('; ') : `${list.slice(0, 3).join('; ')} and ${list.length - 3} more`;
}
