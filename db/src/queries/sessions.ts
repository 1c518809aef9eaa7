import type { Db } from '../db.ts';

/** A signed-in browser. Times are epoch milliseconds. */
export interface SessionRow {
  createdAtMs: number;
  lastSeenAtMs: number;
  expiresAtMs: number;
}

/** Stores a session under the SHA-256 of its cookie; the cookie's value itself never reaches the database. */
export async function insertSession(db: Db, hash: Uint8Array, nowMs: number, expiresAtMs: number): Promise<void> {
  await db.batch([
    {
      sql: 'insert into sessions (token_hash, created_at, last_seen_at, expires_at) values ($1::bytea, $2::timestamptz, $2::timestamptz, $3::timestamptz)',
      params: [hash, new Date(nowMs), new Date(expiresAtMs)],
    },
  ]);
}

/** The session with this hash, expired or not; undefined when there is none. */
export async function findSession(db: Db, hash: Uint8Array): Promise<SessionRow | undefined> {
  const [row] = await db.query<{ created_at: Date; last_seen_at: Date; expires_at: Date }>(
    'select created_at, last_seen_at, expires_at from sessions where token_hash = $1::bytea',
    [hash],
    { priority: 'read' },
  );
  return (
    row && {
      createdAtMs: row.created_at.getTime(),
      lastSeenAtMs: row.last_seen_at.getTime(),
      expiresAtMs: row.expires_at.getTime(),
    }
  );
}

/** Notes that the session was used, so that its idle time starts again. */
export async function touchSession(db: Db, hash: Uint8Array, nowMs: number): Promise<void> {
  await db.batch([
    { sql: 'update sessions set last_seen_at = $2::timestamptz where token_hash = $1::bytea', params: [hash, new Date(nowMs)] },
  ]);
}

/** Ends one session; harmless when it is already gone. */
export async function deleteSession(db: Db, hash: Uint8Array): Promise<void> {
  await db.batch([{ sql: 'delete from sessions where token_hash = $1::bytea', params: [hash] }]);
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
