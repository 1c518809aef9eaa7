import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CopyReader, collect, readers } from './copy-binary.ts';
import type { Db, Priority } from './db.ts';
import { ENGINES, freshDb } from './test-engines.ts';

describe.each(ENGINES)('a select copied out of the %s engine', (engine) => {
  let site: Awaited<ReturnType<typeof freshDb>>;
  let db: Db;
  beforeAll(async () => {
    site = await freshDb(engine);
    db = site.db;
    await db.query('create table told (n int4 primary key, filler text)');
    await db.query("insert into told select n, repeat('x', n % 3000) from generate_series(1, 4000) n");
  });
  afterAll(async () => {
    await site.remove();
  });
  const numbers = async (sql: string, options: { alongKey?: boolean; priority?: Priority } = {}): Promise<number[]> => {
    const reader = new CopyReader(await collect(db.copyOut(sql, options)));
    const found: number[] = [];
    while (reader.next()) {
      found.push(reader.number());
      expect(reader.bytes()).toHaveLength((found.at(-1) ?? 0) % 3000);
    }
    return found;
  };
  const all = Array.from({ length: 4000 }, (_, index) => index + 1);

  it.each<Priority>(['read', 'job'])('comes whole, however its messages lie in what is received (%s)', async (priority) => {
    expect(await numbers('select n, filler from told order by n', { priority })).toEqual(all);
  });

  it('comes in pieces of whole rows, however long these are', async () => {
    const found: number[] = [];
    const long = (n: number): number => (n % 4) * 150_000 + 1;
    const sql = `select n, repeat('x', ((n % 4) * 150000 + 1)::int) from told where n <= 40 order by n`;
    for await (const reader of readers(db.copyOut(sql, { priority: 'job' })))
      while (reader.next()) {
        found.push(reader.number());
        expect(reader.bytes()).toHaveLength(long(found.at(-1) ?? 0));
      }
    expect(found).toEqual(all.slice(0, 40));
  });

  it('comes in the order of its key when it is read along that', async () => {
    expect(await numbers('select n, filler from told where n > 10 order by n', { alongKey: true })).toEqual(all.slice(10));
  });

  it.each<Priority>(['read', 'job'])('waits for a slow reader (%s)', async (priority) => {
    let bytes = 0;
    for await (const piece of db.copyOut('select n, filler from told', { priority })) {
      bytes += piece.length;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(bytes).toBeGreaterThan(4000 * 1000);
  });

  it('fails with the words of the database when the statement fails, at its start or on its way, and the connection goes on', async () => {
    await expect(collect(db.copyOut('select 1 from nowhere'))).rejects.toThrow(/nowhere/);
    await expect(collect(db.copyOut('select n, 1 / (n - 3999) from told order by n', { alongKey: true }))).rejects.toThrow(
      /zero/,
    );
    for (let i = 0; i < 10; i += 1) expect(await numbers('select n, filler from told where n < 4 order by n')).toEqual([1, 2, 3]);
  });

  it('leaves the settings of its connection as they were', async () => {
    await numbers('select n, filler from told where n < 4 order by n', { alongKey: true });
    const settings = await Promise.all(
      Array.from({ length: 8 }, () => db.query<{ s: string }>("select current_setting('enable_sort') as s")),
    );
    expect(settings.flat().every(({ s }) => s === 'on')).toBe(true);
  });

  it('can be left before its end, and others are read then', async () => {
    for (let i = 0; i < 10; i += 1)
      for await (const _piece of db.copyOut('select n, filler from told', { priority: i % 2 ? 'job' : 'read' })) break;
    expect(await numbers('select n, filler from told where n < 3 order by n')).toEqual([1, 2]);
  });
});
