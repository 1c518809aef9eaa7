import type { Db } from '@plume/db';
import { renewMonthSteps } from '@plume/db/evaluation';

/** Which days of a year the evaluator has made, and from which on the year goes. Beijing days, both included. */
export interface YearFill {
  readonly fromDay: string;
  readonly evaluatedFrom: string;
  readonly evaluatedTo: string;
}

const DAY_MS = 86_400_000;
const job = { priority: 'job' } as const;

/**
 * Gives the days before the evaluated ones what the evaluator has made of these, moved by whole periods: truck-days with their summaries,
 * minutes, sums and cells; then months as the evaluator makes them. Days that are there already stay. What a summary says of times inside its
 * day is not moved. Where every day is there already, nothing is done.
 */
export async function fillYear(db: Db, { fromDay, evaluatedFrom, evaluatedTo }: YearFill): Promise<void> {
  const days = Math.round((Date.parse(evaluatedTo) - Date.parse(evaluatedFrom)) / DAY_MS) + 1;
  const before = Math.round((Date.parse(evaluatedFrom) - Date.parse(fromDay)) / DAY_MS);
  const [there] = await db.query<{ days: number; trucks: number }>(
    `select (select count(*) from truck_day where day between $1::date and $2::date)::int as days, (select count(*) from vehicles)::int as trucks`,
    [fromDay, evaluatedTo],
  );
  if (there && there.days >= (before + days) * there.trucks) return;
  const tables = await Promise.all(
    [
      { table: 'truck_day', day: 'day' },
      { table: 'truck_sums', day: 'day', where: "span = 'day'" },
      { table: 'truck_cells', day: 'day', where: "span = 'day'" },
      { table: 'truck_minute', day: 'time' },
    ].map(async (each) => ({ ...each, columns: await columnsOf(db, each.table) })),
  );
  for (let back = days; back < before + days; back += days) {
    // The last piece may begin within the evaluated days, for the year begins with it.
    const first = dayBefore(evaluatedFrom, Math.min(0, before - back));
    for (const { table, day, where = 'true', columns } of tables) {
      const taken = columns.map((name) =>
        name === day || name === `"${day}"` || MOVED.has(name) ? `${name} + $3::int * interval '1 day'` : name,
      );
      const hours = day === 'time' ? " - interval '8 hours'" : '';
      await db.query(
        `insert into ${table} (${columns.join(', ')}) select ${taken.join(', ')} from ${table}
           where ${where} and ${day} >= $1::date${hours} and ${day} < $2::date + 1${hours} on conflict do nothing`,
        [first, evaluatedTo, -back],
        job,
      );
    }
  }
  for (const { id } of await db.query<{ id: number }>('select id from vehicles order by id'))
    for (let month = Date.parse(fromDay); month <= Date.parse(evaluatedTo); month = nextMonth(month))
      await db.batch(renewMonthSteps(id, new Date(month).toISOString().slice(0, 10)), 'job');
  await db.query('analyze truck_day, truck_sums, truck_cells, truck_minute', [], job);
}

/** Columns of a truck-day that hold a moment of it. */
const MOVED = new Set(['until', 'first_time', 'last_time']);

async function columnsOf(db: Db, table: string): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `select format('%I', column_name) as name from information_schema.columns
     where table_name = $1 and table_schema = 'public' and is_generated = 'NEVER' order by ordinal_position`,
    [table],
  );
  return rows.map(({ name }) => name);
}

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * DAY_MS).toISOString().slice(0, 10);
}

function nextMonth(ms: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}
