import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hotp, totpStep } from './people/totp.ts';
import { NOW_MS, objectOf, openTestApp, type TestApp } from './test-app.ts';
import { addAccount, type Browser, browser, PASSWORD, signedIn, trail } from './test-people.ts';

let test: TestApp;
beforeAll(async () => {
  test = await openTestApp();
  await addAccount(test, 'chief', 'administrator');
});
afterAll(async () => {
  await test.close();
});
beforeEach(async () => {
  test.state.nowMs = NOW_MS;
  await test.db.query('delete from sign_in_throttle');
});

const MINUTE = 60_000;
let count = 0;
/** A fresh account, so that no test meets another's failures. */
async function someone(): Promise<string> {
  count += 1;
  return (await addAccount(test, `person-${count}`, 'officer')).name;
}
const signIn = (who: Browser, name: string, password = PASSWORD, code?: string) =>
  who.request('POST', '/session', { name, password, ...(code === undefined ? {} : { code }) });
const wrong = (who: Browser, name: string) => signIn(who, name, 'Falsch#und9Falsch');

describe('signing in', () => {
  it('gives a session that knows who it is and what they may do', async () => {
    const name = await someone();
    const who = browser(test);
    const answer = await objectOf(await signIn(who, ` ${name.toUpperCase()} `));
    expect(answer).toMatchObject({ kind: 'session', person: { name, role: 'officer' }, districts: null, must: null });
    expect(answer.permissions).toContain('leads.decide');
    expect(answer.permissions).not.toContain('people.manage');
    expect(await objectOf(await who.request('GET', '/session'))).toMatchObject({ kind: 'session', person: { name } });
    expect((await trail(test, 1))[0]).toMatchObject({
      action: 'session.signIn',
      outcome: 'done',
      actor: name,
      address: '10.0.0.1',
    });
  });

  it('sets both cookies HttpOnly and SameSite=Strict, and with Secure and __Host- over HTTPS', async () => {
    const name = await someone();
    const send = (origin: string) =>
      test.app.request(`${origin}/api/v1/session`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Origin: origin, Host: new URL(origin).host },
        body: JSON.stringify({ name, password: PASSWORD }),
      });
    for (const line of (await send('http://plume.test')).headers.getSetCookie())
      expect(line).toMatch(/^plume_(session|device)=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/);
    const secure = (await send('https://plume.test')).headers.getSetCookie();
    expect(secure).toHaveLength(2);
    for (const line of secure)
      expect(line).toMatch(/^__Host-plume_(session|device)=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  });

  it('answers alike whether the name, the password or the account itself is what is wrong', async () => {
    const name = await someone();
    const gone = await someone();
    await test.db.query('update users set disabled_at = now() where name = $1', [gone], { priority: 'write' });
    const invited = `invited-${count}`;
    await addAccount(test, invited, 'analyst', { password: null });
    const answers = [];
    for (const [who, password] of [
      [name, 'Falsch#und9Falsch'],
      ['nobody-here', PASSWORD],
      [gone, PASSWORD],
      [invited, PASSWORD],
    ] as const) {
      const response = await signIn(browser(test), who, password);
      answers.push([response.status, await response.text(), response.headers.get('set-cookie')]);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.[0]).toBe(401);
    expect(answers[0]?.[1]).toContain('WRONG_CREDENTIALS');
  });

  it('does not write into the trail what a stranger typed as a name', async () => {
    await signIn(browser(test), 'MySecretPassword#1', 'x');
    const [row] = await trail(test, 1);
    expect(row).toMatchObject({ actor: 'stranger', outcome: 'refused', object_id: null });
    expect(JSON.stringify(row).toLowerCase()).not.toContain('mysecret');
    const [throttle] = await test.db.query<{ text: string }>(
      'select sign_in_throttle::text as text from sign_in_throttle limit 1',
    );
    expect(throttle?.text.toLowerCase()).not.toContain('mysecret');
  });

  it('ends the session that the browser had: one planted before does not live on', async () => {
    const name = await someone();
    const planted = await signedIn(test, 'chief');
    const old = new Map(planted.cookies);
    await signIn(planted, name);
    expect(planted.cookies.get('plume_session')).not.toBe(old.get('plume_session'));
    expect((await browser(test, '10.0.0.1', old).request('GET', '/session')).status).toBe(401);
    expect(await objectOf(await planted.request('GET', '/session'))).toMatchObject({ person: { name } });
  });

  it('does not take a session that the caller made up', async () => {
    const made = browser(test, '10.0.0.1', [['plume_session', 'A'.repeat(43)]]);
    const name = await someone();
    await signIn(made, name);
    expect(made.cookies.get('plume_session')).not.toBe('A'.repeat(43));
  });

  it('stores neither password nor session, only what cannot be turned back', async () => {
    const name = await someone();
    const who = browser(test);
    await signIn(who, name);
    const dump: object[] = [];
    for (const table of ['users', 'sessions', 'devices', 'audit', 'sign_in_throttle'])
      dump.push(...(await test.db.query(`select ${table}::text as row from ${table}`)));
    const text = JSON.stringify(dump);
    expect(text).not.toContain(PASSWORD);
    for (const secret of who.cookies.values()) expect(text).not.toContain(secret);
    for (const { message, fields } of test.logged) expect(message + JSON.stringify(fields)).not.toContain(PASSWORD);
  });

  it('makes a new hash when the cost has risen', async () => {
    const name = await someone();
    const dear = await openTestApp({ db: test.db, passwordCost: { memoryKiB: 16, passes: 1 } });
    try {
      expect((await signIn(browser(dear), name)).status).toBe(200);
      const [row] = await test.db.query<{ password_hash: string }>('select password_hash from users where name = $1', [name]);
      expect(row?.password_hash).toContain('$m=16,t=1,p=1$');
      expect((await signIn(browser(test), name)).status).toBe(200);
    } finally {
      dear.stop.abort();
    }
  });
});

describe('failed sign-ins', () => {
  it('are five, and then that account waits at that address for a minute, told how long', async () => {
    const name = await someone();
    const who = browser(test);
    for (let i = 0; i < 5; i++) expect((await wrong(who, name)).status).toBe(401);
    const held = await signIn(who, name);
    expect(held.status).toBe(429);
    expect(held.headers.get('retry-after')).toBe('60');
    expect(await objectOf(held)).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
    test.state.nowMs += MINUTE - 1000;
    expect((await signIn(who, name)).status).toBe(429);
    test.state.nowMs += 1000;
    expect((await signIn(who, name)).status).toBe(200);
  });

  it('are five also when they come all at once', async () => {
    const name = await someone();
    const who = browser(test);
    const statuses = await Promise.all(Array.from({ length: 12 }, async () => (await wrong(who, name)).status));
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(7);
  });

  it('are counted for names that do not exist as for those that do', async () => {
    const who = browser(test);
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await wrong(who, 'nobody-here')).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('make the wait grow, but never beyond half an hour, and a success forgets them', async () => {
    const name = await someone();
    const who = browser(test);
    const waits: number[] = [];
    for (let i = 0; i < 4; i++) await wrong(who, name);
    for (let i = 0; i < 8; i++) {
      expect((await wrong(who, name)).status).toBe(401);
      const wait = Number((await wrong(who, name)).headers.get('retry-after'));
      waits.push(wait / 60);
      test.state.nowMs += wait * 1000;
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
    expect((await signIn(who, name)).status).toBe(200);
    who.cookies.clear();
    for (let i = 0; i < 4; i++) expect((await wrong(who, name)).status).toBe(401);
    expect((await signIn(who, name)).status).toBe(200);
  });

  it('elsewhere do not hold up the same person at another address', async () => {
    const name = await someone();
    const attacker = browser(test, '203.0.113.9');
    for (let i = 0; i < 8; i++) await wrong(attacker, name);
    expect((await wrong(attacker, name)).status).toBe(429);
    expect((await signIn(browser(test, '10.0.0.2'), name)).status).toBe(200);
  });

  it('at one address hold up everyone there after thirty, save browsers that are known', async () => {
    const [known, other] = [await someone(), await someone()];
    const mine = browser(test, '10.9.9.9');
    expect((await signIn(mine, known)).status).toBe(200);
    const attacker = browser(test, '10.9.9.9');
    const statuses = [];
    for (let i = 0; i < 31; i++) statuses.push((await wrong(attacker, `guess-${i}`)).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(30);
    expect((await signIn(browser(test, '10.9.9.9'), other)).status).toBe(429);
    expect((await signIn(mine, known)).status).toBe(200);
  });

  it('are not made good at an address by signing in to an account of one’s own in between', async () => {
    const name = await someone();
    let checked = 0;
    for (let i = 0; i < 40; i++) {
      if ((await wrong(browser(test, '10.8.8.8'), `guess-${i}`)).status === 401) checked += 1;
      if (i % 5 === 4) await signIn(browser(test, '10.8.8.8'), name);
    }
    expect(checked).toBe(30);
  });

  it('from a thousand addresses cannot keep the last administrator out of the browser they use', async () => {
    const mine = browser(test, '10.7.7.7');
    expect((await signIn(mine, 'chief')).status).toBe(200);
    mine.cookies.delete('plume_session');
    let checked = 0;
    for (let i = 0; i < 70; i++) {
      const status = (await wrong(browser(test, `198.51.100.${i}`), 'chief')).status;
      if (status === 401) checked += 1;
    }
    // The account is being guessed at from everywhere: strangers wait, whatever their address …
    expect(checked).toBe(50);
    expect((await signIn(browser(test, '10.7.7.8'), 'chief')).status).toBe(429);
    // … the known browser does not.
    expect((await signIn(mine, 'chief')).status).toBe(200);
  });

  it('of a known browser hold up that browser, and its mark opens nothing by itself', async () => {
    const name = await someone();
    const mine = browser(test);
    await signIn(mine, name);
    mine.cookies.delete('plume_session');
    expect((await mine.request('GET', '/session')).status).toBe(401);
    for (let i = 0; i < 5; i++) expect((await wrong(mine, name)).status).toBe(401);
    expect((await signIn(mine, name)).status).toBe(429);
  });

  it('are forgotten when an administrator says so, which is always possible on the machine of the service', async () => {
    const name = await someone();
    const who = browser(test);
    for (let i = 0; i < 6; i++) await wrong(who, name);
    const [row] = await test.db.query<{ id: number }>('select id from users where name = $1', [name]);
    expect((await test.post(`/api/v1/people/${row?.id}/unlock`, {})).status).toBe(204);
    expect((await signIn(who, name)).status).toBe(200);
  });
});

describe('a session', () => {
  const live = async (who: Browser) => (await who.request('GET', '/session')).status;

  it.each([
    [
      'the password is changed in another browser',
      async (name: string) => {
        const other = await signedIn(test, name);
        expect((await other.request('POST', '/account/password', { current: PASSWORD, password: 'Anderer#Nebel8' })).status).toBe(
          204,
        );
        expect(await live(other)).toBe(200);
      },
    ],
    ['an administrator changes the role', (name: string) => administer(name, { role: 'analyst' })],
    ['an administrator changes the districts', (name: string) => administer(name, { districts: ['昌吉市'] })],
    ['an administrator disables the account', (name: string) => administer(name, { disabled: true })],
    [
      'an administrator ends the sessions',
      async (name: string) => {
        expect((await test.post(`/api/v1/people/${await idOf(name)}/sign-out`, {})).status).toBe(204);
      },
    ],
    [
      'an administrator resets the password',
      async (name: string) => {
        expect((await test.post(`/api/v1/people/${await idOf(name)}/reset`, {})).status).toBe(200);
      },
    ],
    [
      'its owner signs out',
      async (_name: string, who: Browser) => {
        const copy = new Map(who.cookies);
        expect((await who.request('DELETE', '/session')).status).toBe(204);
        for (const [name, value] of copy) who.cookies.set(name, value);
      },
    ],
  ])('is dead when %s', async (_why, end) => {
    const name = await someone();
    const who = await signedIn(test, name);
    expect(await live(who)).toBe(200);
    await end(name, who);
    expect(await live(who)).toBe(401);
  });

  async function idOf(name: string): Promise<number> {
    const [row] = await test.db.query<{ id: number }>('select id from users where name = $1', [name]);
    return row?.id ?? 0;
  }
  async function administer(name: string, change: object): Promise<void> {
    const chief = await signedIn(test, 'chief');
    const [row] = await test.db.query<{ id: number; version: number }>('select id, version from users where name = $1', [name]);
    const response = await chief.request('PATCH', `/people/${row?.id}`, { version: row?.version, ...change });
    expect(response.status).toBe(200);
  }

  it('is listed to its owner with where and since when, and each can be ended', async () => {
    const name = await someone();
    const [here, there] = [await signedIn(test, name, '10.0.0.1'), await signedIn(test, name, '10.0.0.2')];
    const read = async () => {
      const { sessions } = await objectOf(await here.request('GET', '/account/sessions'));
      return sessions as { id: number; current: boolean; address: string }[];
    };
    const listed = await read();
    expect(listed.map(({ current, address }) => [current, address]).sort()).toEqual([
      [false, '10.0.0.2'],
      [true, '10.0.0.1'],
    ]);
    const other = listed.find(({ current }) => !current);
    expect((await here.request('DELETE', `/account/sessions/${other?.id}`)).status).toBe(204);
    expect(await live(there)).toBe(401);
    const stranger = await signedIn(test, await someone());
    expect((await stranger.request('DELETE', `/account/sessions/${listed.find(({ current }) => current)?.id}`)).status).toBe(404);
    expect(await live(here)).toBe(200);
  });

  it('ends by idling and in the end anyway, as long as the site has set', async () => {
    const name = await someone();
    await test.db.query("delete from settings where key = 'security'", [], { priority: 'write' });
    const current = await objectOf(await test.get('/api/v1/settings/security'));
    const settings = { ...(current.settings as object), session: { idleMinutes: 15, absoluteHours: 1 } };
    const put = (body: unknown) =>
      test.app.request('/api/v1/settings/security', {
        method: 'PUT',
        headers: { Authorization: `Bearer ${test.deps.serviceToken}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await put({ version: 0, settings })).status).toBe(200);
    try {
      const idle = await signedIn(test, name);
      const busy = await signedIn(test, name);
      for (let minute = 0; minute < 59; minute += 10) {
        expect(await live(busy)).toBe(200);
        test.state.nowMs += 10 * MINUTE;
      }
      expect(await live(idle)).toBe(401);
      expect(await live(busy)).toBe(401);
    } finally {
      await test.db.query("delete from settings where key = 'security'", [], { priority: 'write' });
      test.state.nowMs += 10_000;
    }
  });
});

describe('the second factor', () => {
  /** Enrols and answers a maker of codes. */
  async function enrol(name: string) {
    const who = await signedIn(test, name);
    const offer = await objectOf(await who.request('POST', '/account/totp', { current: PASSWORD }));
    const [row] = await test.db.query<{ totp_secret: Uint8Array }>('select totp_secret from users where name = $1', [name]);
    const secret = row?.totp_secret ?? new Uint8Array();
    const code = (off = 0) => hotp(secret, totpStep(test.state.nowMs) + off);
    const confirmed = await objectOf(await who.request('POST', '/account/totp/confirm', { code: code() }));
    test.state.nowMs += 60_000;
    return { who, offer, code, recoveryCodes: confirmed.recoveryCodes as string[] };
  }

  it('is asked for once it was confirmed by a code, and not before', async () => {
    const name = await someone();
    const who = await signedIn(test, name);
    const offer = await objectOf(await who.request('POST', '/account/totp', { current: PASSWORD }));
    expect(offer).toMatchObject({
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
      uri: expect.stringContaining(`Plume:${name}`),
    });
    expect((await signIn(browser(test), name)).status).toBe(200);
    expect((await who.request('POST', '/account/totp/confirm', { code: '000000' })).status).toBe(400);
    expect((await signIn(browser(test), name)).status).toBe(200);
  });

  it('then a password alone is answered with what is missing, and code and password together sign in', async () => {
    const name = await someone();
    const { code } = await enrol(name);
    const who = browser(test);
    const asked = await signIn(who, name);
    expect(asked.status).toBe(401);
    expect(await objectOf(asked)).toMatchObject({ code: 'CODE_NEEDED' });
    expect(who.cookies.size).toBe(0);
    expect((await signIn(who, name, PASSWORD, code())).status).toBe(200);
    expect(JSON.parse((await trail(test, 1))[0]?.detail ?? '')).toMatchObject({ secondFactor: 'totp' });
  });

  it('takes no code twice', async () => {
    const name = await someone();
    const { code } = await enrol(name);
    const shown = code();
    const statuses = await Promise.all(
      [1, 2, 3].map(async (i) => (await signIn(browser(test, `10.1.0.${i}`), name, PASSWORD, shown)).status),
    );
    expect(statuses.sort()).toEqual([200, 401, 401]);
    expect((await signIn(browser(test), name, PASSWORD, shown)).status).toBe(401);
  });

  it('takes each recovery code once', async () => {
    const name = await someone();
    const { recoveryCodes } = await enrol(name);
    expect(recoveryCodes).toHaveLength(10);
    const [first = ''] = recoveryCodes;
    expect((await signIn(browser(test), name, PASSWORD, first.toLowerCase())).status).toBe(200);
    expect((await signIn(browser(test), name, PASSWORD, first)).status).toBe(401);
    const codes = await test.db.query<{ text: string }>('select recovery_codes::text as text from recovery_codes');
    for (const code of recoveryCodes) expect(JSON.stringify(codes)).not.toContain(code);
  });

  it('counts wrong codes as failures, though the password is right', async () => {
    const name = await someone();
    await enrol(name);
    const who = browser(test);
    const statuses = [];
    for (let i = 0; i < 6; i++) {
      statuses.push((await signIn(who, name, PASSWORD, '000000')).status);
      // Asking without a code in between makes nothing good.
      await signIn(who, name);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('goes with the password and a code, not with a browser left open', async () => {
    const name = await someone();
    const { who, code } = await enrol(name);
    const remove = (current: string, given: string) => who.request('POST', '/account/totp/remove', { current, code: given });
    expect((await remove('Falsch#und9Falsch', code())).status).toBe(400);
    expect((await remove(PASSWORD, '000000')).status).toBe(400);
    expect((await remove(PASSWORD, code())).status).toBe(204);
    expect((await signIn(browser(test), name)).status).toBe(200);
  });

  it('is not replaced without being taken away first', async () => {
    const name = await someone();
    const { who } = await enrol(name);
    expect((await who.request('POST', '/account/totp', { current: PASSWORD })).status).toBe(409);
  });
});
