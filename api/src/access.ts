import {
  type Db,
  deleteExpiredSessions,
  findApiToken,
  findSession,
  type NewSession,
  touchApiToken,
  touchSession,
} from '@plume/db';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Trail } from './audit-trail.ts';
import { type Caller, SERVICE, sessionCaller, setupCaller, tokenCaller } from './caller.ts';
import type { AddressReader } from './client-address.ts';
import type { SecurityBook } from './people/security-settings.ts';
import { randomSecret, sameSecret, secretHash } from './setup-tokens.ts';

const TOUCH_EVERY_MS = 60_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** A browser stays known to an account for so long after it was last used. */
export const DEVICE_MS = 180 * 86_400_000;
/** How API tokens begin, so that they are recognised where they should not be. */
export const TOKEN_PREFIX = 'plume_';
const USER_AGENT_CHARS = 200;

/** What handlers behind the gate find in the context. */
export interface ApiEnv {
  Variables: {
    /** Who asks; absent on open routes. */
    caller: Caller;
    /** Where what is done is told. */
    trail: Trail;
    /** Who asks, looked up anew: undefined once the session or token has ended or may no longer use this route. For answers that last. */
    stillThere: () => Promise<Caller | undefined>;
    /** Writes into the headers of an answer what is left of the limit of requests. */
    tellLimits: (headers: Headers) => void;
  };
}

/** Sessions, tokens and the service token: who may come in. */
export interface Access {
  /** The caller, or undefined. `quietly`: without counting as use of the session or token. */
  identify(c: Context, quietly?: 'quietly'): Promise<Caller | undefined>;
  /** Whether the service's own command line asks, which proves it by its token and nothing that is stored. */
  isService(c: Context): boolean;
  /** A session to store, and the secret for its cookie. */
  prepareSession(
    c: Context,
    account: NewSession['account'],
  ): Promise<{ session: NewSession; secret: string; expiresAtMs: number }>;
  /** Gives the browser its session. */
  setSession(c: Context, prepared: { session: NewSession; secret: string }): void;
  /** The hash of the session that the request's cookie names. */
  presented(c: Context): Uint8Array | undefined;
  /** Takes the session from the browser. */
  clearSession(c: Context): void;
  /** The mark of a known browser that the request carries, as its hash. */
  device(c: Context): Uint8Array | undefined;
  /** Gives the browser a mark by which it is known, or the one it has once more; answers its hash. */
  markDevice(c: Context): Uint8Array;
}

/** Whether the browser's end of the line is HTTPS, here or at a proxy in front. It only ever makes the answer stricter. */
export function overHttps(c: Context): boolean {
  return new URL(c.req.url).protocol === 'https:' || c.req.header('x-forwarded-proto') === 'https';
}

function cookieName(c: Context, what: 'session' | 'device'): string {
  return overHttps(c) ? `__Host-plume_${what}` : `plume_${what}`;
}

function secretIn(c: Context, what: 'session' | 'device'): string | undefined {
  const cookie = getCookie(c, cookieName(c, what));
  return cookie !== undefined && /^[\w-]{43}$/.test(cookie) ? cookie : undefined;
}

function setSecret(c: Context, what: 'session' | 'device', secret: string, maxAgeMs: number): void {
  setCookie(c, cookieName(c, what), secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'Strict',
    secure: overHttps(c),
    maxAge: Math.floor(maxAgeMs / 1000),
  });
}

/** What access rests on. */
export interface AccessParts {
  readonly db: Db;
  readonly serviceToken: string;
  /** Epoch ms. */
  clock(): number;
  readonly security: SecurityBook;
  readonly demo: boolean;
  readonly address: AddressReader;
}

/** The rules of access. */
export function createAccess({ db, serviceToken, clock, security, demo, address }: AccessParts): Access {
  const byToken = async (c: Context, bearer: string, notes: boolean): Promise<Caller | undefined> => {
    if (sameSecret(bearer, serviceToken)) return SERVICE;
    if (!bearer.startsWith(TOKEN_PREFIX)) return undefined;
    const token = await findApiToken(db, secretHash(bearer));
    const nowMs = clock();
    if (!token || token.revoked || token.expiresAtMs <= nowMs || token.account.disabled_at !== null) return undefined;
    if (notes && nowMs - (token.lastUsedAtMs ?? 0) >= TOUCH_EVERY_MS) await touchApiToken(db, token.id, nowMs, address(c));
    return tokenCaller(token.account, token);
  };

  const bySession = async (cookie: string, notes: boolean): Promise<Caller | undefined> => {
    const hash = secretHash(cookie);
    const session = await findSession(db, hash);
    if (!session) return undefined;
    const nowMs = clock();
    const settings = await security.current();
    const idleMs = settings.session.idleMinutes * MINUTE_MS;
    const endsMs = Math.min(session.expiresAtMs, session.createdAtMs + settings.session.absoluteHours * HOUR_MS);
    if (endsMs <= nowMs || session.lastSeenAtMs + idleMs <= nowMs || session.account?.disabled_at) return undefined;
    if (notes && nowMs - session.lastSeenAtMs >= TOUCH_EVERY_MS) await touchSession(db, hash, nowMs);
    const expiresAtMs = Math.min(endsMs, nowMs + idleMs);
    if (!session.account) return setupCaller(demo, session.id, expiresAtMs);
    return sessionCaller(session.account, settings, { id: session.id, expiresAtMs }, nowMs);
  };

  const bearerOf = (header: string) => /^Bearer ([\w-]{20,200})$/.exec(header)?.[1];

  return {
    isService(c) {
      const bearer = bearerOf(c.req.header('authorization') ?? '');
      return bearer !== undefined && sameSecret(bearer, serviceToken);
    },
    async identify(c, quietly) {
      const notes = quietly === undefined;
      const header = c.req.header('authorization');
      // Who presents a token is not looked up by cookie as well: what failed must not fall back to something else.
      if (header !== undefined) {
        const bearer = bearerOf(header);
        return bearer === undefined ? undefined : await byToken(c, bearer, notes);
      }
      const cookie = secretIn(c, 'session');
      return cookie === undefined ? undefined : await bySession(cookie, notes);
    },
    async prepareSession(c, account) {
      const nowMs = clock();
      const { idleMinutes, absoluteHours } = (await security.current()).session;
      await deleteExpiredSessions(db, nowMs, nowMs - idleMinutes * MINUTE_MS);
      const secret = randomSecret();
      const session: NewSession = {
        hash: secretHash(secret),
        account,
        nowMs,
        expiresAtMs: nowMs + absoluteHours * HOUR_MS,
        address: address(c),
        userAgent: userAgent(c),
      };
      return { session, secret, expiresAtMs: nowMs + Math.min(idleMinutes * MINUTE_MS, absoluteHours * HOUR_MS) };
    },
    setSession(c, { session, secret }) {
      setSecret(c, 'session', secret, session.expiresAtMs - session.nowMs);
    },
    presented(c) {
      const secret = secretIn(c, 'session');
      return secret === undefined ? undefined : secretHash(secret);
    },
    clearSession(c) {
      deleteCookie(c, cookieName(c, 'session'), { path: '/', secure: overHttps(c) });
    },
    device(c) {
      const secret = secretIn(c, 'device');
      return secret === undefined ? undefined : secretHash(secret);
    },
    markDevice(c) {
      const secret = secretIn(c, 'device') ?? randomSecret();
      setSecret(c, 'device', secret, DEVICE_MS);
      return secretHash(secret);
    },
  };
}

/** What the program calls itself, for the list of one's own sessions: a line of text of bounded length. */
function userAgent(c: Context): string | null {
  const told = c.req.header('user-agent');
  return told === undefined ? null : told.replace(/\p{Cc}/gu, ' ').slice(0, USER_AGENT_CHARS);
}
