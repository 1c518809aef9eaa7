import type { Db } from '../db.ts';
import { ORDERED } from './evaluation-marks.ts';

/** Days to be evaluated anew: of one truck or of all, from … to (both included). */
export interface DayRange {
  readonly vehicleId: number | null;
  readonly fromDay: string;
  readonly toDay: string;
}

/** How far an order is. */
export interface OrderProgress {
  readonly waiting: number;
  readonly failed: number;
}

const WITHIN = '($1::int is null or vehicle_id = $1::int) and day between $2::date and $3::date';

/**
 * Marks the evaluated days of a range, and those on which the truck was in service. A day that is marked already keeps its mark; one that failed
 * is tried at once. Answers how many days that are.
 */
export async function orderRange(db: Db, { vehicleId, fromDay, toDay }: DayRange): Promise<number> {
  const rows = await db.query<{ n: number }>(
    `with asked as (
       select vehicle_id, day from truck_day where ${WITHIN}
       union
       select a.vehicle_id, d::date from assignments a
       cross join lateral generate_series(greatest(beijing_day(a.valid_from), $2::date)::timestamp,
         least(coalesce(beijing_day(a.valid_to), $3::date), $3::date)::timestamp, interval '1 day') d
       where ($1::int is null or a.vehicle_id = $1::int)
         and not exists (select 1 from lay_ups l where l.vehicle_id = a.vehicle_id and l.valid_from <= d::date and (l.valid_to is null or l.valid_to > d::date))
     ), marked as (
       insert into dirty_days (vehicle_id, day, reason, ordered) select vehicle_id, day, '${ORDERED}', true from asked
       on conflict (vehicle_id, day) do update set ordered = true, attempts = 0, error = null, retry_at = null
       returning 1
     )
     select count(*)::int as n from marked`,
    [vehicleId, fromDay, toDay],
    { priority: 'job' },
  );
  return rows[0]?.n ?? 0;
}

/** Marks of a range that stand: those to come, and those that failed. */
export async function orderProgress(db: Db, { vehicleId, fromDay, toDay }: DayRange): Promise<OrderProgress> {
  const [row] = await db.query<{ waiting: number; failed: number }>(
    `select count(*) filter (where error is null and (open_until is null or open_until < now()))::int as waiting, count(error)::int as failed
     from dirty_days where ${WITHIN}`,
    [vehicleId, fromDay, toDay],
    { priority: 'job' },
  );
  return { waiting: row?.waiting ?? 0, failed: row?.failed ?? 0 };
}

/** Takes an order back where it was not carried out yet: days that are marked for another reason, or owe others a judgement, stay marked. */
export async function cancelOrder(db: Db, { vehicleId, fromDay, toDay }: DayRange): Promise<void> {
  const range = [vehicleId, fromDay, toDay];
  await db.batch(
    [
      {
        sql: `delete from dirty_days where ${WITHIN} and reason = '${ORDERED}' and open_until is null and judge_until is null`,
        params: range,
      },
      { sql: `update dirty_days set ordered = false where ${WITHIN} and ordered`, params: range },
    ],
    'job',
  );
}

/** Evaluated days of a range whose samples are no longer kept: ordered anew, they keep what they were evaluated to. */
export async function countBeyondSamples(db: Db, { vehicleId, fromDay, toDay }: DayRange): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `select count(*)::int as n from truck_day where ${WITHIN} and day < (select before from retention_floors where tier = 'samples')`,
    [vehicleId, fromDay, toDay],
    { priority: 'job' },
  );
  return row?.n ?? 0;
}
