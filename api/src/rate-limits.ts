import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { Problem } from './problem.ts';

/** Requests to the API that are taken in a window of time; 0: without limit. */
export interface RateLimits {
  /** Of one token of a program. */
  readonly token: number;
  /** Of one session of a browser. */
  readonly session: number;
  /** Of one address, of requests that carry neither, or one that is not valid. */
  readonly address: number;
  readonly windowS: number;
}

/** The built-in limits: a page that is clicked through asks some tens of times a minute, a program of an analyst at most five times a second. */
export const RATE_LIMITS: RateLimits = { token: 300, session: 1200, address: 120, windowS: 60 };
/** Buckets that are remembered at most; the one that was used longest ago is forgotten for a new one. */
const MOST_BUCKETS = 20_000;

type Kind = 'token' | 'session' | 'address';

const ASKERS: Readonly<Record<Kind, string>> = {
  token: 'This token',
  session: 'This session',
  address: 'Your address, without being signed in,',
};

/** How much of a limit is left. */
interface Bucket {
  left: number;
  atMs: number;
  /** Whether what it belongs to has proved valid. */
  valid: boolean;
}

/** What a request is counted by. */
export interface Counted {
  /** The problem when there are too many: to be thrown before anything is looked up. */
  readonly refused: Problem | null;
  /** To be told once it is known whether the request's token or session is valid. */
  identified(valid: boolean): void;
  /** Writes into an answer what is left. */
  tell(headers: Headers): void;
}

/** Counts requests and refuses those that are too many. It holds all in memory and asks no database. */
export type RateLimiter = (c: Context, address: string, exempt: boolean) => Counted;

function keyOf(kind: Kind, secret: string): string {
  return `${kind} ${createHash('sha256').update(secret).digest('base64url')}`;
}

/** What the request says it is: a token, a session, or nobody known. */
function presented(c: Context): { kind: Kind; key: string } | null {
  const header = c.req.header('authorization');
  if (header !== undefined) return { kind: 'token', key: keyOf('token', header) };
  const cookie = getCookie(c, '__Host-plume_session') ?? getCookie(c, 'plume_session');
  return cookie === undefined ? null : { kind: 'session', key: keyOf('session', cookie) };
}

/**
 * A bucket for each token, session and address, that holds `q` requests and fills again over the window. Who presents a token or session
 * draws from its own bucket, before it is looked up; when it turns out not to be valid, or there is none, from that of the address. An
 * address whose bucket is empty is refused until it fills, but for tokens and sessions that proved valid: they are not their neighbours' to
 * exhaust.
 */
export function rateLimiter(limits: RateLimits, clock: () => number): RateLimiter {
  const buckets = new Map<string, Bucket>();
  const windowMs = limits.windowS * 1000;

  const bucketOf = (kind: Kind, key: string): Bucket => {
    const most = limits[kind];
    const nowMs = clock();
    const known = buckets.get(key);
    // The newest is kept last, so that the first is the one used longest ago.
    buckets.delete(key);
    const bucket = known ?? { left: most, atMs: nowMs, valid: false };
    bucket.left = Math.min(most, bucket.left + (Math.max(0, nowMs - bucket.atMs) * most) / windowMs);
    bucket.atMs = nowMs;
    if (buckets.size >= MOST_BUCKETS) for (const oldest of buckets.keys()) if (buckets.delete(oldest)) break;
    buckets.set(key, bucket);
    return bucket;
  };

  const tooMany = (kind: Kind, bucket: Bucket): Problem => {
    const most = limits[kind];
    const retryAfterS = Math.max(1, Math.ceil(((1 - bucket.left) * limits.windowS) / most));
    return new Problem(
      429,
      'RATE_LIMITED',
      `${ASKERS[kind]} may ask ${most} times in ${limits.windowS} s, and has done so.`,
      `Ask again in ${retryAfterS} s, and then more slowly; for much at once order an export (POST /api/v1/exports).`,
      { retryAfterS },
    );
  };

  const draw = (kind: Kind, bucket: Bucket): boolean => {
    if (limits[kind] === 0) return true;
    if (bucket.left < 1) return false;
    bucket.left -= 1;
    return true;
  };

  return (c, address, exempt) => {
    if (exempt) return { refused: null, identified: () => undefined, tell: () => undefined };
    const own = presented(c);
    const ofAddress = bucketOf('address', `address ${address}`);
    const isValid = own !== null && buckets.get(own.key)?.valid === true;
    const strange = !isValid && limits.address > 0 && ofAddress.left < 1;
    // What a refused stranger presents is not remembered: it would push out those that proved valid.
    const bucket = own && !strange ? bucketOf(own.kind, own.key) : ofAddress;
    const kind = own && !strange ? own.kind : 'address';
    let counted: { kind: Kind; bucket: Bucket } = { kind, bucket };
    const refused = strange || !draw(kind, bucket) ? tooMany(kind, bucket) : null;
    return {
      refused,
      identified(valid) {
        bucket.valid = valid && own !== null;
        if (valid || own === null) return;
        draw('address', ofAddress);
        counted = { kind: 'address', bucket: ofAddress };
      },
      tell(headers) {
        const most = limits[counted.kind];
        if (most === 0) return;
        const left = Math.max(0, Math.floor(counted.bucket.left));
        const wholeS = Math.ceil(((most - counted.bucket.left) * limits.windowS) / most);
        headers.set('RateLimit-Policy', `"${counted.kind}";q=${most};w=${limits.windowS}`);
        headers.set('RateLimit', `"${counted.kind}";r=${left};t=${Math.max(0, wholeS)}`);
      },
    };
  };
}
