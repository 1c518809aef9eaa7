import type { Db, Step } from '../db.ts';

/** An alarm to be stored. Times in epoch seconds; `detail` is JSON. */
export interface AlarmRow {
  readonly id: string;
  readonly vehicleId: number;
  readonly kind: string;
  readonly startedSec: number;
  readonly detail: string;
}

/** Stores an alarm that was raised; one that had ended is in force again. */
export function raiseAlarmStep(row: AlarmRow): Step {
  return {
    sql: `insert into alarms (id, vehicle_id, kind, started_at, detail) select $1::text, $2::int, $3::text, to_timestamp($4::float8), $5::jsonb
          -- A truck may have been removed since.
          where exists (select 1 from vehicles v where v.id = $2::int)
          on conflict (id) do update set ended_at = null, detail = excluded.detail`,
    params: [row.id, row.vehicleId, row.kind, row.startedSec, row.detail],
  };
}

/** Notes the end of an alarm, with its last figures. */
export function endAlarmStep(id: string, endedSec: number, detail: string): Step {
  return {
    sql: 'update alarms set ended_at = to_timestamp($2::float8), detail = $3::jsonb where id = $1::text and ended_at is null',
    params: [id, endedSec, detail],
  };
}

/** Keeps what the watches of trucks carry; `state` is JSON. */
export function saveWatchesStep(watches: readonly { readonly vehicleId: number; readonly state: string }[]): Step {
  return {
    sql: `insert into alarm_watch (vehicle_id, state) select v, s::jsonb from unnest($1::int4[], $2::text[]) as u (v, s)
          where exists (select 1 from vehicles k where k.id = u.v)
          on conflict (vehicle_id) do update set state = excluded.state`,
    params: [watches.map((watch) => watch.vehicleId), watches.map((watch) => watch.state)],
  };
}

/** What the watches of all trucks carried, as JSON texts. */
export async function savedWatches(db: Db): Promise<{ vehicleId: number; text: string }[]> {
  return await db.query<{ vehicleId: number; text: string }>(
    'select vehicle_id as "vehicleId", state::text as text from alarm_watch order by vehicle_id',
    [],
    { priority: 'job' },
  );
}
