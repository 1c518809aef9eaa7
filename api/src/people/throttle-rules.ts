import { createHash } from 'node:crypto';
import type { ThrottleKey, ThrottleKind, ThrottleRule } from '@plume/db';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * How failed sign-ins slow further ones down; docs/decisions/0008 gives the reasons. No wait is longer than half an hour, none is for ever,
 * and who signs in from a browser that the account knows is held up by that browser's own failures alone.
 */
export const THROTTLE: Readonly<Record<ThrottleKind, ThrottleRule>> = {
  pair: { kind: 'pair', free: 5, firstWaitMs: MINUTE, longestWaitMs: 30 * MINUTE, forgetMs: 24 * HOUR },
  address: { kind: 'address', free: 30, firstWaitMs: MINUTE, longestWaitMs: 15 * MINUTE, forgetMs: HOUR },
  account: { kind: 'account', free: 50, firstWaitMs: MINUTE / 6, longestWaitMs: 5 * MINUTE, forgetMs: HOUR },
  device: { kind: 'device', free: 5, firstWaitMs: MINUTE, longestWaitMs: 30 * MINUTE, forgetMs: 24 * HOUR },
};

/** The network that one sender can choose addresses in: an IPv4 address itself, the first 64 bits of an IPv6 address. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array.from({ length: gap }, () => '0'), ...last].map((group) =>
    Number.parseInt(group, 16).toString(16),
  );
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** What a sign-in attempt is known by. */
export interface Attempt {
  readonly name: string;
  readonly address: string;
  readonly userId: number | null;
  /** SHA-256 of the mark of a browser that this account knows. */
  readonly knownDevice: Uint8Array | null;
}

/** The keys that an attempt is counted under. */
export function throttleKeys(attempt: Attempt): ThrottleKey[] {
  const key = (kind: ThrottleKind, userId: number | null, ...parts: string[]): ThrottleKey => ({
    rule: THROTTLE[kind],
    key: createHash('sha256')
      .update(JSON.stringify([kind, ...parts]), 'utf8')
      .digest(),
    userId,
  });
  const { name, userId } = attempt;
  if (attempt.knownDevice) return [key('device', userId, name, Buffer.from(attempt.knownDevice).toString('hex'))];
  const network = networkOf(attempt.address);
  return [key('pair', userId, name, network), key('address', null, network), key('account', userId, name)];
}
