import { clopperPearsonLower } from '@plume/ingest/emissions';
import type { Caveat } from '../catalogue/reasons.ts';
import type { DaySummary } from '../day/day-summary.ts';
import { withinOf } from '../day/window-day.ts';
import type { Outcome, RuleId } from '../finding.ts';
import type { Case } from './case.ts';
import { massCaveats, nh3Caveats } from './caveats.ts';
import { scrCompanions } from './companions.ts';
import { guardOf } from './guard.ts';
import { lessThanShare } from './histogram.ts';
import { approvalLimit, inUseLimit, type Limit, limitCaveats, times } from './limits.ts';
import { nh3Possible } from './nh3.ts';
import { clear, found, notEvaluated, type Said } from './outcomes.ts';
import { dayValidity } from './valid-day.ts';
import type { BestWindows } from './windows-of.ts';

/** What a day's windows say of a limit. */
interface DayOver {
  readonly day: DaySummary;
  readonly best: BestWindows;
  readonly limit: Limit;
  readonly guard: number;
  readonly within: number;
  readonly valid: number;
  readonly over: boolean;
}

type LimitOf = (on: Case, day: DaySummary) => Limit | null;

const attention: LimitOf = (on, day) => {
  const limit = approvalLimit(on.p, day.facts);
  return limit === null ? null : times(limit, on.p.attentionFactor, String(on.p.attentionFactor));
};
const inUse: LimitOf = (on, day) => inUseLimit(on.p, day.facts);

/** R-A1: fewer than 90 % of the valid windows keep the approval limit × 1.5 (emissions §4). [eng] */
export function judgeA1(on: Case): Outcome {
  return judgeDayAgainst('R-A1', 'attention', on, attention);
}

/** R-A2: fewer than 90 % of the valid windows keep the in-use limit (emissions §4; law for V and VI, inferred for IV). */
export function judgeA2(on: Case): Outcome {
  return judgeDayAgainst('R-A2', 'suspected', on, inUse);
}

function judgeDayAgainst(rule: RuleId, level: 'attention' | 'suspected', on: Case, limitOfDay: LimitOf): Outcome {
  const said = today(rule, on, limitOfDay, false);
  if ('outcome' in said) return said;
  const figures = windowFigures(on, said);
  if (!said.over) return clear(rule, figures);
  return found(rule, level, figures, { ...foundParts(said), caveats: foundCaveats(on, said) });
}

/**
 * R-A3: windows ÷ guard over the in-use limit on at least 3 of the last 7 valid days, or on so many of the valid days of 30 that the
 * one-sided 95 % lower bound of their share is above 50 % (Clopper-Pearson; E20). The day itself must be valid and over. Days on which
 * ammonia may have been read as NOx count for neither side; when the day itself is one, the verdict is held (emissions §4 "NH3"). [eng]
 */
export function judgeA3(on: Case): Outcome {
  const said = today('R-A3', on, inUse, true);
  if ('outcome' in said) return said;
  if (held(on, said)) return heldFor('R-A3', on, said);
  const { p } = on;
  const days = daysAgainst(on, inUse, true).filter((each) => !held(on, each));
  const recent = days.slice(-p.persistOf);
  const overRecent = recent.filter((each) => each.over).length;
  const over = days.filter((each) => each.over);
  const bound = clopperPearsonLower(over.length, days.length, p.longConfidence);
  const figures: Said = {
    ...windowFigures(on, said),
    guardedLimit: said.limit.value * said.guard,
    daysOver: overRecent,
    daysOf: recent.length,
    longDaysOver: over.length,
    longDaysOf: days.length,
    lowerBound: bound,
    confidence: p.longConfidence,
  };
  if (!said.over || !(overRecent >= p.persistDays || bound > p.longShare)) return clear('R-A3', figures);
  return found('R-A3', 'probable', figures, {
    ...foundParts(said),
    caveats: foundCaveats(on, said),
    days: over.map((each) => each.day.date),
  });
}

/**
 * R-A4: R-A1 on at least 3 of the last 7 valid days, the day itself among them, and a sign of the catalyst's own: urea use, efficiency,
 * plausibility of the pair, or a trouble code (emissions §4). Held for ammonia as R-A3 is. A repair lead, no verdict against a limit. [eng]
 */
export function judgeA4(on: Case): Outcome {
  const said = today('R-A4', on, attention, false);
  if ('outcome' in said) return said;
  if (on.facts.hasScr === false) return notEvaluated('R-A4', 'noScr');
  if (held(on, said)) return heldFor('R-A4', on, said);
  const { p } = on;
  const recent = daysAgainst(on, attention, false)
    .filter((each) => !held(on, each))
    .slice(-p.persistOf);
  const over = recent.filter((each) => each.over);
  const companions = scrCompanions(
    on,
    over.map((each) => each.day.date),
  );
  const figures: Said = {
    ...windowFigures(on, said),
    daysOver: over.length,
    daysOf: recent.length,
    companions: companions.join(', ') || null,
  };
  if (!said.over || over.length < p.persistDays || companions.length === 0) return clear('R-A4', figures);
  return found('R-A4', 'fault', figures, {
    ...foundParts(said),
    caveats: foundCaveats(on, said),
    days: over.map((each) => each.day.date),
  });
}

/** Whether a day over the limit may be so by ammonia. */
function held(on: Case, said: DayOver): boolean {
  return said.over && nh3Possible(on, said.day) === true;
}

function heldFor(rule: RuleId, on: Case, said: DayOver): Outcome {
  return notEvaluated(rule, 'nh3Possible', { ...windowFigures(on, said), dosingRatio: said.day.nh3.dosingRatio });
}

/** The day itself against its limit, or why it cannot be asked. */
function today(rule: RuleId, on: Case, limitOfDay: LimitOf, guarded: boolean): DayOver | Outcome {
  const { day } = on;
  if (day === null) return notEvaluated(rule, 'noData');
  if (on.facts.stage === null && limitOfDay(on, day) === null) return notEvaluated(rule, 'stageUnknown');
  const limit = limitOfDay(on, day);
  if (limit === null) return notEvaluated(rule, 'noLimit', { stage: on.facts.stage });
  const validity = dayValidity(on, day);
  if (!validity.ok) return notEvaluated(rule, validity.reason, validity.figures);
  return against(on, day, validity.best, limit, guarded);
}

/** All valid days of the last 30 that have a limit, ascending. */
function daysAgainst(on: Case, limitOfDay: LimitOf, guarded: boolean): DayOver[] {
  return on.days.flatMap((day) => {
    const limit = limitOfDay(on, day);
    const validity = limit === null ? null : dayValidity(on, day);
    return limit === null || validity === null || !validity.ok ? [] : [against(on, day, validity.best, limit, guarded)];
  });
}

function against(on: Case, day: DaySummary, best: BestWindows, limit: Limit, guarded: boolean): DayOver {
  const guard = guarded ? guardOf(on.p, best.class) : 1;
  const { within, valid } = withinOf(best.window, limit.value, guard);
  return { day, best, limit, guard, within, valid, over: lessThanShare(within, valid, on.p.minShareWithin) };
}

function windowFigures(on: Case, { day, best, limit, guard, within, valid }: DayOver): Said {
  const { window } = best;
  return {
    windowKind: best.kind,
    windows: valid,
    windowsOver: valid - within,
    shareOver: valid === 0 ? null : (valid - within) / valid,
    keptShare: on.p.minShareWithin,
    p90: window.p90,
    meanGPerKwh: window.mean,
    maxGPerKwh: window.max,
    limit: limit.value,
    guard,
    validWindowShare: window.validShare,
    noxValidShare: day.quality.noxValidShare,
    references: window.references,
  };
}

function foundParts({ day, best, limit }: DayOver): {
  limit: Limit;
  class: BestWindows['class'];
  days: string[];
  stretches: { fromSec: number; toSec: number }[];
} {
  const { worst } = best.window;
  return { limit, class: best.class, days: [day.date], stretches: worst === null ? [] : [{ ...worst }] };
}

function foundCaveats(on: Case, said: DayOver): Caveat[] {
  return [...limitCaveats(said.limit), ...massCaveats(said.day, said.best), ...nh3Caveats(on, said.day)];
}
