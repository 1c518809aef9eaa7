import type { Case } from './case.ts';

/** Overruns of the last days, and those in which the reading did not fall (R-T4). */
export function overrunsUpTo(on: Case): { events: number; high: number; days: string[] } {
  let events = 0;
  let high = 0;
  const days: string[] = [];
  for (const { date, plausibility } of on.last(on.p.testDays)) {
    events += plausibility.overruns;
    high += plausibility.overrunsHigh;
    if (plausibility.overrunsHigh > 0) days.push(date);
  }
  return { events, high, days };
}
