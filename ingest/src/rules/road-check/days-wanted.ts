import { clopperPearsonLower, clopperPearsonUpper } from '@plume/ingest/emissions';
import type { RoadCheckInput, RoadCheckResult } from './road-check-types.ts';

/** How many more valid days can come into it, of those worth waiting for: the first so many after a repair are looked at, up to the next repair. */
export function daysLeft({ parameters: p, after, span }: Pick<RoadCheckInput, 'parameters' | 'after' | 'span'>): number {
  return span.after.to === null ? Math.max(0, Math.min(p.mostWait, p.mostDaysAfter - after.length)) : 0;
}

/**
 * How many more valid days a verdict is likely to take, when enough are there and the intervals are too wide: if the days to come are like
 * those so far, the interval of the level narrows with 1/√n, the variance of the ratio by the part that days after have in it, and shares of
 * days stay as they are. The fewest days with which either verdict would stand; null when neither would, or only after more than are worth
 * waiting for or are looked at (`daysLeft`).
 */
export function daysWanted(input: RoadCheckInput, found: Pick<RoadCheckResult, 'comparison' | 'days'>): number | null {
  const { parameters: p, limit, guard } = input;
  const have = input.after.length;
  const { before, after, logRatio, variances } = found.comparison;
  if (limit === null || before === null || after === null || logRatio === null || have === 0) return null;
  const share = found.days.afterOver / have;
  const guardedShare = found.days.afterOverGuarded / have;
  const whole = variances.before + variances.after + variances.controls;
  const at = (n: number) => {
    const narrower = Math.sqrt(have / n);
    const ratio = whole > 0 ? Math.sqrt((variances.before + variances.controls + (variances.after * have) / n) / whole) : 1;
    return {
      low: after.value - (after.value - after.low) * narrower,
      high: after.value + (after.high - after.value) * narrower,
      ratioLow: logRatio.value - (logRatio.value - logRatio.low) * ratio,
      ratioHigh: logRatio.value + (logRatio.high - logRatio.value) * ratio,
      upper: clopperPearsonUpper(Math.round(share * n), n, p.dayConfidence),
      guardedLower: clopperPearsonLower(Math.round(guardedShare * n), n, p.dayConfidence),
    };
  };
  for (let more = 1; more <= daysLeft(input); more += 1) {
    const then = at(have + more);
    const repaired = then.high < limit.value && then.ratioHigh < Math.log(1 - p.leastReduction) && then.upper < p.dayShare;
    const notRepaired =
      then.low > limit.value * guard ||
      then.guardedLower > p.dayShare ||
      (then.low > limit.value && then.ratioLow > Math.log(1 - p.leastReduction));
    if (repaired || notRepaired) return more;
  }
  return null;
}
