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
 * day is not moved. Answers how many truck-days were filled.
 */
export async function fillYear(db: Db, { fromDay, evaluatedFrom, evaluatedTo }: YearFill): Promise<number> {
  const days = Math.round((Date.parse(evaluatedTo) - Date.parse(evaluatedFrom)) / DAY_MS) + 1;
  const before = Math.round((Date.parse(evaluatedFrom) - Date.parse(fromDay)) / DAY_MS);
  const tables = await Promise.all(
    [
      { table: 'truck_day', day: 'day' },
      { table: 'truck_sums', day: 'day', where: "span = 'day'" },
      { table: 'truck_cells', day: 'day', where: "span = 'day'" },
      { table: 'truck_minute', day: 'time' },
    ].map(async (each) => ({ ...each, columns: await columnsOf(db, each.table) })),
  );
  let filled = 0;
  for (let back = days; back < before + days; back += days) {
    const first = dayBefore(evaluatedFrom, Math.min(back, before));
    const last = dayBefore(evaluatedTo, back);
    for (const { table, day, where = 'true', columns } of tables) {
      const taken = columns.map((name) => (name === day || MOVED.has(name) ? `${name} + $3::int * interval '1 day'` : name));
      const [from, to] =
        day === 'time' ? ["($1::date - interval '8 hours')", "($2::date + interval '16 hours')"] : ['$1::date', '($2::date + 1)'];
      const [row] = await db.query<{ n: number }>(
        `with made as (insert into ${table} (${columns.join(', ')}) select ${taken.join(', ')} from ${table}
           where ${where} and ${day} + $3::int * interval '1 day' >= ${from} and ${day} + $3::int * interval '1 day' < ${to}
           on conflict do nothing returning 1) select count(*) as n from made`,
        [first, last, -back],
        job,
      );
      if (table === 'truck_day') filled += row?.n ?? 0;
    }
  }
  for (const { id } of await db.query<{ id: number }>('select id from vehicles order by id'))
    for (let month = Date.parse(fromDay); month <= Date.parse(evaluatedTo); month = nextMonth(month))
      await db.batch(renewMonthSteps(id, new Date(month).toISOString().slice(0, 10)), 'job');
  await db.query('analyze', [], job);
  return filled;
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
