import { type AccountRow, accountById, blockedUntil, countAttempt, forgiveSteps } from '@plume/db';
import type { Context } from 'hono';
import type { ApiEnv } from '../access.ts';
import { Problem } from '../problem.ts';
import type { PeopleParts } from './parts.ts';
import { throttleKeys } from './throttle-rules.ts';

/** The account of a signed-in person. */
export async function ownAccount(parts: PeopleParts, c: Context<ApiEnv>): Promise<AccountRow> {
  const account = await accountById(parts.db, c.get('caller').person?.id ?? 0);
  if (!account) throw new Error('the account of a session is gone');
  return account;
}

/**
 * Has a signed-in person show once more who they are, before something that would outlast a browser left open. Guessing is slowed down as at
 * the sign-in. `field` names the body's field.
 */
export async function confirmPassword(
  parts: PeopleParts,
  c: Context<ApiEnv>,
  account: AccountRow,
  password: string,
  field: string,
): Promise<void> {
  const { db, deps } = parts;
  const nowMs = deps.clock();
  const attempt = { name: account.name, address: parts.address(c), userId: account.id, knownDevice: null };
  const keys = throttleKeys(attempt).filter(({ rule }) => rule.kind === 'pair');
  if (!(await countAttempt(db, keys, nowMs))) {
    const seconds = Math.max(1, Math.ceil((((await blockedUntil(db, keys, nowMs)) ?? nowMs) - nowMs) / 1000));
    throw new Problem(
      429,
      'TOO_MANY_ATTEMPTS',
      `After too many wrong passwords the next is looked at in ${seconds} s.`,
      'Wait.',
      {
        retryAfterS: seconds,
      },
    );
  }
  if (await parts.passwords.verify(account.password_hash, password)) {
    await db.batch(forgiveSteps(keys));
    return;
  }
  await c.get('trail').failed('account.confirm', { kind: 'account', id: account.name }, { why: 'wrongPassword' });
  throw new Problem(
    400,
    'WRONG_CREDENTIALS',
    `${field}: is not your present password`,
    'Correct it and send the request again.',
    {
      errors: [{ field, reason: 'is not your present password' }],
    },
  );
}
