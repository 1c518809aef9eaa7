import { SOLUTION_G_PER_G_NOX, UREA_SOLUTION_KG_L } from '@plume/ingest/emissions';
import type { Caveat, Reason } from '../catalogue/reasons.ts';
import { reasonOf } from '../catalogue/reasons.ts';
import type { DaySummary } from '../day/day-summary.ts';
import type { Found, Outcome } from '../finding.ts';
import type { Case } from './case.ts';
import { dayCaveats } from './caveats.ts';
import { clear, found, notEvaluated, type Said } from './outcomes.ts';
import { sent } from './sent.ts';
import { dosableShare, dosingBalance, expectedRatio, type UreaBalance, ureaBalance } from './urea-balance.ts';

/** Whether a finding of R-U1 says that too little urea was used, not too much. */
export function lowUrea({ figures }: Found): boolean {
  return typeof figures.ureaShare === 'number' && figures.ureaShare < 1;
}

/** R-U1: urea over fuel against what the stage needs, over at least 300 L and 1000 km (emissions §5.1): below 1/3, below 2/3, above 1.5 ×. [eng] */
export function judgeU1(on: Case): Outcome {
  const { day, p } = on;
  const why = noUrea(on);
  if (day === null || why !== null) return notEvaluated('R-U1', why ?? 'noData');
  const balance = ureaBalance(on, p.ureaMinFuelL, p.ureaMinKm);
  if (balance === null) return notEvaluated('R-U1', 'noTankSize');
  const figures: Said = { ...balanceFigures(balance), fleetUreaPer100Km: on.context.reference?.ureaLPer100Km ?? null };
  if (!balance.enough || balance.share === null)
    return notEvaluated('R-U1', 'tooLittleFuel', {
      ...figures,
      neededL: p.ureaMinFuelL,
      neededKm: p.ureaMinKm,
      neededDropPct: balance.neededDropPct,
    });
  const parts = { days: balance.days, caveats: ureaCaveats(on, day) };
  if (balance.share < p.ureaStrong) return found('R-U1', 'fault', figures, parts);
  // Too much is said of all fuel: a cold catalyst excuses little, not much.
  const excess = (balance.ratio ?? 0) > p.ureaExcess * balance.stageRatio;
  if (balance.share < p.ureaAttention || excess) return found('R-U1', 'attention', figures, parts);
  return clear('R-U1', figures);
}

/**
 * R-U2: the level stays within ±1 % while fuel is burnt that asks for a drop of at least 15 %, without a refill (emissions §5.1, E11:
 * 199 L for a tank of 45 L at 3.4 %). [eng]
 */
export function judgeU2(on: Case): Outcome {
  const { day, p } = on;
  const why = noUrea(on);
  const expected = expectedRatio(on);
  if (day === null || why !== null || expected === null) return notEvaluated('R-U2', why ?? 'noData');
  const level = day.ureaTank.last?.levelPct ?? null;
  if (level === null) return notEvaluated('R-U2', reasonOf(day.ureaTank.reason ?? 'noReadings'));
  let fuelL = 0;
  let dropPct = 0;
  let moved = false;
  const days: string[] = [];
  for (const each of [...on.days].reverse()) {
    const tankL = each.facts.ureaTankL ?? on.facts.ureaTankL;
    if (tankL === null) return notEvaluated('R-U2', 'noTankSize');
    const { first, last, events, fuelL: burnt } = each.ureaTank;
    if (first === null || last === null || burnt === null) continue;
    const level0 = (pct: number): boolean => Math.abs(pct - level) <= p.frozenWithinPct;
    moved = events.length > 0 || !level0(first.levelPct) || !level0(last.levelPct);
    if (moved) break;
    fuelL += burnt;
    dropPct += (100 * expected * dosableShare(each) * burnt) / tankL;
    days.unshift(each.date);
    if (dropPct >= p.frozenDropPct) break;
  }
  const figures: Said = { levelPct: level, fuelL, expectedDropPct: dropPct, withinPct: p.frozenWithinPct };
  if (dropPct >= p.frozenDropPct) {
    const empty: Caveat[] = level <= p.ureaEmptyPct ? ['tankEmpty'] : [];
    return found('R-U2', 'fault', figures, { days, caveats: [...ureaCaveats(on, day), ...empty] });
  }
  return moved ? clear('R-U2', figures) : notEvaluated('R-U2', 'tooLittleFuel', { ...figures, neededDropPct: p.frozenDropPct });
}

/**
 * R-U3: urea is used as expected (R-U1 clear) and yet the efficiency is low (R-E1): diluted urea, or water (emissions §5.1). Of the same
 * days: while the urea of R-U1 is still that of days on which the catalyst worked, nothing is said. [eng]
 */
export function judgeU3(on: Case): Outcome {
  const use = on.outcome('R-U1');
  if (use.outcome === 'notEvaluated') return notEvaluated('R-U3', reasonOf(use.reason), use.figures);
  const catalyst = on.outcome('R-E1');
  if (catalyst.outcome === 'notEvaluated') return notEvaluated('R-U3', reasonOf(catalyst.reason), catalyst.figures);
  const { ureaShare = null, ureaRatio = null } = use.figures;
  const { efficiency = null, minEfficiency = null } = catalyst.figures;
  const figures: Said = { ureaShare, ureaRatio, efficiency, minEfficiency };
  if (use.outcome === 'found' || catalyst.outcome === 'clear') return clear('R-U3', figures);
  const { balanceDay } = use.figures;
  const counted = on.days.filter(({ date }) => typeof balanceDay === 'string' && date >= balanceDay);
  if (counted.some(({ date }) => on.at(date).outcome('R-E1').outcome === 'clear')) return clear('R-U3', figures);
  return found('R-U3', 'fault', figures, {
    class: catalyst.class,
    days: catalyst.days,
    caveats: catalyst.caveats as readonly Caveat[],
  });
}

/**
 * R-U4: 30 … 70 % of the urea that is needed, and NOx high (R-A1): a regulator in the urea line (emissions §5.1: "dosing or ratio"). By the
 * tank; by the injection that the truck reports where no level or no size of the tank is known. [C] abstract, [eng] thresholds
 */
export function judgeU4(on: Case): Outcome {
  const { day, p } = on;
  const why = noUrea(on);
  if (day === null || (why !== null && why !== 'noUreaLevel')) return notEvaluated('R-U4', why ?? 'noData');
  const nox = on.outcome('R-A1');
  if (nox.outcome === 'notEvaluated') return notEvaluated('R-U4', reasonOf(nox.reason), nox.figures);
  const balance =
    (why === null ? ureaBalance(on, p.ureaMinFuelL, p.ureaMinKm) : null) ?? dosingBalance(on, p.ureaMinFuelL, p.ureaMinKm);
  if (balance === null) return notEvaluated('R-U4', why ?? 'noTankSize');
  const { p90 = null, shareOver = null } = nox.figures;
  const figures: Said = { ...balanceFigures(balance), p90, shareOver };
  if (!balance.enough || balance.share === null)
    return notEvaluated('R-U4', 'tooLittleFuel', {
      ...figures,
      neededL: p.ureaMinFuelL,
      neededKm: p.ureaMinKm,
      neededDropPct: balance.neededDropPct,
    });
  const throttled = balance.share >= p.regulatorLow && balance.share <= p.regulatorHigh;
  if (!throttled || nox.outcome === 'clear') return clear('R-U4', figures);
  return found('R-U4', 'fault', figures, { class: nox.class, days: balance.days, caveats: ureaCaveats(on, day) });
}

/**
 * R-T6: the readings are cleaner than the urea allows, over at least 1000 km (emissions §5.4): less than a third of what is expected was
 * used, and the hot engine's downstream NOx is very low, or both sensors claim a removal that would have taken more than three times
 * the urea that is gone (E11: 2.008 g of solution per g NOx). An SCR that is merely out of urea claims none. [eng]
 */
export function judgeT6(on: Case): Outcome {
  const { day, p } = on;
  const why = noUrea(on);
  if (day === null || why !== null) return notEvaluated('R-T6', why ?? 'noData');
  if (!sent(on, 'noxDownPpm')) return notEvaluated('R-T6', 'noNox');
  const balance = ureaBalance(on, 0, p.lowNoxKm);
  if (balance === null) return notEvaluated('R-T6', 'noTankSize');
  const counted = on.days.filter((each) => balance.days.includes(each.date));
  const { meanPpm, hotS } = hotMean(counted);
  const claimedL = claimedUreaL(counted);
  const figures: Said = { ...balanceFigures(balance), hotMeanPpm: meanPpm, hotS, claimedUreaL: claimedL };
  if (!balance.enough || balance.share === null)
    return notEvaluated('R-T6', 'tooLittleFuel', { ...figures, neededKm: p.lowNoxKm, neededDropPct: balance.neededDropPct });
  if (meanPpm === null || hotS < p.minEngineOnS) return notEvaluated('R-T6', 'noHotEngine', figures);
  const expectedL = balance.expectedRatio * balance.fuelL;
  const claimed = claimedL >= p.claimedShare * expectedL && balance.ureaL < p.ureaStrong * claimedL;
  if (!(balance.share < p.ureaStrong && (meanPpm < p.lowNoxPpm || claimed))) return clear('R-T6', figures);
  return found('R-T6', 'fault', figures, { days: balance.days, caveats: ureaCaveats(on, day) });
}

/** Solution [L] that the removal takes which the two sensors show; 0 without an upstream sensor. */
function claimedUreaL(days: readonly DaySummary[]): number {
  const removedG = days.reduce((sum, { scr }) => sum + scr.removedG, 0);
  return (Math.max(0, removedG) * SOLUTION_G_PER_G_NOX) / 1000 / UREA_SOLUTION_KG_L;
}

function hotMean(days: readonly DaySummary[]): { meanPpm: number | null; hotS: number } {
  let sum = 0;
  let hotS = 0;
  for (const { plausibility } of days) {
    if (plausibility.hotMeanPpm === null) continue;
    sum += plausibility.hotMeanPpm * plausibility.hotMeanS;
    hotS += plausibility.hotMeanS;
  }
  return { meanPpm: hotS > 0 ? sum / hotS : null, hotS };
}

/** Why a rule on urea cannot be asked of the truck or the day; null when it can. */
function noUrea(on: Case): Reason | null {
  const { day, facts } = on;
  if (day === null) return 'noData';
  if (facts.hasScr === false) return 'noScr';
  if (facts.stage === null) return 'stageUnknown';
  if (expectedRatio(on) === null) return 'noLimit';
  if (on.days.every((each) => each.ureaTank.first === null)) return 'noUreaLevel';
  return null;
}

function ureaCaveats(on: Case, day: DaySummary): Caveat[] {
  const frozen = on.days.some((each) => each.ureaTank.frozenS > 0);
  return [...dayCaveats(day).filter((each) => each === 'conflicts'), ...(frozen ? (['ureaMayFreeze'] as const) : [])];
}

function balanceFigures(balance: UreaBalance): Said {
  return {
    ureaL: balance.ureaL,
    fuelL: balance.fuelL,
    distanceKm: balance.km,
    ureaRatio: balance.ratio,
    expectedRatio: balance.expectedRatio,
    stageRatio: balance.stageRatio,
    ureaShare: balance.share,
    balanceDay: balance.days[0] ?? null,
    dosableShare: balance.dosableShare,
    expectedDropPct: balance.expectedDropPct,
    ureaPer100Km: balance.km > 0 ? (100 * balance.ureaL) / balance.km : null,
  };
}
