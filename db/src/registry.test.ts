import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Db } from './db.ts';
import { Registry } from './registry.ts';
import { ENGINES, freshDb } from './test-engines.ts';

const NOW_MS = Date.parse('2026-06-15T12:00:00Z');
const sha = (text: string) => createHash('sha256').update(text).digest();
const sec = (text: string) => Date.parse(text) / 1000;

describe.each(ENGINES)('the registry on the %s engine', (engine) => {
  let site: Awaited<ReturnType<typeof freshDb>>;
  let db: Db;
  let registry: Registry;
  beforeAll(async () => {
    site = await freshDb(engine);
    db = site.db;
    await db.batch([
      { sql: "insert into vehicles (vin, plate) values ('LZZ5CLVB0JA000001', 'a'), ('LZZ5CLVB0JA000002', 'b')" },
      {
        sql: `insert into terminals (id, secret_hash, profile) values ('T1', $1, '{"recordPeriodS": 10}'), ('T2', $2, '{}')`,
        params: [sha('one'), sha('two')],
      },
      {
        sql: "insert into assignments (terminal_id, vehicle_id, valid_from, valid_to) select 'T1', id, '2026-01-01Z', '2026-02-01Z' from vehicles where plate = 'a'",
      },
      {
        sql: "insert into assignments (terminal_id, vehicle_id, valid_from) select 'T1', id, '2026-03-01Z' from vehicles where plate = 'b'",
      },
    ]);
    registry = new Registry(db);
  });
  afterAll(() => site.remove());

  it('says that it cannot tell before it is loaded', () => {
    expect(registry.authenticate('T1', Buffer.from('one'), NOW_MS)).toEqual({ ok: false, reason: 'unavailable' });
  });

  it('knows each secret by its hash', async () => {
    await registry.refresh();
    expect(registry.authenticate('T1', Buffer.from('one'), NOW_MS)).toEqual({ ok: true });
    expect(registry.authenticate('T1', Buffer.from('two'), NOW_MS)).toEqual({ ok: false, reason: 'wrong' });
    expect(registry.authenticate('T9', Buffer.from('one'), NOW_MS)).toEqual({ ok: false, reason: 'unknown' });
    expect(registry.terminal('T1')?.recordPeriodS).toBe(10);
    expect(registry.terminal('T2')?.recordPeriodS).toBe(1);
  });

  it.each([
    ['2025-12-31T23:59:59Z', undefined],
    ['2026-01-01T00:00:00Z', 'LZZ5CLVB0JA000001'],
    ['2026-01-31T23:59:59Z', 'LZZ5CLVB0JA000001'],
    ['2026-02-01T00:00:00Z', undefined],
    ['2026-03-01T00:00:00Z', 'LZZ5CLVB0JA000002'],
    ['2036-01-01T00:00:00Z', 'LZZ5CLVB0JA000002'],
  ])('at %s the terminal is on %s', (at, vin) => {
    expect(registry.vehicleAt('T1', sec(at))?.vin).toBe(vin);
    expect(registry.vehicleAt('T2', sec(at))).toBeUndefined();
  });

  it('lets the previous secret in until its end after a rotation', async () => {
    await db.query(
      "update terminals set previous_secret_hash = secret_hash, previous_valid_until = to_timestamp($1::float8), secret_hash = $2 where id = 'T2'",
      [NOW_MS / 1000, sha('new')],
    );
    await registry.refresh();
    expect(registry.authenticate('T2', Buffer.from('new'), NOW_MS)).toEqual({ ok: true });
    expect(registry.authenticate('T2', Buffer.from('two'), NOW_MS - 1)).toEqual({ ok: true });
    expect(registry.authenticate('T2', Buffer.from('two'), NOW_MS)).toEqual({ ok: false, reason: 'wrong' });
  });

  it('notices a change of another process, and tells which terminals lost their right', async () => {
    const heard: string[][] = [];
    registry.onChange((revoked) => heard.push([...revoked]));
    await registry.refreshIfChanged();
    expect(heard).toEqual([]);
    await db.query("update terminals set revoked_at = now() where id = 'T1'");
    await registry.refreshIfChanged();
    expect(heard).toEqual([['T1']]);
    expect(registry.authenticate('T1', Buffer.from('one'), NOW_MS)).toEqual({ ok: false, reason: 'revoked' });
  });
});
