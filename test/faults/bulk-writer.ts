/** Writes rows into an embedded database and says after each batch how many are committed; compresses some chunks on the way. Ends only when it is killed. */
import { compressNext, openDb } from '@plume/db';

const [dataDir = '', rows = '0', rowsABatch = '1', fromMs = '0'] = process.argv.slice(2);
const db = await openDb({ url: null, dataDir });
const total = Number(rows);
const size = Number(rowsABatch);
for (let written = 0; written < total; written += size) {
  await db.batch([
    {
      sql: `insert into samples (vehicle_id, time, "noxDownPpm", "engineRpm", quality)
            select 1 + n % 10, to_timestamp($1::float8) + (n / 10) * interval '1 second', 4000 + n % 997, 8000 + n % 641, '\\x0102030405060708090a0b'
            from generate_series($2::int, $3::int) n`,
      params: [Number(fromMs) / 1000, written, written + size - 1],
    },
  ]);
  if (written === Math.floor(total / size / 2) * size) for (let i = 0; i < 2; i += 1) await compressNext(db, new Date());
  process.stdout.write(`${written + size} rows\n`);
}
setInterval(() => undefined, 60_000);
