import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Db } from '@plume/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { withProblems } from './database.ts';
import { Problem } from './problem.ts';
import { NOW_MS, objectOf, openTestApp, type TestApp } from './test-app.ts';

let test: TestApp;
beforeAll(async () => {
  test = await openTestApp();
  for (let i = 0; i < 25; i++) {
    // Several entries share a moment, and moments differ by microseconds: both must page well.
    await test.db.query(
      `insert into ledger (received_at, terminal_id, transport, disposition, code, field, reason, records, byte_count, sha256, bytes, decoder)
       values ('epoch'::timestamptz + $1::int8 * interval '1 microsecond', $2::text, 'mqtt', $3::text, $4::text, 'samples[0].t', 'why', 1, $5::int, '\\xab', $6::bytea, '1')`,
      [
        NOW_MS * 1000 - Math.floor(i / 3),
        `T-${i % 2}`,
        i % 5 === 0 ? 'quarantined' : 'rejected',
        i % 3 === 0 ? 'BAD_JSON' : 'BAD_CHECKSUM',
        i === 24 ? 9000 : 4,
        new TextEncoder().encode('{"v"'),
      ],
      { priority: 'write' },
    );
  }
  await test.db.query(
    `insert into link_hours (terminal_id, hour, messages, received, stored, duplicate, rejected) values
     ('T-0', '2026-11-23T05:00:00Z', 10, 100, 90, 6, 4), ('T-0', '2026-11-23T04:00:00Z', 1, 10, 10, 0, 0), ('T-0', '2026-11-20T04:00:00Z', 1, 7, 7, 0, 0), ('T-1', '2026-11-23T05:00:00Z', 2, 20, 20, 0, 0)`,
    [],
    { priority: 'write' },
  );
});
afterAll(async () => {
  await test.close();
});

const Ledger = z.object({
  entries: z.array(z.object({ id: z.number(), terminalId: z.string(), code: z.string(), disposition: z.string() })),
  nextCursor: z.string().nullable(),
});

async function all(query: string): Promise<z.infer<typeof Ledger>['entries']> {
  const seen: z.infer<typeof Ledger>['entries'] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: z.infer<typeof Ledger> = Ledger.parse(
      await (await test.get(`/api/v1/ledger?limit=4&${query}${cursor ? `&cursor=${cursor}` : ''}`)).json(),
    );
    seen.push(...page.entries);
    cursor = page.nextCursor;
  }
  return seen;
}

describe('the ledger', () => {
  it('pages through every entry once, newest first, however close together they came', async () => {
    const rows = await test.db.query<{ id: number }>('select id from ledger order by received_at desc, id desc');
    expect((await all('')).map((e) => e.id)).toEqual(rows.map((r) => r.id));
  });

  it.each([
    { query: 'terminal=T-1', keep: (e: { terminalId: string }) => e.terminalId === 'T-1', count: 12 },
    { query: 'code=BAD_JSON', keep: (e: { code: string }) => e.code === 'BAD_JSON', count: 9 },
    {
      query: 'disposition=quarantined&open=true',
      keep: (e: { disposition: string }) => e.disposition === 'quarantined',
      count: 5,
    },
    { query: 'open=false', keep: () => false, count: 0 },
    { query: 'from=now-1h&to=now', keep: () => true, count: 22 },
  ])('filtered by $query holds just those', async ({ query, keep, count }) => {
    const entries = await all(query);
    expect(entries).toHaveLength(count);
    expect(entries.every(keep)).toBe(true);
  });

  it('shows the bytes of an entry and whether that is all of them', async () => {
    const [first] = await all('');
    const entry = await objectOf(await test.get(`/api/v1/ledger/${first?.id}`));
    expect(entry).toMatchObject({ hex: '7b227622', text: '{"v"', frames: null, truncated: false, sha256: 'ab' });
    const rows = await test.db.query<{ id: number }>('select id from ledger where byte_count = 9000');
    expect(await objectOf(await test.get(`/api/v1/ledger/${rows[0]?.id}`))).toMatchObject({ truncated: true });
    expect((await test.get('/api/v1/ledger/999999')).status).toBe(404);
    expect((await test.get('/api/v1/ledger/1e3')).status).toBe(400);
  });
});

describe('link tallies', () => {
  it('balance: received = stored + duplicate + rejected, summed over the hours asked', async () => {
    const { terminals } = z
      .object({ terminals: z.array(z.record(z.string(), z.unknown())) })
      .parse(await (await test.get('/api/v1/link?from=now-24h')).json());
    expect(terminals).toMatchObject([
      { terminalId: 'T-0', messages: 11, received: 110, stored: 100, duplicate: 6, rejected: 4, balanced: true },
      { terminalId: 'T-1', received: 20, balanced: true },
    ]);
  });
});

describe('open addresses', () => {
  it('say that the service is alive without asking the database', async () => {
    const dead = await openTestApp({
      checks: async () => ({ database: { ok: false, detail: 'does not answer' }, broker: { ok: true, detail: 'listens' } }),
    });
    await dead.db.close();
    expect((await dead.app.request('/healthz')).status).toBe(200);
    const ready = await dead.app.request('/readyz');
    expect(ready.status).toBe(503);
    expect(await objectOf(ready)).toMatchObject({
      ok: false,
      checks: { database: { ok: false, detail: 'does not answer' }, broker: { ok: true } },
    });
    const vehicles = await dead.get('/api/v1/vehicles');
    expect(vehicles.status).toBe(503);
    expect(vehicles.headers.get('retry-after')).toBe('5');
    expect(await objectOf(vehicles)).toMatchObject({ code: 'DATABASE_AWAY' });
  });

  it('describe the API as OpenAPI 3.1, with a problem for every refusal', async () => {
    const spec = await objectOf(await test.app.request('/api/openapi.json'));
    expect(spec.openapi).toBe('3.1.0');
    const paths = Object.keys(spec.paths ?? {});
    expect(paths).toContain('/api/v1/vehicles/{id}/series');
    expect(paths).toContain('/api/v1/live');
    expect((await test.app.request('/api/docs')).headers.get('content-type')).toContain('text/html');
    expect(await (await test.app.request('/metrics')).text()).toBe('plume_up 1\n');
  });

  it('answer problem JSON for an address that does not exist', async () => {
    const response = await test.app.request('/nowhere');
    expect(response.status).toBe(404);
    expect(await objectOf(response)).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('say in one sentence that the page is not built, and serve it once it is, at every address a page may have', async () => {
    const missing = await test.app.request('/');
    expect(missing.status).toBe(503);
    expect((await missing.text()).trim().split('\n')).toHaveLength(1);
    mkdirSync(join(test.deps.webRoot, 'assets'), { recursive: true });
    writeFileSync(join(test.deps.webRoot, 'index.html'), '<!doctype html><title>Plume</title>');
    writeFileSync(join(test.deps.webRoot, 'assets', 'app-1a2b.js'), 'export {};');
    writeFileSync(join(test.folder, 'secret.txt'), 'secret');
    const page = await test.app.request('/');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const etag = page.headers.get('etag') ?? '';
    expect((await test.app.request('/', { headers: { 'If-None-Match': etag } })).status).toBe(304);
    const asBrowser = { headers: { Accept: 'text/html,application/xhtml+xml' } };
    for (const path of ['/vehicles/7', '/leads'])
      expect(await (await test.app.request(path, asBrowser)).text(), path).toContain('<title>Plume</title>');
    for (const path of ['/assets/gone.js', '/api/nothing'])
      expect((await test.app.request(path, asBrowser)).status, path).toBe(404);
    const script = await test.app.request('/assets/app-1a2b.js', { headers: { 'Accept-Encoding': 'gzip, br' } });
    expect(script.headers.get('cache-control')).toContain('immutable');
    expect(script.headers.get('content-encoding')).toBe('br');
    for (const path of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '//secret.txt',
      '/assets/..%5c..%5csecret.txt',
    ]) {
      expect((await test.app.request(`http://localhost${path}`)).status).toBe(404);
    }
  });
});

describe('a database call', () => {
  const failing = (error: unknown): Db => ({
    ...test.db,
    kind: 'server',
    edition: 'community',
    version: '',
    query: () => Promise.reject(error),
    batch: () => Promise.reject(error),
    copyOut: () => test.db.copyOut(''),
    health: () => Promise.reject(error),
    close: async () => undefined,
  });

  it.each([
    { code: 'ECONNREFUSED', away: true },
    { code: '57P01', away: true },
    { code: '08006', away: true },
    { code: '53300', away: true },
    { code: '42703', away: false },
    { code: '23505', away: false },
  ])('that fails with $code means the database is away: $away', async ({ code, away }) => {
    const error = Object.assign(new Error('failed'), { code });
    const caught = await withProblems(failing(error))
      .query('select 1')
      .catch((e: unknown) => e);
    if (away) expect(caught).toBeInstanceOf(Problem);
    else expect(caught).toBe(error);
  });
});
