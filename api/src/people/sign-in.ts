import {
  type AccountRow,
  accountByName,
  auditStep,
  blockedUntil,
  countAttempt,
  endSessionStep,
  forgiveSteps,
  isKnownDevice,
  knowDeviceSteps,
  OptimisticConflict,
  rehashPassword,
  type Step,
  sessionStep,
  spendRecoveryCode,
  spendTotpStep,
  type ThrottleKey,
  takeBackSteps,
} from '@plume/db';
import type { Context } from 'hono';
import { type ApiEnv, DEVICE_MS } from '../access.ts';
import { Problem } from '../problem.ts';
import { secretHash } from '../setup-tokens.ts';
import type { PeopleParts } from './parts.ts';
import { throttleKeys } from './throttle-rules.ts';
import { asRecoveryCode, matchTotp } from './totp.ts';

/** What a person gives to sign in. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
  readonly code?: string | undefined;
}

/** Which second factor was given. */
type Factor = 'none' | 'totp' | 'recoveryCode';

function wrongCredentials(): Problem {
  return new Problem(
    401,
    'WRONG_CREDENTIALS',
    'User name, password or code is wrong.',
    'Check them and try again. An administrator can give you a link for a new password.',
  );
}

function tooMany(waitMs: number): Problem {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new Problem(
    429,
    'TOO_MANY_ATTEMPTS',
    `After too many failed attempts the next one is looked at in ${seconds} s.`,
    'Wait. If it is urgent, a person at the machine of the service can run: npm run plume -- user unlock <name>',
    { retryAfterS: seconds },
  );
}

/**
 * Signs a person in, or throws the problem that says why not: always the same whether the name, the password or the code was wrong, after
 * the same work. An attempt counts as failed before it is looked at; one that succeeds is taken back.
 */
export async function signInWithPassword(
  parts: PeopleParts,
  c: Context<ApiEnv>,
  given: Credentials,
): Promise<{ account: AccountRow; expiresAtMs: number }> {
  const { db, deps, access, passwords } = parts;
  const nowMs = deps.clock();
  const account = await accountByName(db, given.name);
  const keys = await keysOf(parts, c, given.name, account, nowMs);
  if (!(await countAttempt(db, keys, nowMs))) {
    deps.log.warn({ event: 'signInThrottled', address: parts.address(c) }, 'a sign-in was put off after too many failures');
    throw tooMany(((await blockedUntil(db, keys, nowMs)) ?? nowMs) - nowMs);
  }
  const right = await passwords.verify(account?.disabled_at === null ? account.password_hash : null, given.password);
  const factor = account && right ? await secondFactor(parts, account, given.code, keys, nowMs) : null;
  if (!account || factor === null) {
    await c.get('trail').failed('session.signIn', account ? { kind: 'account', id: account.name } : null, {
      why: !account ? 'unknownAccount' : account.disabled_at !== null ? 'disabled' : right ? 'wrongCode' : 'wrongPassword',
    });
    throw wrongCredentials();
  }
  const prepared = await access.prepareSession(c, { id: account.id, passwordHash: account.password_hash });
  const mark = access.markDevice(c);
  const detail = { role: account.role, secondFactor: factor };
  const entry = c.get('trail').done('session.signIn', { kind: 'account', id: account.name }, detail);
  await begin(parts, [
    ...endPresented(parts, c),
    sessionStep(prepared.session),
    ...knowDeviceSteps(mark, account.id, nowMs),
    ...forgiveSteps(keys),
    { sql: 'update users set last_sign_in_at = $2::timestamptz where id = $1::int', params: [account.id, new Date(nowMs)] },
    auditStep({ ...entry, actorKind: 'person', actorId: account.id, actor: account.name }),
  ]);
  access.setSession(c, prepared);
  if (account.password_hash !== null && passwords.isDated(account.password_hash))
    await rehashPassword(db, account.id, account.password_hash, await passwords.hash(given.password));
  return { account, expiresAtMs: prepared.expiresAtMs };
}

/** Stores what begins a session; an account that was changed while its password was being checked has to be checked again. */
async function begin(parts: PeopleParts, steps: readonly Step[]): Promise<void> {
  try {
    await parts.db.batch(steps);
  } catch (error) {
    if (error instanceof OptimisticConflict) throw wrongCredentials();
    throw error;
  }
}

/** A session that the browser already has ends with the sign-in: nothing planted before lives on with new rights. */
export function endPresented(parts: PeopleParts, c: Context<ApiEnv>): Step[] {
  const presented = parts.access.presented(c);
  return presented ? [endSessionStep(presented)] : [];
}

async function keysOf(
  parts: PeopleParts,
  c: Context<ApiEnv>,
  name: string,
  account: AccountRow | undefined,
  nowMs: number,
): Promise<ThrottleKey[]> {
  const mark = parts.access.device(c);
  const known = mark && account ? await isKnownDevice(parts.db, mark, account.id, nowMs - DEVICE_MS) : false;
  return throttleKeys({
    name,
    address: parts.address(c),
    userId: account?.id ?? null,
    knownDevice: known && mark ? mark : null,
  });
}

/**
 * Checks the second factor of an account whose password was right. Null: it is wrong. Without a code it asks for one; the attempt is then not
 * a failed one.
 */
async function secondFactor(
  parts: PeopleParts,
  account: AccountRow,
  code: string | undefined,
  keys: readonly ThrottleKey[],
  nowMs: number,
): Promise<Factor | null> {
  if (account.totp_confirmed_at === null || account.totp_secret === null) return 'none';
  if (code === undefined || code.trim() === '') {
    await parts.db.batch(takeBackSteps(keys));
    throw new Problem(
      401,
      'CODE_NEEDED',
      'This account has a second factor.',
      'Send the code that the authenticator program shows, or a recovery code.',
      { errors: [{ field: 'body.code', reason: 'is needed' }] },
    );
  }
  return await spendCode(parts, account, code, nowMs);
}

/** Uses up a code of the account's second factor, or a recovery code. Null: it is neither, or was used before. */
export async function spendCode(
  { db }: PeopleParts,
  account: AccountRow,
  code: string,
  nowMs: number,
): Promise<'totp' | 'recoveryCode' | null> {
  if (account.totp_confirmed_at === null || account.totp_secret === null) return null;
  const step = matchTotp(account.totp_secret, code.replace(/\s/g, ''), nowMs, account.totp_last_step);
  if (step !== null) return (await spendTotpStep(db, account.id, step)) ? 'totp' : null;
  const recovery = asRecoveryCode(code);
  if (recovery === undefined) return null;
  return (await spendRecoveryCode(db, account.id, secretHash(recovery), nowMs)) ? 'recoveryCode' : null;
}
