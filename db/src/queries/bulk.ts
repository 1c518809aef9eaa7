import type { Db } from '../db.ts';

/** Numbers of trucks by VIN. */
export async function vehicleIdsByVin(db: Db, vins: readonly string[]): Promise<Map<string, number>> {
  const rows = await db.query<{ vin: string; id: number }>('select vin, id from vehicles where vin = any($1::text[])', [vins]);
  return new Map(rows.map((row) => [row.vin, row.id]));
}

/** The newest sample of each of these trucks from … to (excluded) [epoch s]; trucks without any are absent. */
export async function newestSamples(db: Db, ids: readonly number[], from: Date, to: Date): Promise<Map<number, number>> {
  const rows = await db.query<{ id: number; t: number | null }>(
    `select v as id, (select extract(epoch from max(time))::float8 from samples where vehicle_id = v and time >= $2::timestamptz and time < $3::timestamptz) as t
     from unnest($1::int[]) v`,
    [ids, from, to],
  );
  return new Map(rows.flatMap(({ id, t }) => (t === null ? [] : [[id, t] as const])));
}

const BULK_LOAD = 'bulkLoad';

/** What is being written in bulk, or was last: the same order goes on with what it left. */
export async function noteBulkLoad(db: Db, order: string): Promise<void> {
  await db.query(
    `insert into settings (key, value, updated_by) values ('${BULK_LOAD}', to_jsonb($1::text), 'simulate')
     on conflict (key) do update set value = excluded.value, version = settings.version + 1, updated_at = now()`,
    [order],
    { priority: 'write' },
  );
}

/** The order that was noted last; null: none was. */
export async function bulkLoadNoted(db: Db): Promise<string | null> {
  const [row] = await db.query<{ value: string }>(`select value from settings where key = '${BULK_LOAD}'`);
  return row?.value ?? null;
}
