import { type Db, type QualityRow, queryQuality } from '@plume/db';
import { median } from '@plume/ingest/emissions';
import type { Parameters } from '@plume/ingest/rules';
import { addDays, beijingDate, daysBetween } from '../beijing-day.ts';
import { parametersOn } from '../rules-in-force.ts';
import type { ExemptionCheck, ExemptionCriteria } from './exemption.ts';
import type { RankedId } from './factors.ts';
import { type Measure, measure } from './measures.ts';
import { type Period, requirePeriod } from './period.ts';
import { CONFIDENCE, DRAWS, type DrawnFleet, drawFleet, intervalOf, validShareOf } from './ranking.ts';
import type { StatisticsContext, StatisticsFilter } from './table.ts';

/** Healthy trucks of a stage from which a level is taken. [eng] */
export const LEAST_HEALTHY = 3;
const DAYS_PER_YEAR = 365;
const G_PER_KG = 1000;
/** One percentage point of the valid share. */
const POINT = 0.01;

type Truck = {
  readonly id: number;
  readonly plate: string;
  readonly district: string | null;
  readonly enterprise: string | null;
};

/** What treating a truck would save, were it brought to the level of the healthy trucks of its stage. */
export interface TreatTruck {
  readonly vehicle: Truck;
  readonly stage: string | null;
  readonly factor: number;
  readonly low: number;
  readonly high: number;
  /** kg NOx a year, with its interval; null: no level to compare with. */
  readonly avoidableKg: number | null;
  readonly avoidableLow: number | null;
  readonly avoidableHigh: number | null;
  /** Over the limit by R-A3 or R-C3 on a day of the period; null: could not be judged. */
  readonly overLimit: boolean | null;
  readonly days: number;
  readonly validShare: number | null;
  /** What one more percentage point of valid data would do: kg a year narrower (half the interval), and filled kg of the period that would be measured. */
  readonly narrowerKg: number | null;
  readonly measuredKg: number | null;
}

/** The level that trucks of a stage are compared with: the median of those that could be judged and were never over the limit. */
export interface HealthyLevel {
  readonly stage: string | null;
  readonly trucks: number;
  readonly level: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Whether a truck can be proposed for exemption, and what stands against it. */
export interface ExemptTruck {
  readonly vehicle: Truck;
  readonly stage: string | null;
  readonly fulfils: boolean;
  readonly fails: readonly ExemptionCheck[];
  readonly validDays: number;
  readonly effectivePct: number | null;
  readonly upperBound: number | null;
  readonly limit: number | null;
}

/** Where to begin, and what is clean. */
export interface Guidance {
  readonly period: Period;
  readonly measure: Measure;
  readonly confidence: number;
  readonly levels: readonly HealthyLevel[];
  readonly treat: readonly TreatTruck[];
  readonly notEvaluated: number;
  /** Avoidable kg a year of all trucks whose interval lies above zero. */
  readonly avoidableKg: number;
}

/** The trucks that are clean and known well enough. */
export interface ExemptionList {
  readonly period: Period;
  readonly criteria: ExemptionCriteria;
  readonly trucks: readonly ExemptTruck[];
}

type Query = { readonly measure: RankedId; readonly filter: StatisticsFilter; readonly period: Period };
type Fleet = DrawnFleet['trucks'];

/**
 * Trucks by what treating them would save a year: (standardised factor − level of the healthy trucks of the stage) × what the truck does in a
 * year, going on as in the period (since it was fitted, when that was meanwhile). The interval draws days of the truck and of the healthy trucks together.
 */
export async function guidanceOf(db: Db, query: Query, context: StatisticsContext): Promise<Guidance> {
  const fleet = await drawFleet(db, query, context);
  const quality = await qualityOf(db, query.filter, fleet.period, context);
  const levels = levelsOf(fleet.trucks, quality);
  const last = earlier(fleet.period.to, beijingDate(context.nowMs));
  const treat = fleet.trucks.map((truck) => {
    const years = yearsOf(truck.truck, fleet.period.from, last);
    return treatOf(truck, levels.get(truck.truck.stage) ?? null, quality, years, query.measure);
  });
  return {
    period: fleet.period,
    measure: measure(query.measure),
    confidence: CONFIDENCE,
    levels: [...levels].map(([stage, { trucks, level, draws }]) => ({
      stage,
      trucks,
      level,
      ...(draws === null ? { low: null, high: null } : intervalOf(draws)),
    })),
    treat: treat.sort(firstToTreat),
    notEvaluated: fleet.few.length,
    avoidableKg: treat.reduce(
      (sum, { avoidableKg, avoidableLow }) => sum + ((avoidableLow ?? 0) > 0 ? (avoidableKg ?? 0) : 0),
      0,
    ),
  };
}

type Urgency = Pick<TreatTruck, 'avoidableKg' | 'overLimit' | 'factor'>;

/**
 * The order of treatment: what is avoidable, the most first; then trucks over their limit of which that cannot be told, as too few of their
 * stage are healthy; then the others. Without a mass the higher factor comes first.
 */
export function firstToTreat(a: Urgency, b: Urgency): number {
  const place = ({ avoidableKg, overLimit }: Urgency): number =>
    avoidableKg === null ? (overLimit ? 1 : 3) : avoidableKg > 0 ? 0 : 2;
  return place(a) - place(b) || (b.avoidableKg ?? 0) - (a.avoidableKg ?? 0) || b.factor - a.factor;
}

/** Years of a period in which a truck was fitted: what it did in them is what it does in a year, also when it was fitted meanwhile. */
function yearsOf({ fitted_at }: { readonly fitted_at: Date }, from: string, to: string): number {
  const fitted = beijingDate(fitted_at.getTime());
  return daysBetween(fitted > from && fitted <= to ? fitted : from, to) / DAYS_PER_YEAR;
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}

async function qualityOf(
  db: Db,
  filter: StatisticsFilter,
  period: Period,
  context: StatisticsContext,
): Promise<Map<number, QualityRow>> {
  const rows = await queryQuality(db, {
    spans: [{ span: 'day', ...period }],
    by: ['vehicle'],
    filter: { ...filter, districts: context.districts },
    atMs: context.nowMs,
  });
  return new Map(rows.map((row) => [Number(row.keys[0]), row]));
}

interface Level {
  readonly trucks: number;
  readonly level: number | null;
  readonly draws: Float64Array | null;
}

function levelsOf(fleet: Fleet, quality: ReadonlyMap<number, QualityRow>): Map<string | null, Level> {
  const levels = new Map<string | null, Level>();
  for (const stage of new Set(fleet.map(({ truck }) => truck.stage))) {
    const healthy = fleet.filter(({ truck }) => {
      const own = quality.get(truck.id);
      return truck.stage === stage && own !== undefined && own.judged_trucks > 0 && own.over_trucks === 0;
    });
    const enough = healthy.length >= LEAST_HEALTHY;
    const at = (d: number): number => median(healthy.map(({ drawn }) => drawn.draws[d] as number));
    levels.set(stage, {
      trucks: healthy.length,
      level: enough ? median(healthy.map(({ drawn }) => drawn.value)) : null,
      draws: enough ? Float64Array.from({ length: DRAWS }, (_, d) => at(d)) : null,
    });
  }
  return levels;
}

/** What a truck does in a period in the base of a factor: kWh, kg fuel or km, also while NOx was not valid. */
const BASES = { noxGPerKwh: 'work_kwh', noxGPerKgFuel: 'fuel_kg', noxGPerKm: 'distance_km' } as const satisfies Readonly<
  Record<RankedId, string>
>;

function treatOf(
  { truck, drawn, sums }: Fleet[number],
  level: Level | null,
  quality: ReadonlyMap<number, QualityRow>,
  years: number,
  of: RankedId,
): TreatTruck {
  const perYear = (sums?.[BASES[of]] ?? 0) / years;
  const { id, plate, district, enterprise, stage } = truck;
  const interval = intervalOf(drawn.draws);
  const draws = level?.draws ? drawn.draws.map((value, d) => ((value - (level.draws?.[d] ?? 0)) * perYear) / G_PER_KG) : null;
  const own = quality.get(id);
  const share = validShareOf(sums);
  const avoidable = draws === null ? null : intervalOf(draws);
  const half = avoidable === null ? null : (avoidable.high - avoidable.low) / 2;
  return {
    vehicle: { id, plate, district, enterprise },
    stage,
    factor: drawn.value,
    ...interval,
    avoidableKg: level === null || level.level === null ? null : ((drawn.value - level.level) * perYear) / G_PER_KG,
    avoidableLow: avoidable?.low ?? null,
    avoidableHigh: avoidable?.high ?? null,
    overLimit: own === undefined || own.judged_trucks === 0 ? null : own.over_trucks > 0,
    days: sums?.nox_days ?? 0,
    validShare: share,
    narrowerKg: half === null || share === null || share + POINT > 1 ? null : half * (1 - Math.sqrt(share / (share + POINT))),
    measuredKg: measuredByPoint(sums),
  };
}

/** Filled NOx [kg] that one more point of valid data would turn into measured NOx; null: nothing was filled. */
function measuredByPoint(sums: Fleet[number]['sums']): number | null {
  const { filled_nox_g: grams = null, filled_s: seconds = null, engine_on_s: on = null } = sums ?? {};
  if (grams === null || seconds === null || on === null || !(seconds > 0)) return null;
  return ((grams / seconds) * Math.min(seconds, on * POINT)) / G_PER_KG;
}

/** The in-use limit of a stage [g/kWh] among the rules' numbers; null: there is none. */
export function inUseLimit(stage: string | null, { verdicts }: Parameters): number | null {
  return stage === 'IV' ? verdicts.inUseIV : stage === 'V' ? verdicts.inUseV : stage === 'VI' ? verdicts.inUseVI : null;
}

/** Which trucks fulfil the criteria over the days before the end of the period, the clean ones first. */
export async function exemptionsOf(
  db: Db,
  query: { readonly filter: StatisticsFilter; readonly to: string },
  criteria: ExemptionCriteria,
  context: StatisticsContext,
): Promise<ExemptionList> {
  const period = requirePeriod({ from: addDays(query.to, 1 - criteria.withinDays), to: query.to }, beijingDate(context.nowMs));
  const fleet = await drawFleet(db, { measure: 'noxGPerKwh', filter: query.filter, period }, context);
  const quality = await qualityOf(db, query.filter, period, context);
  const parameters = await parametersOn(db, period.to);
  const known = fleet.trucks.map(({ truck, sums, drawn }) => ({ truck, sums, bound: intervalOf(drawn.draws).high }));
  const all = [...known, ...fleet.few.map(({ truck, sums }) => ({ truck, sums, bound: null }))];
  const trucks = all.map(({ truck, sums, bound }): ExemptTruck => {
    const own = quality.get(truck.id);
    const effectivePct = own?.nox_valid_samples != null && own.due > 0 ? (100 * own.nox_valid_samples) / own.due : null;
    const limit = truck.own_limit ?? inUseLimit(truck.stage, parameters);
    const validDays = sums?.nox_days ?? 0;
    const fails: ExemptionCheck[] = [];
    if (validDays < criteria.leastValidDays) fails.push('validDays');
    if (effectivePct === null || effectivePct < criteria.leastEffectivePct) fails.push('effectiveRate');
    if (bound === null || limit === null || bound > limit * criteria.mostShareOfLimit) fails.push('belowLimit');
    if (own === undefined || own.judged_days === 0 || own.over_trucks > 0 || own.over_day_trucks > 0) fails.push('noFinding');
    const { id, plate, district, enterprise, stage } = truck;
    return {
      vehicle: { id, plate, district, enterprise },
      stage,
      fulfils: fails.length === 0,
      fails,
      validDays,
      effectivePct,
      upperBound: bound,
      limit,
    };
  });
  return {
    period,
    criteria,
    trucks: trucks.sort((a, b) => a.fails.length - b.fails.length || a.vehicle.plate.localeCompare(b.vehicle.plate, 'zh')),
  };
}
