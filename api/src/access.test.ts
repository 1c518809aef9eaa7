import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SECURITY } from './people/security-settings.ts';
import { ROUTES } from './route-table.ts';
import { SETUP_TOKEN_TTL_MS, secretHash } from './setup-tokens.ts';
import { NOW_MS, objectOf, openTestApp, type TestApp } from './test-app.ts';

const SESSION_IDLE_MS = DEFAULT_SECURITY.session.idleMinutes * 60_000;
const SESSION_ABSOLUTE_MS = DEFAULT_SECURITY.session.absoluteHours * 3_600_000;

let test: TestApp;
beforeAll(async () => {
  test = await openTestApp();
});
afterAll(async () => {
  await test.close();
});
beforeEach(() => {
  test.state.nowMs = NOW_MS;
});

const JSON_TYPE = { 'Content-Type': 'application/json' };

function signIn(token: string, headers: Record<string, string> = {}, origin = 'http://localhost') {
  return test.app.request(`${origin}/api/v1/session`, {
    method: 'POST',
    headers: { ...JSON_TYPE, ...headers },
    body: JSON.stringify({ token }),
  });
}

async function cookie(): Promise<string> {
  const response = await signIn(test.setup.issue().token);
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

const withCookie = (value: string, path = '/api/v1/session') => test.app.request(path, { headers: { Cookie: value } });

describe('every route of the API but the open ones', () => {
  it('answers 401 with what to do to whoever is not signed in', async () => {
    const { paths } = await objectOf(await test.app.request('/api/openapi.json'));
    const routes = Object.entries(paths ?? {}).flatMap(([path, item]) => Object.keys(item).map((method) => ({ path, method })));
    expect(routes.length).toBeGreaterThan(15);
    const guarded = routes.filter(
      ({ path, method }) => ROUTES[`${method.toUpperCase()} ${path.replace('/api/v1', '')}`]?.needs !== 'open',
    );
    for (const { path, method } of guarded) {
      const url = path.replace('{id}', '1');
      for (const headers of [
        {},
        { Authorization: 'Bearer wrong-token-wrong-token-wrong' },
        { Cookie: `plume_session=${'A'.repeat(43)}` },
      ]) {
        const bodied = method !== 'get' && method !== 'delete';
        const response = await test.app.request(url, {
          method: method.toUpperCase(),
          headers: { ...headers, ...(bodied ? JSON_TYPE : {}) },
          ...(bodied ? { body: '{}' } : {}),
        });
        expect(`${method} ${path} ${response.status}`).toBe(`${method} ${path} 401`);
        expect(response.headers.get('content-type')).toContain('application/problem+json');
        expect(await objectOf(response)).toMatchObject({
          status: 401,
          code: 'NOT_SIGNED_IN',
          action: expect.stringContaining('setup-link'),
        });
      }
    }
  });

  it.each(['/api/v1/nothing', '/api/v1/', '/api/v1/vehicles/', '/api/v1/vehicles%2F1', '/api/v1/session/x'])(
    'and any other address under it (%s) tells a stranger nothing but 401 or 404',
    async (path) => {
      const response = await test.app.request(path);
      expect([401, 404]).toContain(response.status);
    },
  );

  it.each(['//api/v1/vehicles', '/api//v1/vehicles', '/api/v1/../v1/vehicles', '/API/v1/vehicles', '/api/v1/./vehicles'])(
    'cannot be reached by another spelling of its address (%s)',
    async (path) => {
      const response = await test.app.request(`http://localhost${path}`);
      expect([401, 404]).toContain(response.status);
    },
  );
});

describe('the set-up token', () => {
  it('signs in once and never again', async () => {
    const { token } = test.setup.issue();
    expect((await signIn(token)).status).toBe(200);
    const again = await signIn(token);
    expect(again.status).toBe(401);
    expect(await objectOf(again)).toMatchObject({ code: 'TOKEN_SPENT' });
  });

  it('ends after 24 hours', async () => {
    const { token } = test.setup.issue();
    test.state.nowMs += SETUP_TOKEN_TTL_MS;
    expect((await signIn(token)).status).toBe(401);
  });

  it('is made by the command line of the service only', async () => {
    expect(await objectOf(await test.post('/api/v1/setup-links', {}))).toMatchObject({
      path: expect.stringMatching(/^\/#setup=[\w-]{43}$/),
    });
    const response = await test.app.request('/api/v1/setup-links', {
      method: 'POST',
      headers: { ...JSON_TYPE, Cookie: await cookie() },
      body: '{}',
    });
    expect(response.status).toBe(403);
  });
});

describe('the session cookie', () => {
  it('is HttpOnly, SameSite=Strict, and Secure with the __Host- prefix over HTTPS', async () => {
    const plain = (await signIn(test.setup.issue().token)).headers.get('set-cookie') ?? '';
    expect(plain).toMatch(/^plume_session=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/);
    const https = (await signIn(test.setup.issue().token, {}, 'https://plume.test')).headers.get('set-cookie') ?? '';
    expect(https).toMatch(/^__Host-plume_session=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  });

  it('is stored as its hash alone', async () => {
    const value = (await cookie()).split('=')[1] ?? '';
    const rows = await test.db.query<{ token_hash: Uint8Array }>('select token_hash from sessions');
    const stored = rows.map((row) => Buffer.from(row.token_hash).toString('hex'));
    expect(stored).toContain(secretHash(value).toString('hex'));
    expect(stored).not.toContain(Buffer.from(value).toString('hex'));
  });

  it('lives on while it is used, and ends after 8 idle hours', async () => {
    const value = await cookie();
    test.state.nowMs += SESSION_IDLE_MS - 1000;
    expect((await withCookie(value)).status).toBe(200);
    test.state.nowMs += SESSION_IDLE_MS - 1000;
    expect((await withCookie(value)).status).toBe(200);
    test.state.nowMs += SESSION_IDLE_MS;
    expect((await withCookie(value)).status).toBe(401);
  });

  it('ends after 7 days however busy it is', async () => {
    const value = await cookie();
    for (let passed = 0; passed + SESSION_IDLE_MS / 2 < SESSION_ABSOLUTE_MS; passed += SESSION_IDLE_MS / 2) {
      expect((await withCookie(value)).status).toBe(200);
      test.state.nowMs += SESSION_IDLE_MS / 2;
    }
    test.state.nowMs = NOW_MS + SESSION_ABSOLUTE_MS;
    expect((await withCookie(value)).status).toBe(401);
  });

  it('is dead on the server after signing out, whoever kept a copy', async () => {
    const value = await cookie();
    const out = await test.app.request('/api/v1/session', {
      method: 'DELETE',
      headers: { Cookie: value, Origin: 'http://localhost' },
    });
    expect(out.status).toBe(204);
    expect((await withCookie(value)).status).toBe(401);
  });
});

describe('a write', () => {
  const send = async (headers: Record<string, string>, body = '{}') =>
    await test.app.request('http://plume.test/api/v1/terminals', {
      method: 'POST',
      headers: { Cookie: await cookie(), ...headers },
      body,
    });

  it.each([
    { name: 'a foreign Origin', headers: { Origin: 'https://evil.example', Host: 'plume.test' } },
    { name: 'the Origin null', headers: { Origin: 'null', Host: 'plume.test' } },
    {
      name: 'Sec-Fetch-Site cross-site',
      headers: { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://plume.test', Host: 'plume.test' },
    },
    { name: 'Sec-Fetch-Site same-site', headers: { 'Sec-Fetch-Site': 'same-site' } },
  ])('with $name is refused', async ({ headers }) => {
    const response = await send({ ...JSON_TYPE, ...headers });
    expect(response.status).toBe(403);
    expect(await objectOf(response)).toMatchObject({ code: 'FOREIGN_ORIGIN' });
  });

  it('by cookie that does not say where it comes from is refused', async () => {
    const response = await send(JSON_TYPE, '{"id":"T1"}');
    expect(response.status).toBe(403);
    expect(await objectOf(response)).toMatchObject({ code: 'FOREIGN_ORIGIN' });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''])(
    'as %j is refused: bodies are JSON',
    async (type) => {
      const response = await send(type === '' ? {} : { 'Content-Type': type }, '{"id":"T1"}');
      expect(response.status).toBe(415);
    },
  );

  it('from the page itself is taken', async () => {
    const response = await send({ ...JSON_TYPE, Origin: 'http://plume.test', Host: 'plume.test' }, '{"id":"FROM-PAGE"}');
    expect(response.status).toBe(201);
  });

  it('larger than 64 KiB is refused', async () => {
    const response = await test.post('/api/v1/terminals', { id: 'T1', vendor: 'x'.repeat(70_000) });
    expect(response.status).toBe(413);
  });

  it('of broken JSON says so', async () => {
    const response = await send({ ...JSON_TYPE, Origin: 'http://plume.test', Host: 'plume.test' }, '{"id":');
    expect(response.status).toBe(400);
    expect(await objectOf(response)).toMatchObject({ code: 'INVALID', errors: [{ field: 'body' }] });
  });
});

describe('every answer', () => {
  it('carries headers that allow no script of others, no framing and no sniffing', async () => {
    for (const path of ['/healthz', '/api/docs', '/api/v1/vehicles', '/']) {
      const { headers } = await test.app.request(path);
      expect(headers.get('content-security-policy')).toContain("script-src 'self'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  it('of the API is kept by no cache, and HTTPS stays HTTPS', async () => {
    const answer = await test.app.request('https://plume.test/api/v1/session', {
      headers: { Authorization: `Bearer ${test.deps.serviceToken}` },
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('strict-transport-security')).toContain('max-age=');
    expect((await test.get('/api/v1/session')).headers.get('strict-transport-security')).toBeNull();
  });

  it('to a fault inside tells nothing of the inside, and the log has it', async () => {
    const broken = await openTestApp({ metrics: () => Promise.reject(new Error('secret detail')) });
    try {
      const response = await broken.app.request('/metrics');
      expect(response.status).toBe(500);
      expect(JSON.stringify(await objectOf(response))).not.toContain('secret detail');
      expect(broken.logged).toHaveLength(1);
    } finally {
      await broken.close();
    }
  });
});
