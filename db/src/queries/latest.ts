import type { Db, Step } from '../db.ts';

/** Newest state of a truck: per signal id its newest raw integer and that value's time (epoch seconds). */
export interface VehicleLatest {
  readonly vehicleId: number;
  readonly timeSec: number;
  readonly receivedSec: number;
  readonly signals: Readonly<Record<string, readonly [raw: number, timeSec: number]>>;
}

/** Puts newer states over older ones. */
export function saveLatestStep(states: readonly VehicleLatest[]): Step {
  return {
    sql: `insert into vehicle_latest (vehicle_id, time, received_at, signals)
          select vehicle_id, to_timestamp(t), to_timestamp(r), signals::jsonb from unnest($1::int4[], $2::float8[], $3::float8[], $4::text[]) as u (vehicle_id, t, r, signals)
          -- A truck may have been removed since.
          where exists (select 1 from vehicles v where v.id = u.vehicle_id)
          on conflict (vehicle_id) do update set time = excluded.time, received_at = excluded.received_at, signals = vehicle_latest.signals || excluded.signals
          where vehicle_latest.time <= excluded.time`,
    params: [
      states.map((state) => state.vehicleId),
      states.map((state) => state.timeSec),
      states.map((state) => state.receivedSec),
      states.map((state) => JSON.stringify(state.signals)),
    ],
  };
}

/** All newest states. */
export async function readLatest(db: Db): Promise<VehicleLatest[]> {
  const rows = await db.query<{ vehicle_id: number; t: number; r: number; signals: VehicleLatest['signals'] }>(
    'select vehicle_id, extract(epoch from time)::float8 as t, extract(epoch from received_at)::float8 as r, signals from vehicle_latest',
  );
  return rows.map((row) => ({ vehicleId: row.vehicle_id, timeSec: row.t, receivedSec: row.r, signals: row.signals }));
}

/**
 * Samples that were committed after the newest state of their truck was saved (a crash between the two): at most one row a truck,
 * newest values only. Bounded to the last day: an older state is repaired by the truck's next message.
 */
export async function newerSamples(db: Db, now: Date): Promise<{ vehicleId: number; timeSec: number }[]> {
  const rows = await db.query<{ vehicle_id: number; t: number }>(
    `select s.vehicle_id, extract(epoch from max(s.time))::float8 as t
     from samples s left join vehicle_latest l using (vehicle_id)
     where s.time > $1::timestamptz and s.time > coalesce(l.time, '-infinity'::timestamptz) group by s.vehicle_id`,
    [new Date(now.getTime() - 86_400_000)],
  );
  return rows.map((row) => ({ vehicleId: row.vehicle_id, timeSec: row.t }));
}
