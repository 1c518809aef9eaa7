import type { Db } from '../db.ts';
import { type Districts, within } from './districts.ts';

/** Causes that send a technician, not an officer. */
const TECHNICAL = "('data', 'sensor')";

/** A truck over a period of Beijing days. Rates are shares, weighted by the time the engine ran; null: there was nothing to divide. */
export interface QualityTruckRow {
  id: number;
  plate: string;
  vin: string;
  district: string | null;
  /** Beijing day on which its terminal was fitted. */
  fitted_on: string;
  /** Days with samples. */
  days: number;
  transmission: number | null;
  effective: number | null;
  /** Weighted by samples. */
  late: number | null;
  /** Largest in size, with its sign [s]. */
  clock_s: number | null;
  conflicts: number;
  /** Rules that ask for a technician, each with the days on which it spoke. */
  needs: { rule: string; days: number }[];
}

/** What a list of trucks can be sorted by. */
export type QualitySort = 'plate' | 'days' | 'transmission' | 'effective' | 'late' | 'clock' | 'conflicts' | 'needs';

/** One page of trucks of a period. */
export interface QualityQuery {
  readonly fromDay: string;
  readonly toDay: string;
  readonly search: string | undefined;
  readonly district: string | undefined;
  readonly districts: Districts;
  /** Only trucks that need a technician. */
  readonly needs: boolean;
  readonly sort: QualitySort;
  readonly descending: boolean;
  /** The last truck of the page before, with its value of what is sorted by. */
  readonly after: { readonly key: string | number | null; readonly id: number } | undefined;
  readonly limit: number;
}

const SORT_KEYS: Readonly<Record<QualitySort, string>> = {
  plate: 'v.plate',
  days: 'coalesce(d.days, 0)::float8',
  transmission: 'd.transmission::float8',
  effective: 'd.effective::float8',
  late: 'd.late::float8',
  clock: 'abs(d.clock_s)::float8',
  conflicts: 'coalesce(d.conflicts, 0)::float8',
  needs: 'coalesce(n.n, 0)::float8',
};

/** What comes after a truck in a list where trucks without a value come last. */
function behind({ sort, descending, after }: QualityQuery, params: unknown[]): string {
  if (after === undefined) return 'true';
  params.push(after.key, after.id);
  const key = `$${params.length - 1}::${sort === 'plate' ? 'text' : 'float8'}`;
  const id = `$${params.length}::int`;
  const further = `t.sort_key ${descending ? '<' : '>'} ${key} or (t.sort_key = ${key} and t.id > ${id})`;
  return `case when ${key} is null then t.sort_key is null and t.id > ${id} else (${further} or t.sort_key is null) end`;
}

/** The Beijing day on which a truck's terminal was fitted; undefined: there is no such truck. */
export async function fittedDay(db: Db, vehicleId: number): Promise<string | undefined> {
  const [row] = await db.query<{ day: string }>(
    `select to_char(fitted_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day from vehicles where id = $1::int`,
    [vehicleId],
  );
  return row?.day;
}

/**
 * One page of trucks with their figures over a period, and how many trucks match. 2026-11, embedded engine, 5,000 trucks × 7 days: see
 * docs/performance.md.
 */
export async function qualityTrucks(
  db: Db,
  q: QualityQuery,
): Promise<{ rows: (QualityTruckRow & { sort_key: string | number | null })[]; total: number }> {
  const params: unknown[] = [q.fromDay, q.toDay, q.districts];
  const where = [within('v.district', '$3')];
  if (q.search) {
    params.push(`%${q.search.replace(/[\\%_]/g, '\\$&')}%`);
    where.push(`(v.plate ilike $${params.length}::text or v.vin ilike $${params.length}::text)`);
  }
  if (q.district !== undefined) {
    params.push(q.district);
    where.push(`v.district = $${params.length}::text`);
  }
  if (q.needs) where.push('n.n > 0');
  const place = behind(q, params);
  params.push(q.limit);
  const rows = await db.query<QualityTruckRow & { total: number; sort_key: string | number | null }>(
    `with t as materialized (select v.id, v.plate, v.vin, v.district, to_char(v.fitted_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as fitted_on, coalesce(d.days, 0)::int as days, d.transmission, d.effective, d.late, d.clock_s,
       coalesce(d.conflicts, 0)::int8 as conflicts, coalesce(n.needs, '[]') as needs, count(*) over ()::int as total,
       ${SORT_KEYS[q.sort]} as sort_key
     from vehicles v
     left join (
       select vehicle_id, count(*) filter (where samples > 0) as days, sum(conflicts) as conflicts,
         sum(transmission_rate * engine_on_s) / nullif(sum(engine_on_s) filter (where transmission_rate is not null), 0) as transmission,
         sum(nox_effective_rate * engine_on_s) / nullif(sum(engine_on_s) filter (where nox_effective_rate is not null), 0) as effective,
         sum(late_share * samples) / nullif(sum(samples) filter (where late_share is not null), 0) as late,
         (array_agg(clock_error_s order by abs(clock_error_s) desc nulls last))[1] as clock_s
       from truck_day where day between $1::date and $2::date group by vehicle_id
     ) d on d.vehicle_id = v.id
     left join (
       select vehicle_id, sum(days)::int as n, jsonb_agg(jsonb_build_object('rule', rule, 'days', days) order by days desc, rule) as needs
       from (
         select vehicle_id, rule, count(*)::int as days from findings
         where day between $1::date and $2::date and withdrawn_at is null and cause in ${TECHNICAL} group by vehicle_id, rule
       ) r group by vehicle_id
     ) n on n.vehicle_id = v.id
     where ${where.join(' and ')})
     select * from t where ${place}
     order by t.sort_key ${q.descending ? 'desc' : 'asc'} nulls last, t.id
     limit $${params.length}::int`,
    params,
    { priority: 'read' },
  );
  return { rows, total: rows[0]?.total ?? 0 };
}

/** A truck's Beijing day: completeness and punctuality. */
export interface QualityDayRow {
  vehicle_id: number;
  day: string;
  samples: number;
  engine_on_s: number | null;
  transmission: number | null;
  effective: number | null;
  late: number | null;
  clock_s: number | null;
  conflicts: number;
  /** Silences over which the engine ran and the truck moved, and their time in all and at most [s]. */
  gaps: number | null;
  gap_s: number | null;
  longest_gap_s: number | null;
}

const DAY = `d.vehicle_id, d.day, d.samples, d.engine_on_s, d.transmission_rate as transmission, d.nox_effective_rate as effective, d.late_share as late,
  d.clock_error_s as clock_s, d.conflicts, (d.quality ->> 'gaps')::int as gaps, (d.quality ->> 'gapS')::float8 as gap_s,
  (d.quality ->> 'longestGapS')::float8 as longest_gap_s`;

/** The days of some trucks over a period, by truck and day. */
export async function qualityDays(
  db: Db,
  vehicleIds: readonly number[],
  fromDay: string,
  toDay: string,
): Promise<QualityDayRow[]> {
  return await db.query<QualityDayRow>(
    `select ${DAY} from truck_day d where d.vehicle_id = any($1::int[]) and d.day between $2::date and $3::date order by d.vehicle_id, d.day`,
    [vehicleIds, fromDay, toDay],
    { priority: 'read' },
  );
}

/** The channels of one truck's days. `channels` is JSON of the evaluator: counts by judgement and rates. */
export async function qualityChannels(
  db: Db,
  vehicleId: number,
  fromDay: string,
  toDay: string,
): Promise<{ day: string; due: number | null; channels: Record<string, { counts: Record<string, number> }> | null }[]> {
  return await db.query(
    `select day, (quality ->> 'due')::float8 as due, quality -> 'channels' as channels from truck_day
     where vehicle_id = $1::int and day between $2::date and $3::date order by day`,
    [vehicleId, fromDay, toDay],
    { priority: 'read' },
  );
}

/** Days of a period on which trucks were laid up: periods that reach into it. */
export async function layUpsIn(
  db: Db,
  vehicleIds: readonly number[],
  fromDay: string,
  toDay: string,
): Promise<{ vehicle_id: number; valid_from: string; valid_to: string | null }[]> {
  return await db.query(
    `select vehicle_id, valid_from, valid_to from lay_ups
     where vehicle_id = any($1::int[]) and valid_from <= $3::date and (valid_to is null or valid_to > $2::date)`,
    [vehicleIds, fromDay, toDay],
    { priority: 'read' },
  );
}
