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

  describe('names the terminal behind a VIN on plain TCP', () => {
    const VIN = 'LZZ5CLVB0JA000003';
    const ICCID = '89860012345678901234';
    const now = sec('2026-06-15T12:00:00Z');
    const tcp = (answers: string, errors: boolean) => JSON.stringify({ tcp: { answers, errors } });
    beforeAll(async () => {
      const entries = [
        ['N-with', tcp('plus80', true), ICCID, '2026-01-01Z', null],
        ['N-without', '{}', null, '2026-02-01Z', null],
        ['N-past', tcp('echo', false), null, '2025-01-01Z', '2026-01-01Z'],
        ['N-future', tcp('echo', false), null, '2027-01-01Z', null],
        ['N-odd', '{"tcp": {"answers": "always"}}', null, '2026-03-01Z', null],
      ];
      await db.batch([
        { sql: 'insert into vehicles (vin, plate) values ($1, $2)', params: [VIN, 'n'] },
        ...entries.flatMap(([id, profile, iccid, from, to]) => [
          {
            sql: 'insert into terminals (id, secret_hash, profile, iccid) values ($1, $2, $3::jsonb, $4)',
            params: [id, sha(String(id)), profile, iccid],
          },
          {
            sql: 'insert into assignments (terminal_id, vehicle_id, valid_from, valid_to) select $1, id, $2::timestamptz, $3::timestamptz from vehicles where vin = $4',
            params: [id, from, to, VIN],
          },
        ]),
      ]);
      await registry.refresh();
    });
    const withTcp = { ok: true, terminalId: 'N-with', profile: { answers: 'plus80', errors: true } };

    it('the one that is on the truck now and is allowed to', () => {
      expect(registry.identify(VIN, null, now)).toEqual(withTcp);
      expect(registry.identify(VIN, ICCID, now)).toEqual(withTcp);
    });

    it('at another time another one', () => {
      expect(registry.identify(VIN, null, sec('2025-06-01T00:00:00Z'))).toMatchObject({ ok: true, terminalId: 'N-past' });
      expect(registry.identify(VIN, null, sec('2027-06-01T00:00:00Z'))).toMatchObject({ ok: true, terminalId: 'N-future' });
    });

    it.each([
      ['20 digits', ICCID, true],
      ['without the last digit', ICCID.slice(0, 19), true],
      ['with another last digit', `${ICCID.slice(0, 19)}F`, true],
      ['with one other digit', ICCID.replace('898600', '898601'), false],
      ['cut short', ICCID.slice(0, 18), false],
    ])('an ICCID %s', (_, iccid, ok) => {
      expect(registry.identify(VIN, iccid, now)).toEqual(
        ok ? withTcp : { ok: false, reason: 'wrongIccid', terminalId: 'N-with' },
      );
    });

    it('and says why not', async () => {
      expect(registry.identify('LZZ5CLVB0JA000009', null, now)).toEqual({ ok: false, reason: 'unknown', terminalId: null });
      await db.query("update terminals set revoked_at = now() where id = 'N-with'");
      await registry.refresh();
      expect(registry.identify(VIN, null, now)).toEqual({ ok: false, reason: 'notAllowed', terminalId: 'N-odd' });
      await db.query("update terminals set revoked_at = now() where id like 'N-%'");
      await registry.refresh();
      expect(registry.identify(VIN, null, now)).toEqual({ ok: false, reason: 'revoked', terminalId: 'N-odd' });
      expect(new Registry(db).identify(VIN, null, now)).toEqual({ ok: false, reason: 'unavailable', terminalId: null });
    });
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
