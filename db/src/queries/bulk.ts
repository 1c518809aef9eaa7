import type { Db } from '../db.ts';

/** Numbers of trucks by VIN. */
export async function vehicleIdsByVin(db: Db, vins: readonly string[]): Promise<Map<string, number>> {
  const rows = await db.query<{ vin: string; id: number }>('select vin, id from vehicles where vin = any($1::text[])', [vins]);
  return new Map(rows.map((row) => [row.vin, row.id]));
}

/** Whether these trucks have samples from … to (excluded). */
export async function anySamples(db: Db, ids: readonly number[], from: Date, to: Date): Promise<boolean> {
  const rows = await db.query(
    'select 1 from samples where vehicle_id = any($1::int[]) and time >= $2::timestamptz and time < $3::timestamptz limit 1',
    [ids, from, to],
  );
  return rows.length > 0;
}
