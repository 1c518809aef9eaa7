import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Seconds that a code is shown (RFC 6238 4.1: X, default 30). */
export const TOTP_STEP_S = 30;
/** Steps before and after the present one whose codes are taken too, for clocks that differ (RFC 6238 5.2). */
const DRIFT_STEPS = 1;
const DIGITS = 6;
/** 160 bits, the length of the hash (RFC 4226 4, R6). */
const SECRET_BYTES = 20;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Bytes in base 32 without padding (RFC 4648 6), as authenticator programs take secrets. */
export function toBase32(bytes: Uint8Array): string {
  let bits = 0;
  let held = 0;
  let text = '';
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >>> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(held << (5 - bits)) & 31] : text;
}

/** The code of a counter (RFC 4226 5.3) with HMAC-SHA-1, which every authenticator program knows. */
export function hotp(secret: Uint8Array, counter: number, digits: number = DIGITS): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac('sha1', secret).update(message).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0xf;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/** The time step of a moment (epoch ms). */
export function totpStep(nowMs: number): number {
  return Math.floor(nowMs / 1000 / TOTP_STEP_S);
}

/** The step whose code this is, if it is the present one or a neighbour later than `lastStep`; null: it is no code of now. */
export function matchTotp(secret: Uint8Array, code: string, nowMs: number, lastStep: number): number | null {
  const given = Buffer.from(code, 'utf8');
  const now = totpStep(nowMs);
  let found: number | null = null;
  for (let step = now - DRIFT_STEPS; step <= now + DRIFT_STEPS; step++) {
    const due = Buffer.from(hotp(secret, step), 'utf8');
    if (due.length === given.length && timingSafeEqual(due, given) && step > lastStep) found = step;
  }
  return found;
}

/** A new shared secret. */
export function newTotpSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** What an authenticator program reads from a QR code: the Key URI with issuer and account. */
export function otpauthUri(secret: Uint8Array, account: string, issuer: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  return `otpauth://totp/${label}?secret=${toBase32(secret)}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=${TOTP_STEP_S}`;
}

/** How many recovery codes an account gets. */
export const RECOVERY_CODES = 10;

/** New recovery codes: 80 random bits each, in four groups that can be read aloud. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => (toBase32(randomBytes(10)).match(/.{4}/g) ?? []).join('-'));
}

/** A recovery code as it was made, however it was typed; undefined when it cannot be one. */
export function asRecoveryCode(typed: string): string | undefined {
  const letters = typed.toUpperCase().replace(/[\s-]/g, '');
  return /^[A-Z2-7]{16}$/.test(letters) ? (letters.match(/.{4}/g) ?? []).join('-') : undefined;
}
