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
  /** A person waits for it. */
  readonly ordered: boolean;
  /** Days up to this one are owed a judgement by figures of this day that are written already; null: nothing is owed. */
  readonly judgeUntil: string | null;
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
    ordered: boolean;
    judge_until: string | null;
    now: number;
  }>(
    `select vehicle_id, day, reason, ordered, judge_until, ${MICROS('marked_at')} as marked, ${MICROS('open_until')} as open, attempts,
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
      ordered: row.ordered,
      judgeUntil: row.judge_until,
    })),
  };
}

/** The marks of one truck and these days, but for those that an order alone made: it may be taken back. */
export async function marksOf(db: Db, vehicleId: number, fromDay: string, toDay: string): Promise<string[]> {
  const rows = await db.query<{ day: string }>(
    `select day from dirty_days where vehicle_id = $1::int and day between $2::date and $3::date and reason <> '${ORDERED}' order by day`,
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

/** Where the mark of a day that was evaluated has to stay: forgets a failure, and, unless it was marked anew, the order and what was owed. */
export function renewMarkStep(mark: DayMark): Step {
  const same = `${MICROS('marked_at')} = $3::int8`;
  return {
    sql: `update dirty_days set attempts = 0, error = null, retry_at = null, ordered = ordered and not ${same},
            judge_until = case when ${same} then null else judge_until end
          where vehicle_id = $1::int and day = $2::date`,
    params: [mark.vehicleId, mark.day, mark.markedMicros],
  };
}

/** Notes with new figures of a marked day that the days up to `untilDay` are to be judged anew: owed until the mark goes, whatever happens before. */
export function oweJudgementStep(mark: DayMark, untilDay: string): Step {
  return {
    sql: 'update dirty_days set judge_until = greatest(judge_until, $3::date) where vehicle_id = $1::int and day = $2::date',
    params: [mark.vehicleId, mark.day, untilDay],
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

/** Reason of a day that is marked for no other reason than that a person wants it evaluated. */
export const ORDERED = 'evaluation ordered';

/** Marks a day that somebody waits for. A mark that stands keeps its reason. */
export function orderDayStep(vehicleId: number, day: string): Step {
  return {
    sql: `insert into dirty_days (vehicle_id, day, reason, ordered) values ($1::int, $2::date, '${ORDERED}', true)
          on conflict (vehicle_id, day) do update set ordered = true, marked_at = now(), attempts = 0, error = null, retry_at = null`,
    params: [vehicleId, day],
  };
}

/** Marks a day for a reason that is in no record of it. A mark that stands keeps its reason, unless it was no more than an order. */
export function markDayStep(vehicleId: number, day: string, reason: string): Step {
  return {
    sql: `insert into dirty_days (vehicle_id, day, reason) values ($1::int, $2::date, $3::text)
          on conflict (vehicle_id, day) do update set marked_at = now(), attempts = 0, error = null, retry_at = null,
            reason = case when dirty_days.reason = '${ORDERED}' then excluded.reason else dirty_days.reason end`,
    params: [vehicleId, day, reason],
  };
}
