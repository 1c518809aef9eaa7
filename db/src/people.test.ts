import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copySite } from './copy-site.ts';
import type { Db } from './db.ts';
import {
  type AuditEntry,
  accountById,
  accountByName,
  anyAccount,
  auditHead,
  blockedUntil,
  changeAccount,
  confirmTotp,
  countAttempt,
  countRecoveryCodes,
  endOwnSession,
  findApiToken,
  findSession,
  findSetting,
  forgiveSteps,
  insertAccount,
  insertApiToken,
  isKnownDevice,
  knowDeviceSteps,
  listAccounts,
  listSessions,
  offerTotp,
  resetAccount,
  sessionStep,
  setPassword,
  spendRecoveryCode,
  spendTotpStep,
  storeSetting,
  type ThrottleKey,
  takeBackSteps,
  verifyAudit,
} from './queries/index.ts';
import { ENGINES, freshDb } from './test-engines.ts';

const NOW = Date.UTC(2026, 10, 23, 6);
const DAY = 86_400_000;
const ENTRY: AuditEntry = {
  atMs: NOW,
  actorKind: 'system',
  actorId: null,
  actor: 'test',
  address: null,
  action: 'test',
  objectKind: null,
  objectId: null,
  outcome: 'done',
  detail: {},
};
const bytes = (n: number) => new Uint8Array(32).fill(n);
const person = (name: string, role: 'officer' | 'administrator' = 'officer', passwordHash: string | null = 'hash') => ({
  name,
  displayName: name,
  role,
  districts: null,
  passwordHash,
  link: null,
  nowMs: NOW,
});
const session = (hash: Uint8Array, account: { id: number; passwordHash: string | null } | null) =>
  sessionStep({ hash, account, nowMs: NOW, expiresAtMs: NOW + DAY, address: '10.0.0.1', userAgent: null });

describe.each(ENGINES)('accounts on the %s engine', (engine) => {
  let site: Awaited<ReturnType<typeof freshDb>>;
  let db: Db;
  let chief = 0;
  let wang = 0;
  beforeAll(async () => {
    site = await freshDb(engine);
    db = site.db;
  });
  afterAll(() => site.remove());

  const added = async (...given: Parameters<typeof insertAccount> extends [Db, infer A, ...unknown[]] ? [A] : never) => {
    const id = await insertAccount(db, given[0], ENTRY, { first: false });
    if (typeof id !== 'number') throw new Error(id);
    return id;
  };

  it('begin with the sessions of set-up links, which end with the first account', async () => {
    expect(await anyAccount(db)).toBe(false);
    await db.batch([session(bytes(1), null)]);
    expect(await findSession(db, bytes(1))).toMatchObject({ account: null, expiresAtMs: NOW + DAY });
    const first = await insertAccount(db, person('chief', 'administrator'), ENTRY, { first: true });
    expect(first).toEqual(expect.any(Number));
    chief = Number(first);
    expect(await findSession(db, bytes(1))).toBeUndefined();
    await expect(db.batch([session(bytes(2), null)])).rejects.toThrow();
    expect(await insertAccount(db, person('other', 'administrator'), ENTRY, { first: true })).toBe('notFirst');
    expect(await insertAccount(db, person('chief'), ENTRY, { first: false })).toBe('taken');
  });

  it('give sessions to who is still as they were checked', async () => {
    wang = await added({ ...person('wang'), districts: ['昌吉市', '阜康市'] });
    await db.batch([session(bytes(3), { id: wang, passwordHash: 'hash' })]);
    expect((await findSession(db, bytes(3)))?.account).toMatchObject({
      name: 'wang',
      districts: ['昌吉市', '阜康市'],
      version: 1,
    });
    await expect(db.batch([session(bytes(4), { id: wang, passwordHash: 'another' })])).rejects.toThrow();
    const [listed] = await listSessions(db, wang, NOW, NOW - DAY);
    expect(await endOwnSession(db, chief, listed?.id ?? 0, ENTRY)).toBe(false);
    expect(await endOwnSession(db, wang, listed?.id ?? 0, ENTRY)).toBe(true);
  });

  it('are changed once by each who saw them, and keep one administrator', async () => {
    const seen = await accountByName(db, 'wang');
    if (!seen) throw new Error('gone');
    expect(await changeAccount(db, seen, { displayName: 'x' }, NOW, ENTRY)).toBeNull();
    expect(await changeAccount(db, seen, { displayName: 'y' }, NOW, ENTRY)).toBe('changed');
    const head = await accountById(db, chief);
    if (!head) throw new Error('gone');
    await added(person('heir', 'administrator', null));
    expect(await changeAccount(db, head, { disabled: true }, NOW, ENTRY)).toBe('lastAdministrator');
    expect(await changeAccount(db, head, { role: 'officer' }, NOW, ENTRY)).toBe('lastAdministrator');
    const second = await added(person('second', 'administrator'));
    const both = await Promise.all(
      [chief, second].map(async (id) => {
        const account = await accountById(db, id);
        return account ? await changeAccount(db, account, { disabled: true }, NOW, ENTRY) : 'gone';
      }),
    );
    expect(both.sort()).toEqual(['lastAdministrator', null]);
  });

  it('set a password by the link or the password that was checked, and once', async () => {
    await resetAccount(db, wang, { hash: bytes(7), expiresAtMs: NOW + DAY }, true, ENTRY);
    const reset = await accountById(db, wang);
    expect(reset).toMatchObject({ password_hash: null, password_history: ['hash'], link_expires_at: new Date(NOW + DAY) });
    const to = { hash: 'new', history: ['hash'], nowMs: NOW, keepSession: null };
    expect(await setPassword(db, wang, { linkHash: bytes(8) }, to, ENTRY)).toBe(false);
    expect(await setPassword(db, wang, { linkHash: bytes(7) }, to, ENTRY)).toBe(true);
    expect(await setPassword(db, wang, { linkHash: bytes(7) }, to, ENTRY)).toBe(false);
    expect(await setPassword(db, wang, { passwordHash: 'hash' }, to, ENTRY)).toBe(false);
    expect(await setPassword(db, wang, { passwordHash: 'new' }, { ...to, hash: 'newer' }, ENTRY)).toBe(true);
  });

  it('use up steps and recovery codes once', async () => {
    expect(await offerTotp(db, wang, bytes(9))).toBe(true);
    const offered = { secret: bytes(9), step: 100, nowMs: NOW, codeHashes: [bytes(10), bytes(11)] };
    expect(await confirmTotp(db, wang, { ...offered, secret: bytes(8) }, ENTRY)).toBe(false);
    expect(await confirmTotp(db, wang, offered, ENTRY)).toBe(true);
    expect(await offerTotp(db, wang, bytes(12))).toBe(false);
    expect(await spendTotpStep(db, wang, 100)).toBe(false);
    const spent = await Promise.all([1, 2, 3].map(() => spendTotpStep(db, wang, 101)));
    expect(spent.filter(Boolean)).toHaveLength(1);
    expect(await spendRecoveryCode(db, wang, bytes(10), NOW)).toBe(true);
    expect(await spendRecoveryCode(db, wang, bytes(10), NOW)).toBe(false);
    expect(await countRecoveryCodes(db, wang)).toBe(1);
  });

  it('count failures together, also many at once, and forget or take them back', async () => {
    const rule = { kind: 'pair', free: 3, firstWaitMs: 1000, longestWaitMs: 4000, forgetMs: 60_000 } as const;
    const shared: ThrottleKey = { rule: { ...rule, kind: 'address', free: 50 }, key: bytes(20), userId: null };
    const own: ThrottleKey = { rule, key: bytes(21), userId: wang };
    const at = (ms: number) => countAttempt(db, [own, shared], NOW + ms);
    const counted = await Promise.all(Array.from({ length: 8 }, () => at(0)));
    expect(counted.filter(Boolean)).toHaveLength(3);
    expect(await blockedUntil(db, [own, shared], NOW)).toBe(NOW + 1000);
    const waits: number[] = [];
    for (let ms = 1000, wait = 1000; waits.length < 4; ms += wait) {
      expect(await at(ms)).toBe(true);
      wait = ((await blockedUntil(db, [own], NOW + ms)) ?? 0) - NOW - ms;
      waits.push(wait);
    }
    expect(waits).toEqual([2000, 4000, 4000, 4000]);
    const failures = async () =>
      await db.query<{ kind: string; failures: number }>('select kind, failures from sign_in_throttle order by kind');
    expect(await failures()).toEqual([
      { kind: 'address', failures: 7 },
      { kind: 'pair', failures: 7 },
    ]);
    await db.batch(takeBackSteps([own, shared]));
    await db.batch(forgiveSteps([own, shared]));
    expect(await failures()).toEqual([{ kind: 'address', failures: 5 }]);
    expect(await at(200_000)).toBe(true);
    expect(await failures()).toEqual([
      { kind: 'address', failures: 1 },
      { kind: 'pair', failures: 1 },
    ]);
    expect(await at(DAY * 3)).toBe(true);
  });

  it('know twenty browsers each', async () => {
    for (let i = 0; i < 25; i++) await db.batch(knowDeviceSteps(bytes(100 + i), wang, NOW + i));
    expect(await isKnownDevice(db, bytes(124), wang, NOW)).toBe(true);
    expect(await isKnownDevice(db, bytes(104), wang, NOW)).toBe(false);
    expect(await isKnownDevice(db, bytes(124), chief, NOW)).toBe(false);
    expect(await isKnownDevice(db, bytes(124), wang, NOW + 24)).toBe(false);
  });

  it('keep tokens and settings, and are listed with both', async () => {
    const id = await insertApiToken(
      db,
      { userId: wang, name: 'report', hash: bytes(30), permissions: ['fleet.read'], nowMs: NOW, expiresAtMs: NOW + DAY },
      ENTRY,
    );
    expect(await findApiToken(db, bytes(30))).toMatchObject({ id, permissions: ['fleet.read'], account: { name: 'wang' } });
    expect(await storeSetting(db, 'x', 1, { a: 1 }, 'test', NOW, ENTRY)).toBe(false);
    expect(await storeSetting(db, 'x', 0, { a: 1 }, 'test', NOW, ENTRY)).toBe(true);
    expect(await storeSetting(db, 'x', 0, { a: 2 }, 'test', NOW, ENTRY)).toBe(false);
    expect(await storeSetting(db, 'x', 1, { a: 3 }, 'test', NOW, ENTRY)).toBe(true);
    expect(await findSetting(db, 'x')).toMatchObject({ value: { a: 3 }, version: 2 });
    expect((await listAccounts(db)).map(({ name }) => name)).toEqual(['chief', 'heir', 'second', 'wang']);
    expect(await verifyAudit(db)).toMatchObject({ ok: true });
  });

  it('move to another database with the trail, whose hashes are checked on the way', async () => {
    const other = await freshDb(engine);
    try {
      await copySite(db, other.db, () => undefined, new AbortController().signal);
      expect(await auditHead(other.db)).toEqual(await auditHead(db));
      expect(await verifyAudit(other.db)).toMatchObject({ ok: true });
      expect((await accountByName(other.db, 'wang'))?.districts).toEqual(['昌吉市', '阜康市']);
      expect(await insertAccount(other.db, person('after'), ENTRY, { first: false })).toEqual(expect.any(Number));
    } finally {
      await other.remove();
    }
  });
});
