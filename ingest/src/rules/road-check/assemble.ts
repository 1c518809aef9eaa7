import { type BinSums, bsfcRef, type MethodClass, OPERATION_BIN_COUNT, worst } from '@plume/ingest/emissions';
import { type Day, plusDays } from '../cases/calendar.ts';
import type { Parameters } from '../catalogue/parameters.ts';
import type { DaySummary } from '../day/day-summary.ts';
import { FORMULA_VERSION } from '../day/formula-version.ts';
import { LAST_SPEED_BIN } from '../day/slice-columns.ts';
import { withinOf } from '../day/window-day.ts';
import type { Outcome } from '../finding.ts';
import { guardOf } from '../verdicts/guard.ts';
import { inUseLimit, type Limit } from '../verdicts/limits.ts';
import { bestWindows } from '../verdicts/windows-of.ts';
import {
  ROAD_CHECK_VERSION,
  type RoadBasis,
  type RoadCheckInput,
  type RoadControl,
  type RoadDay,
  type RoadSpan,
} from './road-check-types.ts';

/** Draws begin here, so that a check can be computed again. */
const SEED = 20;

/** Into the workshop, and out of it repaired. */
export type Repair = RoadCheckInput['repair'];

/** A day that was evaluated: valid when R-A2 could be judged (emissions §4); else the reason why not. */
export interface JudgedRoadDay {
  readonly day: Day;
  readonly notValid: string | null;
}

/** Another completed repair of the truck, of any case. */
export interface OtherRepair extends Repair {
  /** Whether it is of the same round of the same case: then the days between it and the repair are of no side. */
  readonly sameRound: boolean;
}

/**
 * Between which days a road check looks (emissions §7.4 step 1). What was done to the truck reaches from the first repair of the round to the
 * one that is checked; repairs that touch it, with no more than the days left out between them, belong to it. Days before begin after the
 * repair before that, days after end before the next one, and days around each are left out.
 */
export function roadSpan(repair: Repair, p: Parameters['roadCheck'], others: readonly OtherRepair[] = []): RoadSpan {
  const { from, to, apart } = treatment(repair, p, others);
  const earlier = apart.filter(({ doneDay }) => doneDay < from).map(({ doneDay }) => plusDays(doneDay, p.leftOutDays + 1));
  const next = apart.filter(({ inDay }) => inDay > to).map(({ inDay }) => plusDays(inDay, -p.leftOutDays - 1));
  const last = plusDays(from, -p.leftOutDays - 1);
  return {
    before: { from: latest([plusDays(last, 1 - p.lookBackDays), ...earlier]), to: last },
    after: { from: plusDays(to, p.leftOutDays + 1), to: next.sort()[0] ?? null },
  };
}

const latest = (days: readonly Day[]): Day => [...days].sort().at(-1) ?? '';

/** From the first day in a workshop to the last one, and the repairs that stand apart from that. */
function treatment(repair: Repair, p: Parameters['roadCheck'], others: readonly OtherRepair[]) {
  let { inDay: from, doneDay: to } = repair;
  let apart = [...others];
  for (;;) {
    const belongs = ({ inDay, doneDay, sameRound }: OtherRepair): boolean =>
      sameRound || (inDay <= plusDays(to, p.leftOutDays) && doneDay >= plusDays(from, -p.leftOutDays));
    const joined = apart.filter(belongs);
    if (joined.length === 0) return { from, to, apart };
    apart = apart.filter((each) => !joined.includes(each));
    for (const each of joined) {
      if (each.inDay < from) from = each.inDay;
      if (each.doneDay > to) to = each.doneDay;
    }
  }
}

/** Why a day is not valid for a road check, from its outcomes: R-A2 could not be judged, or R-A3 is held as ammonia may have been read as NOx. */
export function roadNotValid(outcomes: readonly Outcome[]): string | null {
  const of = (rule: Outcome['rule']) => outcomes.find((each) => each.rule === rule);
  const [a2, a3] = [of('R-A2'), of('R-A3')];
  if (a2 === undefined) return 'notJudged';
  if (a2.outcome === 'notEvaluated') return a2.reason;
  return a3?.outcome === 'notEvaluated' && a3.reason === 'nh3Possible' ? a3.reason : null;
}

/** Last of all days. */
const EVER = '9999-12-31';

/**
 * The valid days that are compared: the last ones before, the first ones after; what was not valid between them; and `looked`, the calendar
 * days on which another outcome would change the choice.
 */
export function chooseDays(days: readonly JudgedRoadDay[], span: RoadSpan, p: Parameters['roadCheck']) {
  const sorted = [...days].sort((a, b) => (a.day < b.day ? -1 : 1));
  const within = (from: Day, to: Day) => sorted.filter(({ day }) => day >= from && day <= to);
  const valid = (list: readonly JudgedRoadDay[]): Day[] => list.filter((each) => each.notValid === null).map(({ day }) => day);
  const before = valid(within(span.before.from, span.before.to)).slice(-p.days);
  const after = valid(within(span.after.from, span.after.to ?? EVER)).slice(0, p.mostDaysAfter);
  const looked = {
    before: { from: (before.length < p.days ? undefined : before[0]) ?? span.before.from, to: span.before.to },
    after: { from: span.after.from, to: (after.length < p.mostDaysAfter ? undefined : after.at(-1)) ?? span.after.to ?? EVER },
  };
  return {
    before,
    after,
    looked,
    notValid: {
      before: reasons(within(looked.before.from, looked.before.to)),
      after: reasons(within(looked.after.from, looked.after.to)),
    },
  };
}

function reasons(days: readonly JudgedRoadDay[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { notValid } of days) if (notValid !== null) counts.set(notValid, (counts.get(notValid) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Sums of a day in one bin, as they are stored of every truck-day (`operation` and `speed` of `truck_sums`). */
export interface RoadSlice {
  readonly kind: 'operation' | 'speed';
  readonly bin: number;
  readonly workOfNoxKwh: number | null;
  readonly noxOfFuelG: number | null;
  readonly fuelOfNoxKg: number | null;
}

/** A valid day with all that is taken of it. */
export interface SummedRoadDay {
  /** Version of the arithmetic that made them; null: not known. */
  readonly formula: string | null;
  readonly summary: DaySummary;
  readonly slices: readonly RoadSlice[];
}

/** By what operation is matched: power and speed when every day has work of its own, else speed alone (emissions §3.4, §7.1). */
export function basisOf(days: readonly SummedRoadDay[]): RoadBasis {
  return days.every(({ summary }) => bestWindows(summary)?.kind === 'work') ? 'work' : 'fuel';
}

/**
 * Sums by bin: NOx and fuel ÷ consumption, in power and speed classes, or by speed alone where there is no power. Fuel, because it is burnt in
 * every second of a running engine: work vanishes downhill, and g/kWh of lightly loaded bins would tell of the road.
 */
export function roadBins(slices: readonly RoadSlice[], basis: RoadBasis, bsfcKgPerKwh: number): BinSums[] {
  const work = basis === 'work';
  const bins = Array.from({ length: work ? OPERATION_BIN_COUNT : LAST_SPEED_BIN + 1 }, () => ({ emission: 0, base: 0 }));
  for (const slice of slices) {
    const bin = slice.kind === (work ? 'operation' : 'speed') ? bins[slice.bin] : undefined;
    if (bin === undefined) continue;
    bin.emission += slice.noxOfFuelG ?? 0;
    bin.base += (slice.fuelOfNoxKg ?? 0) / bsfcKgPerKwh;
  }
  return bins;
}

/** What the input of a road check is made of. Numbers of the verdicts are those in force now. */
export interface RoadMaterial {
  readonly repair: Repair;
  readonly span: RoadSpan;
  readonly before: readonly SummedRoadDay[];
  readonly after: readonly SummedRoadDay[];
  readonly notValid: RoadCheckInput['notValid'];
  readonly controls: readonly RoadControl[];
}

/** Consumption of a truck [kg/kWh]: its own over all the days, or the reference of the registry, or of the method, where it has no work. */
export function roadBsfc(days: readonly SummedRoadDay[], basis: RoadBasis): RoadCheckInput['bsfc'] {
  const own = days.flatMap(({ slices }) => slices.filter(({ kind }) => kind === 'operation'));
  const work = own.reduce((sum, { workOfNoxKwh }) => sum + (workOfNoxKwh ?? 0), 0);
  const fuel = own.reduce((sum, { fuelOfNoxKg }) => sum + (fuelOfNoxKg ?? 0), 0);
  if (basis === 'work' && work > 0 && fuel > 0) return { value: fuel / work, assumed: false };
  const facts = days.at(-1)?.summary.facts;
  return bsfcRef({ ...(facts ?? NO_FACTS) });
}

const NO_FACTS = {
  stage: null,
  ratedPowerKw: null,
  ratedRpm: null,
  referenceTorqueNm: null,
  torqueKind: null,
  workRefKwh: null,
  bsfcRefKgPerKwh: null,
  fuelDensityKgL: null,
  displacementL: null,
};

/** Everything that a road check rests on, from days and controls. */
export function assembleRoadCheck(material: RoadMaterial, parameters: Parameters): RoadCheckInput {
  const { repair, span, notValid, controls } = material;
  const days = [...material.before, ...material.after];
  const basis = basisOf(days);
  const bsfc = roadBsfc(days, basis);
  const newest = days.at(-1)?.summary;
  const limit = newest === undefined ? null : inUseLimit(parameters.verdicts, newest.facts);
  const classes = days.flatMap(({ summary }): MethodClass[] => {
    const best = bestWindows(summary);
    return best === null ? [] : [best.class];
  });
  const methodClass = classes.length === 0 ? null : worst(...classes);
  const dayOf = (each: SummedRoadDay): RoadDay => roadDay(each, basis, bsfc.value, limit, parameters);
  return {
    version: ROAD_CHECK_VERSION,
    parameters: parameters.roadCheck,
    seed: SEED,
    repair,
    span,
    formula: FORMULA_VERSION,
    basis,
    bsfc,
    methodClass,
    limit,
    guard: guardOf(parameters.verdicts, methodClass),
    minShareWithin: parameters.verdicts.minShareWithin,
    before: material.before.map(dayOf),
    after: material.after.map(dayOf),
    notValid,
    controls,
  };
}

function roadDay(
  { formula, summary, slices }: SummedRoadDay,
  basis: RoadBasis,
  bsfcKgPerKwh: number,
  limit: Limit | null,
  { verdicts }: Parameters,
): RoadDay {
  const best = bestWindows(summary);
  const windows = best?.window.valid ?? 0;
  const over = (guard: number): number =>
    best === null || limit === null ? 0 : windows - withinOf(best.window, limit.value, guard).within;
  const { usedPct, fuelL } = summary.ureaTank;
  const tankL = summary.facts.ureaTankL;
  return {
    day: summary.date,
    formula,
    bins: roadBins(slices, basis, bsfcKgPerKwh),
    windows,
    over: over(1),
    overGuarded: over(guardOf(verdicts, best?.class ?? null)),
    ureaL: usedPct === null || tankL === null || fuelL === null ? null : (usedPct / 100) * tankL,
    fuelL: usedPct === null || tankL === null ? null : fuelL,
  };
}
