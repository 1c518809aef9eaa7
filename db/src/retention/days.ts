import type { Db, Step } from '../db.ts';
import type { HeldBook } from './held-days.ts';
import { dayAfter } from './tiers.ts';

/** Trucks of which a month is removed in one transaction: on the embedded engine nothing else runs meanwhile. */
const TRUCKS_AT_ONCE = 6;

/** What goes with a truck-day: tables, and how a row tells its Beijing day. Sums and cells of months stay. */
const TABLES = [
  { table: 'truck_sums', day: 'day', only: "span = 'day' and " },
  { table: 'truck_cells', day: 'day', only: "span = 'day' and " },
  { table: 'day_conflicts', day: 'day', only: '' },
  { table: 'obd_readings', day: 'beijing_day(time)', only: '' },
  { table: 'truck_day', day: 'day', only: '' },
] as const;

/** A month of truck-days that goes: what of it, and what stays. */
export interface MonthFound {
  readonly days: number;
  readonly heldDays: number;
  readonly vehicleIds: readonly number[];
  readonly bytes: number;
}

/** The first days of the months that have truck-days before a day, ascending. */
export async function monthsBefore(db: Db, before: string): Promise<string[]> {
  const rows = await db.query<{ month: string }>(
    `select distinct date_trunc('month', day::timestamp)::date as month from truck_day where day < $1::date order by 1`,
    [before],
    { priority: 'job' },
  );
  return rows.map(({ month }) => month);
}

async function heldOf(book: HeldBook, month: string) {
  const last = dayAfter(nextMonth(month), -1);
  const held = await book.days(month, last, true);
  return { params: [month, last, held.map(({ vehicleId }) => vehicleId), held.map(({ day }) => day)] };
}

const NOT_HELD = (day: string) =>
  `${day} between $1::date and $2::date and not exists (select from unnest($3::int[], $4::date[]) as h (v, d) where h.v = vehicle_id and h.d = ${day})`;

/** Counts what of a month would go and what would stay. Bytes are a share of the tables by their rows, for use by later rows. */
export async function lookIntoMonth(db: Db, book: HeldBook, month: string): Promise<MonthFound> {
  const { params } = await heldOf(book, month);
  const going = await db.query<{ v: number; n: number }>(
    `select vehicle_id as v, count(*)::int as n from truck_day where ${NOT_HELD('day')} group by 1 order by 1`,
    params,
    { priority: 'job' },
  );
  const [all] = await db.query<{ n: number }>(
    'select count(*)::int as n from truck_day where day between $1::date and $2::date',
    params.slice(0, 2),
    { priority: 'job' },
  );
  let bytes = 0;
  for (const { table, day, only } of TABLES) {
    const [share] = await db.query<{ bytes: number }>(
      `select (pg_total_relation_size('${table}')::float8 * count(*) filter (where ${only}${NOT_HELD(day)}) / greatest(1, count(*)))::int8 as bytes from ${table}`,
      params,
      { priority: 'job' },
    );
    bytes += share?.bytes ?? 0;
  }
  const days = going.reduce((sum, { n }) => sum + n, 0);
  return { days, heldDays: (all?.n ?? 0) - days, vehicleIds: going.map(({ v }) => v), bytes };
}

/** Removes a month's truck-days with what hangs on them, but for those that are held. */
export async function dropMonth(db: Db, book: HeldBook, month: string, vehicleIds: readonly number[]): Promise<void> {
  for (let at = 0; at < vehicleIds.length; at += TRUCKS_AT_ONCE) {
    const { params } = await heldOf(book, month);
    const of = [...params, vehicleIds.slice(at, at + TRUCKS_AT_ONCE)];
    const steps: Step[] = TABLES.map(({ table, day, only }) => ({
      sql: `delete from ${table} where ${only}vehicle_id = any($5::int[]) and ${NOT_HELD(day)}`,
      params: of,
    }));
    await db.batch(steps, 'job');
  }
}

/** First day of the month after that of a day. */
export function nextMonth(day: string): string {
  const [year = 0, month = 0] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
}
