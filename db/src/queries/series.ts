import type { Db } from '../db.ts';

/** A stretch of one truck's samples: from (inclusive) to (exclusive), epoch seconds. */
export interface SeriesRange {
  vehicleId: number;
  fromSec: number;
  toSec: number;
}

/** One sample as read: its time and, in the order asked for, the raw integers (null: no value). */
export interface RawPoint {
  t: number;
  values: (number | null)[];
}

/** One time bucket: when it starts, its first and last sample, how many samples, and per signal how many values with their extremes (raw integers). */
export interface BucketPoint {
  t: number;
  first: number;
  last: number;
  samples: number;
  signals: { valid: number; min: number | null; max: number | null }[];
}

const WHERE = 'where vehicle_id = $1::int and time >= $2::timestamptz and time < $3::timestamptz';

function quoted(column: string): string {
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(column)) throw new Error(`not a signal column: ${column}`);
  return `"${column}"`;
}

function rangeParams(r: SeriesRange): unknown[] {
  return [r.vehicleId, new Date(r.fromSec * 1000), new Date(r.toSec * 1000)];
}

/** Number of samples in a range, counted no further than `upTo` (so that the answer costs the same however long the range). */
export async function countSamples(db: Db, range: SeriesRange, upTo: number): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `select count(*)::int as n from (select 1 from samples ${WHERE} limit $4::int) s`,
    [...rangeParams(range), upTo],
    { priority: 'read' },
  );
  return row?.n ?? 0;
}

/** The samples of a range in time order. The caller bounds the range with `countSamples`. */
export async function rawSeries(db: Db, range: SeriesRange, columns: readonly string[]): Promise<RawPoint[]> {
  const list = columns.map((column, i) => `, ${quoted(column)} as v${i}`).join('');
  const rows = await db.query<Record<string, number | null>>(
    `select extract(epoch from time)::float8 as t${list} from samples ${WHERE} order by time`,
    rangeParams(range),
    { priority: 'read' },
  );
  return rows.map((row) => ({ t: row.t ?? 0, values: columns.map((_, i) => row[`v${i}`] ?? null) }));
}

/**
 * Smallest and largest value of each signal in buckets of `bucketS` seconds, computed by the database.
 * One call should cover at most about a day: on the embedded engine it cannot be interrupted. 2026-11, embedded, 2.6 million compressed rows of
 * one truck: a day of 86,400 rows and six signals takes 75 ms (columnar scan of its four or five chunks), however many days are stored.
 */
export async function bucketSeries(
  db: Db,
  range: SeriesRange,
  columns: readonly string[],
  bucketS: number,
): Promise<BucketPoint[]> {
  const list = columns
    .map((c, i) => `, count(${quoted(c)})::int as n${i}, min(${quoted(c)}) as lo${i}, max(${quoted(c)}) as hi${i}`)
    .join('');
  const rows = await db.query<Record<string, number | null>>(
    `select extract(epoch from time_bucket($4::interval, time))::float8 as t, extract(epoch from min(time))::float8 as first,
       extract(epoch from max(time))::float8 as last, count(*)::int as samples${list}
     from samples ${WHERE} group by time_bucket($4::interval, time) order by 1`,
    [...rangeParams(range), `${bucketS} seconds`],
    { priority: 'read' },
  );
  return rows.map((row) => ({
    t: row.t ?? 0,
    first: row.first ?? 0,
    last: row.last ?? 0,
    samples: row.samples ?? 0,
    signals: columns.map((_, i) => ({ valid: row[`n${i}`] ?? 0, min: row[`lo${i}`] ?? null, max: row[`hi${i}`] ?? null })),
  }));
}

/**
 * How often each combination of quality codes occurs for the signals at `indexes` (catalogue positions): one row a combination,
 * `codes` in the same order. Distinct bit strings are folded before any bit is looked at, so a day costs little more than a scan.
 */
export async function qualityCounts(
  db: Db,
  range: SeriesRange,
  indexes: readonly number[],
): Promise<{ codes: number[]; samples: number }[]> {
  const code = (i: number) =>
    `get_bit(quality, ${3 * i}) + 2 * get_bit(quality, ${3 * i + 1}) + 4 * get_bit(quality, ${3 * i + 2})`;
  const list = indexes.map((index) => code(Math.trunc(index))).join(', ');
  return await db.query<{ codes: number[]; samples: number }>(
    `select array[${list}] as codes, sum(n)::int as samples
     from (select quality, count(*) as n from samples ${WHERE} group by quality) q group by 1`,
    rangeParams(range),
    { priority: 'read' },
  );
}

/** The newest sample at or before a time with its truck's arrival stamp, for saying since when nothing has come. */
export async function newestSample(db: Db, vehicleId: number): Promise<{ time: Date; received_at: Date } | undefined> {
  const [row] = await db.query<{ time: Date; received_at: Date }>(
    'select time, received_at from vehicle_latest where vehicle_id = $1::int',
    [vehicleId],
    { priority: 'read' },
  );
  return row;
}

/** The record period in seconds that the profile of the terminal a truck carries states, if it states one. */
export async function statedPeriod(db: Db, vehicleId: number, atSec: number): Promise<number | undefined> {
  const [row] = await db.query<{ period: number | null }>(
    `select (t.profile ->> 'recordPeriodS')::float8 as period from assignments a join terminals t on t.id = a.terminal_id
     where a.vehicle_id = $1::int and a.valid_from <= $2::timestamptz order by a.valid_from desc limit 1`,
    [vehicleId, new Date(atSec * 1000)],
    { priority: 'read' },
  );
  return row?.period ?? undefined;
}
