import type { Db, Step } from '../db.ts';

/** Known browsers of one account; the one used longest ago gives way. */
const MAX_DEVICES = 20;

/** Whether this mark is one of the account's known browsers, set or used since `sinceMs`. */
export async function isKnownDevice(db: Db, hash: Uint8Array, userId: number, sinceMs: number): Promise<boolean> {
  const rows = await db.query(
    'select 1 as one from devices where token_hash = $1::bytea and user_id = $2::int and last_used_at > $3::timestamptz',
    [hash, userId, new Date(sinceMs)],
    { priority: 'read' },
  );
  return rows.length > 0;
}

/** The steps that make a browser known to an account, or note that it was used again. */
export function knowDeviceSteps(hash: Uint8Array, userId: number, nowMs: number): Step[] {
  return [
    {
      sql: `insert into devices (token_hash, user_id, created_at, last_used_at) values ($1::bytea, $2::int, $3::timestamptz, $3::timestamptz)
        on conflict (token_hash, user_id) do update set last_used_at = excluded.last_used_at`,
      params: [hash, userId, new Date(nowMs)],
    },
    {
      sql: `delete from devices where user_id = $1::int and token_hash not in (
          select token_hash from devices where user_id = $1::int order by last_used_at desc limit ${MAX_DEVICES})`,
      params: [userId],
    },
  ];
}
