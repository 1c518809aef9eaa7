import type { Db } from '../db.ts';

/** What a day's summary holds of trips, tanks, quality and the lamp: `Parts`, as the evaluator wrote it; null: a day without samples. */
export interface TruckDayParts<Parts> {
  day: string;
  /** date, facts, trips, fuelTank, ureaTank, quality, obd, totals. */
  parts: Parts | null;
  /** Overrides of parameters that the day was judged with. */
  overrides: Record<string, number> | null;
  /** Mean downstream NOx of the hot engine [ppm] and the seconds it rests on. */
  hot_mean_ppm: number | null;
  hot_mean_s: number | null;
}

/** Evaluated days of a truck from … to (Beijing dates, both included), ascending. Ask for a month at a time: a summary has some 20 kB. */
export async function truckDayParts<Parts>(
  db: Db,
  vehicleId: number,
  fromDay: string,
  toDay: string,
): Promise<TruckDayParts<Parts>[]> {
  return await db.query<TruckDayParts<Parts>>(
    `select d.day, case when d.summary is not null then jsonb_build_object('date', d.summary -> 'date', 'facts', d.summary -> 'facts', 'trips', d.summary -> 'trips',
         'fuelTank', d.summary -> 'fuelTank', 'ureaTank', d.summary -> 'ureaTank', 'quality', d.summary -> 'quality', 'obd', d.summary -> 'obd',
         'totals', d.summary -> 'totals') end as parts,
       s.overrides, (d.summary #>> '{plausibility,hotMeanPpm}')::float8 as hot_mean_ppm, (d.summary #>> '{plausibility,hotMeanS}')::float8 as hot_mean_s
     from truck_day d left join rule_settings s on s.id = d.settings_id
     where d.vehicle_id = $1::int and d.day between $2::date and $3::date order by d.day`,
    [vehicleId, fromDay, toDay],
    { priority: 'read' },
  );
}

/** A trouble code of a truck: when it was first and last read, in how many OBD blocks. */
export interface TroubleCodeRow {
  code: string;
  first_seen: Date;
  last_seen: Date;
  readings: number;
}

/** Trouble codes that OBD blocks of a truck carried, the newest first; and its newest block, null when it never sent one. */
export async function troubleCodes(
  db: Db,
  vehicleId: number,
): Promise<{ codes: TroubleCodeRow[]; newest: { time: Date; mil: boolean | null; dtcs: string[] | null } | null }> {
  const codes = await db.query<TroubleCodeRow>(
    'select code, first_seen, last_seen, readings from dtc_events where vehicle_id = $1::int order by last_seen desc, code limit 200',
    [vehicleId],
    { priority: 'read' },
  );
  const [newest] = await db.query<{ time: Date; mil: boolean | null; dtcs: string[] | null }>(
    'select time, mil, dtcs from obd_readings where vehicle_id = $1::int order by time desc limit 1',
    [vehicleId],
    { priority: 'read' },
  );
  return { codes, newest: newest ?? null };
}
