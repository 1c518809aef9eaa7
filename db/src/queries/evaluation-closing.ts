import type { Db } from '../db.ts';

/** How far back days without records are looked for: the longest gap between two starts that leaves no day unjudged. */
const BACK_DAYS = 31;

/**
 * Marks the days that have ended and were not judged to their end: of each truck that was to be heard of, since its first day with samples or
 * its entry, at most 31 days back. Trucks of which earlier days still wait are left for later, so that a day whose records are just coming in
 * is not judged without them. Answers how many were marked.
 */
export async function markEndedDays(db: Db, lastEnded: string): Promise<number> {
  const rows = await db.query(
    `insert into dirty_days (vehicle_id, day, reason)
     select v.id, d.day, 'the day has ended'
     from vehicles v
     cross join lateral (
       select least(min(t.day), beijing_day(v.created_at)) as day from truck_day t where t.vehicle_id = v.id and t.samples > 0
     ) first
     cross join lateral (
       select g::date as day from generate_series(greatest(first.day, $1::date - ${BACK_DAYS})::timestamp, $1::date::timestamp, interval '1 day') g
     ) d
     left join truck_day t on t.vehicle_id = v.id and t.day = d.day
     where d.day >= coalesce((select before from retention_floors where tier = 'samples'), '-infinity')
       and (t.until is null or t.until < (d.day + 1)::timestamp at time zone interval '8 hours')
       and not exists (select 1 from dirty_days w where w.vehicle_id = v.id and w.day <= $1::date and w.error is null)
       and (t.day is not null or (
         exists (select 1 from assignments a where a.vehicle_id = v.id
           and beijing_day(a.valid_from) <= d.day and (a.valid_to is null or a.valid_to > d.day::timestamp at time zone interval '8 hours'))
         and not exists (select 1 from lay_ups l where l.vehicle_id = v.id and l.valid_from <= d.day and (l.valid_to is null or l.valid_to > d.day))))
     on conflict (vehicle_id, day) do nothing returning day`,
    [lastEnded],
    { priority: 'job' },
  );
  return rows.length;
}

/** Up to which day it is known that no truck has samples of a day that was neither evaluated nor marked; null: never looked. */
export async function scannedUntil(db: Db): Promise<string | null> {
  const [row] = await db.query<{ day: string | null }>('select scanned_until as day from evaluator_state', [], {
    priority: 'job',
  });
  return row?.day ?? null;
}

/** Notes up to which day it is known. */
export async function noteScanned(db: Db, day: string): Promise<void> {
  await db.query('update evaluator_state set scanned_until = $1::date', [day], { priority: 'job' });
}

/** The first Beijing day of which there may be samples; null: there are none. */
export async function firstSampleDay(db: Db): Promise<string | null> {
  const [row] = await db.query<{ day: string | null }>(
    `select beijing_day(min(range_start)) as day from timescaledb_information.chunks where hypertable_name = 'samples'`,
    [],
    { priority: 'job' },
  );
  return row?.day ?? null;
}

/**
 * Marks a day of every truck that has samples of it and neither an evaluation nor a mark: written by a program that made no marks. The bounds
 * go in as literals, so that only the day's chunks are opened.
 */
export async function markUnknownDays(db: Db, day: string): Promise<number> {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new Error('not a day');
  const from = `'${day} 00:00:00+08'::timestamptz`;
  const rows = await db.query(
    `insert into dirty_days (vehicle_id, day, reason)
     select v.id, '${day}'::date, 'records that were never evaluated' from vehicles v
     where exists (select 1 from samples s where s.vehicle_id = v.id and s.time >= ${from} and s.time < ${from} + interval '1 day')
       and not exists (select 1 from truck_day t where t.vehicle_id = v.id and t.day = '${day}'::date and t.samples > 0)
     on conflict (vehicle_id, day) do nothing returning day`,
    [],
    { priority: 'job' },
  );
  return rows.length;
}
