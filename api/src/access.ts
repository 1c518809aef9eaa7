import { type Db, deleteExpiredSessions, deleteSession, findSession, insertSession, touchSession } from '@plume/db';
import type { Context, MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { Problem } from './problem.ts';
import { randomSecret, sameSecret, secretHash } from './setup-tokens.ts';

/** A session ends after this long without a request. */
export const SESSION_IDLE_MS = 8 * 3_600_000;
/** A session ends this long after sign-in, used or not. */
export const SESSION_ABSOLUTE_MS = 7 * 86_400_000;
const TOUCH_EVERY_MS = 60_000;

/** Who is asking: a signed-in browser, or the service's own command line. */
export interface Caller {
  kind: 'session' | 'service';
  /** When the session ends if it is not used again, epoch ms; null for the service. */
  expiresAtMs: number | null;
}

/** What handlers behind the guard find in the context. */
export interface ApiEnv {
  Variables: { caller: Caller };
}

/** Sessions and the service token: who may come in. */
export interface Access {
  /** Refuses everyone who is neither signed in nor carries the service token (401). */
  guard: MiddlewareHandler<ApiEnv>;
  /** Starts a session and sets its cookie. */
  signIn(c: Context): Promise<number>;
  /** Ends the session of the request's cookie, here and in the browser. */
  signOut(c: Context): Promise<void>;
  /** The caller, or undefined. */
  identify(c: Context): Promise<Caller | undefined>;
}

/** Whether the browser's end of the line is HTTPS, here or at a proxy in front. It only ever makes the answer stricter. */
export function overHttps(c: Context): boolean {
  return new URL(c.req.url).protocol === 'https:' || c.req.header('x-forwarded-proto') === 'https';
}

function cookieName(c: Context): string {
  return overHttps(c) ? '__Host-plume_session' : 'plume_session';
}

/** The rules of access over one database, service token and clock (epoch ms). */
export function createAccess(db: Db, serviceToken: string, clock: () => number): Access {
  const identify = async (c: Context): Promise<Caller | undefined> => {
    const bearer = /^Bearer ([\w-]{20,200})$/.exec(c.req.header('authorization') ?? '')?.[1];
    if (bearer !== undefined) return sameSecret(bearer, serviceToken) ? { kind: 'service', expiresAtMs: null } : undefined;
    const cookie = getCookie(c, cookieName(c));
    if (cookie === undefined || !/^[\w-]{43}$/.test(cookie)) return undefined;
    const hash = secretHash(cookie);
    const session = await findSession(db, hash);
    const nowMs = clock();
    if (!session || session.expiresAtMs <= nowMs || session.lastSeenAtMs + SESSION_IDLE_MS <= nowMs) return undefined;
    if (nowMs - session.lastSeenAtMs >= TOUCH_EVERY_MS) await touchSession(db, hash, nowMs);
    return { kind: 'session', expiresAtMs: Math.min(session.expiresAtMs, nowMs + SESSION_IDLE_MS) };
  };

  return {
    identify,
    guard: async (c, next) => {
      const caller = await identify(c);
      if (!caller) {
        throw new Problem(
          401,
          'NOT_SIGNED_IN',
          'This address needs a session, and the request carries none that is valid.',
          'Run "npm run plume -- setup-link" on the machine of the service and open the link it prints.',
        );
      }
      c.set('caller', caller);
      await next();
    },
    async signIn(c) {
      const nowMs = clock();
      const token = randomSecret();
      await deleteExpiredSessions(db, nowMs, nowMs - SESSION_IDLE_MS);
      await insertSession(db, secretHash(token), nowMs, nowMs + SESSION_ABSOLUTE_MS);
      setCookie(c, cookieName(c), token, {
        path: '/',
        httpOnly: true,
        sameSite: 'Strict',
        secure: overHttps(c),
        maxAge: SESSION_ABSOLUTE_MS / 1000,
      });
      return nowMs + SESSION_IDLE_MS;
    },
    async signOut(c) {
      const cookie = getCookie(c, cookieName(c));
      if (cookie !== undefined) await deleteSession(db, secretHash(cookie));
      deleteCookie(c, cookieName(c), { path: '/', secure: overHttps(c) });
    },
  };
}
