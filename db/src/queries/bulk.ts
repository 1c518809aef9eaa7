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

/** Trucks of a demonstration, and their terminals on them, count as there since a time, if they came later. */
export async function backdateDemo(db: Db, ids: readonly number[], since: Date): Promise<void> {
  await db.batch([
    {
      sql: `update vehicles set fitted_at = least(fitted_at, $2::timestamptz), created_at = least(created_at, $2::timestamptz) where demo and id = any($1::int[])`,
      params: [ids, since],
    },
    {
      sql: `update assignments a set valid_from = least(valid_from, $2::timestamptz) from vehicles v where v.id = a.vehicle_id and v.demo and v.id = any($1::int[])`,
      params: [ids, since],
    },
  ]);
}
