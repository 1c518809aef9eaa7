import { type AuditRow, accountByName, insertAccount, listAudit, type RoleName, sessionStep } from '@plume/db';
import { createPasswords } from './people/passwords.ts';
import { randomSecret, secretHash } from './setup-tokens.ts';
import type { TestApp } from './test-app.ts';

/** The password of every test account: long, of four kinds, and known to no list. */
export const PASSWORD = 'Nebel#über7Kuppen';
/** Where the page of the test application is served. */
export const ORIGIN = 'http://localhost';
const passwords = createPasswords({ memoryKiB: 8, passes: 1 });

/** What the trail is told when a test enters something straight into the database. */
export const BY_TEST = {
  atMs: 0,
  actorKind: 'system',
  actorId: null,
  actor: 'test',
  address: null,
  action: 'test',
  objectKind: null,
  objectId: null,
  outcome: 'done',
  detail: {},
} as const;

/** An account entered straight into the database. */
export interface TestAccount {
  id: number;
  name: string;
}

/** Enters an account with the test password. */
export async function addAccount(
  test: TestApp,
  name: string,
  role: RoleName,
  more: { districts?: readonly string[] | null; password?: string | null } = {},
): Promise<TestAccount> {
  const { districts = null, password = PASSWORD } = more;
  const passwordHash = password === null ? null : await passwords.hash(password);
  const id = await insertAccount(
    test.db,
    { name, displayName: `${name} 的名字`, role, districts, passwordHash, link: null, nowMs: test.state.nowMs },
    { ...BY_TEST },
    { first: false },
  );
  if (typeof id !== 'number') throw new Error(`the account ${name} could not be entered: ${id}`);
  return { id, name };
}

/** A browser: what it sends with each request, and the cookies it was given. */
export interface Browser {
  cookies: Map<string, string>;
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** A browser at an address of its own, signed in or not. */
export function browser(test: TestApp, address = '10.0.0.1', cookies: Iterable<[string, string]> = []): Browser {
  const jar = new Map(cookies);
  return {
    cookies: jar,
    async request(method, path, body, headers = {}) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await test.app.request(
        path.startsWith('/api') ? path : `/api/v1${path}`,
        {
          method,
          headers: {
            Origin: ORIGIN,
            ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
            ...(cookie === '' ? {} : { Cookie: cookie }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        },
        { incoming: { socket: { remoteAddress: address } } },
      );
      for (const line of response.headers.getSetCookie()) {
        const [name = '', value = ''] = line.split(';')[0]?.split('=') ?? [];
        if (value === '') jar.delete(name);
        else jar.set(name, value);
      }
      return response;
    },
  };
}

/** A browser with a session of an account, without the work of signing in. */
export async function signedIn(test: TestApp, name: string, address = '10.0.0.1'): Promise<Browser> {
  const account = await accountByName(test.db, name);
  if (!account) throw new Error(`there is no account ${name}`);
  const secret = randomSecret();
  const nowMs = test.state.nowMs;
  await test.db.batch([
    sessionStep({
      hash: secretHash(secret),
      account: { id: account.id, passwordHash: account.password_hash },
      nowMs,
      expiresAtMs: nowMs + 7 * 86_400_000,
      address,
      userAgent: 'test',
    }),
  ]);
  return browser(test, address, [['plume_session', secret]]);
}

/** The newest rows of the trail. */
export function trail(test: TestApp, limit = 20): Promise<AuditRow[]> {
  return listAudit(test.db, {
    actor: undefined,
    action: undefined,
    objectKind: undefined,
    objectId: undefined,
    outcome: undefined,
    fromMs: undefined,
    toMs: undefined,
    before: undefined,
    limit,
  });
}
