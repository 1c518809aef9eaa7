import type { Db } from '../db.ts';

/** Trucks with evaluated days from … to (Beijing dates, both included), by number. */
export async function evaluatedTrucks(db: Db, fromDay: string, toDay: string): Promise<{ id: number; vin: string }[]> {
  return await db.query<{ id: number; vin: string }>(
    `select v.id, v.vin from vehicles v
     where exists (select 1 from truck_day d where d.vehicle_id = v.id and d.day between $1::date and $2::date) order by v.id`,
    [fromDay, toDay],
    { priority: 'job' },
  );
}
