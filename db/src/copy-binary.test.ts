import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CopyReader, CopyWriter, collect } from './copy-binary.ts';
import { ENGINES, freshDb } from './test-engines.ts';

describe.each(ENGINES)('binary COPY against the %s engine', (engine) => {
  let site: Awaited<ReturnType<typeof freshDb>>;
  beforeAll(async () => {
    site = await freshDb(engine);
    await site.db.query('create table copied (n int, a int4, b int8, t timestamptz, r bytea, x text)');
  });
  afterAll(() => site.remove());

  const NUMBERS = [0, 1, -1, 2_147_483_647, -2_147_483_648];
  const BIG = [0, 4_294_967_295, 4_294_967_296, -1, 2 ** 53 - 1, -(2 ** 53 - 1)];
  const TIMES = [
    '1970-01-01T00:00:00.000Z',
    '1999-12-31T23:59:59.999Z',
    '2000-01-01T00:00:00.000Z',
    '2023-05-18T06:30:00.123Z',
    '2242-01-01T00:00:00.000Z',
  ];

  it('is read by the engine as written', async () => {
    const writer = new CopyWriter(16);
    const rows = Array.from({ length: 40 }, (_, n) => n);
    for (const n of rows) {
      writer.row(6);
      writer.int4(n);
      writer.int4(NUMBERS[n % NUMBERS.length] ?? 0);
      writer.int8(BIG[n % BIG.length] ?? 0);
      writer.timestamptz(Date.parse(TIMES[n % TIMES.length] ?? '') / 1000);
      if (n % 7 === 0) writer.null();
      else
        writer.bytea(
          Uint8Array.from({ length: n * 3 }, (_, i) => i + n),
          1,
          n * 3,
        );
      writer.text(`é中${n}`);
    }
    await site.db.batch([{ copy: 'copied (n, a, b, t, r, x)', data: [writer.finish()] }]);
    const stored = await site.db.query<{ n: number; a: number; b: number; t: Date; r: Uint8Array | null; x: string }>(
      'select * from copied order by n',
    );
    expect(stored).toHaveLength(rows.length);
    for (const row of stored) {
      expect(row.a).toBe(NUMBERS[row.n % NUMBERS.length]);
      expect(row.b).toBe(BIG[row.n % BIG.length]);
      expect(row.t.toISOString()).toBe(TIMES[row.n % TIMES.length]);
      expect(row.r === null ? null : [...row.r]).toEqual(
        row.n % 7 === 0 ? null : Array.from({ length: row.n * 3 }, (_, i) => (i + row.n) & 255).slice(1),
      );
      expect(row.x).toBe(`é中${row.n}`);
    }
  });

  it('is read back by us as the engine writes it', async () => {
    const reader = new CopyReader(await collect(site.db.copyOut('select n, a, b, t, r from copied order by n')));
    let n = 0;
    while (reader.next()) {
      expect(reader.number()).toBe(n);
      expect(reader.number()).toBe(NUMBERS[n % NUMBERS.length]);
      expect(reader.number()).toBe(BIG[n % BIG.length]);
      expect(new Date(reader.timeSec() * 1000).toISOString()).toBe(TIMES[n % TIMES.length]);
      expect(reader.bytes()).toHaveLength(n % 7 === 0 ? 0 : n * 3 - 1);
      n += 1;
    }
    expect(n).toBe(40);
  });

  it('bytes into places that may hold others: short ones and none are filled up with 0, long ones cut', async () => {
    const reader = new CopyReader(await collect(site.db.copyOut('select r, n from copied where n in (0, 1, 4) order by n')));
    const read: number[][] = [];
    while (reader.next()) {
      const out = new Uint8Array(6).fill(9);
      reader.bytesInto(out, 1, 4);
      read.push([...out, reader.number()]);
    }
    expect(read).toEqual([
      [9, 0, 0, 0, 0, 9, 0],
      [9, 2, 3, 0, 0, 9, 1],
      [9, 5, 6, 7, 8, 9, 4],
    ]);
  });
});
