import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { objectOf, openTestApp, type TestApp } from './test-app.ts';
import { addAccount, type Browser, signedIn, trail } from './test-people.ts';

let test: TestApp;
let officer: Browser;
beforeAll(async () => {
  test = await openTestApp();
  await addAccount(test, 'chief', 'administrator');
  await addAccount(test, 'here', 'officer', { districts: ['阜康市'] });
  officer = await signedIn(test, 'here');
});
afterAll(() => test.close());

const HEAD = 'VIN,车牌,区域,排放阶段,额定功率 kW,终端编号';
const A = 'LZZ5CLVB0JA100001';
const B = 'LZZ5CLVB0JA100002';
const order = (lines: readonly string[], mode: 'check' | 'all' | 'valid') => ({
  name: '台账.csv',
  content: Buffer.from([HEAD, ...lines].join('\n'), 'utf8').toString('base64'),
  mode,
});
const Answer = z.looseObject({
  written: z.boolean(),
  counts: z.record(z.string(), z.number()),
  faults: z.array(z.looseObject({ row: z.number(), column: z.string().nullable(), code: z.string() })),
  secrets: z.array(z.object({ terminalId: z.string(), plate: z.string(), secret: z.string() })),
});
const send = async (lines: readonly string[], mode: 'check' | 'all' | 'valid') =>
  Answer.parse(await (await test.post('/api/v1/vehicles/import', order(lines, mode))).json());
const count = async (table: string) =>
  (await test.db.query<{ n: number }>(`select count(*)::int as n from ${table}`))[0]?.n ?? -1;
const tables = async () => Promise.all(['vehicles', 'vehicle_parameters', 'terminals', 'assignments'].map(count));

describe('importing trucks', () => {
  const GOOD = [`${A},新B20001,阜康市,国五,276,T-1`, `${B},新B20002,,VI,300,`];

  it('tells what it would do, and writes nothing while it only checks', async () => {
    const before = await tables();
    const answer = await send(GOOD, 'check');
    expect(answer).toMatchObject({ written: false, faults: [], counts: { rows: 2, new: 2, wrong: 0 }, secrets: [] });
    expect(await tables()).toEqual(before);
    expect((await trail(test, 1))[0]).toMatchObject({ action: 'vehicle.import.check' });
  });

  it('writes nothing when one cell is wrong, and says which; or only the valid rows, when asked so', async () => {
    const wrong = [...GOOD, 'LZZ5CLVB0JA100003,新B20003,,V,2.76,'];
    const before = await tables();
    const refused = await test.post('/api/v1/vehicles/import', order(wrong, 'all'));
    expect(refused.status).toBe(400);
    expect(await objectOf(refused)).toMatchObject({
      code: 'INVALID',
      errors: [{ field: 'E4', reason: expect.stringContaining('30 and 500') }],
    });
    expect(await tables()).toEqual(before);
    const answer = await send(wrong, 'valid');
    expect(answer).toMatchObject({ written: true, counts: { rows: 3, new: 2, wrong: 1 } });
    expect(await tables()).toEqual([2, 2, 1, 1]);
    expect(test.state.refreshes).toBeGreaterThan(0);
  });

  it('gives the secret of a new terminal once, and only its hash is stored', async () => {
    const [made] = (await send(['LZZ5CLVB0JA100004,新B20004,,V,276,T-4'], 'all')).secrets;
    expect(made).toMatchObject({ terminalId: 'T-4', plate: '新B20004', secret: expect.stringMatching(/^[\w-]{43}$/) });
    const [row] = await test.db.query<{ same: boolean }>(
      `select secret_hash = sha256(convert_to($1::text, 'utf8')) as same from terminals where id = 'T-4'`,
      [made?.secret],
    );
    expect(row?.same).toBe(true);
    for (const { detail } of await trail(test, 3)) expect(JSON.stringify(detail)).not.toContain(made?.secret);
  });

  it('a second time finds everything unchanged, writes nothing, and tells no secret', async () => {
    const before = await tables();
    expect(await send(GOOD, 'all')).toMatchObject({ written: false, secrets: [], counts: { new: 0, changed: 0, unchanged: 2 } });
    expect(await tables()).toEqual(before);
  });

  it('changes what differs and leaves what is empty, with facts from a day on and the trail naming each truck', async () => {
    const answer = await send([`${A},,米东区,,280,`], 'all');
    expect(answer).toMatchObject({ written: true, counts: { changed: 1 } });
    const [row] = await test.db.query(
      `select v.plate, v.district, p."values", p.valid_from = '2026-11-23T00:00:00+08:00' as today
       from vehicles v join vehicle_parameters p on p.vehicle_id = v.id where v.vin = $1 order by p.id desc limit 1`,
      [A],
    );
    expect(row).toEqual({ plate: '新B20001', district: '米东区', values: { stage: 'V', ratedPowerKw: 280 }, today: true });
    const [entry] = await trail(test, 1);
    expect(entry).toMatchObject({ action: 'vehicle.import', outcome: 'done' });
    expect(JSON.stringify(entry?.detail)).toContain(A);
  });

  it('of an officer stays within their districts and enters no terminals', async () => {
    const response = await officer.request(
      'POST',
      '/vehicles/import',
      order([`${B},x,,,,`, 'LZZ5CLVB0JA100009,新B9,阜康市,V,276,T-9'], 'check'),
    );
    const answer = Answer.parse(await response.json());
    expect(answer.faults.map(({ row, column, code }) => `${column}${row} ${code}`)).toEqual([
      'A2 otherDistrict',
      'F3 terminalNew',
    ]);
  });

  it.each([
    ['what is no base64', { content: '***' }, 'body.content'],
    ['a file without VIN', { content: Buffer.from('x\n1').toString('base64') }, 'body.content'],
    ['a mode there is not', { mode: 'some' }, 'body.mode'],
    ['a date there is not', { factsFrom: '2026-02-30' }, 'body.factsFrom'],
  ])('refuses %s at its field', async (_name, change, field) => {
    const response = await test.post('/api/v1/vehicles/import', { ...order(GOOD, 'check'), ...change });
    expect(response.status).toBe(400);
    expect(await objectOf(response)).toMatchObject({ errors: [{ field }] });
  });

  it('takes a body of megabytes here, and not elsewhere', async () => {
    const content = Buffer.alloc(3_900_000, 0x61).toString('base64');
    expect((await test.post('/api/v1/vehicles/import', { ...order(GOOD, 'check'), content })).status).toBe(400);
    const length = (headers: Record<string, string>) =>
      test.app.request('/api/v1/vehicles/import', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: '{}',
      });
    expect((await length({ 'Content-Length': '5400001' })).status).toBe(413);
    expect((await length({ 'Transfer-Encoding': 'chunked' })).status).toBe(413);
    expect((await length({ 'Content-Length': '2' })).status).toBe(401);
    expect((await test.post('/api/v1/vehicles', { vin: 'A'.repeat(70_000) })).status).toBe(413);
  });
});

describe('the exported list', () => {
  it('is taken in again as what is entered already', async () => {
    const response = await test.get('/api/v1/vehicles/export/csv');
    expect(response.headers.get('content-type')).toContain('text/csv');
    const content = Buffer.from(await response.arrayBuffer()).toString('base64');
    const answer = Answer.parse(
      await (await test.post('/api/v1/vehicles/import', { name: 'again.csv', content, mode: 'check' })).json(),
    );
    expect(answer).toMatchObject({ faults: [], counts: { rows: 3, unchanged: 3 } });
  });
});

describe('the quality of data', () => {
  const Days = z.array(z.looseObject({ date: z.string(), state: z.string() }));
  const Page = z.looseObject({ total: z.number(), trucks: z.array(z.looseObject({ vin: z.string(), days: Days })) });
  const quality = (received: number, due: number, valid: number, gaps: number) => ({
    engineOnS: due,
    due,
    lateShare: 0.02,
    clockErrorS: -30,
    gaps,
    gapS: gaps * 60,
    longestGapS: 60,
    channels: {
      noxDownPpm: {
        counts: { valid, missing: received - valid, error: 0, outOfRange: 0, notReady: 0, stuck: 0, implausible: 0, excluded: 0 },
        effectiveRate: valid / due,
      },
    },
  });

  beforeAll(async () => {
    const put = (day: string, received: number, due: number, valid: number) =>
      test.db.query(
        `insert into truck_day (vehicle_id, day, until, samples, engine_on_s, transmission_rate, rules_version, outcomes, outcomes_sha256, verdicts, summary)
         select id, $2::date, now(), $3::int, $4::float8, $5::float8, '1', '[]', '\\x00', '[]', $6::jsonb from vehicles where vin = $1`,
        [A, day, received, due, received / due, JSON.stringify({ quality: quality(received, due, valid, 2) })],
        { priority: 'write' },
      );
    await put('2026-11-20', 900, 1000, 600);
    await put('2026-11-21', 3000, 3000, 3000);
  });

  it('of a period is weighed by the time the engine ran, as one division over all of it would give', async () => {
    const answer = Page.parse(await (await test.get('/api/v1/data-quality?from=2026-11-20&to=2026-11-22&sort=effective')).json());
    // (900 + 3000) ÷ 4000 and (600 + 3000) ÷ 4000.
    expect(answer.trucks[0]).toMatchObject({ vin: A, transmission: 0.975, effective: 0.9, clockS: -30, daysWithData: 2 });
    expect(answer.trucks[0]?.days.map(({ date, state }) => `${date} ${state}`)).toEqual([
      '2026-11-20 measured',
      '2026-11-21 measured',
      '2026-11-22 notFitted',
    ]);
    expect(answer.total).toBe(3);
  });

  it('of one truck names its channels, the least effective first, by what was due', async () => {
    const [row] = await test.db.query<{ id: number }>('select id from vehicles where vin = $1', [A]);
    const answer = await objectOf(await test.get(`/api/v1/vehicles/${row?.id}/data-quality?from=2026-11-20&to=2026-11-21`));
    expect(answer).toMatchObject({
      due: 4000,
      channels: [{ signal: 'noxDownPpm', effectiveRate: 0.9, validRate: 3600 / 3900, counts: { valid: 3600, missing: 300 } }],
      days: [{ gaps: 2, gapS: 120 }, { gaps: 2 }],
    });
  });

  it.each([
    ['a period of years', 'from=2024-01-01&to=2026-01-01', 'query.from'],
    ['an end before its beginning', 'from=2026-11-21&to=2026-11-20', 'query.to'],
    ['a sort there is not', 'sort=luck', 'query.sort'],
  ])('is refused for %s', async (_name, query, field) => {
    const response = await test.get(`/api/v1/data-quality?${query}`);
    expect(response.status).toBe(400);
    expect(await objectOf(response)).toMatchObject({ errors: [{ field }] });
  });

  it('lies within one’s districts', async () => {
    const answer = Page.parse(await (await officer.request('GET', '/data-quality')).json());
    expect(answer.trucks).toEqual([]);
  });
});
