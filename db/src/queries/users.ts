import { type Db, OptimisticConflict, type Step, sqlStateOf } from '../db.ts';
import { ACCOUNT_COLUMNS, type AccountRow, type RoleName } from './account-row.ts';
import { type AuditEntry, auditStep } from './audit.ts';
import { endSessionsStep } from './sessions.ts';

/** SQLSTATE of what the rules kept inside the database refuse: the last administrator, and changes of the trail. */
const KEPT_BY_RULE = '23001';

/** Why an account was not changed: someone else was faster, or it is the last administrator. */
export type AccountRefusal = 'changed' | 'lastAdministrator';

/** Runs a change of accounts; what the rules inside the database refuse comes back as a value. */
async function change(db: Db, steps: readonly Step[]): Promise<AccountRefusal | null> {
  try {
    await db.batch(steps);
    return null;
  } catch (error) {
    if (error instanceof OptimisticConflict) return 'changed';
    if (sqlStateOf(error) === KEPT_BY_RULE) return 'lastAdministrator';
    throw error;
  }
}

async function oneAccount(db: Db, where: string, value: unknown): Promise<AccountRow | undefined> {
  const [row] = await db.query<AccountRow>(`select ${ACCOUNT_COLUMNS} from users u where ${where}`, [value], {
    priority: 'read',
  });
  return row;
}

/** The account with this id. */
export function accountById(db: Db, id: number): Promise<AccountRow | undefined> {
  return oneAccount(db, 'u.id = $1::int', id);
}

/** The account with this user name (lower case). */
export function accountByName(db: Db, name: string): Promise<AccountRow | undefined> {
  return oneAccount(db, 'u.name = $1::text', name);
}

/** The account that a one-time link belongs to, expired or not. */
export function accountByLink(db: Db, hash: Uint8Array): Promise<AccountRow | undefined> {
  return oneAccount(db, 'u.link_hash = $1::bytea', hash);
}

/** Whether there is any account; until then a set-up link is the only way in. */
export async function anyAccount(db: Db): Promise<boolean> {
  const rows = await db.query('select 1 as one from users limit 1', [], { priority: 'read' });
  return rows.length > 0;
}

/** All accounts, by name. A site has tens of them. */
export async function listAccounts(db: Db): Promise<(AccountRow & { blocked_until: Date | null; sessions: number })[]> {
  return await db.query<AccountRow & { blocked_until: Date | null; sessions: number }>(
    `select ${ACCOUNT_COLUMNS},
       (select max(t.blocked_until) from sign_in_throttle t where t.user_id = u.id) as blocked_until,
       (select count(*)::int from sessions s where s.user_id = u.id) as sessions
     from users u order by u.name`,
    [],
    { priority: 'read' },
  );
}

/** An account to enter. With a password it can sign in at once; without, its one-time link sets one. */
export interface NewAccount {
  name: string;
  displayName: string;
  role: RoleName;
  districts: readonly string[] | null;
  passwordHash: string | null;
  link: { hash: Uint8Array; expiresAtMs: number } | null;
  nowMs: number;
}

/**
 * Enters an account; the sessions of set-up links end with it. `first`: only if there is none yet. Answers its id, or why not: `taken`
 * (the name), `notFirst`.
 */
export async function insertAccount(
  db: Db,
  a: NewAccount,
  audit: AuditEntry,
  options: { first: boolean },
): Promise<number | 'taken' | 'notFirst'> {
  const steps: Step[] = [
    // Whoever enters the first account waits here for the other who does.
    { sql: 'select 1 as one from audit_head for update' },
    {
      sql: `insert into users (name, display_name, role, districts, password_hash, password_set_at, enrolled_at, link_hash, link_expires_at, created_at)
        select $1::text, $2::text, $3::text, $4::text[], $5::text, case when $5::text is null then null else $8::timestamptz end,
          case when $5::text is null then null else $8::timestamptz end, $6::bytea, $7::timestamptz, $8::timestamptz
        where not $9::boolean or not exists (select 1 from users)
        on conflict (name) do nothing returning id`,
      params: [
        a.name,
        a.displayName,
        a.role,
        a.districts,
        a.passwordHash,
        a.link?.hash ?? null,
        a.link ? new Date(a.link.expiresAtMs) : null,
        new Date(a.nowMs),
        options.first,
      ],
      expect: 1,
    },
    { sql: 'delete from sessions where user_id is null' },
    auditStep(audit),
  ];
  try {
    const results = await db.batch(steps);
    const row = results[1]?.rows[0];
    const id: unknown = row === undefined ? undefined : Reflect.get(row, 'id');
    if (typeof id !== 'number') throw new Error('the database returned no id for a new account');
    return id;
  } catch (error) {
    if (!(error instanceof OptimisticConflict)) throw error;
    return options.first && (await anyAccount(db)) ? 'notFirst' : 'taken';
  }
}

/** What of an account an administrator changes; absent: it stays. */
export interface AccountChange {
  displayName?: string;
  role?: RoleName;
  districts?: readonly string[] | null;
  disabled?: boolean;
}

/**
 * Changes an account that is still at `version`. Role, districts and disabling end its sessions (a browser must not go on with what it was
 * allowed before); disabling also ends its link, its known devices and its tokens.
 */
export async function changeAccount(
  db: Db,
  seen: Pick<AccountRow, 'id' | 'version' | 'display_name' | 'role' | 'districts' | 'disabled_at'>,
  to: AccountChange,
  nowMs: number,
  audit: AuditEntry,
): Promise<AccountRefusal | null> {
  const disabledAt = to.disabled === undefined ? seen.disabled_at : to.disabled ? (seen.disabled_at ?? new Date(nowMs)) : null;
  const districts = to.districts === undefined ? seen.districts : to.districts;
  const endsSessions = to.role !== undefined || to.districts !== undefined || to.disabled !== undefined;
  return await change(db, [
    {
      sql: `update users set display_name = $3::text, role = $4::text, districts = $5::text[], disabled_at = $6::timestamptz, version = version + 1
        where id = $1::int and version = $2::int`,
      params: [seen.id, seen.version, to.displayName ?? seen.display_name, to.role ?? seen.role, districts, disabledAt],
      expect: 1,
    },
    ...(endsSessions ? [endSessionsStep(seen.id)] : []),
    ...(to.disabled === true
      ? [
          { sql: 'update users set link_hash = null, link_expires_at = null where id = $1::int', params: [seen.id] },
          { sql: 'delete from devices where user_id = $1::int', params: [seen.id] },
          {
            sql: 'update api_tokens set revoked_at = $2::timestamptz where user_id = $1::int and revoked_at is null',
            params: [seen.id, new Date(nowMs)],
          },
        ]
      : []),
    auditStep(audit),
  ]);
}

/**
 * Takes an account's password away and opens a one-time link by which its owner sets another. Sessions and known devices end; with
 * `withTotp` the second factor goes too.
 */
export async function resetAccount(
  db: Db,
  id: number,
  link: { hash: Uint8Array; expiresAtMs: number },
  withTotp: boolean,
  audit: AuditEntry,
): Promise<void> {
  await db.batch([
    {
      sql: `update users set link_hash = $2::bytea, link_expires_at = $3::timestamptz, password_hash = null,
        password_history = case when password_hash is null then password_history else array_prepend(password_hash, password_history) end
        where id = $1::int`,
      params: [id, link.hash, new Date(link.expiresAtMs)],
      expect: 1,
    },
    ...(withTotp ? clearTotpSteps(id) : []),
    endSessionsStep(id),
    { sql: 'delete from devices where user_id = $1::int', params: [id] },
    { sql: 'delete from sign_in_throttle where user_id = $1::int', params: [id] },
    auditStep(audit),
  ]);
}

/** A password to set: its hash, those before it that are remembered, and the session that stays (null: none). */
export interface NewPassword {
  hash: string;
  history: readonly string[];
  nowMs: number;
  keepSession: number | null;
}

/**
 * Sets a password if the account still has the one that was checked (`was`: its hash, or null with an open link). Other sessions, the known
 * devices and an open link end. False when someone else was faster.
 */
export async function setPassword(
  db: Db,
  id: number,
  was: { passwordHash: string } | { linkHash: Uint8Array },
  to: NewPassword,
  audit: AuditEntry,
): Promise<boolean> {
  const byLink = 'linkHash' in was;
  const refused = await change(db, [
    {
      sql: `update users set password_hash = $2::text, password_history = $3::text[], password_set_at = $4::timestamptz,
        enrolled_at = coalesce(enrolled_at, $4::timestamptz), link_hash = null, link_expires_at = null
        where id = $1::int and disabled_at is null and ${byLink ? 'link_hash = $5::bytea' : 'password_hash = $5::text'}`,
      params: [id, to.hash, to.history, new Date(to.nowMs), byLink ? was.linkHash : was.passwordHash],
      expect: 1,
    },
    endSessionsStep(id, to.keepSession),
    { sql: 'delete from devices where user_id = $1::int', params: [id] },
    auditStep(audit),
  ]);
  return refused === null;
}

/** Replaces a password's hash by one of the same password at today's cost. Harmless when it was changed meanwhile. */
export async function rehashPassword(db: Db, id: number, from: string, to: string): Promise<void> {
  await db.batch([
    {
      sql: 'update users set password_hash = $3::text where id = $1::int and password_hash = $2::text',
      params: [id, from, to],
    },
  ]);
}

/** Stores a shared secret that is not in force before it is confirmed. False when a second factor is in force already. */
export async function offerTotp(db: Db, id: number, secret: Uint8Array): Promise<boolean> {
  const [done] = await db.batch([
    {
      sql: 'update users set totp_secret = $2::bytea where id = $1::int and totp_confirmed_at is null',
      params: [id, secret],
    },
  ]);
  return done?.affected === 1;
}

/** Puts the offered second factor in force with its recovery codes. False when it is no longer the one that was offered. */
export async function confirmTotp(
  db: Db,
  id: number,
  offered: { secret: Uint8Array; step: number; nowMs: number; codeHashes: readonly Uint8Array[] },
  audit: AuditEntry,
): Promise<boolean> {
  const refused = await change(db, [
    {
      sql: `update users set totp_confirmed_at = $3::timestamptz, totp_last_step = $4::int8
        where id = $1::int and totp_secret = $2::bytea and totp_confirmed_at is null`,
      params: [id, offered.secret, new Date(offered.nowMs), offered.step],
      expect: 1,
    },
    ...recoveryCodeSteps(id, offered.codeHashes),
    auditStep(audit),
  ]);
  return refused === null;
}

/** Replaces the recovery codes. */
export async function replaceRecoveryCodes(
  db: Db,
  id: number,
  codeHashes: readonly Uint8Array[],
  audit: AuditEntry,
): Promise<void> {
  await db.batch([...recoveryCodeSteps(id, codeHashes), auditStep(audit)]);
}

function recoveryCodeSteps(id: number, codeHashes: readonly Uint8Array[]): Step[] {
  return [
    { sql: 'delete from recovery_codes where user_id = $1::int', params: [id] },
    ...codeHashes.map((hash) => ({
      sql: 'insert into recovery_codes (user_id, code_hash) values ($1::int, $2::bytea)',
      params: [id, hash],
    })),
  ];
}

function clearTotpSteps(id: number): Step[] {
  return [
    {
      sql: 'update users set totp_secret = null, totp_confirmed_at = null, totp_last_step = 0 where id = $1::int',
      params: [id],
    },
    { sql: 'delete from recovery_codes where user_id = $1::int', params: [id] },
  ];
}

/** Takes the second factor away. */
export async function removeTotp(db: Db, id: number, audit: AuditEntry): Promise<void> {
  await db.batch([...clearTotpSteps(id), auditStep(audit)]);
}

/** Uses up a time step: true exactly once for each, and never for one before. */
export async function spendTotpStep(db: Db, id: number, step: number): Promise<boolean> {
  const [done] = await db.batch([
    {
      sql: 'update users set totp_last_step = $2::int8 where id = $1::int and totp_last_step < $2::int8',
      params: [id, step],
    },
  ]);
  return done?.affected === 1;
}

/** Uses up a recovery code: true exactly once for each. */
export async function spendRecoveryCode(db: Db, id: number, hash: Uint8Array, nowMs: number): Promise<boolean> {
  const [done] = await db.batch([
    {
      sql: 'update recovery_codes set used_at = $3::timestamptz where user_id = $1::int and code_hash = $2::bytea and used_at is null',
      params: [id, hash, new Date(nowMs)],
    },
  ]);
  return done?.affected === 1;
}

/** Recovery codes that are left. */
export async function countRecoveryCodes(db: Db, id: number): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    'select count(*)::int as n from recovery_codes where user_id = $1::int and used_at is null',
    [id],
    { priority: 'read' },
  );
  return row?.n ?? 0;
}
