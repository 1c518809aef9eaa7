import { type Db, OptimisticConflict, type Step } from '../db.ts';

/** What failures are counted by. */
export type ThrottleKind = 'pair' | 'address' | 'account' | 'device';

/** How failures under one key slow further attempts down. All times in milliseconds. */
export interface ThrottleRule {
  readonly kind: ThrottleKind;
  /** The failure that brings the first wait; those before it cost nothing. */
  readonly free: number;
  /** Wait after that one; it doubles with each further failure. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** Failures are forgotten after so long without one. */
  readonly forgetMs: number;
}

/** One key that an attempt is counted under: the SHA-256 of what it is. */
export interface ThrottleKey {
  readonly rule: ThrottleRule;
  readonly key: Uint8Array;
  readonly userId: number | null;
}

/** Until when attempts under these keys are refused unseen (epoch ms); null: one may be made now. */
export async function blockedUntil(db: Db, keys: readonly ThrottleKey[], nowMs: number): Promise<number | null> {
  let latest: number | null = null;
  for (const { key } of keys) {
    const [row] = await db.query<{ blocked_until: Date }>(
      'select blocked_until from sign_in_throttle where key = $1::bytea and blocked_until > $2::timestamptz',
      [key, new Date(nowMs)],
      { priority: 'read' },
    );
    if (row) latest = Math.max(latest ?? 0, row.blocked_until.getTime());
  }
  return latest;
}

/**
 * Counts an attempt as failed before it is looked at, under all keys at once, so that many at the same time do not slip through; one that
 * succeeds is taken back. False, and nothing counted, while any of the keys must wait. Keys that nothing was counted under for a day are
 * forgotten on the way.
 */
export async function countAttempt(db: Db, keys: readonly ThrottleKey[], nowMs: number): Promise<boolean> {
  const now = new Date(nowMs);
  // Everyone takes the rows in the same order, so that no two wait for each other.
  const ordered = keys.toSorted((a, b) => Buffer.compare(a.key, b.key));
  try {
    await db.batch([
      { sql: `delete from sign_in_throttle where last_at < $1::timestamptz - interval '1 day'`, params: [now] },
      ...ordered.map((key) => countStep(key, now)),
    ]);
    return true;
  } catch (error) {
    if (error instanceof OptimisticConflict) return false;
    throw error;
  }
}

function countStep({ rule, key, userId }: ThrottleKey, now: Date): Step {
  const failures = "(case when t.last_at < $4::timestamptz - $8::float8 * interval '1 ms' then 1 else t.failures + 1 end)";
  return {
    sql: `insert into sign_in_throttle as t (key, kind, user_id, failures, last_at) values ($1::bytea, $2::text, $3::int, 1, $4::timestamptz)
      on conflict (key) do update set failures = ${failures}, last_at = excluded.last_at, user_id = excluded.user_id,
        blocked_until = case when ${failures} >= $5::int
          then excluded.last_at + least($7::float8, $6::float8 * power(2, least(${failures} - $5::int, 30))) * interval '1 ms' end
      where t.blocked_until is null or t.blocked_until <= $4::timestamptz`,
    params: [key, rule.kind, userId, now, rule.free, rule.firstWaitMs, rule.longestWaitMs, rule.forgetMs],
    expect: 1,
  };
}

/** Takes one counted attempt back: it was not a failed one. */
export function takeBackSteps(keys: readonly ThrottleKey[]): Step[] {
  return keys.map(({ rule, key }) => ({
    sql: `update sign_in_throttle set failures = greatest(failures - 1, 0),
      blocked_until = case when failures - 1 >= $2::int then blocked_until end where key = $1::bytea`,
    params: [key, rule.free],
  }));
}

/**
 * After a success: what was counted for this account and address, or this account and browser, is forgotten; of what others share, only
 * this attempt is taken back, so that one's own success does not clear the way for guessing at other accounts.
 */
export function forgiveSteps(keys: readonly ThrottleKey[]): Step[] {
  const own = keys.filter(({ rule }) => rule.kind === 'pair' || rule.kind === 'device');
  return [
    ...own.map(({ key }) => ({ sql: 'delete from sign_in_throttle where key = $1::bytea', params: [key] })),
    ...takeBackSteps(keys.filter((key) => !own.includes(key))),
  ];
}

/** Forgets all failures counted for an account. */
export function unlockStep(userId: number): Step {
  return { sql: 'delete from sign_in_throttle where user_id = $1::int', params: [userId] };
}
