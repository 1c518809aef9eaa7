import type { Db } from '../db.ts';

/** One bucket of a truck's way: its first position, and a signal's extremes, all as stored (10⁻⁶ degrees, raw integers). */
export interface TrackRow {
  t: number;
  lon: number;
  lat: number;
  min: number | null;
  max: number | null;
}

/** A truck's way between two moments [epoch s], one row a bucket that has a position, with a signal by its column's name. */
export async function trackOf(
  db: Db,
  range: { vehicleId: number; fromSec: number; toSec: number },
  column: string,
  bucketS: number,
): Promise<TrackRow[]> {
  const name = `"${column.replaceAll('"', '')}"`;
  const fix = '"lonDeg" is not null and "latDeg" is not null';
  return await db.query<TrackRow>(
    `select (floor(extract(epoch from time) / $4::float8) * $4::float8)::float8 as t,
       first("lonDeg", time) filter (where ${fix}) as lon, first("latDeg", time) filter (where ${fix}) as lat, min(${name}) as min, max(${name}) as max
     from samples where vehicle_id = $1::int and time >= to_timestamp($2::float8) and time < to_timestamp($3::float8)
     group by 1 having count(*) filter (where ${fix}) > 0 order by 1`,
    [range.vehicleId, range.fromSec, range.toSec, bucketS],
    { priority: 'read' },
  );
}

/** A piece of road that trucks drove: two ends in steps of the grid, and how often. */
export interface RoadRow {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  n: number;
}

/**
 * Where trucks drove on a Beijing day, from their minutes: neighbouring positions of a truck, on a grid of `stepDeg`, counted. At most
 * `trucks` trucks of these districts (null: any), so that a large fleet does not make it slow.
 */
export async function roadsOfDay(
  db: Db,
  day: string,
  stepDeg: number,
  trucks: number,
  districts: readonly string[] | null,
): Promise<RoadRow[]> {
  return await db.query<RoadRow>(
    `with trucks as (
       select id from vehicles where $4::text[] is null or district = any($4::text[]) order by id limit $3::int
     ), places as (
       select vehicle_id, time, round(("lonDeg" / $2::float8)::numeric)::int4 as x, round(("latDeg" / $2::float8)::numeric)::int4 as y
       from truck_minute where vehicle_id in (select id from trucks) and "lonDeg" is not null and "latDeg" is not null
         and time >= $1::date - interval '8 hours' and time < $1::date + interval '16 hours'
     ), steps as (
       select x as x1, y as y1, lead(x) over w as x2, lead(y) over w as y2, lead(time) over w - time as gap
       from places window w as (partition by vehicle_id order by time)
     )
     select least(x1, x2) as x1, case when x1 <= x2 then y1 else y2 end as y1, greatest(x1, x2) as x2, case when x1 <= x2 then y2 else y1 end as y2,
       count(*)::int as n
     from steps where gap <= interval '2 minutes' and (x1, y1) <> (x2, y2) group by 1, 2, 3, 4`,
    [day, stepDeg, trucks, districts === null ? null : [...districts]],
    { priority: 'job' },
  );
}
