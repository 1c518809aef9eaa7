import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Db, OptimisticConflict, sqlStateOf, troubleOf } from './db.ts';
import { migrate, readMigrations } from './migrate.ts';
import { SAMPLE_COLUMNS } from './sample-columns.ts';
import { ENGINES, freshDb } from './test-engines.ts';

describe('what a failed statement means', () => {
  it.each([
    [Object.assign(new Error('out of range'), { code: '22003' }), 'data'],
    [Object.assign(new Error('duplicate key'), { code: '23505' }), 'collision'],
    [new OptimisticConflict('another was faster'), 'collision'],
    [Object.assign(new Error('no room'), { code: '53100' }), 'away'],
    [Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), 'away'],
    [new Error('Connection terminated unexpectedly'), 'away'],
    [new AggregateError([new Error('connect')], 'no address answers'), 'away'],
    [new TypeError("cannot read properties of undefined (reading 'x')"), 'defect'],
    [new RangeError('Invalid array length'), 'defect'],
  ])('%s: %s', (error, trouble) => {
    expect(troubleOf(error)).toBe(trouble);
  });
});

describe.each(ENGINES)('the database on the %s engine', (engine) => {
  let site: Awaited<ReturnType<typeof freshDb>>;
  let db: Db;
  beforeAll(async () => {
    site = await freshDb(engine);
    db = site.db;
  });
  afterAll(async () => {
    await site.remove();
  });

  it('has applied every migration, and a second run applies none', async () => {
    const rows = await db.query<{ name: string }>('select name from schema_migrations order by id');
    expect(rows.map((row) => row.name)).toEqual(readMigrations().map((file) => file.name));
    expect(await migrate(db)).toEqual([]);
  });

  it('migrates once when two clients begin at the same time', async () => {
    await Promise.all([migrate(db), migrate(db)]);
    const [row] = await db.query<{ n: number }>('select count(*)::int as n from schema_migrations');
    expect(row?.n).toBe(readMigrations().length);
  });

  it('refuses a migration file that was changed after it was applied', async () => {
    await db.query("update schema_migrations set sha256 = 'x' || sha256 where id = 1");
    await expect(migrate(db)).rejects.toThrow(/0001_registry\.sql has changed/);
    await db.query('update schema_migrations set sha256 = substr(sha256, 2) where id = 1');
  });

  it('refuses a database of a newer program', async () => {
    await db.query("insert into schema_migrations (id, name, sha256) values (9999, 'x', 'x')");
    await expect(migrate(db)).rejects.toThrow(/newer Plume/);
    await db.query('delete from schema_migrations where id = 9999');
  });

  it('answers a reader alone: helpers take longer to start than a person’s question takes', async () => {
    await db.query('create table many as select i, i % 7 as k from generate_series(1, 400000) i', [], { priority: 'job' });
    await db.query('analyze many', [], { priority: 'job' });
    const plan = await db.query<{ 'QUERY PLAN': string }>('explain select k, count(*) from many group by k');
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Seq Scan on many/);
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).not.toMatch(/Parallel|Gather/);
    await db.query('drop table many', [], { priority: 'job' });
  });

  it('counts days and writes moments in UTC, whatever the defaults of the database and the process', async () => {
    const [own] = await db.query<{ name: string }>('select current_database()::text as name');
    if (engine === 'server') await db.query(`alter database "${own?.name}" set timezone = 'America/New_York'`);
    db = await site.reopen();
    for (const priority of ['read', 'write', 'job'] as const)
      expect(await db.query("select '2023-05-18 23:30:00Z'::timestamptz::text as at", [], { priority })).toEqual([
        { at: '2023-05-18 23:30:00+00' },
      ]);
  });

  it('gives the same value types on every engine', async () => {
    const [row] = await db.query(
      `select 9007199254740991::int8 as big, 1.5::float8 as half, '2023-05-18 14:30:00+08'::timestamptz as at, '2023-05-18'::date as day,
              '\\x00ff'::bytea as raw, '{"a":[1,null]}'::jsonb as doc, array[1,2]::int4[] as list, null::int4 as none, true as yes`,
    );
    expect(row).toMatchObject({
      big: 9007199254740991,
      half: 1.5,
      day: '2023-05-18',
      doc: { a: [1, null] },
      list: [1, 2],
      none: null,
      yes: true,
    });
    expect(row).toHaveProperty('at', new Date('2023-05-18T06:30:00Z'));
    const raw: unknown = row === undefined ? undefined : Reflect.get(row, 'raw');
    expect(raw).toBeInstanceOf(Uint8Array);
    expect(raw instanceof Uint8Array ? [...raw] : raw).toEqual([0, 255]);
  });

  it('takes back the same parameter types', async () => {
    const at = new Date('2023-05-18T06:30:00.123Z');
    const [row] = await db.query(
      'select $1::timestamptz as at, $2::bytea as raw, $3::jsonb as doc, $4::int4[] as ints, $5::text[] as texts, $6::int8 as big',
      [at, Uint8Array.from([1, 0, 255]), '{"x":"\u00e9"}', [1, 2, 3], ['a', 'b,"c\\', ''], 2 ** 40],
    );
    expect(row).toMatchObject({ at, doc: { x: '\u00e9' }, ints: [1, 2, 3], texts: ['a', 'b,"c\\', ''], big: 2 ** 40 });
  });

  it('takes nulls within array parameters', async () => {
    const rows = await db.query('select u.* from unnest($1::int4[], $2::int8[], $3::text[]) as u (a, b, c)', [
      [1, null],
      [null, 2 ** 40],
      [null, 'null'],
    ]);
    expect(rows).toEqual([
      { a: 1, b: null, c: null },
      { a: null, b: 2 ** 40, c: 'null' },
    ]);
  });

  it('undoes a whole batch when one step fails, and tells the SQLSTATE', async () => {
    await db.query('create table counted (id int primary key)');
    const failed = db.batch([{ sql: 'insert into counted values (1), (2)' }, { sql: 'insert into counted values (1)' }]);
    await expect(failed).rejects.toSatisfy((error: unknown) => sqlStateOf(error) === '23505' && troubleOf(error) === 'collision');
    expect(await db.query('select * from counted')).toEqual([]);
    expect(await db.batch([{ sql: 'insert into counted values (1), (2)', expect: 2 }])).toMatchObject([{ affected: 2 }]);
  });

  it('undoes a batch whose step affects another number of rows than expected', async () => {
    const failed = db.batch([
      { sql: 'insert into counted values (7)' },
      { sql: 'update counted set id = id where id = 8', expect: 1 },
    ]);
    await expect(failed).rejects.toBeInstanceOf(OptimisticConflict);
    expect(await db.query('select * from counted where id = 7')).toEqual([]);
  });

  it('holds a column for every signal, of the stated type, between the key and the quality', async () => {
    const columns = await db.query<{ name: string; type: string }>(
      "select column_name::text as name, udt_name::text as type from information_schema.columns where table_schema = 'public' and table_name = 'samples' order by ordinal_position",
    );
    expect(columns).toEqual([
      { name: 'vehicle_id', type: 'int4' },
      { name: 'time', type: 'timestamptz' },
      ...SAMPLE_COLUMNS,
      { name: 'quality', type: 'bytea' },
    ]);
  });

  it('says what the edition can', async () => {
    const [row] = await db.query<{ license: string }>("select current_setting('timescaledb.license') as license");
    expect(db.edition).toBe(row?.license === 'timescale' ? 'community' : 'apache');
    expect(db.version).toMatch(/PostgreSQL 17.*TimescaleDB 2\./);
  });

  it('refuses a terminal on two trucks at the same time', async () => {
    await db.batch([
      { sql: "insert into vehicles (vin, plate) values ('LZZ5CLVB0JA000001', 'a'), ('LZZ5CLVB0JA000002', 'b')" },
      { sql: "insert into terminals (id, secret_hash) values ('T1', '\\x00')" },
      {
        sql: "insert into assignments (terminal_id, vehicle_id, valid_from, valid_to) select 'T1', id, '2023-01-01Z', '2023-02-01Z' from vehicles where plate = 'a'",
      },
      {
        sql: "insert into assignments (terminal_id, vehicle_id, valid_from) select 'T1', id, '2023-02-01Z' from vehicles where plate = 'b'",
      },
    ]);
    const overlapping = db.query(
      "insert into assignments (terminal_id, vehicle_id, valid_from, valid_to) select 'T1', id, '2023-01-31Z', '2023-02-02Z' from vehicles where plate = 'a'",
    );
    await expect(overlapping).rejects.toSatisfy((error: unknown) => sqlStateOf(error) === '23P01');
  });

  it('keeps its rows when it is closed and opened again', async () => {
    db = await site.reopen();
    expect(await db.query('select id from counted order by id')).toEqual([{ id: 1 }, { id: 2 }]);
  });
});
