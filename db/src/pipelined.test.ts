import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CopyWriter } from './copy-binary.ts';
import { type Db, OptimisticConflict, type Step, sqlStateOf } from './db.ts';
import { ENGINES, freshDb } from './test-engines.ts';

/** A COPY that makes the server engine send all steps of the batch at once; the embedded engine takes the same batches. */
function copied(numbers: readonly number[]): Step {
  const writer = new CopyWriter();
  for (const n of numbers) {
    writer.row(1);
    writer.int4(n);
  }
  return { copy: 'piped (n)', data: [writer.finish()] };
}

describe.each(ENGINES)('a batch with a COPY on the %s engine', (engine) => {
  let site: Awaited<ReturnType<typeof freshDb>>;
  let db: Db;
  beforeAll(async () => {
    site = await freshDb(engine);
    db = site.db;
    await db.query('create table piped (n int4 primary key check (n < 1000))');
  });
  afterAll(async () => {
    await site.remove();
  });
  const count = async (): Promise<number> => (await db.query<{ n: number }>('select count(*) as n from piped'))[0]?.n ?? -1;

  it('answers every step: rows with the types of a query, and how many were affected', async () => {
    const results = await db.batch([
      { sql: "select 9007199254740991::int8 as big, '2023-05-18'::date as day, '\\x00ff'::bytea as raw, null::text as none" },
      copied([1, 2, 3]),
      { sql: 'update piped set n = n + 10 where n > $1 returning n', params: [1] },
      { sql: 'delete from piped where n = -1' },
    ]);
    expect(results[0]).toMatchObject({ affected: 1, rows: [{ big: 9007199254740991, day: '2023-05-18', none: null }] });
    expect(results[1]).toEqual({ affected: 3, rows: [] });
    expect(results[2]).toMatchObject({ affected: 2, rows: [{ n: 12 }, { n: 13 }] });
    expect(results[3]).toEqual({ affected: 0, rows: [] });
    expect(await count()).toBe(3);
  });

  it('carries parameters of every kind as a query does', async () => {
    const at = new Date('2023-05-18T06:30:00.123Z');
    const texts = ['plain', 'with "quotes"', 'back\\slash', 'a,b {c}', '', 'NULL', '新B·A1'];
    const sql =
      'select $1::text[] as texts, $2::int8[] as numbers, $3::bytea as raw, $4::timestamptz as at, $5::jsonb as doc, $6::text as none, $7::bool as yes, $8::float8 as half';
    const params = [texts, [1, -2, 9007199254740991], Uint8Array.of(0, 92, 255), at, '{"a":[1,null]}', null, true, 1.5];
    const [piped] = await db.batch([{ sql, params }, copied([])]);
    expect(piped?.rows).toMatchObject([{ texts, at, doc: { a: [1, null] }, none: null, yes: true, half: 1.5 }]);
    const plain = await db.query(sql, params);
    expect(piped?.rows).toEqual(plain);
  });

  it.each([
    ['the copied rows break a check', [copied([2_000])], '23514'],
    ['the copied rows break the key', [copied([500, 500])], '23505'],
    ['the copied bytes are no COPY stream', [{ copy: 'piped (n)', data: [Uint8Array.of(1, 2, 3)] }], '22P04'],
    ['there is no such table', [{ copy: 'nowhere (n)', data: [new CopyWriter().finish()] }], '42P01'],
    ['a statement before the COPY fails', [{ sql: 'select 1 / 0' }, copied([501])], '22012'],
    ['a statement after it fails', [copied([502]), { sql: 'select 1 / 0' }, copied([503])], '22012'],
  ] satisfies [string, Step[], string][])(
    'is undone whole when %s, and the next batch goes through',
    async (_name, steps, state) => {
      const before = await count();
      const failure: unknown = await db.batch(steps).catch((error: unknown) => error);
      expect(sqlStateOf(failure)).toBe(state);
      expect(await count()).toBe(before);
      await db.batch([copied([before + 100]), { sql: 'delete from piped where n = $1', params: [before + 100], expect: 1 }]);
      expect(await count()).toBe(before);
    },
  );

  it('is undone with OptimisticConflict when a step affects other rows than expected, whatever comes after it', async () => {
    const before = await count();
    const batches: Step[][] = [
      [{ sql: 'update piped set n = n where n = -5', expect: 1 }, copied([600])],
      [{ sql: 'update piped set n = n where n = -5', expect: 1 }, copied([2_000])],
    ];
    for (const steps of batches) await expect(db.batch(steps)).rejects.toBeInstanceOf(OptimisticConflict);
    expect(await count()).toBe(before);
  });

  it('takes pieces of a stream larger than any buffer on the way', async () => {
    const whole = new CopyWriter();
    for (let n = 0; n < 100_000; n += 1) {
      whole.row(1);
      whole.int4(-1 - n);
    }
    const bytes = whole.finish();
    const [result] = await db.batch([{ copy: 'piped (n)', data: [bytes.subarray(0, 1_000_001), bytes.subarray(1_000_001)] }]);
    expect(result?.affected).toBe(100_000);
    await db.query('delete from piped where n < 0');
  });
});
