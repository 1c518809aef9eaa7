import type { Db } from '../db.ts';
import { SLICE_SUMS, type SliceSum } from '../slice-columns.ts';
import { type Districts, within } from './districts.ts';

/** Which trucks a statistic is about; what is not given is not asked for. */
export interface StatFilter {
  /** Districts of who asks; null: the whole site. */
  readonly districts: Districts;
  readonly district?: string | undefined;
  readonly enterprise?: string | undefined;
  readonly stage?: string | undefined;
  readonly model?: string | undefined;
  readonly use?: string | undefined;
  readonly vehicles?: readonly number[] | undefined;
}

/** Beijing days, both included, and the rows that they are read from: their own, or those of whole months. */
export interface StatSpan {
  readonly span: 'day' | 'month';
  readonly from: string;
  readonly to: string;
}

/** What rows are gathered by, as SQL knows it. `bin` is that of the kind asked for. */
export const STAT_KEYS = [
  'vehicle',
  'enterprise',
  'district',
  'stage',
  'model',
  'use',
  'weekday',
  'day',
  'month',
  'bin',
] as const;
export type StatKey = (typeof STAT_KEYS)[number];

/** A question to `truck_sums` or `truck_day`. */
export interface StatQuery {
  readonly spans: readonly StatSpan[];
  readonly by: readonly StatKey[];
  readonly filter: StatFilter;
  /** The facts of trucks are those in force at this moment. */
  readonly atMs: number;
}

/** Sums of a group: null where no row knows one. */
export type StatSums = Readonly<Record<SliceSum, number | null>>;

/** A group of `truck_sums` rows. */
export interface SumsRow extends StatSums {
  readonly keys: readonly (string | number | null)[];
  readonly days: number;
  readonly nox_days: number;
  readonly trucks: number;
}

/** A group of truck-days as to their quality and limits. */
export interface QualityRow {
  readonly keys: readonly (string | number | null)[];
  /** Truck-days in service that were evaluated, and of these with samples. */
  readonly days: number;
  readonly data_days: number;
  readonly trucks: number;
  readonly data_trucks: number;
  readonly received: number;
  readonly due: number;
  readonly nox_valid_samples: number | null;
  /** Trucks whose limit was judged on a day at least; over by R-A3 or R-C3; over by R-A2. */
  readonly judged_trucks: number;
  readonly over_trucks: number;
  readonly over_day_trucks: number;
  /** Trucks that R-A2 could judge on a day at least; null: not asked for. */
  readonly day_judged_trucks: number | null;
  readonly judged_days: number;
  readonly over_days: number;
}

const TRUCK_KEYS: Readonly<Partial<Record<StatKey, string>>> = {
  vehicle: 't.id',
  enterprise: 't.enterprise',
  district: 't.district',
  stage: 't.stage',
  model: 't.model',
  use: 't.use_type',
};

/** SQL of a key; `day`: an expression of the Beijing day, `bin`: of the bin. */
function keySql(key: StatKey): string {
  const truck = TRUCK_KEYS[key];
  if (truck !== undefined) return truck;
  if (key === 'day') return 's.day::text';
  if (key === 'month') return `to_char(s.day, 'YYYY-MM')`;
  if (key === 'weekday') return 'extract(isodow from s.day)::int';
  return 's.bin::int';
}

/** Trucks of a filter with the facts in force at $2. Parameters $1 … $8. */
export const TRUCKS_CTE = `trucks as materialized (
  select v.id, v.vin, v.plate, v.district, v.enterprise, v.use_type, v.fitted_at, p."values" ->> 'stage' as stage, p."values" ->> 'engineModel' as model,
    (p."values" ->> 'ratedPowerKw')::float8 as rated_kw, (p."values" ->> 'inUseGPerKwh')::float8 as own_limit
  from vehicles v left join lateral (
    select "values" from vehicle_parameters p where p.vehicle_id = v.id and p.valid_from <= $2::timestamptz order by p.recorded_at desc, p.id desc limit 1
  ) p on true
  where ${within('v.district', '$1')} and ($3::text is null or v.district = $3::text) and ($4::text is null or v.enterprise = $4::text)
    and ($5::text is null or p."values" ->> 'stage' = $5::text) and ($6::text is null or p."values" ->> 'engineModel' = $6::text)
    and ($7::text is null or v.use_type = $7::text) and ($8::int[] is null or v.id = any($8::int[]))
)`;

/** The parameters of `TRUCKS_CTE`. */
export function truckParams(
  { districts, district, enterprise, stage, model, use, vehicles }: StatFilter,
  atMs: number,
): unknown[] {
  return [
    districts,
    new Date(atMs),
    district ?? null,
    enterprise ?? null,
    stage ?? null,
    model ?? null,
    use ?? null,
    vehicles === undefined ? null : [...vehicles],
  ];
}

/** A truck with the facts that statistics gather by. */
export interface StatTruck {
  readonly id: number;
  readonly vin: string;
  readonly plate: string;
  readonly district: string | null;
  readonly enterprise: string | null;
  readonly use_type: string | null;
  readonly stage: string | null;
  readonly model: string | null;
  readonly rated_kw: number | null;
  /** In-use limit entered for this truck [g/kWh]. */
  readonly own_limit: number | null;
  readonly fitted_at: Date;
}

/** The trucks of a filter, by plate. */
export async function statTrucks(db: Db, filter: StatFilter, atMs: number): Promise<StatTruck[]> {
  return await db.query<StatTruck>(
    `with ${TRUCKS_CTE} select id, vin, plate, district, enterprise, use_type, stage, model, rated_kw, own_limit, fitted_at from trucks order by plate, id`,
    truckParams(filter, atMs),
    { priority: 'read' },
  );
}

function groupSql(by: readonly StatKey[]): { keys: string; group: string } {
  const keys = by.length === 0 ? `'[]'::jsonb` : `jsonb_build_array(${by.map((_, i) => `k${i}`).join(', ')})`;
  return { keys, group: by.length === 0 ? '' : `group by ${by.map((_, i) => `k${i}`).join(', ')}` };
}

const SUM_LIST = SLICE_SUMS.map(([name]) => name);

/** Sums of the rows of a kind, gathered; `bin`: of that bin alone. One row for no keys, also without data. */
export async function querySums(db: Db, q: StatQuery & { readonly kind: string; readonly bin?: number }): Promise<SumsRow[]> {
  const { keys, group } = groupSql(q.by);
  const rows = q.spans.map(
    (span, i) =>
      `select * from truck_sums where span = '${span.span}' and kind = $9::text and day between $${11 + i * 2}::date and $${12 + i * 2}::date`,
  );
  return await db.query<SumsRow>(
    `with ${TRUCKS_CTE}, found as (
       select ${q.by.map((key, i) => `${keySql(key)} as k${i}, `).join('')} s.vehicle_id, s.days, s.nox_days, ${SUM_LIST.map((name) => `s.${name}`).join(', ')}
       from (${rows.join(' union all ')}) s join trucks t on t.id = s.vehicle_id where ($10::int is null or s.bin = $10::int)
     )
     select ${keys} as keys, coalesce(sum(days), 0)::int as days, coalesce(sum(nox_days), 0)::int as nox_days, count(distinct vehicle_id)::int as trucks,
       ${SUM_LIST.map((name) => `sum(${name}) as ${name}`).join(', ')} from found ${group}`,
    [...truckParams(q.filter, q.atMs), q.kind, q.bin ?? null, ...q.spans.flatMap(({ from, to }) => [from, to])],
    { priority: 'read' },
  );
}

/**
 * Quality and limits of truck-days, gathered. Spans are days, whatever they say. A day without samples for which the truck was laid up is not in
 * service, also when that was entered after it had been judged.
 * `byDay`: whether R-A2 is asked for too, which takes a look at every day's outcomes.
 */
export async function queryQuality(db: Db, q: StatQuery & { readonly byDay?: boolean }): Promise<QualityRow[]> {
  const { keys, group } = groupSql(q.by);
  const days = q.spans.map((_, i) => `s.day between $${9 + i * 2}::date and $${10 + i * 2}::date`).join(' or ');
  return await db.query<QualityRow>(
    `with ${TRUCKS_CTE}, found as (
       select ${q.by.map((key, i) => `${keySql(key)} as k${i}, `).join('')} s.vehicle_id, s.samples, s.received, s.due, s.nox_valid_samples, s.limit_judged, s.over_limit, s.over_limit_day,
         ${q.byDay ? `(s.over_limit_day or s.verdicts @> '[{"rule": "R-A2", "outcome": "clear"}]')` : 'null::boolean'} as day_judged
       from truck_day s join trucks t on t.id = s.vehicle_id where (${days}) and (s.samples > 0 or not exists (
         select 1 from lay_ups l where l.vehicle_id = s.vehicle_id and l.valid_from <= s.day and (l.valid_to is null or l.valid_to > s.day)))
     )
     select ${keys} as keys, count(*)::int as days, count(*) filter (where samples > 0)::int as data_days, count(distinct vehicle_id)::int as trucks,
       count(distinct vehicle_id) filter (where samples > 0)::int as data_trucks, coalesce(sum(received), 0)::float8 as received,
       coalesce(sum(due), 0)::float8 as due, sum(nox_valid_samples)::float8 as nox_valid_samples,
       count(distinct vehicle_id) filter (where limit_judged)::int as judged_trucks, count(distinct vehicle_id) filter (where over_limit)::int as over_trucks,
       count(distinct vehicle_id) filter (where over_limit_day)::int as over_day_trucks, ${q.byDay ? 'count(distinct vehicle_id) filter (where day_judged)::int' : 'null::int'} as day_judged_trucks, count(*) filter (where limit_judged)::int as judged_days,
       count(*) filter (where over_limit)::int as over_days
     from found ${group}`,
    [...truckParams(q.filter, q.atMs), ...q.spans.flatMap(({ from, to }) => [from, to])],
    { priority: 'read' },
  );
}

/** How far the figures of a period stand: truck-days that wait to be evaluated anew, and when the last was. */
export async function statFreshness(
  db: Db,
  filter: StatFilter,
  atMs: number,
  from: string,
  to: string,
): Promise<{ waiting: number; evaluated_at: Date | null }> {
  const [row] = await db.query<{ waiting: number; evaluated_at: Date | null }>(
    `with ${TRUCKS_CTE} select (select count(*)::int from dirty_days m join trucks t on t.id = m.vehicle_id where m.day between $9::date and $10::date) as waiting,
       (select max(d.evaluated_at) from truck_day d join trucks t on t.id = d.vehicle_id where d.day between $9::date and $10::date) as evaluated_at`,
    [...truckParams(filter, atMs), from, to],
    { priority: 'read' },
  );
  return row ?? { waiting: 0, evaluated_at: null };
}

/** Emission and base of a truck in one cluster of days and one operating bin. */
export interface ClusterRow {
  readonly vehicle_id: number;
  /** Day, or Monday of its week. */
  readonly cluster: string;
  readonly bin: number;
  readonly emission: number;
  readonly base: number;
}

/** Pairs of sums whose quotient is a factor; NOx over time and days beside those over work, distance and fuel. */
export const FACTOR_PAIRS = {
  work: ['nox_of_work_g', 'work_of_nox_kwh'],
  distance: ['nox_of_distance_g', 'distance_of_nox_km'],
  fuel: ['nox_of_fuel_g', 'fuel_of_nox_kg'],
  time: ['nox_g', 'nox_valid_s'],
  idle: ['idle_nox_g', 'idle_nox_s'],
  day: ['nox_g', 'nox_days'],
} as const;
export type FactorPair = keyof typeof FACTOR_PAIRS;

/** Which factor is asked of which trucks on which days (both included); the trucks as they were known at a moment. */
interface FactorQuestion {
  readonly from: string;
  readonly to: string;
  readonly filter: StatFilter;
  readonly atMs: number;
  readonly pair: FactorPair;
}

/** Emission and base of each truck by day or week; with `kind` operation by bin too. Rows without the base are left out. */
export async function queryClusters(
  db: Db,
  q: FactorQuestion & { readonly kind: 'day' | 'operation'; readonly weeks: boolean },
): Promise<ClusterRow[]> {
  const [emission, base] = FACTOR_PAIRS[q.pair];
  const cluster = q.weeks ? `(s.day - (extract(isodow from s.day)::int - 1))` : 's.day';
  return await db.query<ClusterRow>(
    `with ${TRUCKS_CTE}
     select s.vehicle_id, ${cluster}::text as cluster, s.bin::int as bin, sum(s.${emission})::float8 as emission, sum(s.${base})::float8 as base
     from truck_sums s join trucks t on t.id = s.vehicle_id
     where s.span = 'day' and s.kind = $9::text and s.day between $10::date and $11::date and s.${emission} is not null and s.${base} > 0
     group by 1, ${cluster}, 3 order by 1, ${cluster}, 3`,
    [...truckParams(q.filter, q.atMs), q.kind, q.from, q.to],
    { priority: 'read' },
  );
}

/** The truck-days with a valid factor, by truck and day: its emission and its base, at the same places. */
export interface FactorDays {
  readonly emissions: readonly number[];
  readonly bases: readonly number[];
  readonly trucks: number;
}

/** Emission and base of each truck-day, as two lists: a year of them as rows takes longer to read than to find. */
export async function queryFactorDays(db: Db, q: FactorQuestion): Promise<FactorDays> {
  const [emission, base] = FACTOR_PAIRS[q.pair];
  const [found] = await db.query<FactorDays>(
    `with ${TRUCKS_CTE}
     select coalesce(array_agg(emission order by vehicle_id, day), '{}') as emissions, coalesce(array_agg(base order by vehicle_id, day), '{}') as bases, count(distinct vehicle_id)::int as trucks
     from (
       select s.vehicle_id, s.day, s.${emission}::float8 as emission, s.${base}::float8 as base from truck_sums s join trucks t on t.id = s.vehicle_id
       where s.span = 'day' and s.kind = 'day' and s.day between $9::date and $10::date and s.${emission} is not null and s.${base} > 0
     ) d`,
    [...truckParams(q.filter, q.atMs), q.from, q.to],
    { priority: 'read' },
  );
  return found ?? { emissions: [], bases: [], trucks: 0 };
}

/** A silence that R-OFFLINE spoke of: the last sample before it, and the first after it; null: none yet, or never one before. */
export interface OutageRow {
  readonly vehicle_id: number;
  readonly last_time: Date | null;
  readonly back: Date | null;
}

/** How far back an outage may have begun [days]. */
const OUTAGE_DAYS = 90;

/** Outages that R-OFFLINE spoke of on a day of the period, by truck and time; trucks that never sent anything have one without a beginning. */
export async function queryOutages(
  db: Db,
  q: {
    readonly from: string;
    readonly to: string;
    readonly filter: StatFilter;
    readonly atMs: number;
    /** Silence from which R-OFFLINE speaks [h]. */
    readonly leastHours: number;
  },
): Promise<OutageRow[]> {
  return await db.query<OutageRow>(
    `with ${TRUCKS_CTE}, silent as (
       select distinct f.vehicle_id, f.day from findings f join trucks t on t.id = f.vehicle_id
       where f.rule = 'R-OFFLINE' and f.withdrawn_at is null and f.day between $9::date and $10::date
     ), data as (
       select s.vehicle_id, s.day, s.last_time, lead(s.day) over w as back_day, lead(s.first_time) over w as back
       from truck_day s where s.vehicle_id in (select vehicle_id from silent) and s.samples > 0 and s.day > $9::date - ${OUTAGE_DAYS}
       window w as (partition by s.vehicle_id order by s.day)
     )
     select distinct on (s.vehicle_id, d.last_time) s.vehicle_id, d.last_time, d.back
     from silent s left join data d on d.vehicle_id = s.vehicle_id and s.day >= d.day and (d.back_day is null or s.day < d.back_day)
       and (d.back is null or d.back - d.last_time >= $11::float8 * interval '1 hour')
     order by s.vehicle_id, d.last_time`,
    [...truckParams(q.filter, q.atMs), q.from, q.to, q.leastHours],
    { priority: 'read' },
  );
}
