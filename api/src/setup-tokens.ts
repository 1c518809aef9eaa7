import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Life of a set-up token: 24 h. */
export const SETUP_TOKEN_TTL_MS = 24 * 3_600_000;
const MAX_OPEN = 16;

/** Hands out and redeems one-time set-up tokens. They live in this process's memory only: a restart ends them. */
export interface SetupTokens {
  /** A new 256-bit token and when it ends (epoch ms). At most 16 are open; the oldest gives way. */
  issue(): { token: string; expiresAtMs: number };
  /** True exactly once for a token that was issued here and has not ended. */
  redeem(token: string): boolean;
}

/** SHA-256 of a secret's text, the only form in which secrets are kept. */
export function secretHash(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}

/** 256 random bits as 43 characters safe in URLs, headers and command lines. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether two secrets are equal, in a time that does not depend on where they differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(secretHash(a), secretHash(b));
}

/** A manager of set-up tokens on the given clock (epoch ms). */
export function createSetupTokens(clock: () => number, ttlMs: number = SETUP_TOKEN_TTL_MS): SetupTokens {
  const open = new Map<string, number>();
  const drop = (nowMs: number) => {
    for (const [hash, expiresAtMs] of open) if (expiresAtMs <= nowMs) open.delete(hash);
  };
  return {
    issue() {
      const nowMs = clock();
      drop(nowMs);
      const oldest = open.keys().next().value;
      if (open.size >= MAX_OPEN && oldest !== undefined) open.delete(oldest);
      const token = randomSecret();
      open.set(secretHash(token).toString('hex'), nowMs + ttlMs);
      return { token, expiresAtMs: nowMs + ttlMs };
    },
    redeem(token) {
      drop(clock());
      return open.delete(secretHash(token).toString('hex'));
    },
  };
}
