import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { makeReader } from './queries/reader.ts';
import { ENGINES, freshDb } from './test-engines.ts';

describe.each(ENGINES)('the views for analysts on the %s engine', (engine) => {
  it('can all be read, and every column says what it is', async () => {
    const site = await freshDb(engine);
    try {
      const views = await site.db.query<{ name: string }>(
        `select table_name::text as name from information_schema.views where table_schema = 'analyst' order by 1`,
      );
      const names = ['days', 'findings', 'hours', 'leads', 'minutes', 'samples', 'trips', 'vehicles'];
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
      const { database, role } = await makeReader(site.db, password);
      const address = new URL(url ?? '');
      address.pathname = `/${database}`;
      address.username = role;
      address.password = password;
      const client = new pg.Client({ connectionString: address.href });
      await client.connect();
      expect((await client.query('select * from analyst.days')).rows).toEqual([]);
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
