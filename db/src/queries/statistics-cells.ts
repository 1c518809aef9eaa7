import type { Db } from '../db.ts';
import { type StatFilter, type StatSpan, TRUCKS_CTE, truckParams } from './statistics.ts';

/** Sums of a cell of the map over the trucks, days and hours asked for. */
export interface CellSums {
  readonly x: number;
  readonly y: number;
  passes: number;
  seconds: number;
  valid_s: number;
  nox_g: number;
  km: number;
}

/** Truck-days that one statement reads at most: the embedded engine cannot interrupt one. */
const DAYS_AT_ONCE = 7;
const MONTHS_AT_ONCE = 1;
const DAY_MS = 86_400_000;

/**
 * Cells of the map with their sums. `hours`: Beijing hours of day that count, each 0 … 23; null: all. Read in pieces of a week of days or a
 * month, and added up here.
 */
export async function queryCells(
  db: Db,
  q: {
    readonly spans: readonly StatSpan[];
    readonly filter: StatFilter;
    readonly atMs: number;
    readonly hours: readonly number[] | null;
  },
): Promise<CellSums[]> {
  const cells = new Map<number, CellSums>();
  for (const { span, from, to } of q.spans.flatMap(pieces)) {
    const rows = await db.query<CellSums>(
      `with ${TRUCKS_CTE}
       select e.x, e.y, sum(e.passes)::int as passes, sum(e.seconds::float8) as seconds, sum(e.valid_s::float8) as valid_s,
         sum(e.nox_g::float8) as nox_g, sum(e.km::float8) as km
       from truck_cells c join trucks t on t.id = c.vehicle_id,
         unnest(c.x, c.y, c.hour, c.passes, c.seconds, c.valid_s, c.nox_g, c.km) as e (x, y, hour, passes, seconds, valid_s, nox_g, km)
       where c.span = $9::text and c.day between $10::date and $11::date and ($12::int[] is null or e.hour = any($12::int[]))
       group by e.x, e.y`,
      [...truckParams(q.filter, q.atMs), span, from, to, q.hours === null ? null : [...q.hours]],
      { priority: 'read' },
    );
    for (const row of rows) add(cells, row);
  }
  return [...cells.values()];
}

function add(cells: Map<number, CellSums>, row: CellSums): void {
  const key = row.x * 100_000 + row.y;
  const known = cells.get(key);
  if (!known) {
    cells.set(key, { ...row });
    return;
  }
  known.passes += row.passes;
  known.seconds += row.seconds;
  known.valid_s += row.valid_s;
  known.nox_g += row.nox_g;
  known.km += row.km;
}

function pieces({ span, from, to }: StatSpan): StatSpan[] {
  const found: StatSpan[] = [];
  const text = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  for (let at = Date.parse(from); at <= Date.parse(to); ) {
    const date = new Date(at);
    const next =
      span === 'month' ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + MONTHS_AT_ONCE, 1) : at + DAYS_AT_ONCE * DAY_MS;
    found.push({ span, from: text(at), to: text(Math.min(Date.parse(to), next - DAY_MS)) });
    at = next;
  }
  return found;
}
