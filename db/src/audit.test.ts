import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audited } from './audited.ts';
import type { Db } from './db.ts';
import {
  AUDIT_GENESIS,
  type AuditEntry,
  addAudit,
  auditAfter,
  auditHead,
  auditStep,
  listAudit,
  verifyAudit,
} from './queries/audit.ts';
import { ENGINES, freshDb } from './test-engines.ts';

const AT_MS = Date.UTC(2026, 10, 23, 6, 0, 0, 123);
const ENTRY: AuditEntry = {
  atMs: AT_MS,
  actorKind: 'person',
  actorId: 3,
  actor: 'wang',
  address: '10.0.0.1',
  action: 'terminal.revoke',
  objectKind: 'terminal',
  objectId: 'T-1',
  outcome: 'done',
  detail: { after: '吊销' },
};
/** SHA-256 of the first row above, put together by hand: lengths are of UTF-8 bytes. */
const FIRST_HASH = createHash('sha256')
  .update(createHash('sha256').update('plume audit').digest())
  .update('1:1,13:1795413600123,6:person,1:3,4:wang,8:10.0.0.1,15:terminal.revoke,8:terminal,3:T-1,4:done,18:{"after":"吊销"},')
  .digest('hex');

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe.each(ENGINES)('the audit trail on the %s engine', (engine) => {
  let site: Awaited<ReturnType<typeof freshDb>>;
  let db: Db;
  beforeAll(async () => {
    site = await freshDb(engine);
    db = site.db;
  });
  afterAll(() => site.remove());

  it('gives each row its place and the hash of what it says and of the row before', async () => {
    await addAudit(db, ENTRY);
    await addAudit(db, { ...ENTRY, actorKind: 'stranger', actorId: null, address: null, objectKind: null, objectId: null });
    const [first, second] = await auditAfter(db, 0, 10);
    expect(first).toMatchObject({ seq: 1, at: new Date(AT_MS), detail: '{"after":"吊销"}', actor_id: 3 });
    expect(hex(first?.prev_hash ?? new Uint8Array())).toBe(hex(AUDIT_GENESIS));
    expect(hex(first?.hash ?? new Uint8Array())).toBe(FIRST_HASH);
    expect(hex(second?.prev_hash ?? new Uint8Array())).toBe(FIRST_HASH);
    expect(await verifyAudit(db)).toMatchObject({ ok: true, rows: 2 });
  });

  it('stays one chain without gaps when many write at once', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, i) => addAudit(db, { ...ENTRY, objectId: `T-${i}` })));
    const head = await auditHead(db);
    expect((await auditAfter(db, 0, 1000)).map(({ seq }) => seq)).toEqual(Array.from({ length: head.seq }, (_, i) => i + 1));
    expect(await verifyAudit(db)).toMatchObject({ ok: true, rows: head.seq });
  });

  it('has a change and its row in one transaction: neither is there without the other', async () => {
    const before = await auditHead(db);
    const insert = { sql: `insert into terminals (id, secret_hash) values ('T-ONE', '\\x01')` };
    await expect(db.batch([insert, { ...auditStep(ENTRY), expect: 2 }])).rejects.toThrow();
    expect(await db.query("select 1 as one from terminals where id = 'T-ONE'")).toEqual([]);
    expect(await auditHead(db)).toEqual(before);
    await audited(db, ENTRY).batch([insert]);
    expect(await db.query("select 1 as one from terminals where id = 'T-ONE'")).toEqual([{ one: 1 }]);
    expect((await auditHead(db)).seq).toBe(before.seq + 1);
  });

  it('tells of no change that found nothing to change', async () => {
    const before = await auditHead(db);
    const told = audited(db, ENTRY);
    const update = "update terminals set vendor = 'x' where id = $1 returning id";
    expect(await told.query(update, ['T-NONE'], { priority: 'write' })).toEqual([]);
    expect(await told.batch([{ sql: update, params: ['T-NONE'] }])).toEqual([{ rows: [], affected: 0 }]);
    expect(await auditHead(db)).toEqual(before);
    expect(await told.query(update, ['T-ONE'], { priority: 'write' })).toEqual([{ id: 'T-ONE' }]);
    expect((await auditHead(db)).seq).toBe(before.seq + 1);
  });

  it('names a thing that is made in the same transaction by its new id', async () => {
    const vin = 'LZZ5CLVB0JA000001';
    const objectId = { select: 'select id::text from vehicles where vin = $1', value: vin };
    await db.batch([
      { sql: "insert into vehicles (vin, plate) values ($1::text, 'x')", params: [vin] },
      auditStep({ ...ENTRY, objectKind: 'vehicle', objectId }),
    ]);
    const [vehicle] = await db.query<{ id: number }>('select id from vehicles where vin = $1', [vin]);
    const [row] = await listAudit(db, { ...ANY, limit: 1 });
    expect(row).toMatchObject({ object_kind: 'vehicle', object_id: String(vehicle?.id) });
  });

  it('keeps what cannot be stored as text out, and everything else as it is', async () => {
    const strange = 'a\u0000b\ud800c\r\n{"level":30}\'; drop table audit; --';
    await addAudit(db, { ...ENTRY, actor: strange, objectId: strange, detail: { strange } });
    const [row] = await listAudit(db, { ...ANY, limit: 1 });
    const kept = 'ab\ufffdc\r\n{"level":30}\'; drop table audit; --';
    expect(row).toMatchObject({ actor: kept, object_id: kept });
    expect(JSON.parse(row?.detail ?? '')).toEqual({ strange: kept });
    expect(await verifyAudit(db)).toMatchObject({ ok: true });
  });

  it.each([
    ['an update', "update audit set actor = 'nobody' where seq = 1"],
    ['an update of no row', "update audit set actor = 'nobody' where false"],
    ['a delete', 'delete from audit where seq = 1'],
    ['a truncate', 'truncate audit'],
    ['a truncate from above', 'truncate audit_head'],
    ['the loss of its head', 'delete from audit_head'],
    [
      'a row out of place',
      `insert into audit (seq, at, actor_kind, actor, action, outcome) values (1, now(), 'system', 'x', 'x', 'done')`,
    ],
    [
      'a row with a hash of its own',
      `insert into audit (at, actor_kind, actor, action, outcome, hash) values (now(), 'system', 'x', 'x', 'done', '\\x00')`,
    ],
    [
      'a detail that is no JSON',
      `insert into audit (at, actor_kind, actor, action, outcome, detail) values (now(), 'system', 'x', 'x', 'done', '{')`,
    ],
    ['the end of an account', 'delete from users where false'],
  ])('refuses %s', async (_what, sql) => {
    const before = await auditHead(db);
    await expect(db.query(sql, [], { priority: 'write' })).rejects.toThrow();
    expect(await auditHead(db)).toEqual(before);
    expect(await verifyAudit(db)).toMatchObject({ ok: true });
  });

  it.each([
    ['a changed actor', "update audit set actor = 'nobody' where seq = 2", { at: 2, why: /changed after/ }],
    ['a changed time', "update audit set at = at + interval '1 ms' where seq = 2", { at: 2, why: /changed after/ }],
    [
      'a change within the detail',
      `update audit set detail = '{"after": "吊销"}' where seq = 1`,
      { at: 1, why: /changed after/ },
    ],
    [
      'a text moved from one field to the next',
      "update audit set action = action || 'x', object_kind = substr(object_kind, 2) where seq = 1",
      { at: 1, why: /changed after/ },
    ],
    ['a null for an empty text', "update audit set address = '' where seq = 2", { at: 2, why: /changed after/ }],
    ['a missing row', 'delete from audit where seq = 3', { at: 3, why: /missing/ }],
    ['a row that was hashed anew', "update audit set hash = sha256('x') where seq = 4", { at: 4, why: /changed after/ }],
    ['an end that was cut off', 'delete from audit where seq = (select max(seq) from audit)', { at: null, why: /cut off/ }],
  ])('shows %s when the guard was taken off', async (_what, sql, { at, why }) => {
    const last = (await auditHead(db)).seq;
    await db.batch([
      { sql: 'create table kept as select * from audit' },
      { sql: 'alter table audit disable trigger all' },
      { sql },
    ]);
    const verdict = await verifyAudit(db);
    await db.batch([
      { sql: 'delete from audit' },
      { sql: 'insert into audit select * from kept' },
      { sql: 'alter table audit enable trigger all' },
      { sql: 'drop table kept' },
    ]);
    expect(verdict).toEqual({ ok: false, at: at ?? last, why: expect.stringMatching(why) });
    expect(await verifyAudit(db)).toMatchObject({ ok: true });
  });

  it('shows by a head that was written down that it was written anew, or cut off with its head', async () => {
    const head = await auditHead(db);
    const middle = (await auditAfter(db, 2, 1))[0];
    const noted = { seq: middle?.seq ?? 0, hash: middle?.hash ?? new Uint8Array() };
    expect(await verifyAudit(db, noted)).toMatchObject({ ok: true });
    expect(await verifyAudit(db, { ...noted, hash: new Uint8Array(32) })).toMatchObject({ ok: false, at: noted.seq });
    expect(await verifyAudit(db, { seq: head.seq + 1, hash: new Uint8Array(32) })).toMatchObject({
      ok: false,
      why: expect.stringContaining('cut off'),
    });
  });

  it('is found by who, what, on what, how it went and when', async () => {
    await addAudit(db, { ...ENTRY, actor: 'li', action: 'account.add', outcome: 'refused', atMs: AT_MS + 86_400_000 });
    const found = async (more: object) => (await listAudit(db, { ...ANY, ...more })).length;
    const all = await found({});
    expect(await found({ actor: 'li' })).toBe(1);
    expect(await found({ action: 'account' })).toBe(1);
    expect(await found({ action: 'account.add' })).toBe(1);
    expect(await found({ action: 'acc' })).toBe(0);
    expect(await found({ outcome: 'refused' })).toBe(1);
    expect(await found({ objectKind: 'terminal', objectId: 'T-7' })).toBe(1);
    expect(await found({ fromMs: AT_MS + 1 })).toBe(1);
    expect(await found({ toMs: AT_MS + 1 })).toBe(all - 1);
    expect(await found({ before: 3 })).toBe(2);
  });
});

const ANY = {
  actor: undefined,
  action: undefined,
  objectKind: undefined,
  objectId: undefined,
  outcome: undefined,
  fromMs: undefined,
  toMs: undefined,
  before: undefined,
  limit: 500,
};
