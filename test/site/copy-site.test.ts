import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copySite, type Db, openDb } from '@plume/db';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freshDatabase } from '../support/fresh-database.ts';

const serverUrl = inject('serverUrl');

describe.runIf(serverUrl !== null)('moving a site from the embedded engine to a server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plume-copy-'));
  let source: Db;
  let target: Db;
  let database: Awaited<ReturnType<typeof freshDatabase>>;

  beforeAll(async () => {
    cpSync(inject('embeddedTemplate'), folder, { recursive: true });
    source = await openDb({ url: null, dataDir: folder });
    await source.batch([
      { sql: "insert into vehicles (vin, plate) values ('LZZ5CLVB0JA000001', '新B·1'), ('LZZ5CLVB0JA000002', '新B·2')" },
      { sql: `insert into terminals (id, secret_hash, profile) values ('T1', '\\x0102', '{"recordPeriodS": 10}')` },
      {
        sql: "insert into assignments (terminal_id, vehicle_id, valid_from) select 'T1', id, '2026-01-01Z' from vehicles where plate = '新B·1'",
      },
      {
        sql: `insert into samples (vehicle_id, time, "noxDownPpm", "odometerKm", quality) select 1, '2026-01-01Z'::timestamptz + s * interval '1 s', s, 4000000000 + s, '\\x0102' from generate_series(1, 5000) s`,
      },
      {
        sql: "insert into frames (terminal_id, received_at, transport, bytes) select 'T1', '2026-01-01Z'::timestamptz + s * interval '10 s', 'mqtt', '\\x2323' from generate_series(1, 100) s",
      },
      {
        sql: "insert into ledger (received_at, terminal_id, transport, disposition, code, field, reason, records, byte_count, sha256, decoder) values ('2026-01-01Z', 'T1', 'mqtt', 'rejected', 'BAD_JSON', '', 'x', 1, 1, '\\x00', '1')",
      },
      { sql: "insert into link_hours (terminal_id, hour, received, stored) values ('T1', '2026-01-01Z', 5000, 5000)" },
      {
        sql: `insert into truck_minute (vehicle_id, time, "noxG", formula) select 1, '2026-01-01Z'::timestamptz + s * interval '1 min', s / 8.0, '1' from generate_series(1, 300) s`,
      },
      {
        sql: `insert into truck_day (vehicle_id, day, until, samples, rules_version, summary, outcomes, outcomes_sha256, verdicts) values (1, '2026-01-01', '2026-01-02Z', 5000, '1', '{"noxG": 12.5}', '[]', '\\x01', '[]')`,
      },
      {
        sql: `insert into findings (id, vehicle_id, rule, day, level, cause, version, detail) values ('00000000000000aa', 1, 'R-A1', '2026-01-01', 'suspected', 'overLimit', '1', '{}')`,
      },
      {
        sql: `insert into leads (id, vehicle_id, cause, level, first_day, last_day, findings, state) values ('00000000000000aa', 1, 'overLimit', 'suspected', '2026-01-01', '2026-01-01', '{00000000000000aa}', 'open')`,
      },
      { sql: "insert into lead_events (lead_id, vehicle_id, kind, reason) values ('00000000000000aa', 1, 'opened', 'found')" },
      {
        sql: "insert into rule_settings (overrides, valid_from, recorded_by) values ('{}', '2026-01-01', 'test')",
      },
      { sql: "insert into lay_ups (vehicle_id, valid_from, reason, recorded_by) values (2, '2026-01-01', 'winter', 'test')" },
    ]);
    database = await freshDatabase(serverUrl ?? '');
    target = await openDb({ url: database.url, dataDir: '' });
  });
  afterAll(async () => {
    await source.close();
    await target.close();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const SUM = `select count(*)::int8 as n, sum("noxDownPpm")::int8 as nox, sum("odometerKm")::int8 as odometer, min(time) as first, max(time) as last, min(encode(quality, 'hex')) as quality from samples`;

  it('takes every row along, values unchanged', async () => {
    const seen: string[] = [];
    const rows = await copySite(source, target, ({ table }) => seen.push(table), new AbortController().signal);
    expect(rows).toMatchObject({
      vehicles: 2,
      terminals: 1,
      assignments: 1,
      samples: 5000,
      frames: 100,
      ledger: 1,
      link_hours: 1,
      truck_minute: 300,
      truck_day: 1,
      findings: 1,
      leads: 1,
      lead_events: 1,
      rule_settings: 1,
      lay_ups: 1,
      dirty_days: 0,
    });
    expect(seen).toContain('samples');
    expect(await target.query(SUM)).toEqual(await source.query(SUM));
    expect(await target.query('select vin, plate from vehicles order by id')).toEqual(
      await source.query('select vin, plate from vehicles order by id'),
    );
  });

  it('goes on numbering behind the copied rows', async () => {
    await target.query("insert into vehicles (vin, plate) values ('LZZ5CLVB0JA000003', '新B·3')");
    expect(await target.query("select id from vehicles where plate = '新B·3'")).toEqual([{ id: 3 }]);
  });

  it('refuses a target that has rows already', async () => {
    await expect(copySite(source, target, () => undefined, new AbortController().signal)).rejects.toThrow(/not empty/);
  });

  it('stops when it is cancelled', async () => {
    const other = await freshDatabase(serverUrl ?? '');
    const empty = await openDb({ url: other.url, dataDir: '' });
    const cancel = new AbortController();
    await expect(copySite(source, empty, () => cancel.abort(new Error('cancelled')), cancel.signal)).rejects.toThrow('cancelled');
    await empty.close();
    await other.drop();
  });
});
