import type { DaySummary } from '../day/day-summary.ts';
import type { Outcome } from '../finding.ts';
import type { Case } from './case.ts';
import { dayCaveats, nh3Caveats } from './caveats.ts';
import { type Limit, limitOf } from './limits.ts';
import { nh3Possible } from './nh3.ts';
import { clear, found, notEvaluated, type Said } from './outcomes.ts';
import { sent } from './sent.ts';
import { CATALYST_CHANNELS, failedTests, MASS_CHANNELS } from './void-tests.ts';

const EFFICIENCY = { IV: 'scrEfficiencyIV', V: 'scrEfficiencyV', VI: 'scrEfficiencyVI' } as const;

/**
 * R-E1: flow-weighted efficiency below 0.35 (IV) or 0.50 (V) over at least 30 min with the SCR inlet at 250 … 450 °C; days before are
 * taken in until there are so many seconds (emissions §4). Days on which the downstream reading may be ammonia count for neither side: what
 * slips through a working catalyst would look like NOx that it left. [eng]
 */
export function judgeE1(on: Case): Outcome {
  const { day, p, facts } = on;
  if (day === null) return notEvaluated('R-E1', 'noData');
  if (facts.hasScr === false) return notEvaluated('R-E1', 'noScr');
  const least = leastEfficiency(on);
  if (least === null) return notEvaluated('R-E1', facts.stage === null ? 'stageUnknown' : 'noLimit', { stage: facts.stage });
  if (!sent(on, 'noxUpPpm')) return notEvaluated('R-E1', 'noUpstreamNox');
  if (!sent(on, 'noxDownPpm')) return notEvaluated('R-E1', 'noNox');
  const sums = { seconds: 0, upG: 0, downG: 0 };
  const days: string[] = [];
  for (const each of [...on.last(p.scrDays)].reverse()) {
    if (sums.seconds >= p.scrMinS) break;
    const failed = failedTests(on, each, CATALYST_CHANNELS);
    if (each === day && failed.length > 0) return notEvaluated('R-E1', 'plausibilityFailed', { tests: failed.join(', ') });
    const slips = nh3Possible(on, each) === true;
    if (each === day && slips) return notEvaluated('R-E1', 'nh3Possible', { dosingRatio: each.nh3.dosingRatio });
    if (failed.length > 0 || slips || each.scr.seconds <= 0) continue;
    sums.seconds += each.scr.seconds;
    sums.upG += each.scr.upG;
    sums.downG += each.scr.downG;
    days.unshift(each.date);
  }
  const figures: Said = {
    efficiency: sums.upG > 0 ? 1 - sums.downG / sums.upG : null,
    minEfficiency: least.value,
    hotS: sums.seconds,
    upG: sums.upG,
    downG: sums.downG,
  };
  if (day.scr.seconds <= 0 || sums.seconds < p.scrMinS || !(sums.upG > 0))
    return notEvaluated('R-E1', 'tooLittleHot', { ...figures, neededS: p.scrMinS });
  if (!(1 - sums.downG / sums.upG < least.value)) return clear('R-E1', figures);
  return found('R-E1', 'fault', figures, {
    limit: least,
    class: day.method.flowClass,
    days,
    caveats: ['upstreamOrigin', ...dayCaveats(day), ...nh3Caveats(on, day)],
  });
}

function leastEfficiency({ p, facts: { stage } }: Case): Limit | null {
  return stage === null || stage === 'III' ? null : limitOf(p, EFFICIENCY[stage]);
}

/** R-E2: NOx of the low-power bin above 3 × the fleet median of the same engine model (emissions §4). [eng] */
export function judgeE2(on: Case): Outcome {
  const { day, p, context } = on;
  if (day === null) return notEvaluated('R-E2', 'noData');
  if (!sent(on, 'noxDownPpm')) return notEvaluated('R-E2', 'noNox');
  const { reference } = context;
  if (reference === null) return notEvaluated('R-E2', 'noReference');
  if (reference.trucks < p.minReferenceTrucks)
    return notEvaluated('R-E2', 'referenceTooSmall', { referenceTrucks: reference.trucks, neededTrucks: p.minReferenceTrucks });
  // A fleet that reads nothing at low power makes every reading exceed it.
  if (reference.bin1GPerHour === null || reference.bin1GPerHour <= 0) return notEvaluated('R-E2', 'noReference');
  const failed = failedTests(on, day, MASS_CHANNELS);
  if (failed.length > 0) return notEvaluated('R-E2', 'plausibilityFailed', { tests: failed.join(', ') });
  const figures = binFigures(day, reference.bin1GPerHour);
  if (!day.bins.bin1Enough || day.bins.bin1GPerHour === null) return notEvaluated('R-E2', 'tooFewBinOne', figures);
  if (!(day.bins.bin1GPerHour > p.binOneFactor * reference.bin1GPerHour)) return clear('R-E2', figures);
  return found('R-E2', 'attention', figures, { class: day.method.flowClass, days: [day.date], caveats: dayCaveats(day) });
}

function binFigures({ bins }: DaySummary, median: number): Said {
  const own = bins.bin1GPerHour;
  return {
    bin1GPerHour: own,
    fleetMedian: median,
    factor: own !== null && median > 0 ? own / median : null,
    windows: bins.bin1Windows,
  };
}

/** R-T7: down ÷ up at 0.9 … 1.1 for more than half of the time above 250 °C: no dosing, no catalyst, or both sensors on one pipe (emissions §5.4). [eng] */
export function judgeT7(on: Case): Outcome {
  const { day, p, facts } = on;
  if (day === null) return notEvaluated('R-T7', 'noData');
  if (facts.hasScr === false) return notEvaluated('R-T7', 'noScr');
  if (!sent(on, 'noxUpPpm')) return notEvaluated('R-T7', 'noUpstreamNox');
  const { ratioS, ratioOneS } = day.plausibility;
  const figures: Said = { hotS: ratioS, ratioOneS, ratioShare: ratioS > 0 ? ratioOneS / ratioS : null };
  if (ratioS < p.ratioMinS) return notEvaluated('R-T7', 'tooLittleHot', { ...figures, neededS: p.ratioMinS });
  if (!(ratioOneS > p.ratioShare * ratioS)) return clear('R-T7', figures);
  return found('R-T7', 'fault', figures, { days: [day.date], caveats: ['upstreamOrigin', ...dayCaveats(day)] });
}
