import { beforeAfter, clopperPearsonLower, clopperPearsonUpper, weightedFactor } from '@plume/ingest/emissions';
import { lessThanShare } from '../verdicts/histogram.ts';
import { daysWanted } from './days-wanted.ts';
import type { DaysBy, RoadCheckInput, RoadCheckResult, RoadDay, RoadReason, RoadVerdict } from './road-check-types.ts';

/**
 * The road check after a repair (复核; emissions §7.4). Pure.
 *
 * "Repaired" needs all of: the upper end of the interval of the level after, on comparable operation, under the in-use limit (step 4); the
 * reduction itself shown, controls taken off (more than 20 % by its interval), so that a trip mix that has changed is no repair; and the days
 * after within the limit by their windows (upper bound of the share of days over below one half).
 * "Not repaired" needs one of: the lower end of the level over limit × guard (E20); the lower end over the limit with a reduction of more
 * than 20 % ruled out; or the lower bound of the share of days over, by windows ÷ guard, above one half (R-A3's own measure).
 * Anything else, and fewer than the least number of valid days, is not decidable yet.
 */
export function roadCheck(input: RoadCheckInput): RoadCheckResult {
  const { parameters: p, before, after, controls, minShareWithin } = input;
  const comparison = beforeAfter(
    before.map(({ bins }) => bins),
    after.map(({ bins }) => bins),
    controls,
    {
      seed: input.seed,
      draws: p.draws,
      confidence: p.confidence,
      leastDays: p.leastBinDays,
      leastBase: p.leastBinKwh,
      leastControls: p.leastControls,
      leastControlOverlap: p.leastOverlap,
    },
  );
  const isOver = (day: RoadDay, over: number): boolean => lessThanShare(day.windows - over, day.windows, minShareWithin);
  const beforeOver = before.filter((day) => isOver(day, day.over)).length;
  const afterOver = after.filter((day) => isOver(day, day.over)).length;
  const afterOverGuarded = after.filter((day) => isOver(day, day.overGuarded)).length;
  const known = after.length > 0;
  const found = {
    comparison,
    days: {
      beforeOver,
      afterOver,
      afterOverGuarded,
      upper: known ? clopperPearsonUpper(afterOver, after.length, p.dayConfidence) : null,
      guardedLower: known ? clopperPearsonLower(afterOverGuarded, after.length, p.dayConfidence) : null,
    },
    windows: { before: windowShare(before), after: windowShare(after) },
    urea: { before: ureaShare(before), after: ureaShare(after) },
    daily: { before: levels(before, comparison.match.weights), after: levels(after, comparison.match.weights) },
  };
  return { ...decide(input, found), ...found };
}

interface Decision {
  readonly verdict: RoadVerdict;
  readonly reason: RoadReason;
  readonly daysMissing: number | null;
  readonly daysBy: DaysBy | null;
}

const decided = (verdict: RoadVerdict, reason: RoadReason): Decision => ({ verdict, reason, daysMissing: null, daysBy: null });
const open = (reason: RoadReason, daysMissing: number | null = null, daysBy: DaysBy | null = null): Decision => ({
  verdict: 'notYetDecidable',
  reason,
  daysMissing,
  daysBy,
});

function decide(input: RoadCheckInput, found: Pick<RoadCheckResult, 'comparison' | 'days'>): Decision {
  const { parameters: p, limit, guard } = input;
  if (limit === null) return open('noLimit');
  if ([...input.before, ...input.after].some(({ formula }) => formula !== input.formula)) return open('otherArithmetic');
  // Days before cannot be made up for.
  if (input.before.length < p.days) return open('tooFewDaysBefore');
  // The next repair ends the days after this one: nothing more is to be waited for.
  const over = input.span.after.to !== null;
  if (input.after.length < p.days)
    return over ? open('anotherRepair') : open('tooFewDaysAfter', p.days - input.after.length, 'minimum');
  const { before, after, logRatio, match } = found.comparison;
  const { upper, guardedLower } = found.days;
  if (before === null || after === null || logRatio === null || match.overlap < p.leastOverlap)
    return open(over ? 'anotherRepair' : 'operationDiffers');
  if (after.low > limit.value * guard) return decided('notRepaired', 'overGuardedLimit');
  if (guardedLower !== null && guardedLower > p.dayShare) return decided('notRepaired', 'daysOver');
  if (after.low > limit.value && logRatio.low > Math.log(1 - p.leastReduction)) return decided('notRepaired', 'noReduction');
  if (after.high < limit.value && logRatio.high < Math.log(1 - p.leastReduction) && upper !== null && upper < p.dayShare)
    return decided('repaired', 'underLimit');
  if (over) return open('anotherRepair');
  const missing = daysWanted(input, found);
  return missing === null ? open('undecidable') : open('tooWide', missing, 'width');
}

/** Share of the valid windows of some days over the limit; null without windows. */
function windowShare(days: readonly RoadDay[]): number | null {
  const windows = days.reduce((sum, day) => sum + day.windows, 0);
  return windows > 0 ? days.reduce((sum, day) => sum + day.over, 0) / windows : null;
}

/** Urea ÷ fuel over the days that told both; null without any. */
function ureaShare(days: readonly RoadDay[]): number | null {
  const told = days.filter(({ ureaL, fuelL }) => ureaL !== null && fuelL !== null && fuelL > 0);
  const fuel = told.reduce((sum, day) => sum + (day.fuelL ?? 0), 0);
  return fuel > 0 ? told.reduce((sum, day) => sum + (day.ureaL ?? 0), 0) / fuel : null;
}

function levels(days: readonly RoadDay[], weights: readonly number[]): RoadCheckResult['daily']['before'] {
  return days.map(({ day, bins }) => {
    const level = weightedFactor(bins, weights);
    return { day, level: Number.isNaN(level) ? null : level };
  });
}
