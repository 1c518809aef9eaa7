import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Db } from './db.ts';
import { COMPRESS_AFTER_DAYS, compressNext, growthOf, hypertableBytes } from './hypertables.ts';
import { ENGINES, freshDb } from './test-engines.ts';

const NOW = new Date('2026-06-15T12:00:00Z');
const DAY_MS = 86_400_000;

function daysAgo(days: number): string {
  return new Date(NOW.getTime() - days * DAY_MS).toISOString();
}

describe.each(ENGINES)('hypertables on the %s engine', (engine) => {
  let site: Awaited<ReturnType<typeof freshDb>>;
  let db: Db;
  beforeAll(async () => {
    site = await freshDb(engine);
    db = site.db;
    for (const days of [COMPRESS_AFTER_DAYS + 3, COMPRESS_AFTER_DAYS - 2]) {
      await db.query(
        `insert into samples (vehicle_id, time, "noxDownPpm", quality)
         select v, $1::timestamptz + s * interval '1 second', 4000 + s % 50, '\\x00' from generate_series(1, 3) v, generate_series(0, 3599) s`,
        [daysAgo(days)],
      );
    }
    for (const days of [405, 1]) {
      await db.query(
        "insert into frames (terminal_id, received_at, transport, bytes) values ('T1', $1::timestamptz, 'mqtt', '\\x2323')",
        [daysAgo(days)],
      );
    }
  });
  afterAll(() => site.remove());

  async function compressAll(): Promise<string[]> {
    const names: string[] = [];
    for (let name = await compressNext(db, NOW); name !== null; name = await compressNext(db, NOW)) names.push(name);
    return names;
  }

  it('tells how fast records grow before they are compressed, by the chunks that are not yet', async () => {
    const growth = await growthOf(db, NOW);
    // The chunk of the rows of two days less than the age of compression, and of what came after.
    expect(growth?.days).toBeGreaterThan(COMPRESS_AFTER_DAYS - 3);
    expect(growth?.days).toBeLessThanOrEqual(COMPRESS_AFTER_DAYS);
    const [chunk] = await db.query<{ bytes: number }>(
      `select sum(total_bytes)::int8 as bytes from chunks_detailed_size('samples') where chunk_name in
        (select chunk_name from timescaledb_information.chunks where hypertable_name = 'samples' and range_start > $1::timestamptz)`,
      [daysAgo(COMPRESS_AFTER_DAYS)],
    );
    expect(growth?.bytesPerDay).toBeGreaterThanOrEqual((chunk?.bytes ?? 0) / COMPRESS_AFTER_DAYS);
    expect(chunk?.bytes).toBeGreaterThan(0);
    // Before there was anything, and in the first hours, nothing is told.
    expect(await growthOf(db, new Date(NOW.getTime() - 40 * DAY_MS))).toBeNull();
  });

  it('compresses chunks that are old enough, one a call, and no younger one', async () => {
    const before = (await hypertableBytes(db, 'samples')).total;
    const names = await compressAll();
    if (db.edition === 'apache') {
      expect(names).toEqual([]);
      return;
    }
    expect(names.length).toBeGreaterThanOrEqual(2);
    const compressed = await db.query<{ end: Date }>(
      'select range_end as end from timescaledb_information.chunks where is_compressed',
    );
    expect(compressed).toHaveLength(names.length);
    for (const { end } of compressed) expect(end.getTime()).toBeLessThan(NOW.getTime() - COMPRESS_AFTER_DAYS * DAY_MS);
    expect((await hypertableBytes(db, 'samples')).total).toBeLessThan(before);
  });

  it('reads compressed and fresh rows alike, also after it is opened again', async () => {
    db = await site.reopen();
    const [row] = await db.query<{ n: number; total: number }>(
      'select count(*)::int as n, sum("noxDownPpm")::int8 as total from samples',
    );
    // 2 periods × 3 trucks × 3600 s; the mean of 0 … 49 is 24.5.
    expect(row).toEqual({ n: 21_600, total: 21_600 * 4024.5 });
  });

  it('takes late rows into a compressed chunk, keeps the key, and compresses it again', async () => {
    const late = new Date(Date.parse(daysAgo(COMPRESS_AFTER_DAYS + 3)) - 60_000).toISOString();
    const insert = () => db.batch([{ sql: `insert into samples (vehicle_id, time, quality) values (1, '${late}', '\\x01')` }]);
    await insert();
    await expect(insert()).rejects.toMatchObject({ code: '23505' });
    const again = await compressAll();
    if (db.edition === 'community') expect(again).toHaveLength(1);
    const [row] = await db.query<{ n: number }>('select count(*)::int as n from samples');
    expect(row?.n).toBe(21_601);
  });
});
