import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Db } from './db.ts';
import { removeDemo } from './demo-removal.ts';
import { COMPRESS_AFTER_DAYS, compressNext } from './hypertables.ts';
import { beginDemoStep, countDemo, demoPlan, endDemoStep } from './queries/demo.ts';
import { ENGINES, freshDb } from './test-engines.ts';

const NOW = new Date('2026-06-15T12:00:00Z');
const OLD = new Date(NOW.getTime() - (COMPRESS_AFTER_DAYS + 3) * 86_400_000).toISOString();
const NEW = new Date(NOW.getTime() - 3_600_000).toISOString();
const finding = (n: number) => n.toString(16).padStart(16, '0');

/** A truck with its terminal and a row in every table that has rows of trucks or terminals. */
async function enter(db: Db, n: number, demo: boolean): Promise<number> {
  const terminal = `T${n}`;
  const write = async (sql: string, params: unknown[] = []) => await db.query<{ id: number }>(sql, params, { priority: 'write' });
  const [row] = await write('insert into vehicles (vin, plate, demo) values ($1, $2, $3) returning id', [
    `LFWSRXSJ2G1F0000${n}`,
    `新B0000${n}`,
    demo,
  ]);
  const id = row?.id ?? 0;
  await write("insert into terminals (id, secret_hash, demo) values ($1, '\\x00', $2)", [terminal, demo]);
  await write("insert into assignments (terminal_id, vehicle_id, valid_from) values ($1, $2, '2026-01-01Z')", [terminal, id]);
  await write(
    `insert into vehicle_parameters (vehicle_id, valid_from, recorded_by, "values") values ($1, '2026-01-01Z', 'test', '{}')`,
    [id],
  );
  for (const at of [OLD, NEW]) {
    await write(
      `insert into samples (vehicle_id, time, "noxDownPpm", quality) select $1, $2::timestamptz + s * interval '1 second', 4000, '\\x00' from generate_series(0, 1999) s`,
      [id, at],
    );
    await write("insert into frames (terminal_id, received_at, transport, bytes) values ($1, $2, 'mqtt', '\\x2323')", [
      terminal,
      at,
    ]);
    await write("insert into truck_minute (vehicle_id, time, formula) values ($1, $2, '1')", [id, at]);
  }
  await write("insert into vehicle_latest (vehicle_id, time, received_at, signals) values ($1, $2, $2, '{}')", [id, NEW]);
  await write("insert into obd_readings (vehicle_id, time, terminal_id, received_at, body) values ($1, $3, $2, $3, '\\x00')", [
    id,
    terminal,
    NEW,
  ]);
  await write(
    "insert into terminal_events (terminal_id, vehicle_id, kind, time, received_at) values ($1, $2, 'login', $3, $3), ($1, null, 'logout', $3, $3)",
    [terminal, id, NEW],
  );
  await write(
    `insert into ledger (received_at, terminal_id, transport, disposition, code, field, reason, records, vehicle_id, byte_count, sha256, decoder)
     select $3::timestamptz, $1, 'mqtt', 'rejected', 'X', '', 'x', 1, v, 1, '\\x00', '1' from unnest(array[$2::int, null]) v`,
    [terminal, id, NEW],
  );
  await write('insert into link_hours (terminal_id, hour, messages) values ($1, $2, 1)', [terminal, NEW]);
  await write("insert into dirty_days (vehicle_id, day, reason) values ($1, '2026-06-15', 'x')", [id]);
  await write("insert into day_conflicts (vehicle_id, day, conflicts) values ($1, '2026-06-15', 1)", [id]);
  await write("insert into incidents (first_at, last_at, kind, terminal_id, detail, count) values ($2, $2, 'x', $1, '', 1)", [
    terminal,
    NEW,
  ]);
  await write(
    `insert into truck_day (vehicle_id, day, until, samples, rules_version, outcomes, outcomes_sha256, verdicts) values ($1, '2026-06-14', $2, 1, '1', '[]', '\\x00', '[]')`,
    [id, NEW],
  );
  await write(
    "insert into findings (id, vehicle_id, rule, day, level, cause, version, detail) values ($1, $2, 'R-A3', '2026-06-14', 'probable', 'overLimit', '1', '{}')",
    [finding(n), id],
  );
  await write(
    `insert into leads (id, vehicle_id, cause, level, first_day, last_day, findings, state) values ($1, $2, 'overLimit', 'probable', '2026-06-14', '2026-06-14', array[$1], 'open')`,
    [finding(n), id],
  );
  await write("insert into lead_events (lead_id, vehicle_id, kind, reason) values ($1, $2, 'opened', 'x')", [finding(n), id]);
  await write(
    "insert into lead_decisions (at, actor, kind, lead_id, vehicle_id, findings) values (now(), 'x', 'confirm', $1, $2, array[$1])",
    [finding(n), id],
  );
  await write(
    "insert into finding_triage (finding_id, decision, last_id, previous) select $1, 'confirmed', max(id), '{}' from lead_decisions",
    [finding(n)],
  );
  const [opened] = await write(
    `insert into cases (year, number, vehicle_id, type, origin, source, state, priority, opened_day, opened_at, opened_by, progress, trigger, vehicle, updated_at)
     values (2026, $1, $2, 'overLimit', 'lead', 'remoteObd', 'verify', 'normal', '2026-06-15', now(), 'x', '{}', '{}', '{}', now()) returning id`,
    [n, id],
  );
  const caseId = opened?.id ?? 0;
  await write(
    "insert into case_steps (case_id, seq, kind, day, recorded_at, actor, to_state) values ($1, 1, 'open', '2026-06-15', now(), 'x', 'verify')",
    [caseId],
  );
  await write('insert into case_findings (finding_id, case_id, lead_id, seq) values ($1, $2, $1, 1)', [finding(n), caseId]);
  await write(
    "insert into case_files (id, case_id, seq, name, type, bytes, sha256, at, actor) values ($1, $2, 1, 'x', 'x', 1, $3, now(), 'x')",
    [finding(n).repeat(2), caseId, finding(n).repeat(4)],
  );
  const [inspected] = await write(
    `insert into inspections (vehicle_id, kind, day, organisation, method, "values", measured, over, result, created_at, created_by, updated_at, updated_by)
     values ($1, 'roadside', '2026-06-15', 'x', 'other', '[]', '{}', '{}', 'passed', now(), 'x', now(), 'x') returning id`,
    [id],
  );
  await write(
    `with said as (insert into inspection_versions (inspection_id, version, recorded_at, actor, voided, facts) values ($1, 1, now(), 'x', false, '{}'))
     insert into inspection_files (id, inspection_id, name, type, bytes, sha256, at, actor) values ($2, $1, 'x', 'x', 1, $3, now(), 'x')`,
    [inspected?.id ?? 0, finding(n).repeat(2), finding(n).repeat(4)],
  );
  await write(
    `insert into road_checks (case_id, repaired_day, computed_at, computed_by, version, verdict, reason, days_before, days_after, inputs, inputs_sha256, result)
     values ($1, '2026-06-15', now(), 'x', '1', 'notYetDecidable', 'x', 14, 0, '{}', $2, '{}')`,
    [caseId, finding(n).repeat(4)],
  );
  await write("insert into alarms (id, vehicle_id, kind, started_at) values ($1, $2, 'tamper', now())", [finding(n), id]);
  await write("insert into alarm_watch (vehicle_id, state) values ($1, '{}')", [id]);
  await write(
    "insert into lay_ups (vehicle_id, valid_from, valid_to, reason, recorded_by) values ($1, '2026-01-01', '2026-02-01', 'winter', 'x')",
    [id],
  );
  for (const span of ['day', 'month']) {
    await write(
      `insert into truck_sums (span, kind, day, vehicle_id, bin, days, nox_days) values ($2, 'day', '2026-06-01', $1, 0, 1, 1)`,
      [id, span],
    );
    await write(
      `insert into truck_cells (span, day, vehicle_id, x, y, hour, passes, seconds, valid_s, nox_g, km) values ($2, '2026-06-01', $1, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')`,
      [id, span],
    );
  }
  await write(
    `insert into notice_channels (kind, name, config, updated_by) values ('email', 'mail', '{}', 'x') on conflict (name) do nothing`,
  );
  await write(
    `insert into notice_subscriptions (channel_id, kinds, updated_by) select id, '{alarm}', 'x' from notice_channels
     where not exists (select 1 from notice_subscriptions)`,
  );
  await write(
    `with told as (insert into notice_outbox (key, message_id, subscription_id, channel_id, recipient, kind, subject, body, event, vehicle_id, created_at, next_at)
       select $1, $1, s.id, s.channel_id, 'x@example.test', 'alarm', 'x', 'x', '{}', $2, now(), now() from notice_subscriptions s returning id)
     insert into notice_attempts (outbox_id, n, at) select id, 1, now() from told`,
    [finding(n), id],
  );
  await write(
    `with issued as (insert into documents (case_id, kind, number, series_year, series_no, template_version, title, day, issued_at, issued_by, working_days, deadline, facts)
       values ($1, 'repairNotice', $2, 2026, $3, 0, 'x', '2026-06-15', now(), 'x', 5, '2026-06-22', '{}') returning id)
     insert into document_files (document_id, format, sha256, bytes, made_at) select id, 'html', $4, 1, now() from issued`,
    [caseId, `X${n}`, n, finding(n).repeat(4)],
  );
  return id;
}

/** Every row of the site outside the lists of what went on, table by table. */
async function wholeSite(db: Db): Promise<Record<string, string[]>> {
  const tables = await db.query<{ name: string }>(
    `select table_name::text as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'
       and table_name not in ('registry_state', 'demo', 'settings', 'writers', 'schema_migrations', 'evaluator_state') order by 1`,
  );
  const rows: Record<string, string[]> = {};
  for (const { name } of tables)
    rows[name] = (await db.query<{ row: string }>(`select to_jsonb(t)::text as row from ${name} t order by 1`)).map(
      ({ row }) => row,
    );
  return rows;
}

/** Tables with more rows than they had. */
function grown(site: Record<string, string[]>, before: Record<string, string[]>): string[] {
  return Object.entries(site).flatMap(([table, rows]) => (rows.length > (before[table]?.length ?? 0) ? [table] : []));
}

describe.each(ENGINES)('removing the demonstration on the %s engine', (engine) => {
  let site: Awaited<ReturnType<typeof freshDb>>;
  let db: Db;
  const trucks: number[] = [];
  let realOnly: Record<string, string[]>;
  beforeAll(async () => {
    site = await freshDb(engine);
    db = site.db;
    trucks.push(await enter(db, 1, false));
    realOnly = await wholeSite(db);
    trucks.push(await enter(db, 2, true), await enter(db, 3, true));
    while ((await compressNext(db, NOW)) !== null);
  });
  afterAll(() => site.remove());

  it('ends early when it is cancelled, and leaves what it has not come to', async () => {
    expect(await removeDemo(db, async () => false)).toBeNull();
    expect(await countDemo(db)).toMatchObject({ demo: 2, real: 1 });
  });

  it('takes every row of demonstration trucks, compressed ones too, and none of the others', async () => {
    const before = await wholeSite(db);
    // The test knows every table that has rows of trucks, terminals, their cases or documents: one that comes to be has to be entered above.
    const keyed = await db.query<{ name: string }>(
      `select distinct c.table_name::text as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
       where table_schema = 'public' and table_type = 'BASE TABLE' and column_name in ('vehicle_id', 'terminal_id', 'case_id', 'document_id') order by 1`,
    );
    expect(grown(before, realOnly)).toEqual(expect.arrayContaining(keyed.map(({ name }) => name)));
    const told: number[] = [];
    const done = await removeDemo(db, async (progress) => {
      told.push(progress);
      return true;
    });
    expect(done).toEqual({ trucks: 2, terminals: 2 });
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(await wholeSite(db)).toEqual(realOnly);
  });

  it('leaves the histories of other trucks unchangeable', async () => {
    await expect(
      db.batch([{ sql: `select set_config('plume.removing_demo', 'on', true)` }, { sql: 'delete from lead_decisions' }]),
    ).rejects.toMatchObject({ code: '55000' });
  });

  it('gives the chunks back where there is no other truck', async () => {
    await db.batch([{ sql: 'update vehicles set demo = true' }, { sql: 'update terminals set demo = true' }]);
    expect(await removeDemo(db, async () => true)).toEqual({ trucks: 1, terminals: 1 });
    const left = Object.entries(await wholeSite(db)).filter(([, rows]) => rows.length > 0);
    // What every fresh database has, and what is of no truck.
    expect(left.map(([table]) => table)).toEqual([
      'audit_head',
      'calendar_days',
      'calendar_years',
      'notice_channels',
      'notice_subscriptions',
    ]);
    expect(await db.query('select 1 from timescaledb_information.chunks')).toEqual([]);
  });

  it('remembers whether a demonstration is wanted', async () => {
    expect(await demoPlan(db)).toBeUndefined();
    await db.batch([beginDemoStep({ seed: 1, historyFromSec: 1000, liveFromSec: 2000 })]);
    await db.batch([beginDemoStep({ seed: 2, historyFromSec: 5000, liveFromSec: 6000 })]);
    expect(await demoPlan(db)).toEqual({ wanted: true, seed: 1, historyFromSec: 1000, liveFromSec: 2000, written: [] });
    await db.batch([endDemoStep()]);
    expect(await demoPlan(db)).toMatchObject({ wanted: false });
  });
});
