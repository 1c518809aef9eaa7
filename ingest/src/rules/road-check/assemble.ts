import { type BinSums, bsfcRef, type MethodClass, OPERATION_BIN_COUNT, worst } from '@plume/ingest/emissions';
import { type Day, plusDays } from '../cases/calendar.ts';
import type { Parameters } from '../catalogue/parameters.ts';
import type { DaySummary } from '../day/day-summary.ts';
import { LAST_SPEED_BIN } from '../day/slice-columns.ts';
import { withinOf } from '../day/window-day.ts';
import { guardOf } from '../verdicts/guard.ts';
import { inUseLimit, type Limit } from '../verdicts/limits.ts';
import { bestWindows } from '../verdicts/windows-of.ts';
import { ROAD_CHECK_VERSION, type RoadBasis, type RoadCheckInput, type RoadControl, type RoadDay } from './road-check-types.ts';

/** Draws begin here, so that a check can be computed again. */
const SEED = 20;

/** Into the workshop, and out of it repaired. */
export type Repair = RoadCheckInput['repair'];

/** A day that was evaluated: valid when R-A2 could be judged (emissions §4); else the reason why not. */
export interface JudgedRoadDay {
  readonly day: Day;
  readonly notValid: string | null;
}

/** The days that a road check looks at. */
export interface RoadSpan {
  /** Calendar days, both included. */
  readonly before: { readonly from: Day; readonly to: Day };
  readonly after: { readonly from: Day };
}

/** Between which days a road check looks, with those around the repair left out (emissions §7.4 step 1). */
export function roadSpan({ inDay, doneDay }: Repair, p: Parameters['roadCheck']): RoadSpan {
  const to = plusDays(inDay, -p.leftOutDays - 1);
  return { before: { from: plusDays(to, 1 - p.lookBackDays), to }, after: { from: plusDays(doneDay, p.leftOutDays + 1) } };
}

/** The valid days that are compared: the last ones before, the first ones after; and what was not valid in the same spans. */
export function chooseDays(days: readonly JudgedRoadDay[], repair: Repair, p: Parameters['roadCheck']) {
  const span = roadSpan(repair, p);
  const sorted = [...days].sort((a, b) => (a.day < b.day ? -1 : 1));
  const allBefore = sorted.filter(({ day }) => day >= span.before.from && day <= span.before.to);
  const allAfter = sorted.filter(({ day }) => day >= span.after.from);
  const valid = (list: readonly JudgedRoadDay[]): Day[] => list.filter((each) => each.notValid === null).map(({ day }) => day);
  const before = valid(allBefore).slice(-p.days);
  const after = valid(allAfter).slice(0, p.mostDaysAfter);
  const [first, last] = [before[0] ?? span.before.from, after.length < p.mostDaysAfter ? '9999-12-31' : (after.at(-1) ?? '')];
  return {
    before,
    after,
    notValid: {
      before: reasons(allBefore.filter(({ day }) => day >= first)),
      after: reasons(allAfter.filter(({ day }) => day <= last)),
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
  const { repair, notValid, controls } = material;
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
  { summary, slices }: SummedRoadDay,
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
    bins: roadBins(slices, basis, bsfcKgPerKwh),
    windows,
    over: over(1),
    overGuarded: over(guardOf(verdicts, best?.class ?? null)),
    ureaL: usedPct === null || tankL === null || fuelL === null ? null : (usedPct / 100) * tankL,
    fuelL: usedPct === null || tankL === null ? null : fuelL,
  };
}
