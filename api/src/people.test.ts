import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NOW_MS, objectOf, openTestApp, type TestApp } from './test-app.ts';
import { addAccount, type Browser, browser, PASSWORD, signedIn, trail } from './test-people.ts';

let test: TestApp;
let chief: Browser;
beforeAll(async () => {
  test = await openTestApp();
  await addAccount(test, 'chief', 'administrator');
});
afterAll(async () => {
  await test.close();
});
beforeEach(async () => {
  test.state.nowMs = NOW_MS;
  chief = await signedIn(test, 'chief');
});

const tokenOf = (path: unknown) => String(path).replace('/#welcome=', '');
const state = async (name: string) =>
  (
    ((await objectOf(await chief.request('GET', '/people'))).people ?? []) as {
      id: number;
      name: string;
      state: string;
      version: number;
    }[]
  ).find((each) => each.name === name);

describe('the first administrator', () => {
  const FIRST = { name: 'chief', displayName: '主任', password: PASSWORD };

  it('is made by who holds the set-up link, who is then signed in as them and by nothing else', async () => {
    const site = await openTestApp({ demo: false });
    try {
      const page = browser(site);
      expect(await objectOf(await page.request('GET', '/setup'))).toMatchObject({ administratorNeeded: true, demo: false });
      const { token } = site.setup.issue();
      const session = await objectOf(await page.request('POST', '/session', { token }));
      expect(session).toMatchObject({ kind: 'setup', permissions: [] });
      const other = browser(site);
      await other.request('POST', '/session', { token: site.setup.issue().token });
      expect((await page.request('GET', '/vehicles')).status).toBe(403);
      expect((await page.request('POST', '/setup/administrator', { ...FIRST, password: 'chief' })).status).toBe(400);
      expect((await page.request('POST', '/setup/administrator', FIRST)).status).toBe(201);
      expect(await objectOf(await page.request('GET', '/session'))).toMatchObject({
        kind: 'session',
        person: { role: 'administrator' },
      });
      // Every way in by link has ended.
      expect((await other.request('GET', '/session')).status).toBe(401);
      const late = await browser(site).request('POST', '/session', { token: site.setup.issue().token });
      expect(await objectOf(late)).toMatchObject({ status: 409, code: 'ACCOUNTS_EXIST' });
      expect((await site.post('/api/v1/setup-links', {})).status).toBe(409);
      expect((await trail(site)).map(({ action }) => action)).toContain('account.add');
    } finally {
      await site.close();
    }
  });

  it('is one, however many hold a link', async () => {
    const site = await openTestApp();
    try {
      const holders = await Promise.all(
        [1, 2, 3].map(async () => {
          const holder = browser(site);
          await holder.request('POST', '/session', { token: site.setup.issue().token });
          return holder;
        }),
      );
      const statuses = await Promise.all(
        holders.map(
          async (holder, i) => (await holder.request('POST', '/setup/administrator', { ...FIRST, name: `chief-${i}` })).status,
        ),
      );
      expect(statuses.filter((status) => status === 201)).toHaveLength(1);
      expect(await site.db.query('select name from users')).toHaveLength(1);
    } finally {
      await site.close();
    }
  });

  it('is waited for in a demonstration with everything in view, but no account can be given out', async () => {
    const site = await openTestApp({ demo: true });
    try {
      const page = browser(site);
      await page.request('POST', '/session', { token: site.setup.issue().token });
      expect((await page.request('GET', '/vehicles')).status).toBe(200);
      expect((await page.request('GET', '/people')).status).toBe(200);
      const person = { name: 'wang', displayName: '王', role: 'officer' };
      expect((await page.request('POST', '/people', person)).status).toBe(403);
      // Nor by the command line, before there is somebody who can give out the others.
      expect((await site.post('/api/v1/people', person)).status).toBe(400);
      expect((await site.post('/api/v1/people', { ...person, role: 'administrator' })).status).toBe(201);
      expect((await page.request('GET', '/session')).status).toBe(401);
    } finally {
      await site.close();
    }
  });
});

describe('an account', () => {
  it('is entered by an administrator, and its owner alone sets the password, by a link that works once', async () => {
    const made = await chief.request('POST', '/people', {
      name: ' Wang.Min ',
      displayName: '王敏',
      role: 'officer',
      districts: ['昌吉市'],
    });
    expect(made.status).toBe(201);
    const { path } = await objectOf(made);
    expect(path).toMatch(/^\/#welcome=[\w-]{43}$/);
    expect(await state('wang.min')).toMatchObject({ state: 'invited' });
    const page = browser(test);
    const token = tokenOf(path);
    expect(await objectOf(await page.request('POST', '/links/look', { token }))).toMatchObject({
      name: 'wang.min',
      displayName: '王敏',
      role: 'officer',
      password: { minLength: 10 },
    });
    const weak = await page.request('POST', '/links/use', { token, password: 'wang.min12A' });
    expect(await objectOf(weak)).toMatchObject({ status: 400, code: 'WEAK_PASSWORD', errors: [{ field: 'body.password' }] });
    expect(await objectOf(await page.request('POST', '/links/use', { token, password: PASSWORD }))).toEqual({
      name: 'wang.min',
      signedIn: true,
    });
    expect(await objectOf(await page.request('GET', '/session'))).toMatchObject({
      person: { name: 'wang.min' },
      districts: ['昌吉市'],
    });
    for (const route of ['/links/use', '/links/look'])
      expect(
        (await browser(test).request('POST', route, { token, ...(route === '/links/use' ? { password: PASSWORD } : {}) })).status,
      ).toBe(410);
    expect(await state('wang.min')).toMatchObject({ state: 'active' });
  });

  it('is not entered twice, nor under a name that looks like another', async () => {
    const add = async (name: string) =>
      (await chief.request('POST', '/people', { name, displayName: 'x', role: 'analyst' })).status;
    expect(await add('zhao')).toBe(201);
    expect(await add('ZHAO')).toBe(409);
    for (const name of ['', 'z', 'zhao ​li', '赵', '../x', 'a'.repeat(33), '-zhao', "o'x"]) expect(await add(name)).toBe(400);
  });

  it('that watches over the whole site has no district', async () => {
    for (const role of ['administrator', 'auditor']) {
      const response = await chief.request('POST', '/people', { name: 'limited', displayName: 'x', role, districts: ['昌吉市'] });
      expect(await objectOf(response)).toMatchObject({ status: 400, errors: [{ field: 'body.districts' }] });
    }
    const { id } = await addAccount(test, 'scoped', 'officer', { districts: ['昌吉市'] });
    expect((await chief.request('PATCH', `/people/${id}`, { version: 1, role: 'auditor' })).status).toBe(400);
    expect((await chief.request('PATCH', `/people/${id}`, { version: 1, role: 'auditor', districts: null })).status).toBe(200);
  });

  it('is changed by who saw it as it is: the second of two is told, and nothing of theirs is stored', async () => {
    const { id } = await addAccount(test, 'shared', 'officer');
    expect((await chief.request('PATCH', `/people/${id}`, { version: 1, displayName: '第一' })).status).toBe(200);
    const second = await chief.request('PATCH', `/people/${id}`, { version: 1, displayName: '第二' });
    expect(await objectOf(second)).toMatchObject({ status: 409, code: 'CHANGED' });
    expect(await state('shared')).toMatchObject({ displayName: '第一', version: 2 });
    const [row] = await trail(test, 1);
    expect(row).toMatchObject({ action: 'account.change', actor: 'chief', object_id: 'shared' });
    expect(JSON.parse(row?.detail ?? '')).toMatchObject({
      before: { displayName: 'shared 的名字' },
      after: { displayName: '第一' },
    });
  });

  it('that was reset waits for a new password: the old one, its sessions and its browsers are good for nothing', async () => {
    const { id } = await addAccount(test, 'forgetful', 'officer');
    const page = browser(test);
    await page.request('POST', '/session', { name: 'forgetful', password: PASSWORD });
    const first = await objectOf(await chief.request('POST', `/people/${id}/reset`, {}));
    const second = await objectOf(await chief.request('POST', `/people/${id}/reset`, {}));
    expect((await page.request('GET', '/session')).status).toBe(401);
    expect((await page.request('POST', '/session', { name: 'forgetful', password: PASSWORD })).status).toBe(401);
    expect(await state('forgetful')).toMatchObject({ state: 'reset' });
    expect((await page.request('POST', '/links/look', { token: tokenOf(first.path) })).status).toBe(410);
    // Not the password it had before, even now.
    const again = await page.request('POST', '/links/use', { token: tokenOf(second.path), password: PASSWORD });
    expect(await objectOf(again)).toMatchObject({ code: 'WEAK_PASSWORD', detail: expect.stringContaining('one of the last 5') });
    expect((await page.request('POST', '/links/use', { token: tokenOf(second.path), password: 'Anderer#Nebel8' })).status).toBe(
      200,
    );
  });

  it('cannot be opened by a link that is too old', async () => {
    const { path } = await objectOf(await chief.request('POST', '/people', { name: 'late', displayName: 'x', role: 'officer' }));
    test.state.nowMs += 3 * 86_400_000;
    expect((await browser(test).request('POST', '/links/use', { token: tokenOf(path), password: PASSWORD })).status).toBe(410);
  });

  it('that is disabled keeps nothing open: link, token, session', async () => {
    const { id } = await addAccount(test, 'leaver', 'analyst');
    const page = await signedIn(test, 'leaver');
    const { token } = await objectOf(
      await page.request('POST', '/tokens', { name: 'report', permissions: ['fleet.read'], expiresInDays: 30 }),
    );
    const { path } = await objectOf(await chief.request('POST', `/people/${id}/reset`, {}));
    expect((await chief.request('PATCH', `/people/${id}`, { version: 1, disabled: true })).status).toBe(200);
    expect((await page.request('GET', '/session')).status).toBe(401);
    expect((await browser(test).request('POST', '/links/look', { token: tokenOf(path) })).status).toBe(410);
    const program = await test.app.request('/api/v1/vehicles', { headers: { Authorization: `Bearer ${token}` } });
    expect(program.status).toBe(401);
    expect((await chief.request('POST', `/people/${id}/reset`, {})).status).toBe(409);
    expect((await chief.request('PATCH', `/people/${id}`, { version: 2, disabled: false })).status).toBe(200);
    expect((await test.app.request('/api/v1/vehicles', { headers: { Authorization: `Bearer ${token}` } })).status).toBe(401);
  });

  it('is never told with what it is checked against', async () => {
    const text = await (await chief.request('GET', '/people')).text();
    expect(text).not.toMatch(/argon2|hash|secret/i);
  });
});

describe('the last administrator', () => {
  it('stays, whoever tries, and whoever is only invited does not count', async () => {
    await chief.request('POST', '/people', { name: 'heir', displayName: '继任', role: 'administrator' });
    const me = await state('chief');
    for (const change of [{ disabled: true }, { role: 'officer' }]) {
      for (const send of [
        (body: object) => chief.request('PATCH', `/people/${me?.id}`, body),
        (body: object) =>
          browser(test).request('PATCH', `/people/${me?.id}`, body, { Authorization: `Bearer ${test.deps.serviceToken}` }),
      ]) {
        const response = await send({ version: me?.version, ...change });
        expect(await objectOf(response)).toMatchObject({ status: 409, code: 'LAST_ADMINISTRATOR' });
      }
    }
    expect(await state('chief')).toMatchObject({ state: 'active', version: me?.version });
    expect((await chief.request('GET', '/people')).status).toBe(200);
  });

  it('stays also while nobody has set a password yet', async () => {
    const site = await openTestApp();
    try {
      const { id } = await addAccount(site, 'only', 'administrator', { password: null });
      const response = await site.app.request(`/api/v1/people/${id}`, {
        method: 'PATCH',
        headers: { Authorization: `Bearer ${site.deps.serviceToken}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ version: 1, disabled: true }),
      });
      expect(await objectOf(response)).toMatchObject({ status: 409, code: 'LAST_ADMINISTRATOR' });
    } finally {
      await site.close();
    }
  });

  it('is one of two who take each other’s duty away at the same moment', async () => {
    const other = await addAccount(test, 'second', 'administrator');
    const second = await signedIn(test, 'second');
    const me = await state('chief');
    const statuses = await Promise.all([
      chief.request('PATCH', `/people/${other.id}`, { version: 1, disabled: true }),
      second.request('PATCH', `/people/${me?.id}`, { version: me?.version, disabled: true }),
    ]);
    expect(statuses.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
    const left = await test.db.query(
      "select name from users where role = 'administrator' and disabled_at is null and enrolled_at is not null",
    );
    expect(left).toHaveLength(1);
    await test.db.query("update users set disabled_at = null where name in ('chief', 'second')", [], { priority: 'write' });
    await test.db.query("update users set role = 'officer' where name = 'second'", [], { priority: 'write' });
  });
});

describe('one’s own password', () => {
  it('is changed by who knows it, and guessing it in an open session is slowed down as well', async () => {
    await addAccount(test, 'own', 'officer');
    const page = await signedIn(test, 'own');
    const change = (current: string, password: string) => page.request('POST', '/account/password', { current, password });
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await change('Falsch#und9Falsch', 'Anderer#Nebel8')).status);
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429]);
    test.state.nowMs += 60_000;
    expect((await change(PASSWORD, 'short')).status).toBe(400);
    expect((await change(PASSWORD, 'Anderer#Nebel8')).status).toBe(204);
    expect((await change('Anderer#Nebel8', PASSWORD)).status).toBe(400);
  });

  it('that is too old is changed first, and nothing else is allowed meanwhile', async () => {
    await addAccount(test, 'aged', 'officer');
    test.state.nowMs += 90 * 86_400_000;
    const page = browser(test);
    expect(await objectOf(await page.request('POST', '/session', { name: 'aged', password: PASSWORD }))).toMatchObject({
      must: 'password',
    });
    expect(await objectOf(await page.request('GET', '/vehicles'))).toMatchObject({ status: 403, code: 'PASSWORD_TOO_OLD' });
    expect((await page.request('POST', '/account/password', { current: PASSWORD, password: 'Anderer#Nebel8' })).status).toBe(204);
    expect((await page.request('GET', '/vehicles')).status).toBe(200);
  });
});

describe('the security settings', () => {
  const put = (body: object) => chief.request('PUT', '/settings/security', body);

  it('are changed by who saw them as they are, and hold at once', async () => {
    const { settings, version } = (await objectOf(await chief.request('GET', '/settings/security'))) as {
      settings: { password: object };
      version: number;
    };
    expect(version).toBe(0);
    const strict = { ...settings, password: { ...settings.password, minLength: 20 }, totpRequiredFor: ['officer'] };
    expect(await objectOf(await put({ version: 0, settings: strict }))).toMatchObject({ version: 1, updatedBy: 'chief' });
    expect((await put({ version: 0, settings })).status).toBe(409);
    const { path } = await objectOf(
      await chief.request('POST', '/people', { name: 'strict', displayName: 'x', role: 'officer' }),
    );
    const page = browser(test);
    expect((await page.request('POST', '/links/use', { token: tokenOf(path), password: PASSWORD })).status).toBe(400);
    await page.request('POST', '/links/use', { token: tokenOf(path), password: `${PASSWORD} und mehr` });
    expect(await objectOf(await page.request('GET', '/vehicles'))).toMatchObject({ code: 'SECOND_FACTOR_NEEDED' });
    expect((await page.request('GET', '/account')).status).toBe(200);
    expect((await put({ version: 1, settings })).status).toBe(200);
    expect((await page.request('GET', '/vehicles')).status).toBe(200);
    const [row] = await trail(test, 1);
    expect(JSON.parse(row?.detail ?? '')).toMatchObject({
      before: { password: { minLength: 20 } },
      after: { password: { minLength: 10 } },
    });
  });

  it('have bounds that keep a site from locking itself out', async () => {
    const { settings, version } = await objectOf(await chief.request('GET', '/settings/security'));
    for (const wrong of [
      { idleMinutes: 0, absoluteHours: 1 },
      { idleMinutes: 5, absoluteHours: 0 },
    ])
      expect((await put({ version, settings: { ...(settings as object), session: wrong } })).status).toBe(400);
  });
});

describe('a token', () => {
  const ask = (token: unknown, path: string, method = 'GET') =>
    test.app.request(`/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(method === 'GET' ? {} : { body: '{}' }),
    });
  const make = (page: Browser, permissions: string[], more: object = {}) =>
    page.request('POST', '/tokens', { name: 'monthly report', permissions, expiresInDays: 30, ...more });

  it('allows what it lists and no more, is shown once, and stored as its hash alone', async () => {
    await addAccount(test, 'reporter', 'analyst');
    const page = await signedIn(test, 'reporter');
    const made = await objectOf(await make(page, ['fleet.read']));
    const token = String(made.token);
    expect(token).toMatch(/^plume_[\w-]{43}$/);
    expect((await ask(token, '/vehicles')).status).toBe(200);
    expect((await ask(token, '/rules')).status).toBe(403);
    expect(await objectOf(await ask(token, '/session'))).toMatchObject({ kind: 'token', permissions: ['fleet.read'] });
    const listed = await page.request('GET', '/tokens');
    expect(await listed.text()).not.toContain(token);
    const rows = await test.db.query('select api_tokens::text as row from api_tokens');
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(JSON.stringify(await trail(test, 50))).not.toContain(token);
  });

  it('cannot make tokens, change accounts or act for a person', async () => {
    const page = await signedIn(test, 'chief');
    const { token } = await objectOf(await make(page, ['people.manage', 'fleet.read']));
    for (const [method, path] of [
      ['GET', '/account'],
      ['POST', '/account/password'],
      ['POST', '/tokens'],
      ['GET', '/tokens'],
      ['GET', '/account/sessions'],
    ] as const)
      expect((await ask(token, path, method)).status).toBe(403);
  });

  it('is given only what its owner has, loses what its owner loses, and is made by nobody for another', async () => {
    const { id } = await addAccount(test, 'demoted', 'analyst');
    const page = await signedIn(test, 'demoted');
    expect(await objectOf(await make(page, ['leads.decide']))).toMatchObject({
      status: 400,
      errors: [{ field: 'body.permissions' }],
    });
    expect((await make(chief, ['fleet.read'], { owner: 'demoted' })).status).toBe(403);
    const { token } = await objectOf(await make(page, ['fleet.read', 'rules.write']));
    expect((await ask(token, '/rules/settings', 'POST')).status).toBe(400);
    await chief.request('PATCH', `/people/${id}`, { version: 1, role: 'officer' });
    expect((await ask(token, '/rules/settings', 'POST')).status).toBe(403);
    expect((await ask(token, '/vehicles')).status).toBe(200);
  });

  it('ends at its time, and at once when it is revoked by its owner or an administrator', async () => {
    await addAccount(test, 'owner', 'analyst');
    await addAccount(test, 'nosy', 'officer');
    const page = await signedIn(test, 'owner');
    const [one, two, three] = [
      await objectOf(await make(page, ['fleet.read'])),
      await objectOf(await make(page, ['fleet.read'])),
      await objectOf(await make(page, ['fleet.read'])),
    ];
    const nosy = await signedIn(test, 'nosy');
    expect((await nosy.request('DELETE', `/tokens/${one?.id}`)).status).toBe(404);
    expect((await page.request('DELETE', `/tokens/${one?.id}`)).status).toBe(204);
    expect((await chief.request('DELETE', `/tokens/${two?.id}`)).status).toBe(204);
    expect((await ask(one?.token, '/vehicles')).status).toBe(401);
    expect((await ask(two?.token, '/vehicles')).status).toBe(401);
    expect((await ask(three?.token, '/vehicles')).status).toBe(200);
    const used = (await objectOf(await page.request('GET', '/tokens'))).tokens as { id: number; lastUsedAt: string | null }[];
    expect(used.find(({ id }) => id === three?.id)?.lastUsedAt).toBe(new Date(NOW_MS).toISOString());
    test.state.nowMs += 30 * 86_400_000;
    expect((await ask(three?.token, '/vehicles')).status).toBe(401);
  });

  it('that fails is not made good by a cookie beside it', async () => {
    const value = [...chief.cookies].map(([name, cookie]) => `${name}=${cookie}`).join('; ');
    const response = await test.app.request('/api/v1/vehicles', {
      headers: { Authorization: 'Bearer plume_wrong-wrong-wrong', Cookie: value },
    });
    expect(response.status).toBe(401);
  });
});
