import type { Caveat } from '../catalogue/reasons.ts';
import { reasonOf } from '../catalogue/reasons.ts';
import type { DaySummary, Histogram } from '../day/day-summary.ts';
import { PPM_STEP } from '../day/ppm-day.ts';
import type { Outcome, RuleId } from '../finding.ts';
import type { Case } from './case.ts';
import { dayCaveats, nh3Caveats } from './caveats.ts';
import { ppmGuard } from './guard.ts';
import { countOf, countWithin } from './histogram.ts';
import { type Limit, limitCaveats, loadPpmLevel, ppmLevel } from './limits.ts';
import { nh3Possible } from './nh3.ts';
import { clear, found, notEvaluated, type Said } from './outcomes.ts';
import { sent } from './sent.ts';
import { type NotValid, sensorsUnfit } from './valid-day.ts';
import { PPM_CHANNELS } from './void-tests.ts';
import { bestWindows } from './windows-of.ts';

const TOLERANCE = 1e-9;

/** What a day's 20 s means say of a level. */
interface PpmOver {
  readonly day: DaySummary;
  readonly limit: Limit;
  readonly guard: number;
  readonly overS: number;
  readonly ofS: number;
  readonly over: boolean;
}

/** R-C1: 20 s means above the level that stands for the in-use limit for more than 10 % of qualified time (emissions §4, §2.4). */
export function judgeC1(on: Case): Outcome {
  const said = today('R-C1', on, 1);
  if ('outcome' in said) return said;
  return said.over ? found('R-C1', 'suspected', ppmFigures(said), parts(on, said)) : clear('R-C1', ppmFigures(said));
}

/** R-C2: 20 s means above the inspection limit for more than 5 % of qualified time above half of rated power (emissions §4, §1.3). [M+] */
export function judgeC2(on: Case): Outcome {
  const { day, p } = on;
  const limit = loadPpmLevel(p, on.facts);
  const why = unfit(on, limit);
  if (day === null || limit === null || why !== null) return notEvaluated('R-C2', why?.reason ?? 'noData', why?.figures);
  const { highLoad } = day.ppm;
  if (highLoad === null) return notEvaluated('R-C2', 'noPower');
  const ofS = countOf(highLoad);
  if (ofS < p.minLoadS) return notEvaluated('R-C2', 'tooLittleLoad', { qualifiedS: ofS, neededS: p.minLoadS });
  const said = against(day, limit, highLoad, p.loadPpmShare, 1);
  return said.over ? found('R-C2', 'suspected', ppmFigures(said), parts(on, said)) : clear('R-C2', ppmFigures(said));
}

/** R-C3: R-C1 with its level × guard on at least 3 of the last 7 valid days, the day itself among them (emissions §4). [eng] */
export function judgeC3(on: Case): Outcome {
  const { p } = on;
  const guard = ppmGuard(p);
  const said = today('R-C3', on, guard);
  if ('outcome' in said) return said;
  if (said.over && nh3Possible(on, said.day) === true)
    return notEvaluated('R-C3', 'nh3Possible', { ...ppmFigures(said), dosingRatio: said.day.nh3.dosingRatio });
  const recent = on.days
    .flatMap((day) => dayOver(on, day, guard) ?? [])
    .filter((each) => !(each.over && nh3Possible(on, each.day) === true))
    .slice(-p.persistOf);
  const over = recent.filter((each) => each.over);
  const figures: Said = {
    ...ppmFigures(said),
    guardedPpm: said.limit.value * guard,
    daysOver: over.length,
    daysOf: recent.length,
  };
  if (!said.over || over.length < p.persistDays) return clear('R-C3', figures);
  return found('R-C3', 'probable', figures, { ...parts(on, said), days: over.map((each) => each.day.date) });
}

function today(rule: RuleId, on: Case, guard: number): PpmOver | Outcome {
  const { day, p } = on;
  const limit = ppmLevel(p, on.facts);
  const why = unfit(on, limit);
  if (day === null || limit === null || why !== null) return notEvaluated(rule, why?.reason ?? 'noData', why?.figures);
  return against(day, limit, day.ppm.all, p.ppmShare, guard);
}

/** A day that may be judged by concentration; null when not. */
function dayOver(on: Case, day: DaySummary, guard: number): PpmOver | null {
  const limit = ppmLevel(on.p, day.facts);
  const then = on.at(day.date);
  return limit === null || unfit(then, limit) !== null ? null : against(day, limit, day.ppm.all, on.p.ppmShare, guard);
}

/** Why a day cannot be judged by concentration: mass can be computed, or a precondition fails. */
function unfit(on: Case, limit: Limit | null): NotValid | null {
  const { day, p } = on;
  if (day === null) return { ok: false, reason: 'noData', figures: {} };
  if (limit === null) return { ok: false, reason: on.facts.stage === null ? 'stageUnknown' : 'noLimit', figures: {} };
  if (!sent(on, 'noxDownPpm')) return { ok: false, reason: 'noNox', figures: {} };
  if (bestWindows(day) !== null) return { ok: false, reason: 'massComputable', figures: {} };
  const sensors = sensorsUnfit(on, day, PPM_CHANNELS);
  if (sensors !== null) return sensors;
  if (day.ppm.reason !== null) return { ok: false, reason: reasonOf(day.ppm.reason), figures: {} };
  const qualifiedS = countOf(day.ppm.all);
  if (qualifiedS < p.minQualifiedS)
    return { ok: false, reason: 'tooLittleQualified', figures: { qualifiedS, neededS: p.minQualifiedS } };
  return null;
}

function against(day: DaySummary, limit: Limit, histogram: Histogram, share: number, guard: number): PpmOver {
  const ofS = countOf(histogram);
  const overS = ofS - countWithin(histogram, PPM_STEP, limit.value, guard);
  return { day, limit, guard, overS, ofS, over: overS > share * ofS * (1 + TOLERANCE) };
}

function ppmFigures({ day, limit, guard, overS, ofS }: PpmOver): Said {
  return {
    overS,
    qualifiedS: ofS,
    shareOver: ofS === 0 ? null : overS / ofS,
    limitPpm: limit.value,
    guard,
    noxValidShare: day.quality.noxValidShare,
  };
}

function parts(on: Case, { day, limit }: PpmOver): { limit: Limit; class: 'C'; days: string[]; caveats: Caveat[] } {
  return {
    limit,
    class: 'C',
    days: [day.date],
    caveats: [...limitCaveats(limit), 'classC', ...dayCaveats(day), ...nh3Caveats(on, day)],
  };
}
