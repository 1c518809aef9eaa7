import { endLayUpStep, layUpStep, type Step } from '@plume/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addVehicle, objectOf, openTestApp, type TestApp } from './test-app.ts';
import { addAccount, type Browser, signedIn, trail } from './test-people.ts';

/** The clock stands at 2026-11-23, a Monday. */
let test: TestApp;
let wang: Browser;
let li: Browser;
let analyst: Browser;
const trucks: number[] = [];
const stations = { m: 0, i: 0 };
const id = (n: number) => n.toString(16).padStart(16, '0');
const DETAIL = {
  limit: { value: 4, unit: 'g/kWh', source: 'HJ 857-2017', mark: 'L' },
  figures: { p90: 8.9, meanGPerKwh: 6.1, maxGPerKwh: 11.2 },
  days: ['2026-11-20'],
  stretches: [],
  caveats: [],
};

async function addLead(n: number, truck: number, cause: string, more: { day?: string; level?: string } = {}): Promise<void> {
  const { day = '2026-11-20', level = 'probable' } = more;
  await test.db.batch([
    {
      sql: `insert into findings (id, vehicle_id, rule, day, level, cause, version, class, detail)
        values ($1::text, $2::int, $3::text, $4::date, $5::text, $6::text, '1.2.0', 'B', $7::jsonb)`,
      params: [id(n), truck, `R-${n}`, day, level, cause, JSON.stringify(DETAIL)],
    },
    {
      sql: `insert into leads (id, vehicle_id, cause, level, first_day, last_day, findings, state) values ($1::text, $2::int, $3::text, $5::text, $4::date, $4::date, array[$1::text], 'open')`,
      params: [id(n), truck, cause, day, level],
    },
  ]);
}

const Shown = z.looseObject({
  id: z.number(),
  number: z.string(),
  state: z.string(),
  version: z.number(),
  type: z.string(),
  due: z.looseObject({ day: z.string(), for: z.string() }).nullable(),
  closeBy: z.string().nullable(),
  reopened: z.number(),
  nearest: z.looseObject({ day: z.string(), workingDays: z.number() }).nullable(),
});
const Whole = Shown.extend({
  steps: z.array(z.looseObject({ seq: z.number(), kind: z.string(), day: z.string(), to: z.string() })),
  trigger: z.record(z.string(), z.unknown()),
  next: z.array(z.string()),
  leads: z.array(z.looseObject({ id: z.string(), withdrawn: z.number() })),
  files: z.array(z.looseObject({ id: z.string(), sha256: z.string(), type: z.string() })),
});
const Results = z.object({
  results: z.array(z.object({ outcome: z.string(), leads: z.array(z.string()), case: Shown.nullable() })),
});

const whole = async (n: number) => {
  const response = await wang.request('GET', `/cases/${n}`);
  if (response.status !== 200)
    throw new Error(`case ${n}: ${response.status} ${await response.text()} ${JSON.stringify(test.logged.at(-1)?.fields)}`);
  return Whole.parse(await response.json());
};
const seen = async (who: Browser, n: number) => {
  const lead = z.object({ lastDay: z.string(), triage: z.object({ version: z.number() }) });
  const { lastDay, triage } = lead.parse(await (await who.request('GET', `/leads/${id(n)}`)).json());
  return { id: id(n), version: triage.version, throughDay: lastDay };
};
const open = async (who: Browser, ns: readonly number[], more: object = {}) => {
  const leads = [];
  for (const n of ns) leads.push(await seen(who, n));
  return Results.parse(await (await who.request('POST', '/cases', { from: 'leads', leads, ...more })).json()).results;
};
/** Takes a step at the newest version; answers the response. */
const step = async (n: number, kind: string, values: object = {}, day = '2026-11-23', note: string | null = null) =>
  await wang.request('POST', `/cases/${n}/steps?lang=en`, {
    version: (await whole(n)).version,
    step: { kind, day, values, note },
  });
/** Moves the clock; sessions end, so everyone signs in again. */
const later = async (days: number): Promise<void> => {
  test.state.nowMs += days * 86_400_000;
  wang = await signedIn(test, 'wang');
  li = await signedIn(test, 'li');
  analyst = await signedIn(test, 'zhao');
};
const fields = async (response: Response) => {
  const { errors } = z
    .object({ errors: z.array(z.object({ field: z.string(), reason: z.string() })) })
    .parse(await response.json());
  return Object.fromEntries(errors.map(({ field, reason }) => [field.replace('body.step.', ''), reason]));
};
const NOTICE = { number: '告-1', kind: 'repairNotice', channel: 'direct', workingDays: 10 };

beforeAll(async () => {
  test = await openTestApp();
  await addAccount(test, 'wang', 'officer');
  await addAccount(test, 'li', 'officer', { districts: ['阜康市'] });
  await addAccount(test, 'zhao', 'analyst');
  wang = await signedIn(test, 'wang');
  li = await signedIn(test, 'li');
  analyst = await signedIn(test, 'zhao');
  for (let n = 1; n <= 8; n += 1) trucks.push(await addVehicle(test.db, `LFWSRXSJ2G1F0000${n}`, `新B0000${n}`));
  await test.db.query("update vehicles set district = case when id % 2 = 0 then '奇台县' else '阜康市' end", [], {
    priority: 'write',
  });
  const add = async (kind: string, name: string) =>
    z.object({ id: z.number() }).parse(await (await wang.request('POST', '/stations', { kind, name })).json()).id;
  stations.m = await add('M', '昌吉维修站');
  stations.i = await add('I', '昌吉检验站');
});
afterAll(() => test.close());

describe('opening', () => {
  it('makes one case of the leads of one truck and type, confirms them, and keeps what set it off', async () => {
    const [truck = 0] = trucks;
    await addLead(1, truck, 'overLimit');
    await addLead(2, truck, 'particulate', { level: 'suspected', day: '2026-11-18' });
    const [result, ...others] = await open(wang, [1, 2]);
    expect(others).toEqual([]);
    expect(result).toMatchObject({
      outcome: 'opened',
      case: { number: '2026-00001', type: 'overLimit', state: 'verify', version: 1 },
    });
    const found = await whole(result?.case?.id ?? 0);
    expect(found.trigger).toMatchObject({
      pollutant: 'NOx',
      limit: { value: 4, unit: 'g/kWh' },
      rule: 'R-1',
      ruleVersion: '1.2.0',
      firstDay: '2026-11-18',
      lastDay: '2026-11-20',
      maximum: 11.2,
      mean: 6.1,
      ratio: 8.9 / 4,
    });
    expect(found.leads.map((each) => each.id)).toEqual([id(2), id(1)]);
    // 5 working days after Monday 11-23: Monday 11-30. 60 of them: past New Year and a spring festival that is not known yet.
    expect(found).toMatchObject({ due: { day: '2026-11-30', for: 'verify' }, nearest: { workingDays: 5 } });
    const lead = await objectOf(await wang.request('GET', `/leads/${id(1)}`));
    expect(lead).toMatchObject({
      triage: { state: 'confirmed' },
      packOrders: [{ reason: 'confirm', state: 'queued', orderedBy: 'wang' }],
    });
    expect((await trail(test)).map((row) => row.action)).toEqual(expect.arrayContaining(['lead.decide', 'case.open']));
  });

  it('gives later leads of the type to the open case, of other types to their own', async () => {
    const [truck = 0] = trucks;
    await addLead(3, truck, 'overLimit', { day: '2026-11-22' });
    await addLead(4, truck, 'urea', { day: '2026-11-22' });
    const results = await open(wang, [3, 4]);
    expect(results).toMatchObject([
      { outcome: 'attached', case: { number: '2026-00001', version: 2 } },
      { outcome: 'opened', case: { number: '2026-00002', type: 'urea' } },
    ]);
  });

  it('writes nothing when somebody decided on a lead meanwhile', async () => {
    const [, truck = 0] = trucks;
    await addLead(5, truck, 'overLimit');
    const before = await seen(wang, 5);
    await wang.request('POST', '/leads/decisions', { leads: [before], deed: { kind: 'note', note: 'x' } });
    const response = await wang.request('POST', '/cases', { from: 'leads', leads: [before] });
    expect(Results.parse(await response.json()).results).toMatchObject([{ outcome: 'changed', case: null }]);
    expect(await test.db.query('select 1 from cases where vehicle_id = $1::int', [truck])).toEqual([]);
  });

  it('by hand refuses a second case of the type, a day to come, and a limit without unit', async () => {
    const [, , truck = 0] = trucks;
    const hand = {
      from: 'hand',
      vehicle: truck,
      type: 'overLimit',
      source: 'roadside',
      day: '2026-11-20',
      note: '路检 k 值超标',
    };
    expect((await wang.request('POST', '/cases', { ...hand, day: '2026-11-24' })).status).toBe(400);
    expect((await wang.request('POST', '/cases', { ...hand, limit: 1.2 })).status).toBe(400);
    const made = await wang.request('POST', '/cases', { ...hand, limit: 1.2, value: 3, unit: 'm⁻¹' });
    expect(Results.parse(await made.json()).results).toMatchObject([{ outcome: 'opened' }]);
    const again = await wang.request('POST', '/cases', hand);
    expect([again.status, await objectOf(again)]).toMatchObject([409, { code: 'EXISTS', errors: [{ field: 'body.type' }] }]);
  });
});

describe('the way from notice to closing', () => {
  it('goes step by step, each with its deadline, and refuses what is out of order at its field', async () => {
    expect(await fields(await step(1, 'notice', NOTICE))).toHaveProperty('kind');
    expect(await fields(await step(1, 'retest'))).toEqual({ kind: 'no repair has been completed: there is nothing to retest' });
    expect((await step(1, 'verify', { result: 'confirmed' })).status).toBe(201);
    expect(await fields(await step(1, 'notice', { ...NOTICE, workingDays: 0 }))).toHaveProperty(['values.workingDays']);
    expect(await fields(await step(1, 'notice', NOTICE, '2026-11-20'))).toHaveProperty('day');
    expect((await step(1, 'notice', NOTICE)).status).toBe(201);
    expect(await whole(1)).toMatchObject({ state: 'repair', due: { day: '2026-12-07', for: 'repair' } });

    await later(7); // 2026-11-30
    expect((await step(1, 'receipt', {}, '2026-11-24')).status).toBe(201);
    expect(await whole(1)).toMatchObject({ due: { day: '2026-12-08', for: 'repair' } });
    expect(await fields(await step(1, 'penalty', { fileNo: '罚-1', basis: '大气法' }, '2026-11-30'))).toHaveProperty('day');
    const repair = { station: stations.m, inDay: '2026-11-26', fault: 'SCR 催化剂失效', work: '更换 SCR 催化剂' };
    expect(await fields(await step(1, 'repair', { ...repair, station: stations.i }, '2026-11-27'))).toEqual({
      'values.station': 'is no M station that is entered',
    });
    expect(await fields(await step(1, 'repair', { ...repair, inDay: '2026-11-10' }, '2026-11-27'))).toHaveProperty([
      'values.inDay',
    ]);
    expect(await fields(await step(1, 'repair', { ...repair, inDay: '2026-11-28' }, '2026-11-27'))).toHaveProperty([
      'values.inDay',
    ]);
    expect((await step(1, 'repair', repair, '2026-11-27')).status).toBe(201);
    const retest = { station: stations.i, method: 'lugDown', verdict: 'failed', reportNo: 'J-1' };
    expect(await fields(await step(1, 'retest', retest, '2026-11-26'))).toHaveProperty('day');
    expect((await step(1, 'retest', retest, '2026-11-28')).status).toBe(201);
    expect(await whole(1)).toMatchObject({ state: 'repair' });
    expect((await step(1, 'repair', repair, '2026-11-29')).status).toBe(201);
    expect((await step(1, 'retest', { ...retest, verdict: 'passed', reportNo: 'J-2' }, '2026-11-30')).status).toBe(201);
    expect(await whole(1)).toMatchObject({ state: 'roadCheck', due: null });
    // A verdict is computed, never written: not in one case, nor in many at once.
    const written = { kind: 'roadCheck', day: '2026-11-30', values: { verdict: 'repaired', figures: {} } };
    expect((await step(1, 'roadCheck', written.values, '2026-11-30')).status).toBe(400);
    const cases = [{ id: 1, version: (await whole(1)).version }];
    expect((await wang.request('POST', '/case-steps', { cases, step: written })).status).toBe(400);
    expect(await whole(1)).toMatchObject({ state: 'roadCheck', next: expect.not.arrayContaining(['roadCheck']) });
    expect((await step(1, 'waiveRoadCheck', { reason: '数据不足' }, '2026-11-30')).status).toBe(201);
    expect(await fields(await step(1, 'close', { reason: 'falseAlarm' }, '2026-11-30'))).toHaveProperty(['values.reason']);
    expect((await step(1, 'close', { reason: 'compliant', decisionNo: '销-1' }, '2026-11-30')).status).toBe(201);
    expect(await whole(1)).toMatchObject({ state: 'closed', closed: { day: '2026-11-30', reason: 'compliant' }, due: null });
  });

  it('has every step in the trail, and rows that nobody can change', async () => {
    const { steps } = await whole(1);
    const told = (await trail(test)).filter((row) => row.object_kind === 'case' && row.object_id === '1');
    expect(told).toHaveLength(steps.length);
    await expect(test.db.query('update case_steps set note = $1::text', ['x'])).rejects.toThrow(/never changed/);
    await expect(test.db.query('delete from cases')).rejects.toThrow();
  });

  it('is opened again by a lead within 90 days, when the officer says so', async () => {
    const [truck = 0] = trucks;
    await addLead(6, truck, 'overLimit', { day: '2026-11-29' });
    expect(await open(wang, [6])).toMatchObject([{ outcome: 'recent', case: { number: '2026-00001' } }]);
    expect(await open(wang, [6], { reopen: true })).toMatchObject([
      { outcome: 'reopened', case: { state: 'verify', reopened: 1 } },
    ]);
    expect((await whole(1)).leads.map((each) => each.id)).toContain(id(6));
  });

  it('shows findings that a later evaluation withdrew', async () => {
    await test.db.query('update findings set withdrawn_at = now() where id = $1::text', [id(6)], { priority: 'write' });
    expect((await whole(1)).leads.find((each) => each.id === id(6))).toMatchObject({ withdrawn: 1 });
  });

  it('keeps the remaining working days while the truck is laid up, and tells the registry', async () => {
    const before = (await whole(2)).due;
    expect(before).toMatchObject({ day: '2026-11-30' });
    expect((await step(2, 'layUp', { reason: 'winter' }, '2026-11-26')).status).toBe(201);
    expect(await test.db.query('select valid_from, valid_to, reason from lay_ups')).toEqual([
      { valid_from: '2026-11-26', valid_to: null, reason: 'winter' },
    ]);
    expect(await whole(2)).toMatchObject({ state: 'laidUp', due: null, closeBy: null });
    // 11-27 and 11-30 were left: from Monday 11-30 on that is Wednesday 12-02.
    expect((await step(2, 'resume', {}, '2026-11-30')).status).toBe(201);
    expect(await whole(2)).toMatchObject({ state: 'verify', due: { day: '2026-12-02', for: 'verify' } });
    expect(await test.db.query('select valid_to from lay_ups')).toEqual([{ valid_to: '2026-11-30' }]);
  });

  it('goes by the lay-ups that the registry has: one with an end, one that is planned', async () => {
    const [, , truck = 0] = trucks;
    const write = (step: Step) => test.db.batch([step]);
    const laidUp = async () =>
      await test.db.query('select valid_from, valid_to from lay_ups where vehicle_id = $1 order by 1', [truck]);
    await write({
      sql: `insert into lay_ups (vehicle_id, valid_from, valid_to, reason, recorded_by)
        values ($1::int, '2026-10-01', '2026-10-20', 'workshop', 'x'), ($1::int, '2026-12-10', '2027-03-01', 'winter', 'x')`,
      params: [truck],
    });
    await write(layUpStep(truck, '2026-10-05', 'other', 'x'));
    await write(endLayUpStep(truck, '2026-10-08', 'x'));
    await write(endLayUpStep(truck, '2026-10-09', 'x'));
    await write(layUpStep(truck, '2026-10-12', 'other', 'x'));
    expect(await laidUp()).toEqual([
      { valid_from: '2026-10-01', valid_to: '2026-10-08' },
      { valid_from: '2026-10-12', valid_to: '2026-12-10' },
      { valid_from: '2026-12-10', valid_to: '2027-03-01' },
    ]);
    await test.db.batch([{ sql: 'delete from lay_ups where vehicle_id = $1::int', params: [truck] }]);
  });
});

describe('two officers, many cases', () => {
  it('tells the second what the first did, and overwrites nothing', async () => {
    const { version } = await whole(2);
    const take = () =>
      wang.request('POST', '/cases/2/steps', { version, step: { kind: 'note', day: '2026-11-30', note: '已电话联系' } });
    expect((await take()).status).toBe(201);
    const second = await take();
    expect([second.status, await objectOf(second)]).toMatchObject([409, { code: 'CHANGED' }]);
    expect((await whole(2)).version).toBe(version + 1);
  });

  it('takes one step in many cases, each told for itself', async () => {
    const cases = [
      { id: 1, version: (await whole(1)).version },
      { id: 2, version: 1 },
      { id: 3, version: (await whole(3)).version },
    ];
    const body = { cases, step: { kind: 'assign', day: '2026-11-30', values: { officer: 'wang' } } };
    const { results } = await objectOf(await wang.request('POST', '/case-steps', body));
    expect(results).toMatchObject([
      { id: 1, outcome: 'done' },
      { id: 2, outcome: 'changed', since: expect.arrayContaining([expect.objectContaining({ kind: 'note' })]) },
      { id: 3, outcome: 'done' },
    ]);
    const verify = { kind: 'verify', day: '2026-11-30', values: { result: 'confirmed' } };
    const again = await wang.request('POST', '/case-steps', {
      cases: [
        { id: 3, version: 2 },
        { id: 2, version: (await whole(2)).version },
      ],
      step: { ...verify, values: { result: 'nonsense' } },
    });
    expect(await objectOf(again)).toMatchObject({
      results: [
        { outcome: 'refused', refusals: [{ field: 'values.result' }] },
        { outcome: 'refused', refusals: [{ field: 'values.result' }] },
      ],
    });
  });

  it('keeps to districts and duties', async () => {
    // Trucks 1, 3, 5 lie in 阜康市.
    expect((await li.request('GET', '/cases/1')).status).toBe(200);
    const [, truck = 0] = trucks;
    const hand = { from: 'hand', vehicle: truck, type: 'tank', source: 'report', day: '2026-11-30', note: '举报' };
    const made = Results.parse(await (await wang.request('POST', '/cases', hand)).json()).results[0]?.case?.id ?? 0;
    for (const [method, path, body] of [
      ['GET', `/cases/${made}`, undefined],
      ['POST', `/cases/${made}/steps`, { version: 1, step: { kind: 'note', day: '2026-11-30', note: 'x' } }],
      ['POST', '/case-steps', { cases: [{ id: made, version: 1 }], step: { kind: 'note', day: '2026-11-30', note: 'x' } }],
      ['POST', '/cases', { ...hand, type: 'urea' }],
    ] as const)
      expect((await li.request(method, path, body)).status, path).toBe(404);
    const mine = z
      .object({ cases: z.array(Shown) })
      .parse(await (await li.request('GET', '/cases?state=verify,notice,repair')).json());
    expect(mine.cases.map((each) => each.id)).not.toContain(made);
    expect((await analyst.request('GET', `/cases/${made}`)).status).toBe(200);
    expect((await analyst.request('POST', `/cases/${made}/steps`, {})).status).toBe(403);
  });

  it('lists by what is due, pages without gaps, and counts', async () => {
    const first = z.object({
      cases: z.array(Shown),
      nextCursor: z.string().nullable(),
      counts: z.array(z.looseObject({ cases: z.number() })),
    });
    const all = first.parse(await (await wang.request('GET', '/cases?limit=200')).json());
    const pages: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = first.parse(
        await (await wang.request('GET', `/cases?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)).json(),
      );
      pages.push(...page.cases.map((each) => each.id));
      cursor = page.nextCursor;
    }
    expect(pages).toEqual(all.cases.map((each) => each.id));
    const due = all.cases.map((each) => each.nearest?.day ?? '9999');
    expect(due).toEqual([...due].sort());
    expect(all.counts.reduce((n, row) => n + row.cases, 0)).toBe(all.cases.length);
    await later(40);
    const late = first.parse(await (await wang.request('GET', '/cases?due=overdue')).json());
    expect(late.cases).toHaveLength(all.cases.filter((each) => each.nearest !== null).length);
    await later(-40);
  });
});

describe('attachments', () => {
  const attach = (bytes: Uint8Array, name: string, seq = 1) =>
    test.app.request(`/api/v1/cases/1/files?step=${seq}&name=${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${test.deps.serviceToken}`, 'Content-Type': 'application/octet-stream' },
      body: Uint8Array.from(bytes),
    });
  const PDF = new TextEncoder().encode('%PDF-1.7\nhello');

  it('are kept with their hash and come back byte by byte, as a download', async () => {
    expect((await attach(PDF, '回执 "1".pdf')).status).toBe(201);
    const [file] = (await whole(1)).files;
    expect(file).toMatchObject({ type: 'application/pdf', name: '回执 "1".pdf', seq: 1 });
    const got = await wang.request('GET', `/cases/1/files/${file?.id}`);
    expect(new Uint8Array(await got.arrayBuffer())).toEqual(PDF);
    expect(got.headers.get('content-disposition')).toMatch(/^attachment; filename="[\w.-]+"; filename\*=UTF-8''%E5%9B%9E/);
    expect(got.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await wang.request('GET', `/cases/2/files/${file?.id}`)).status).toBe(404);
  });

  it('are refused when they are a page, empty, too large, or of no step', async () => {
    expect((await attach(new TextEncoder().encode('<html><script>'), 'a.pdf')).status).toBe(400);
    expect((await attach(new Uint8Array(), 'a.pdf')).status).toBe(400);
    expect((await attach(PDF, 'a.pdf', 999)).status).toBe(400);
    const large = new Uint8Array(20 * 1024 * 1024 + 1);
    large.set(PDF);
    expect((await attach(large, 'a.pdf')).status).toBe(413);
  });
});
