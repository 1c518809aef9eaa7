import { type Db, OptimisticConflict, type Step } from '../db.ts';
import { ACCOUNT_COLUMNS, type AccountRow } from './account-row.ts';
import { type AuditEntry, auditStep } from './audit.ts';

/** A signed-in browser. Times are epoch milliseconds. `account` is null for the session of a set-up link. */
export interface SessionRow {
  id: number;
  createdAtMs: number;
  lastSeenAtMs: number;
  expiresAtMs: number;
  account: AccountRow | null;
}

/** A session as its owner sees it in a list. */
export interface SessionSummary {
  id: number;
  created_at: Date;
  last_seen_at: Date;
  expires_at: Date;
  address: string | null;
  user_agent: string | null;
}

/** A session to begin, under the SHA-256 of its cookie; the cookie's value itself never reaches the database. */
export interface NewSession {
  hash: Uint8Array;
  /** Whose it is, with the password hash that was checked; null: of a set-up link. */
  account: { id: number; passwordHash: string | null } | null;
  nowMs: number;
  expiresAtMs: number;
  address: string | null;
  userAgent: string | null;
}

/** The step that begins a session: only of an account that is still as it was checked, or, of a set-up link, while there is none. */
export function sessionStep(s: NewSession): Step {
  return {
    sql: `insert into sessions (token_hash, user_id, created_at, last_seen_at, expires_at, address, user_agent)
      select $1::bytea, $2::int, $3::timestamptz, $3::timestamptz, $4::timestamptz, $5::text, $6::text
      where case when $2::int is null then not exists (select 1 from users)
        else exists (select 1 from users where id = $2::int and disabled_at is null and password_hash is not distinct from $7::text) end`,
    params: [
      s.hash,
      s.account?.id ?? null,
      new Date(s.nowMs),
      new Date(s.expiresAtMs),
      s.address,
      s.userAgent,
      s.account?.passwordHash ?? null,
    ],
    expect: 1,
  };
}

/** The session with this hash, expired or not, with its account as it is now; undefined when there is none. */
export async function findSession(db: Db, hash: Uint8Array): Promise<SessionRow | undefined> {
  const [row] = await db.query<{ session_id: number; begun: Date; seen: Date; ends: Date; id: number | null } & AccountRow>(
    `select s.id as session_id, s.created_at as begun, s.last_seen_at as seen, s.expires_at as ends, ${ACCOUNT_COLUMNS}
     from sessions s left join users u on u.id = s.user_id where s.token_hash = $1::bytea`,
    [hash],
    { priority: 'read' },
  );
  if (!row) return undefined;
  const { session_id, begun, seen, ends, ...account } = row;
  return {
    id: session_id,
    createdAtMs: begun.getTime(),
    lastSeenAtMs: seen.getTime(),
    expiresAtMs: ends.getTime(),
    account: account.id === null ? null : account,
  };
}

/** Notes that the session was used, so that its idle time starts again. */
export async function touchSession(db: Db, hash: Uint8Array, nowMs: number): Promise<void> {
  await db.batch([
    { sql: 'update sessions set last_seen_at = $2::timestamptz where token_hash = $1::bytea', params: [hash, new Date(nowMs)] },
  ]);
}

/** The step that ends one session; harmless when it is already gone. */
export function endSessionStep(hash: Uint8Array): Step {
  return { sql: 'delete from sessions where token_hash = $1::bytea', params: [hash] };
}

/** The step that ends the sessions of an account, all or all but one. */
export function endSessionsStep(userId: number, except: number | null = null): Step {
  return {
    sql: 'delete from sessions where user_id = $1::int and ($2::int8 is null or id <> $2::int8)',
    params: [userId, except],
  };
}

/** Ends one session of an account by its number. False when the account has no such session. */
export async function endOwnSession(db: Db, userId: number, id: number, audit: AuditEntry): Promise<boolean> {
  try {
    await db.batch([
      { sql: 'delete from sessions where id = $1::int8 and user_id = $2::int', params: [id, userId], expect: 1 },
      auditStep(audit),
    ]);
    return true;
  } catch (error) {
    if (error instanceof OptimisticConflict) return false;
    throw error;
  }
}

/** Removes sessions past their absolute end or idle since before `idleBeforeMs`. */
export async function deleteExpiredSessions(db: Db, nowMs: number, idleBeforeMs: number): Promise<void> {
  await db.batch([
    {
      sql: 'delete from sessions where expires_at <= $1::timestamptz or last_seen_at <= $2::timestamptz',
      params: [new Date(nowMs), new Date(idleBeforeMs)],
    },
  ]);
}

/** Live sessions of an account, the last used first. */
export async function listSessions(db: Db, userId: number, nowMs: number, idleBeforeMs: number): Promise<SessionSummary[]> {
  return await db.query<SessionSummary>(
    `select id, created_at, last_seen_at, expires_at, address, user_agent from sessions
     where user_id = $1::int and expires_at > $2::timestamptz and last_seen_at > $3::timestamptz order by last_seen_at desc, id desc`,
    [userId, new Date(nowMs), new Date(idleBeforeMs)],
    { priority: 'read' },
  );
}
