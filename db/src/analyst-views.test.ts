import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import type { Db } from './db.ts';
import { makeReader } from './queries/reader.ts';
import { ENGINES, freshDb } from './test-engines.ts';

/** Days of three trucks over the end of a month, one of them silent for 50 hours, and what their figures are by hand. */
async function figures(db: Db): Promise<void> {
  const write = { priority: 'write' } as const;
  await db.query(
    "insert into vehicles (vin, plate, district) values ('LZZ5CLVB0JA200001', 'T1', 'X'), ('LZZ5CLVB0JA200002', 'T2', 'X'), ('LZZ5CLVB0JA200003', 'T3', 'Y')",
    [],
    write,
  );
  const day = async (
    plate: string,
    date: string,
    at: string,
    [received, due, valid]: [number, number, number],
    verdict: string | null,
  ) => {
    const summary = { quality: { received, due, channels: { noxDownPpm: { counts: { valid } } } } };
    const verdicts = verdict === null ? [] : [{ rule: 'R-A3', outcome: verdict }];
    await db.query(
      `insert into truck_day (vehicle_id, day, until, samples, first_time, last_time, rules_version, outcomes, outcomes_sha256, verdicts, summary)
       select id, $2::date, $2::date + 1, $3::int, $4::timestamptz, $4::timestamptz, 't', '[]', '\\x00', $5::jsonb, $6::jsonb from vehicles where plate = $1::text`,
      [plate, date, received, at, JSON.stringify(verdicts), JSON.stringify(summary)],
      write,
    );
  };
  await day('T1', '2026-10-30', '2026-10-30T10:00:00+08:00', [90, 100, 80], 'found');
  await day('T1', '2026-10-31', '2026-10-31T10:00:00+08:00', [0, 0, 0], null);
  await day('T1', '2026-11-01', '2026-11-01T12:00:00+08:00', [10, 10, 10], null);
  await day('T2', '2026-10-31', '2026-10-31T10:00:00+08:00', [50, 50, 45], 'clear');
  await day('T3', '2026-11-01', '2026-11-01T10:00:00+08:00', [10, 20, 5], 'found');
  await db.query(
    `insert into findings (id, vehicle_id, rule, day, level, cause, version, detail) select 'f', id, 'R-OFFLINE', '2026-10-31', 'attention', 'offline', '1', '{}' from vehicles where plate = 'T1'`,
    [],
    write,
  );
  const rows = await db.query<{ at: string; kpi: string; a: number | null; b: number; value: number | null; n: number }>(
    `select k.span || ' ' || k.period || ' ' || k.grouping_by || ' ' || coalesce(v.plate, k.district, '') as at, k.kpi, k.numerator as a, k.denominator as b, round(k.value::numeric, 3)::float8 as value, k.n
     from analyst.kpis k left join vehicles v on v.id = k.vehicle_id`,
  );
  const of = (at: string) =>
    Object.fromEntries(rows.filter((row) => row.at === at).map((row) => [row.kpi, [row.a, row.b, row.value, row.n]]));
  // 50 h of silence, of which those beyond 24 count.
  expect(of('month 2026-10-01 all ')).toEqual({
    effectiveRate: [125, 150, 83.333, 2],
    transmissionRate: [140, 150, 93.333, 2],
    onlineRate: [2, 3, 66.667, 3],
    exceedanceRate: [1, 2, 50, 2],
    failureRate: [1, 2, 50, 2],
    repairHours: [26, 1, 26, 1],
  });
  expect(of('month 2026-11-01 all ')).toMatchObject({
    onlineRate: [2, 2, 100, 2],
    exceedanceRate: [1, 1, 100, 1],
    failureRate: [0, 2, 0, 2],
    repairHours: [null, 0, null, 0],
  });
  expect(of('month 2026-11-01 district Y')).toMatchObject({ effectiveRate: [5, 20, 25, 1], transmissionRate: [10, 20, 50, 1] });
  expect(of('month 2026-10-01 vehicle T1')).toMatchObject({
    effectiveRate: [80, 100, 80, 1],
    onlineRate: [1, 2, 50, 2],
    failureRate: [1, 1, 100, 1],
  });
  expect(of('day 2026-10-31 district X')).toMatchObject({
    effectiveRate: [45, 50, 90, 1],
    onlineRate: [1, 2, 50, 2],
    exceedanceRate: [0, 1, 0, 1],
    failureRate: [1, 2, 50, 2],
  });
  expect(of('month 2026-10-01 district Y')).toEqual({});
}

describe.each(ENGINES)('the views for analysts on the %s engine', (engine) => {
  it('can all be read, and every column says what it is', async () => {
    const site = await freshDb(engine);
    try {
      const views = await site.db.query<{ name: string }>(
        `select table_name::text as name from information_schema.views where table_schema = 'analyst' order by 1`,
      );
      const names = [
        'cases',
        'days',
        'findings',
        'hours',
        'kpis',
        'leads',
        'minutes',
        'road_checks',
        'samples',
        'trips',
        'vehicles',
        'windows',
      ];
      expect(views.map(({ name }) => name)).toEqual(names);
      for (const { name } of views) expect(await site.db.query(`select * from analyst.${name}`)).toEqual([]);
      const silent = await site.db.query(
        `select c.relname::text as view, a.attname::text as column from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'analyst' and a.attnum > 0 and col_description(c.oid, a.attnum) is null`,
      );
      expect(silent).toEqual([]);
      // A fact entered later holds, also where it holds from an earlier day on.
      const write = { priority: 'write' } as const;
      await site.db.query("insert into vehicles (vin, plate) values ('LZZ5CLVB0JA100001', 'P1')", [], write);
      await site.db.query(
        `insert into vehicle_parameters (vehicle_id, valid_from, recorded_at, recorded_by, "values")
         select v.id, f::timestamptz, r::timestamptz, 'x', jsonb_build_object('ratedPowerKw', kw) from vehicles v,
           (values ('2026-02-01Z', '2026-02-01Z', 276), ('2026-01-01Z', '2026-03-01Z', 294)) as x (f, r, kw)`,
        [],
        write,
      );
      expect(await site.db.query('select rated_power_kw from analyst.vehicles')).toEqual([{ rated_power_kw: 294 }]);
      await figures(site.db);
      if (site.db.kind === 'embedded') await expect(makeReader(site.db, 'x'.repeat(40))).rejects.toThrow('has no roles');
    } finally {
      await site.remove();
    }
  });
});

const url = inject('serverUrl');
describe.runIf(url !== null)('the reader', () => {
  it('reads the views and nothing else, and writes nothing', async () => {
    const site = await freshDb('server');
    const password = 'reader-of-the-test-suite-0123456789-abcdef';
    try {
      await makeReader(site.db, 'the-password-before-0123456789-abcdefghi');
      const { database, role, existed } = await makeReader(site.db, password);
      expect(existed).toBe(true);
      const address = new URL(url ?? '');
      address.pathname = `/${database}`;
      address.username = role;
      address.password = password;
      const client = new pg.Client({ connectionString: address.href });
      await client.connect();
      const views = await site.db.query<{ name: string }>(
        "select table_name::text as name from information_schema.views where table_schema = 'analyst'",
      );
      expect(views.length).toBeGreaterThanOrEqual(12);
      for (const { name } of views) expect((await client.query(`select * from analyst.${name}`)).rows).toEqual([]);
      const tables = await site.db.query<{ name: string }>(
        "select tablename::text as name from pg_tables where schemaname = 'public'",
      );
      expect(tables.length).toBeGreaterThan(30);
      for (const { name } of tables)
        await expect(client.query(`select * from "${name}"`), name).rejects.toThrow('permission denied');
      for (const sql of [
        'select * from users',
        'select * from vehicles',
        'insert into analyst.vehicles (vin) values (1)',
        'create table x (a int)',
      ])
        await expect(client.query(sql)).rejects.toThrow(/permission denied|read-only|cannot/);
      await client.end();
    } finally {
      await site.remove();
      const owner = new pg.Client({ connectionString: url ?? '' });
      await owner.connect();
      await owner.query('drop role if exists plume_reader');
      await owner.end();
    }
  });
});
