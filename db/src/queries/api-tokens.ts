import type { Db } from '../db.ts';
import { ACCOUNT_COLUMNS, type AccountRow } from './account-row.ts';
import { type AuditEntry, auditStep } from './audit.ts';

/** A program's token as it is listed; the token itself was shown once. */
export interface ApiTokenRow {
  id: number;
  user_id: number;
  user_name: string;
  name: string;
  permissions: string[];
  created_at: Date;
  expires_at: Date;
  last_used_at: Date | null;
  last_address: string | null;
  revoked_at: Date | null;
}

const COLUMNS = `t.id, t.user_id, u.name as user_name, t.name, t.permissions, t.created_at, t.expires_at, t.last_used_at, t.last_address, t.revoked_at`;

/** Tokens of one account, or of all (null), the newest first. */
export async function listApiTokens(db: Db, userId: number | null): Promise<ApiTokenRow[]> {
  return await db.query<ApiTokenRow>(
    `select ${COLUMNS} from api_tokens t join users u on u.id = t.user_id where $1::int is null or t.user_id = $1::int order by t.id desc limit 1000`,
    [userId],
    { priority: 'read' },
  );
}

/** A token by its number. */
export async function apiTokenById(db: Db, id: number): Promise<ApiTokenRow | undefined> {
  const [row] = await db.query<ApiTokenRow>(
    `select ${COLUMNS} from api_tokens t join users u on u.id = t.user_id where t.id = $1::int8`,
    [id],
    { priority: 'read' },
  );
  return row;
}

/** A token by its hash, with its owner as they are now. */
export async function findApiToken(
  db: Db,
  hash: Uint8Array,
): Promise<
  | {
      id: number;
      name: string;
      permissions: string[];
      expiresAtMs: number;
      lastUsedAtMs: number | null;
      revoked: boolean;
      account: AccountRow;
    }
  | undefined
> {
  const [row] = await db.query<
    AccountRow & {
      token_id: number;
      token_name: string;
      permissions: string[];
      expires_at: Date;
      last_used_at: Date | null;
      revoked_at: Date | null;
    }
  >(
    `select t.id as token_id, t.name as token_name, t.permissions, t.expires_at, t.last_used_at, t.revoked_at, ${ACCOUNT_COLUMNS}
     from api_tokens t join users u on u.id = t.user_id where t.token_hash = $1::bytea`,
    [hash],
    { priority: 'read' },
  );
  if (!row) return undefined;
  const { token_id, token_name, permissions, expires_at, last_used_at, revoked_at, ...account } = row;
  return {
    id: token_id,
    name: token_name,
    permissions,
    expiresAtMs: expires_at.getTime(),
    lastUsedAtMs: last_used_at?.getTime() ?? null,
    revoked: revoked_at !== null,
    account,
  };
}

/** Enters a token; answers its number. */
export async function insertApiToken(
  db: Db,
  t: {
    userId: number;
    name: string;
    hash: Uint8Array;
    permissions: readonly string[];
    nowMs: number;
    expiresAtMs: number;
  },
  audit: AuditEntry,
): Promise<number> {
  const [made] = await db.batch([
    {
      sql: `insert into api_tokens (user_id, name, token_hash, permissions, created_at, expires_at)
        values ($1::int, $2::text, $3::bytea, $4::text[], $5::timestamptz, $6::timestamptz) returning id`,
      params: [t.userId, t.name, t.hash, t.permissions, new Date(t.nowMs), new Date(t.expiresAtMs)],
    },
    auditStep(audit),
  ]);
  const row = made?.rows[0];
  const id: unknown = row === undefined ? undefined : Reflect.get(row, 'id');
  if (typeof id !== 'number') throw new Error('the database returned no id for a new token');
  return id;
}

/** Notes when and from where a token was last used. */
export async function touchApiToken(db: Db, id: number, nowMs: number, address: string | null): Promise<void> {
  await db.batch([
    {
      sql: 'update api_tokens set last_used_at = $2::timestamptz, last_address = $3::text where id = $1::int8',
      params: [id, new Date(nowMs), address],
    },
  ]);
}

/** Refuses a token from now on. */
export async function revokeApiToken(db: Db, id: number, nowMs: number, audit: AuditEntry): Promise<void> {
  await db.batch([
    {
      sql: 'update api_tokens set revoked_at = coalesce(revoked_at, $2::timestamptz) where id = $1::int8',
      params: [id, new Date(nowMs)],
      expect: 1,
    },
    auditStep(audit),
  ]);
}
