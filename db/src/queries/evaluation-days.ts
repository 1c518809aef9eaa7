import type { Db } from '../db.ts';

/** A day of a truck as it stands. Hashes are lower-case hex; times epoch seconds. */
export interface StoredDay {
  readonly day: string;
  readonly untilSec: number;
  readonly lastSec: number | null;
  readonly summaryHash: string | null;
  readonly minutesHash: string | null;
  readonly outcomesHash: string;
  /** Samples that it was made of. */
  readonly samples: number;
}

/** A day's summary as JSON text. */
export interface StoredSummary {
  readonly day: string;
  readonly text: string;
}

/** A finding as it stands. */
export interface StoredFinding {
  readonly id: string;
  readonly rule: string;
  readonly day: string;
  readonly level: string;
  readonly cause: string;
  readonly version: string;
  readonly class: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly withdrawn: boolean;
}

/** A lead as it stands. */
export interface StoredLead {
  readonly id: string;
  readonly cause: string;
  readonly level: string;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly findings: readonly string[];
  readonly state: 'open' | 'closed' | 'withdrawn';
  readonly closedDay: string | null;
  readonly clearDays: number;
}

/** Evaluated days of a truck, ascending, without their contents. */
export async function storedDays(db: Db, vehicleId: number, fromDay: string, toDay: string): Promise<StoredDay[]> {
  return await db.query<StoredDay>(
    `select day, extract(epoch from until)::float8 as "untilSec", extract(epoch from last_time)::float8 as "lastSec",
       encode(summary_sha256, 'hex') as "summaryHash", encode(minutes_sha256, 'hex') as "minutesHash", encode(outcomes_sha256, 'hex') as "outcomesHash", samples
     from truck_day where vehicle_id = $1::int and day between $2::date and $3::date order by day`,
    [vehicleId, fromDay, toDay],
    { priority: 'job' },
  );
}

/** Summaries of a truck's days with samples, ascending. */
export async function storedSummaries(db: Db, vehicleId: number, fromDay: string, toDay: string): Promise<StoredSummary[]> {
  return await db.query<StoredSummary>(
    `select day, summary::text as text from truck_day
     where vehicle_id = $1::int and day between $2::date and $3::date and summary is not null order by day`,
    [vehicleId, fromDay, toDay],
    { priority: 'job' },
  );
}

/** Time of the newest sample of a truck on the evaluated days before `day` [epoch s]; null: none. */
export async function lastSampleBefore(db: Db, vehicleId: number, day: string): Promise<number | null> {
  const [row] = await db.query<{ t: number }>(
    `select extract(epoch from last_time)::float8 as t from truck_day
     where vehicle_id = $1::int and day < $2::date and last_time is not null order by day desc limit 1`,
    [vehicleId, day],
    { priority: 'job' },
  );
  return row?.t ?? null;
}

/** A truck's findings of these days, withdrawn ones too. */
export async function storedFindings(db: Db, vehicleId: number, fromDay: string, toDay: string): Promise<StoredFinding[]> {
  return await db.query<StoredFinding>(
    `select id, rule, day, level, cause, version, class, detail, withdrawn_at is not null as withdrawn
     from findings where vehicle_id = $1::int and day between $2::date and $3::date order by day, rule`,
    [vehicleId, fromDay, toDay],
    { priority: 'job' },
  );
}

/** All of a truck's leads. */
export async function storedLeads(db: Db, vehicleId: number): Promise<StoredLead[]> {
  return await db.query<StoredLead>(
    `select id, cause, level, first_day as "firstDay", last_day as "lastDay", findings, state, closed_day as "closedDay", clear_days as "clearDays" from leads where vehicle_id = $1::int order by first_day, id`,
    [vehicleId],
    { priority: 'job' },
  );
}

/** What a truck's days say for folding leads, as JSON texts, ascending. */
export async function storedVerdicts(db: Db, vehicleId: number, fromDay: string): Promise<{ day: string; text: string }[]> {
  return await db.query<{ day: string; text: string }>(
    'select day, verdicts::text as text from truck_day where vehicle_id = $1::int and day >= $2::date order by day',
    [vehicleId, fromDay],
    { priority: 'job' },
  );
}

/** A finding, as a lead names it. */
export interface NamedFinding {
  readonly id: string;
  readonly rule: string;
  readonly date: string;
  readonly level: string;
}

/** A truck's findings from a day on, by id. */
export async function namedFindings(db: Db, vehicleId: number, fromDay: string): Promise<Map<string, NamedFinding>> {
  const rows = await db.query<NamedFinding>(
    'select id, rule, day as date, level from findings where vehicle_id = $1::int and day >= $2::date',
    [vehicleId, fromDay],
    { priority: 'job' },
  );
  return new Map(rows.map((row) => [row.id, row]));
}
