import type { Db } from '../db.ts';

/** Key figures of a truck and Beijing day. */
export interface TruckDayRow {
  day: string;
  until: Date;
  samples: number;
  first_time: Date | null;
  last_time: Date | null;
  engine_on_s: number | null;
  nox_valid_s: number | null;
  distance_km: number | null;
  work_kwh: number | null;
  fuel_kg: number | null;
  nox_g: number | null;
  co2_g: number | null;
  transmission_rate: number | null;
  nox_valid_share: number | null;
  p90_g_per_kwh: number | null;
  method_class: string | null;
  conflicts: number;
  worst_level: string | null;
  formula: string | null;
  rules_version: string;
  evaluated_at: Date;
  /** A mark stands: the day will be evaluated anew. */
  dirty: boolean;
  /** Rules that spoke, the gravest first. */
  found: { rule: string; level: string; cause: string; id: string }[];
}

const COLUMNS = `d.day, d.until, d.samples, d.first_time, d.last_time, d.engine_on_s, d.nox_valid_s, d.distance_km, d.work_kwh, d.fuel_kg, d.nox_g, d.co2_g,
  d.transmission_rate, d.nox_valid_share, d.p90_g_per_kwh, d.method_class, d.conflicts, d.worst_level, d.formula, d.rules_version, d.evaluated_at,
  exists (select 1 from dirty_days m where m.vehicle_id = d.vehicle_id and m.day = d.day) as dirty,
  coalesce((select jsonb_agg(jsonb_build_object('rule', f.rule, 'level', f.level, 'cause', f.cause, 'id', f.id)
      order by array_position(array['event', 'attention', 'fault', 'suspected', 'probable'], f.level) desc, f.rule)
    from findings f where f.vehicle_id = d.vehicle_id and f.day = d.day and f.withdrawn_at is null), '[]') as found`;

/** Evaluated days of a truck from … to (both included), the newest first, before the day named. */
export async function listTruckDays(
  db: Db,
  q: { vehicleId: number; fromDay: string; toDay: string; before: string | undefined; limit: number },
): Promise<TruckDayRow[]> {
  return await db.query<TruckDayRow>(
    `select ${COLUMNS} from truck_day d where d.vehicle_id = $1::int and d.day between $2::date and $3::date and ($4::date is null or d.day < $4::date)
     order by d.day desc limit $5::int`,
    [q.vehicleId, q.fromDay, q.toDay, q.before ?? null, q.limit],
    { priority: 'read' },
  );
}

/** A day whole: its summary (null: no samples) and what every rule said, as JSON of the evaluator. */
export interface TruckDayWhole extends TruckDayRow {
  summary: Record<string, unknown> | null;
  summary_sha256: Uint8Array | null;
  outcomes: unknown[];
}

/** One evaluated day of a truck; undefined when it was not evaluated. */
export async function getTruckDay(db: Db, vehicleId: number, day: string): Promise<TruckDayWhole | undefined> {
  const [row] = await db.query<TruckDayWhole>(
    `select ${COLUMNS}, d.summary, d.summary_sha256, d.outcomes from truck_day d where d.vehicle_id = $1::int and d.day = $2::date`,
    [vehicleId, day],
    { priority: 'read' },
  );
  return row;
}
