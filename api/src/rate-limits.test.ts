import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RATE_LIMITS, rateLimiter } from './rate-limits.ts';
import { NOW_MS, objectOf, openTestApp, type TestApp } from './test-app.ts';
import { addAccount, type Browser, browser, PASSWORD, signedIn } from './test-people.ts';

/** Limits small enough to be met: a token 6, a session 10, an address 4 requests in 60 s. */
let test: TestApp;
let analyst: Browser;
let token: string;

beforeAll(async () => {
  test = await openTestApp({ rateLimits: { token: 6, session: 10, address: 4, windowS: 60 } });
  await addAccount(test, 'an-analyst', 'analyst');
  analyst = await signedIn(test, 'an-analyst');
  const made = await analyst.request('POST', '/tokens', { name: 't', permissions: ['fleet.read'], expiresInDays: 9 });
  token = String((await objectOf(made)).token);
});
afterAll(() => test.close());

const withToken = (given: string, address = '10.0.0.9', path = '/signals') =>
  browser(test, address).request('GET', path, undefined, { Authorization: `Bearer ${given}` });
const later = (seconds: number) => {
  test.state.nowMs += seconds * 1000;
};

describe('the limit of requests', () => {
  it('tells with every answer which limit is in force and what is left of it', async () => {
    later(600);
    const first = await withToken(token);
    expect(first.status).toBe(200);
    expect(first.headers.get('ratelimit-policy')).toBe('"token";q=6;w=60');
    // Five are left; one comes back in 10 s.
    expect(first.headers.get('ratelimit')).toBe('"token";r=5;t=10');
    const session = await analyst.request('GET', '/signals');
    expect(session.headers.get('ratelimit-policy')).toBe('"session";q=10;w=60');
  });

  it('refuses what is beyond it, saying what was too much and when to try again, and takes it again then', async () => {
    later(600);
    for (let i = 0; i < 6; i += 1) expect((await withToken(token)).status).toBe(200);
    const refused = await withToken(token);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.headers.get('retry-after')).toBe('10');
    expect(refused.headers.get('ratelimit')).toBe('"token";r=0;t=60');
    expect(await objectOf(refused)).toMatchObject({
      code: 'RATE_LIMITED',
      detail: 'This token may ask 6 times in 60 s, and has done so.',
      action: expect.stringContaining('Ask again in 10 s'),
    });
    later(9.9);
    expect((await withToken(token)).status).toBe(429);
    later(0.1);
    expect((await withToken(token)).status).toBe(200);
    expect((await withToken(token)).status).toBe(429);
  });

  it('asks no database of a request that is refused', async () => {
    later(600);
    for (let i = 0; i < 6; i += 1) await withToken(token);
    const { query } = test.db;
    try {
      test.db.query = () => Promise.reject(new Error('asked'));
      expect((await withToken(token)).status).toBe(429);
    } finally {
      test.db.query = query;
    }
  });

  it('is of each token and session by itself', async () => {
    later(600);
    for (let i = 0; i < 7; i += 1) await withToken(token);
    expect((await withToken(token)).status).toBe(429);
    expect((await analyst.request('GET', '/signals')).status).toBe(200);
  });

  it('counts strangers and false tokens by their address, and keeps no neighbour with a good one out', async () => {
    later(600);
    expect((await withToken(token, '10.0.0.7')).status).toBe(200);
    const status = [];
    for (let i = 0; i < 6; i += 1) status.push((await withToken(`plume_${String(i).repeat(40)}`, '10.0.0.7')).status);
    expect(status).toEqual([401, 401, 401, 401, 429, 429]);
    expect((await browser(test, '10.0.0.7').request('POST', '/session', { name: 'an-analyst', password: PASSWORD })).status).toBe(
      429,
    );
    expect((await withToken(token, '10.0.0.7')).status).toBe(200);
    expect((await browser(test, '10.0.0.8').request('GET', '/setup')).status).not.toBe(429);
  });

  it('is never met by the command line of the service, nor by what is not the API', async () => {
    for (let i = 0; i < 30; i += 1) {
      expect((await test.get('/api/v1/signals')).status).toBe(200);
      expect((await test.app.request('/healthz')).status).toBe(200);
    }
    expect((await test.get('/api/v1/signals')).headers.has('ratelimit')).toBe(false);
  });

  it('is told with refusals of other kinds, too', async () => {
    test.state.nowMs = NOW_MS + 7_200_000;
    const unknown = await withToken(token, '10.0.0.9', '/vehicles/999');
    expect([unknown.status, unknown.headers.get('ratelimit-policy')]).toEqual([404, '"token";q=6;w=60']);
    const stranger = await browser(test, '10.0.0.6').request('GET', '/signals');
    expect([stranger.status, stranger.headers.get('ratelimit-policy')]).toEqual([401, '"address";q=4;w=60']);
  });
});

it('an officer who clicks without pause never meets the built-in limits', async () => {
  const site = await openTestApp({ rateLimits: RATE_LIMITS });
  try {
    await addAccount(site, 'an-officer', 'officer');
    const officer = await signedIn(site, 'an-officer');
    // Ten requests for each click, a click a second.
    for (let click = 0; click < 30; click += 1) {
      for (let i = 0; i < 10; i += 1) expect((await officer.request('GET', '/signals')).status).toBe(200);
      site.state.nowMs += 1000;
    }
  } finally {
    await site.close();
  }
});

it('a neighbour who tries false tokens by the ten thousand does not make a good one a stranger', async () => {
  const limiter = rateLimiter({ token: 6, session: 6, address: 4, windowS: 60 }, () => NOW_MS);
  const app = new Hono().get('/', (c) => {
    const counted = limiter(c, '10.0.0.7', false);
    if (counted.refused) return c.body(null, 429);
    counted.identified(c.req.header('authorization') === 'Bearer good');
    return c.body(null, 204);
  });
  const ask = async (token: string) => (await app.request('/', { headers: { Authorization: `Bearer ${token}` } })).status;
  expect(await ask('good')).toBe(204);
  for (let i = 0; i < 20_010; i += 1) await ask(`false ${i}`);
  expect([await ask('false'), await ask('good')]).toEqual([429, 204]);
});
