import { returnNoticeLease, takeNoticeLease } from '@plume/db/notices';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ReadyReport } from '../deps.ts';
import { addVehicle, objectOf, openTestApp, type TestApp } from '../test-app.ts';
import { addAccount, type Browser, signedIn, trail } from '../test-people.ts';
import { type Notices, type NoticesConfig, startNotices } from './desk.ts';
import { scan } from './scan.ts';
import { openMailServer, openReceiver } from './test-receivers.ts';

const HOUR = 3_600_000;
const KEY = 'a key of the receiver, long';

let test: TestApp;
let admin: Browser;
let officer: Browser;
let mail: Awaited<ReturnType<typeof openMailServer>>;
let hook: Awaited<ReturnType<typeof openReceiver>>;
const trucks = { here: 0, there: 0 };
const channels = { mail: 0, hook: 0, wecom: 0 };
let report: ReadyReport = {};

/** One more process, as it were: looks and sends until `until` holds, then ends. */
async function run(until: (desk: Notices) => boolean | Promise<boolean>, config: NoticesConfig = { pollMs: 5 }): Promise<void> {
  const desk = startNotices(config, {
    db: test.db,
    log: test.deps.log,
    clock: () => test.state.nowMs,
    checks: async () => report,
  });
  try {
    await expect.poll(() => until(desk), { timeout: 20_000, interval: 10 }).toBe(true);
  } finally {
    await desk.stop();
  }
}
/** Runs until everything that is due was looked at twice. */
const looks = () => run((desk) => desk.stats().scans >= 2);

async function made(path: string, body: unknown): Promise<number> {
  const response = await admin.request('POST', path, body);
  const answer = await objectOf(response);
  if (response.status !== 201) throw new Error(JSON.stringify(answer));
  return Number(answer.id);
}

/** Says where a person is reached by mail, on what is stored now. */
async function putAddress(id: number, email: string | null): Promise<Response> {
  const { people } = await objectOf(await admin.request('GET', '/notices/addresses'));
  const version = Array.isArray(people) ? people.find(({ userId }) => userId === id)?.version : undefined;
  return await admin.request('PUT', `/notices/addresses/${id}`, { version, email, phone: null });
}

const everything = {
  userId: null,
  role: null,
  level: 'suspected',
  districts: null,
  quietFrom: null,
  quietTo: null,
  digestAt: 480,
  language: 'zh',
};

async function addLead(id: string, vehicleId: number, level: string, cause = 'overLimit', lastDay = '2026-11-23'): Promise<void> {
  const now = new Date(test.state.nowMs);
  const detail = {
    limit: { value: 4, unit: 'g/kWh', source: 'HJ 857-2017', mark: 'C' },
    figures: {},
    days: [lastDay],
    stretches: [],
    caveats: [],
  };
  await test.db.batch([
    {
      sql: `insert into findings (id, vehicle_id, rule, day, level, cause, version, class, detail, opened_at) values ($1, $2::int, $8, $3::date, $4, $5, '1', 'B', $6::jsonb, $7::timestamptz)`,
      params: [id, vehicleId, lastDay, level, cause, JSON.stringify(detail), now, `R-${id.slice(-2)}`],
    },
    {
      sql: `insert into leads (id, vehicle_id, cause, level, first_day, last_day, findings, state, opened_at, updated_at) values ($1, $2::int, $3, $4, $5::date, $5::date, array[$1], 'open', $6::timestamptz, $6::timestamptz)`,
      params: [id, vehicleId, cause, level, lastDay, now],
    },
  ]);
}

const outbox = async (who: Browser, query = ''): Promise<Record<string, unknown>[]> => {
  const { messages } = await objectOf(await who.request('GET', `/notices/outbox${query}`));
  return Array.isArray(messages) ? messages : [];
};

beforeAll(async () => {
  test = await openTestApp();
  [mail, hook] = [await openMailServer(), await openReceiver()];
  const chief = await addAccount(test, 'chief', 'administrator');
  await addAccount(test, 'here', 'officer', { districts: ['昌吉市'] });
  const whole = await addAccount(test, 'whole', 'officer');
  [admin, officer] = [await signedIn(test, 'chief'), await signedIn(test, 'here')];
  trucks.here = await addVehicle(test.db, 'LZZ5CLVB0JA000001', '新B·H0001');
  trucks.there = await addVehicle(test.db, 'LZZ5CLVB0JA000002', '新B·T0002');
  await test.db.query("update vehicles set district = case id when $1::int then '昌吉市' else '奇台县' end", [trucks.here]);
  const [here] = await test.db.query<{ id: number }>("select id from users where name = 'here'");
  for (const [id, email] of [
    [here?.id ?? 0, 'here@example.test'],
    [whole.id, 'whole@example.test'],
    [chief.id, 'chief@example.test'],
  ] as const)
    expect((await putAddress(id, email)).status).toBe(200);
  channels.mail = await made('/notices/channels', {
    kind: 'email',
    name: '邮件',
    config: { host: '127.0.0.1', port: mail.port, security: 'none', user: null, from: 'plume@example.test' },
  });
  channels.hook = await made('/notices/channels', { kind: 'webhook', name: '平台', config: { url: hook.url }, secret: KEY });
  // An old lead, from before anybody wanted to know.
  await addLead('00000000000000aa', trucks.here, 'probable');
  test.state.nowMs += HOUR;
  await made('/notices/subscriptions', {
    ...everything,
    channelId: channels.mail,
    role: 'officer',
    kinds: ['lead', 'alarm', 'offline'],
  });
  await made('/notices/subscriptions', { ...everything, channelId: channels.mail, userId: here?.id, kinds: ['lead'] });
  await made('/notices/subscriptions', { ...everything, channelId: channels.hook, kinds: ['lead', 'service'] });
  test.state.nowMs += HOUR;
});
// The clock goes on by days, and nobody stays signed in for so long.
beforeEach(async () => {
  [admin, officer] = [await signedIn(test, 'chief'), await signedIn(test, 'here')];
});
afterAll(async () => {
  await Promise.all([mail?.close(), hook?.close()]);
  await test?.close();
});

describe('a lead', () => {
  it('is told once to everyone who may see its truck, through restarts, and to nobody twice', async () => {
    await addLead('00000000000000ab', trucks.here, 'suspected');
    await addLead('00000000000000ac', trucks.there, 'probable');
    await looks();
    await looks();
    expect(mail.mails.map(({ to, raw }) => `${to} ${/Message-ID: (\S+)/i.exec(raw)?.[1]}`.replace(/<.*/, '')).sort()).toEqual([
      'here@example.test ',
      'whole@example.test ',
      'whole@example.test ',
    ]);
    expect(hook.posts).toHaveLength(2);
  });

  it('says what it is: a lead, with limit, source, mark, completeness', () => {
    const raw = mail.mails[0]?.raw ?? '';
    const text = Buffer.from(raw.split('\r\n\r\n')[1] ?? '', 'base64').toString('utf8');
    const plain = text.includes('限值') ? text : raw;
    for (const part of [/疑似/, /未经法定检验/, /4 g\/kWh/, /HJ 857-2017（已核实）/, /NOx 有效占比 —/, /新B·H0001/])
      expect(plain).toMatch(part);
  });

  it('is not told below the level that was asked for, nor as news when it is old', async () => {
    const before = mail.mails.length;
    await addLead('00000000000000ad', trucks.here, 'attention');
    await addLead('00000000000000ae', trucks.here, 'probable', 'overLimit', '2026-11-01');
    await looks();
    expect(mail.mails).toHaveLength(before);
    // The level rises: now it is told.
    await test.db.query("update findings set level = 'probable', opened_at = $1::timestamptz where id = '00000000000000ad'", [
      new Date(test.state.nowMs),
    ]);
    await looks();
    expect(mail.mails).toHaveLength(before + 2);
  });

  it('comes to a webhook as a CloudEvent whose signature other code makes again', async () => {
    const [first] = hook.posts;
    const event = JSON.parse(first?.body ?? '{}');
    expect(event).toMatchObject({
      specversion: '1.0',
      type: 'plume.lead',
      source: '/plume',
      datacontenttype: 'application/json',
      data: { level: expect.any(String), limit: { value: 4, unit: 'g/kWh', source: 'HJ 857-2017', mark: 'C' } },
    });
    expect(first?.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(first?.headers['idempotency-key']).toBe(event.id);
    const [, t = '', hex = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(first?.headers['plume-signature'])) ?? [];
    expect(Number(t) * 1000).toBe(test.state.nowMs);
    const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(KEY), { name: 'HMAC', hash: 'SHA-256' }, false, [
      'verify',
    ]);
    const verify = (body: string) =>
      crypto.subtle.verify('HMAC', key, Buffer.from(hex, 'hex'), new TextEncoder().encode(`${t}.${body}`));
    expect(await verify(first?.body ?? '')).toBe(true);
    expect(await verify(`${first?.body} `)).toBe(false);
  });
});

describe('a mail server or receiver that is down', () => {
  it('has its messages kept, tried again with the same id, and sent once it is back', async () => {
    const port = mail.port;
    await mail.close();
    hook.state.status = 503;
    const posted = hook.posts.length;
    await addLead('00000000000000b0', trucks.there, 'probable');
    await looks();
    const waiting = await outbox(admin, '?state=waiting');
    expect(waiting).toHaveLength(2);
    for (const message of waiting) expect(message).toMatchObject({ attempts: 1, tries: [{ n: 1, ok: false }] });
    expect(JSON.stringify(waiting)).toMatch(/ECONNREFUSED/);
    expect(JSON.stringify(waiting)).toMatch(/HTTP 503 taken/);
    // Half a minute later, another process; then a minute after that all is well.
    test.state.nowMs += 29_000;
    await looks();
    expect(hook.posts).toHaveLength(posted + 1);
    test.state.nowMs += 1_000;
    await looks();
    expect(hook.posts).toHaveLength(posted + 2);
    mail = await openMailServer(port);
    hook.state.status = 204;
    test.state.nowMs += 60_000;
    await looks();
    await looks();
    expect(mail.mails).toHaveLength(1);
    expect(hook.posts).toHaveLength(posted + 3);
    const ids = hook.posts.slice(posted).map(({ headers }) => headers['idempotency-key']);
    expect(new Set(ids).size).toBe(1);
    expect(await outbox(admin, '?state=waiting')).toEqual([]);
  });

  it('is shown as unknown when the process ended before it had an answer, and sent again under the same id', async () => {
    hook.state.status = 503;
    const posted = hook.posts.length;
    await addLead('00000000000000b4', trucks.there, 'probable', 'tamper');
    await looks();
    // As a process leaves it that is killed between the attempt and its end.
    await test.db.query(
      "update notice_attempts a set ok = null, answer = null, took_ms = null from notice_outbox o where o.id = a.outbox_id and o.state = 'waiting'",
    );
    const waiting = async () => (await outbox(admin, '?state=waiting')).map(({ tries }) => tries);
    expect(await waiting()).toMatchObject([[{ n: 1, ok: null, unknown: false }]]);
    hook.state.status = 204;
    test.state.nowMs += 61_000;
    expect(await waiting()).toMatchObject([[{ n: 1, ok: null, unknown: true }]]);
    await looks();
    const ids = hook.posts.slice(posted).map(({ headers }) => String(headers['idempotency-key']));
    expect(ids).toHaveLength(2);
    const sent = (await outbox(admin, '?state=sent')).find(({ messageId }) => messageId === ids[0]);
    expect(sent).toMatchObject({
      messageId: ids[1],
      tries: [
        { n: 1, unknown: true },
        { n: 2, ok: true, unknown: false },
      ],
    });
  });

  it('is asked no more after twenty attempts, and once again when a person says so', async () => {
    hook.state.status = 302;
    await addLead('00000000000000b1', trucks.there, 'probable');
    const posted = hook.posts.length;
    await looks();
    expect(hook.posts).toHaveLength(posted + 1);
    await test.db.query("update notice_outbox set attempts = 19 where state = 'waiting'");
    test.state.nowMs += HOUR;
    await looks();
    test.state.nowMs += 48 * HOUR;
    await looks();
    expect(hook.posts).toHaveLength(posted + 2);
    expect(hook.posts.at(-1)?.url).toBe('/hook');
    admin = await signedIn(test, 'chief');
    const [given] = await outbox(admin, '?state=givenUp');
    expect(given).toMatchObject({ attempts: 20, state: 'givenUp', nextAt: null });
    hook.state.status = 200;
    expect((await admin.request('POST', `/notices/outbox/${given?.id}/resend`, {})).status).toBe(200);
    await looks();
    expect(hook.posts).toHaveLength(posted + 3);
    expect((await trail(test)).map(({ action }) => action)).toContain('notice.resend');
  });

  it('is asked no more at once when it refuses the recipient for good', async () => {
    const channel = await made('/notices/channels', {
      kind: 'email',
      name: '另一邮件',
      config: { host: '127.0.0.1', port: mail.port, security: 'none', user: null, from: 'plume@example.test' },
    });
    const someone = await addAccount(test, 'moved', 'officer');
    await putAddress(someone.id, 'nobody@example.test');
    const id = await made('/notices/subscriptions', { ...everything, channelId: channel, userId: someone.id, kinds: ['lead'] });
    test.state.nowMs += 1_000;
    await addLead('00000000000000b2', trucks.there, 'probable', 'overLimit', '2026-11-25');
    await looks();
    expect(await outbox(admin, '?state=givenUp')).toContainEqual(
      expect.objectContaining({ recipient: 'nobody@example.test', attempts: 1, tries: [expect.objectContaining({ ok: false })] }),
    );
    await admin.request('DELETE', `/notices/subscriptions/${id}`);
    await putAddress(someone.id, null);
  });
});

describe('more than one look or round holds', () => {
  it('is all told: every lead and alarm, however few are read at once', async () => {
    test.state.nowMs += 1_000;
    for (const id of ['c0', 'c1', 'c2'])
      await addLead(`00000000000000${id}`, trucks.there, 'probable', 'overLimit', '2026-11-25');
    const raised = new Date(test.state.nowMs);
    await test.db.query(
      `insert into alarms (id, vehicle_id, kind, started_at, raised_at)
       select 'alarm-' || n, $1::int, 'tamper', $2::timestamptz, $2::timestamptz from generate_series(1, 3) n`,
      [trucks.there, raised],
    );
    expect(await takeNoticeLease(test.db, 'test', 60, true)).toBe(true);
    const look = () => scan({ db: test.db, holder: 'test', leaseS: 60, pageRows: 1 }, test.state.nowMs - 500, test.state.nowMs);
    // Three leads to the officer of the whole site and to the platform, three alarms to that officer.
    expect(await look()).toBe(9);
    expect(await look()).toBe(0);
    await returnNoticeLease(test.db, 'test');
  });

  it('is sent a bounded while, and over a channel that fails once a round and after the others', async () => {
    hook.state.status = 503;
    await test.db.query(
      `update notice_outbox set next_at = next_at - interval '1 minute' where state = 'waiting' and channel_id = $1::int`,
      [channels.hook],
    );
    const [mailed, posted] = [mail.mails.length, hook.posts.length];
    // One message a round: the first goes to the receiver that is down, the second is not its next one.
    await run(() => mail.mails.length > mailed, { pollMs: 5, sendingMs: 0 });
    expect(hook.posts).toHaveLength(posted + 1);
    // One round with time enough.
    await run((desk) => desk.stats().scans === 1, { pollMs: 60_000 });
    expect(mail.mails).toHaveLength(mailed + 6);
    expect(hook.posts).toHaveLength(posted + 2);
    hook.state.status = 200;
    test.state.nowMs += 60_000;
    await looks();
    expect(hook.posts).toHaveLength(posted + 5);
  });

  it('makes one attempt a round at least, and no second one when its time is over', async () => {
    for (const id of ['c3', 'c4']) await addLead(`00000000000000${id}`, trucks.there, 'probable', 'overLimit', '2026-11-25');
    const before = mail.mails.length + hook.posts.length;
    await run((desk) => desk.stats().scans === 1, { pollMs: 60_000, sendingMs: 0 });
    expect(mail.mails.length + hook.posts.length).toBe(before + 1);
    await looks();
    expect(mail.mails.length + hook.posts.length).toBe(before + 4);
  });
});

describe('quiet hours', () => {
  it('hold a message, and it is sent when they end', async () => {
    const whole = (await objectOf(await admin.request('GET', '/notices/addresses'))).people as { userId: number; name: string }[];
    const userId = whole.find(({ name }) => name === 'chief')?.userId;
    await made('/notices/subscriptions', {
      ...everything,
      channelId: channels.mail,
      userId,
      kinds: ['service'],
      quietFrom: 22 * 60,
      quietTo: 7 * 60,
      language: 'en',
    });
    test.state.nowMs = Date.parse('2026-11-27T22:30:00+08:00');
    admin = await signedIn(test, 'chief');
    const sent = () => mail.mails.filter(({ to }) => to.includes('chief@example.test'));
    report = { disk: { ok: false, detail: '0.2 GB free' } };
    await looks();
    test.state.nowMs += 60_000;
    await looks();
    expect(await outbox(admin, '?kind=service')).toEqual([]);
    // It has failed for two minutes: told, but not to who sleeps.
    test.state.nowMs += 60_000;
    await looks();
    expect(sent()).toEqual([]);
    expect((await outbox(admin, '?kind=service&state=waiting')).map(({ nextAt }) => nextAt)).toEqual([
      '2026-11-27T23:00:00.000Z',
    ]);
    test.state.nowMs = Date.parse('2026-11-28T06:59:59+08:00');
    await looks();
    expect(sent()).toEqual([]);
    test.state.nowMs = Date.parse('2026-11-28T07:00:00+08:00');
    await looks();
    await looks();
    expect(sent()).toHaveLength(1);
    report = {};
    await looks();
  });
});

describe('the digest', () => {
  it('comes once a day at its minute, and says how much data stands behind its figures', async () => {
    const id = await made('/notices/subscriptions', {
      ...everything,
      channelId: channels.hook,
      kinds: ['digest'],
      digestAt: 510,
    });
    const posted = hook.posts.length;
    test.state.nowMs = Date.parse('2026-11-29T08:29:00+08:00');
    await looks();
    expect(hook.posts).toHaveLength(posted);
    test.state.nowMs = Date.parse('2026-11-29T08:30:00+08:00');
    await looks();
    test.state.nowMs += 5 * HOUR;
    await looks();
    expect(hook.posts.slice(posted).map(({ body }) => JSON.parse(body))).toEqual([
      expect.objectContaining({ type: 'plume.digest', data: expect.objectContaining({ day: '2026-11-28' }) }),
    ]);
    admin = await signedIn(test, 'chief');
    const preview = await objectOf(await admin.request('GET', `/notices/subscriptions/${id}/digest`));
    expect(preview.text).toMatch(/登记 2.*\n数据传输率 — \(当日无车运行\)/);
  });
});

describe('who is refused', () => {
  it.each([
    {
      name: 'a webhook without a key',
      body: { kind: 'webhook', name: 'x', config: { url: 'https://a.example' } },
      field: 'secret',
    },
    {
      name: 'a key that is short',
      body: { kind: 'webhook', name: 'x', config: { url: 'https://a.example' }, secret: 'k' },
      field: 'secret',
    },
    {
      name: 'the cloud metadata address',
      body: { kind: 'webhook', name: 'x', config: { url: 'http://169.254.169.254/' }, secret: KEY },
      field: 'url',
    },
    {
      name: 'an unknown field of a template',
      body: {
        kind: 'wecom',
        name: 'x',
        config: { url: 'https://a.example', body: '{"a":"{{plate}}"}', form: 'json', answerHas: null },
      },
      field: 'body',
    },
    {
      name: 'a mail server without a port',
      body: { kind: 'email', name: 'x', config: { host: 'a', security: 'none', user: null, from: 'a@b' } },
      field: 'port',
    },
  ])('$name, at its field', async ({ body, field }) => {
    const response = await admin.request('POST', '/notices/channels', body);
    expect(response.status).toBe(400);
    const { errors } = await objectOf(response);
    expect(JSON.stringify(errors)).toContain(field);
  });

  it('a subscription of a person to what they may not see', async () => {
    const response = await admin.request('POST', '/notices/subscriptions', {
      ...everything,
      channelId: channels.mail,
      role: 'administrator',
      kinds: ['lead'],
    });
    expect([response.status, JSON.stringify(await objectOf(response))]).toEqual([
      400,
      expect.stringMatching(/kinds.*may not see lead/),
    ]);
  });

  it('an officer, of what is not in their districts: the outbox has their trucks alone', async () => {
    const mine = await outbox(officer);
    expect(mine.length).toBeGreaterThan(0);
    expect(new Set(mine.map(({ vehicleId }) => vehicleId))).toEqual(new Set([trucks.here]));
    expect((await officer.request('GET', '/notices/channels')).status).toBe(403);
  });

  it('an administrator, of what leads and cases are about: the outbox says to whom and when, not what', async () => {
    const leads = await outbox(admin, '?kind=lead');
    expect(leads.length).toBeGreaterThan(0);
    for (const message of leads) expect(message).toMatchObject({ subject: null, text: null, channel: expect.any(String) });
    const service = await outbox(admin, '?kind=service');
    expect(service[0]).toMatchObject({ subject: expect.stringContaining('disk'), text: expect.stringContaining('disk') });
    const officers = await outbox(officer, '?kind=lead');
    expect(officers[0]).toMatchObject({ subject: expect.stringContaining('新B·H0001'), text: expect.any(String) });
  });

  it('who leads a channel elsewhere, unless the secret is entered again', async () => {
    const channel = { kind: 'email', name: '带密码', secret: 'the password', enabled: false };
    const config = { host: '127.0.0.1', port: mail.port, security: 'starttls', user: 'plume', from: 'plume@example.test' };
    const id = await made('/notices/channels', { ...channel, config });
    const { secret, ...kept } = channel;
    const put = (body: unknown) => admin.request('PUT', `/notices/channels/${id}`, { version: 1, channel: body });
    for (const other of [{ host: 'localhost' }, { port: 1 }, { security: 'none' }]) {
      const response = await put({ ...kept, config: { ...config, ...other } });
      expect([response.status, (await objectOf(response)).errors]).toEqual([
        400,
        [expect.objectContaining({ field: 'channel.secret', reason: expect.stringMatching(/again/) })],
      ]);
    }
    const url = await admin.request('PUT', `/notices/channels/${channels.hook}`, {
      version: 1,
      channel: { kind: 'webhook', name: '平台', config: { url: hook.url.replace('127.0.0.1', 'localhost') } },
    });
    expect([url.status, JSON.stringify(await objectOf(url))]).toEqual([400, expect.stringContaining('channel.secret')]);
    expect((await put({ ...kept, config: { ...config, from: 'other@example.test' } })).status).toBe(200);
    const again = { version: 2, channel: { ...kept, secret, config: { ...config, host: 'localhost' } } };
    expect((await admin.request('PUT', `/notices/channels/${id}`, again)).status).toBe(200);
  });

  it('everyone, of the secret: it is not in any answer, nor in the trail', async () => {
    const answer = await (await admin.request('GET', '/notices/channels')).text();
    expect(answer).toContain('"hasSecret":true');
    expect(answer).not.toContain(KEY);
    expect(JSON.stringify((await trail(test, 200)).map(({ detail }) => detail))).not.toContain(KEY);
  });
});

describe('a WeCom robot and an SMS gateway', () => {
  it('get their template filled, and a robot that answers 200 with an error has not taken the message', async () => {
    channels.wecom = await made('/notices/channels', {
      kind: 'wecom',
      name: '企业微信',
      config: {
        url: `${hook.url}?key={{secret}}`,
        body: '{"msgtype":"text","text":{"content":"{{text}}"}}',
        form: 'json',
        answerHas: null,
      },
      secret: 'k&1',
    });
    hook.state.text = '{"errcode":93000,"errmsg":"invalid webhook url"}';
    const test1 = await objectOf(await admin.request('POST', `/notices/channels/${channels.wecom}/test`, {}));
    expect(test1).toMatchObject({ ok: false, answer: expect.stringContaining('93000') });
    hook.state.text = '{"errcode":0,"errmsg":"ok"}';
    expect(await objectOf(await admin.request('POST', `/notices/channels/${channels.wecom}/test`, {}))).toMatchObject({
      ok: true,
    });
    expect(hook.posts.at(-1)?.url).toBe('/hook?key=k%261');
    expect(JSON.parse(hook.posts.at(-1)?.body ?? '').text.content).toContain('测试消息');
  });
});
