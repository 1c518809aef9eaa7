import { randomSecret, secretHash } from '../setup-tokens.ts';

/** Life of a one-time link for a password: 3 days, so that it survives a weekend. */
export const PASSWORD_LINK_MS = 3 * 86_400_000;

/** A new link: where it leads (told once), and what is stored of it. */
export function newLink(nowMs: number): { path: string; hash: Buffer; expiresAtMs: number } {
  const token = randomSecret();
  return { path: `/#welcome=${token}`, hash: secretHash(token), expiresAtMs: nowMs + PASSWORD_LINK_MS };
}
