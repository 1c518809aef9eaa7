import type { Db, Step } from '../db.ts';

/** A Beijing day of a truck that is to be evaluated. Times in microseconds since 1970 by the database's clock, so that marks compare exactly. */
export interface DayMark {
  readonly vehicleId: number;
  readonly day: string;
  readonly reason: string;
  readonly markedMicros: number;
  /** Until then more records may be stored under this mark; 0: none will. */
  readonly openMicros: number;
  readonly attempts: number;
  /** Not to be tried again yet. */
  readonly waits: boolean;
}

/** The marks that stand now, oldest days first. */
export interface StandingMarks {
  readonly nowMicros: number;
  readonly marks: readonly DayMark[];
}

/** What stands, in numbers. */
export interface MarkCounts {
  readonly waiting: number;
  readonly failed: number;
  readonly oldestDay: string | null;
}

const MICROS = (column: string) => `(extract(epoch from ${column}) * 1000000)::int8`;

/** Marked days: at most `limit` of those before `today`, oldest first, and as many from `today` on. */
export async function standingMarks(db: Db, today: string, limit: number): Promise<StandingMarks> {
  const rows = await db.query<{
    vehicle_id: number;
    day: string;
    reason: string;
    marked: number;
    open: number | null;
    attempts: number;
    waits: boolean;
    now: number;
  }>(
    `select vehicle_id, day, reason, ${MICROS('marked_at')} as marked, ${MICROS('open_until')} as open, attempts,
       coalesce(retry_at > now(), false) as waits, ${MICROS('now()')} as now
     from ((select * from dirty_days where day < $1::date order by day, vehicle_id limit $2::int)
       union all (select * from dirty_days where day >= $1::date order by day, vehicle_id limit $2::int)) d
     order by day, vehicle_id`,
    [today, limit],
    { priority: 'job' },
  );
  return {
    nowMicros: rows[0]?.now ?? 0,
    marks: rows.map((row) => ({
      vehicleId: row.vehicle_id,
      day: row.day,
      reason: row.reason,
      markedMicros: row.marked,
      openMicros: row.open ?? 0,
      attempts: row.attempts,
      waits: row.waits,
    })),
  };
}

/** The marks of one truck and these days. */
export async function marksOf(db: Db, vehicleId: number, fromDay: string, toDay: string): Promise<string[]> {
  const rows = await db.query<{ day: string }>(
    'select day from dirty_days where vehicle_id = $1::int and day between $2::date and $3::date order by day',
    [vehicleId, fromDay, toDay],
    { priority: 'job' },
  );
  return rows.map((row) => row.day);
}

/** How many days wait, how many of these failed, and the oldest. */
export async function countMarks(db: Db): Promise<MarkCounts> {
  const [row] = await db.query<{ waiting: number; failed: number; oldest: string | null }>(
    'select count(*)::int as waiting, count(error)::int as failed, min(day) as oldest from dirty_days',
    [],
    { priority: 'job' },
  );
  return { waiting: row?.waiting ?? 0, failed: row?.failed ?? 0, oldestDay: row?.oldest ?? null };
}

/** The database's clock [µs since 1970]: what a reading that begins now is dated by. */
export async function databaseMicros(db: Db): Promise<number> {
  const [row] = await db.query<{ now: number }>(`select ${MICROS('clock_timestamp()')} as now`, [], { priority: 'job' });
  return row?.now ?? 0;
}

/**
 * Removes a mark after its day was evaluated from what was read since `readMicros`, unless the day was marked anew meanwhile or records may
 * still be stored under the mark: then it stays, and the day is evaluated once more.
 */
export function removeMarkStep(mark: DayMark, readMicros: number): Step {
  return {
    sql: `delete from dirty_days where vehicle_id = $1::int and day = $2::date and ${MICROS('marked_at')} = $3::int8
          and (open_until is null or ${MICROS('open_until')} < $4::int8)`,
    params: [mark.vehicleId, mark.day, mark.markedMicros, readMicros],
  };
}

/** Forgets a failure of a day that was evaluated since, where its mark has to stay. */
export function clearFailureStep(mark: DayMark): Step {
  return {
    sql: 'update dirty_days set attempts = 0, error = null, retry_at = null where vehicle_id = $1::int and day = $2::date and error is not null',
    params: [mark.vehicleId, mark.day],
  };
}

/** Notes why a day could not be evaluated; it is tried again after `retryS` seconds. */
export function failMarkStep(mark: DayMark, error: string, retryS: number): Step {
  return {
    sql: `update dirty_days set attempts = attempts + 1, error = $3::text, retry_at = now() + $4::float8 * interval '1 second'
          where vehicle_id = $1::int and day = $2::date`,
    params: [mark.vehicleId, mark.day, error.slice(0, 2000), retryS],
  };
}

/** Reason of a day that a person, or what hangs on it, wants evaluated now. */
export const ORDERED = 'evaluation ordered';

/** Marks days that are to be evaluated whatever was stored. */
export function orderDaysStep(days: readonly { readonly vehicleId: number; readonly day: string }[], reason: string): Step {
  return {
    sql: `insert into dirty_days (vehicle_id, day, reason) select v, d, $3::text from unnest($1::int4[], $2::date[]) as u (v, d)
          on conflict (vehicle_id, day) do update set reason = excluded.reason, marked_at = now(), attempts = 0, error = null, retry_at = null`,
    params: [days.map((each) => each.vehicleId), days.map((each) => each.day), reason],
  };
}
