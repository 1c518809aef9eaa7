import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addVehicle, objectOf, openTestApp, type TestApp } from './test-app.ts';
import { addAccount, type Browser, signedIn, trail } from './test-people.ts';

/** The clock stands at 2026-11-23. One truck in 阜康市, one in 奇台县; wang has the whole site, li 奇台县. */
let test: TestApp;
let wang: Browser;
let li: Browser;
let here = 0;
let there = 0;
let voided = 0;

const Record = z.looseObject({
  id: z.number(),
  judgement: z.string(),
  result: z.string(),
  version: z.number(),
  voided: z.boolean(),
  caseId: z.number().nullable(),
  values: z.array(z.looseObject({ item: z.string(), over: z.boolean().nullable(), unit: z.string() })),
});
const ROADSIDE = {
  kind: 'roadside',
  day: '2026-11-20',
  place: 'G30 阜康收费站',
  organisation: '阜康路检组',
  method: 'lugDown',
  values: [{ item: 'noxPpm', value: 1620, limit: 1500, limitSource: 'GB 3847-2018 限值 a' }],
  result: 'failed',
  reportNo: 'LJ-1',
};
const enter = (who: Browser, facts: object) => who.request('POST', '/inspections', { vehicle: here, ...ROADSIDE, ...facts });
const entered = async (facts: object) => Record.parse(await objectOf(await enter(wang, facts)));
const shown = async (id: number) =>
  z
    .object({ inspection: Record, files: z.array(z.looseObject({})), versions: z.array(z.looseObject({})) })
    .parse(await objectOf(await wang.request('GET', `/inspections/${id}`)));
/** A pass of remote sensing: `ppm` of NO against 1500. */
const pass = (day: string, time: string, ppm: number, more: object = {}) =>
  entered({
    kind: 'remoteSensing',
    day,
    time,
    method: 'remoteSensing',
    organisation: '遥感 01',
    values: [{ item: 'noPpm', value: ppm, limit: 1500 }],
    result: ppm > 1500 ? 'failed' : 'passed',
    reportNo: null,
    ...more,
  });

beforeAll(async () => {
  test = await openTestApp();
  await addAccount(test, 'wang', 'officer');
  await addAccount(test, 'li', 'officer', { districts: ['奇台县'] });
  wang = await signedIn(test, 'wang');
  li = await signedIn(test, 'li');
  here = await addVehicle(test.db, 'LFWSRXSJ2G1F00001', '新B00001');
  there = await addVehicle(test.db, 'LFWSRXSJ2G1F00002', '新B00002');
  const place = (id: number, district: string) =>
    test.db.query('update vehicles set district = $2::text where id = $1::int', [id, district], { priority: 'write' });
  await place(here, '阜康市');
  await place(there, '奇台县');
});
afterAll(() => test.close());

describe('an inspection', () => {
  it('is entered with its values, units and limits, and told to the trail', async () => {
    const made = await entered({});
    expect(made).toMatchObject({
      judgement: 'failed',
      vehicle: { plate: '新B00001' },
      values: [{ item: 'noxPpm', value: 1620, unit: 'ppm', limit: 1500, over: true }],
    });
    expect((await trail(test, 1))[0]).toMatchObject({ action: 'inspection.enter', object_id: String(made.id), actor: 'wang' });
  });

  it.each([
    { what: 'a day of the future', facts: { day: '2026-11-24' }, field: 'body.day' },
    { what: 'a time that is none', facts: { time: '25:00' }, field: 'body.time' },
    { what: 'a value out of range', facts: { values: [{ item: 'noxPpm', value: 10_001 }] }, field: 'body.values.noxPpm' },
    {
      what: 'the same item twice',
      facts: {
        values: [
          { item: 'noxPpm', value: 1 },
          { item: 'noxPpm', value: 2 },
        ],
      },
      field: 'body.values.noxPpm',
    },
    { what: 'a pass with a value above its limit', facts: { result: 'passed' }, field: 'body.result' },
    {
      what: 'remote sensing over the limit without a value over one',
      facts: { kind: 'remoteSensing', values: [] },
      field: 'body.result',
    },
  ])('is refused at its field: $what', async ({ facts, field }) => {
    const response = await enter(wang, { reportNo: 'X', ...facts });
    expect(await objectOf(response)).toMatchObject({ status: 400, errors: [{ field }] });
  });

  it('at its limit is not above it', async () => {
    const values = [{ item: 'noxPpm', value: 1500, limit: 1500 }];
    expect(await entered({ values, result: 'passed', reportNo: 'LJ-2' })).toMatchObject({ values: [{ over: false }] });
  });

  it('is not entered twice', async () => {
    expect(await objectOf(await enter(wang, {}))).toMatchObject({ status: 409, code: 'EXISTS' });
  });

  it('is corrected and not overwritten: every version stays, with who and why', async () => {
    const made = await entered({ reportNo: 'LJ-3' });
    voided = made.id;
    const { kind: _kind, ...facts } = { ...ROADSIDE, reportNo: 'LJ-3' };
    const correct = (version: number, more: object) =>
      wang.request('PUT', `/inspections/${made.id}`, { ...facts, version, reason: '录入错误', ...more });
    const lower = { values: [{ item: 'noxPpm', value: 620, limit: 1500 }], result: 'passed' };
    expect(await objectOf(await correct(1, lower))).toMatchObject({ version: 2, judgement: 'passed' });
    expect(await objectOf(await correct(1, {}))).toMatchObject({ status: 409, code: 'CHANGED' });
    expect((await wang.request('PUT', `/inspections/${made.id}`, { ...facts, version: 2 })).status).toBe(400);
    expect(await objectOf(await correct(2, { ...lower, voided: true, reason: '重复录入' }))).toMatchObject({ voided: true });
    // What says nothing of it does not bring it back.
    expect(await objectOf(await correct(3, { ...lower, note: '见 LJ-1' }))).toMatchObject({ voided: true, version: 4 });
    const { versions } = await shown(made.id);
    expect(versions).toMatchObject([
      { version: 1, by: 'wang', reason: null, facts: { result: 'failed' } },
      { version: 2, reason: '录入错误', facts: { result: 'passed' } },
      { version: 3, reason: '重复录入', voided: true },
      { version: 4, voided: true },
    ]);
    expect((await trail(test, 1))[0]).toMatchObject({ action: 'inspection.correct', object_id: String(made.id) });
    for (const table of ['inspections', 'inspection_versions'])
      await expect(test.db.query(`delete from ${table}`, [], { priority: 'write' })).rejects.toThrow('never changed');
  });

  it('keeps its attachments, byte by byte', async () => {
    const bytes = new TextEncoder().encode('%PDF-1.7 x');
    const attach = (body: Uint8Array) =>
      test.app.request(`/api/v1/inspections/1/files?name=${encodeURIComponent('报告.pdf')}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${test.deps.serviceToken}`, 'Content-Type': 'application/octet-stream' },
        body: Uint8Array.from(body),
      });
    const file = await objectOf(await attach(bytes));
    expect(file).toMatchObject({ type: 'application/pdf', bytes: bytes.length });
    const back = await wang.request('GET', `/inspections/1/files/${String(file.id)}`);
    expect(new Uint8Array(await back.arrayBuffer())).toEqual(bytes);
    expect((await attach(new TextEncoder().encode('no file'))).status).toBe(400);
    expect((await wang.request('GET', `/inspections/2/files/${String(file.id)}`)).status).toBe(404);
  });
});

describe('remote sensing', () => {
  it('finds a truck over with the second pass in a row within six months, not with the first', async () => {
    const vehicle = await addVehicle(test.db, 'LFWSRXSJ2G1F00011', '新B00011');
    const first = await pass('2026-02-10', '08:00', 1800, { vehicle });
    expect(first).toMatchObject({ judgement: 'single' });
    // Beyond six months the first no longer counts; on the last day of them it does.
    expect(await pass('2026-08-11', '08:00', 1700, { vehicle })).toMatchObject({ judgement: 'single' });
    expect(await pass('2026-08-10', '08:00', 1700, { vehicle })).toMatchObject({ judgement: 'failed' });
    expect((await shown(first.id)).inspection.judgement).toBe('single');
  });

  it('tells a second pass over that is not in a row apart, and one of another pollutant', async () => {
    const vehicle = await addVehicle(test.db, 'LFWSRXSJ2G1F00012', '新B00012');
    await pass('2026-10-01', '08:00', 1800, { vehicle });
    const between = await pass('2026-10-02', '08:00', 900, { vehicle });
    const again = await pass('2026-10-02', '09:00', 1900, { vehicle });
    expect([between.judgement, again.judgement]).toEqual(['passed', 'repeated']);
    const smoke = { values: [{ item: 'opacityPct', value: 40, limit: 30 }], result: 'failed' };
    expect(await pass('2026-10-03', '08:00', 0, { vehicle, ...smoke })).toMatchObject({ judgement: 'single' });
    // A pass between that did not measure the pollutant does not break the row.
    expect(await pass('2026-10-04', '08:00', 1900, { vehicle })).toMatchObject({ judgement: 'failed' });
  });
});

describe('a case from an inspection', () => {
  const open = (inspection: number, who = wang) =>
    who.request('POST', '/cases', { from: 'inspection', inspection, type: 'overLimit', note: '路检超标' });

  it('carries its figures, its source and its number, and is opened once', async () => {
    const answer = await objectOf(await open(1));
    expect(answer).toMatchObject({
      results: [{ outcome: 'opened', case: { origin: 'inspection', originId: '1', source: 'roadside', state: 'verify' } }],
    });
    const { inspection } = await shown(1);
    const whole = await objectOf(await wang.request('GET', `/cases/${inspection.caseId}`));
    expect(whole).toMatchObject({
      trigger: {
        pollutant: 'NOx',
        maximum: 1620,
        unit: 'ppm',
        limit: { value: 1500, unit: 'ppm', mark: 'unverified' },
        place: 'G30 阜康收费站',
        firstDay: '2026-11-20',
      },
    });
    expect(await objectOf(await open(1))).toMatchObject({ status: 409, code: 'EXISTS' });
  });

  it('is told, in the same transaction, when the record it rests on is corrected or taken back', async () => {
    const made = await entered({
      kind: 'depotCheck',
      reportNo: 'RH-1',
      vehicle: await addVehicle(test.db, 'LFWSRXSJ2G1F00021', '新B00021'),
    });
    await open(made.id);
    const { inspection } = await shown(made.id);
    const steps = async () =>
      z
        .object({ steps: z.array(z.looseObject({ kind: z.string(), note: z.string().nullable() })) })
        .parse(await objectOf(await wang.request('GET', `/cases/${inspection.caseId}`)))
        .steps.map(({ kind, note }) => `${kind} ${note ?? ''}`);
    const { kind: _kind, ...facts } = { ...ROADSIDE, reportNo: 'RH-1' };
    const correct = (version: number, more: object) =>
      wang.request('PUT', `/inspections/${made.id}`, { ...facts, version, reason: '读数录错', ...more });
    const under = { values: [{ item: 'noxPpm', value: 620, limit: 1500 }], result: 'passed' };
    expect(await objectOf(await correct(1, under))).toMatchObject({ version: 2 });
    expect((await steps()).at(-1)).toMatch(
      /^note 本案所依据的检查 \d+ 已更正（第 2 版，结论：不合格 → 合格）。原因：读数录错\n.*corrected/,
    );
    // A correction that is refused tells nothing.
    expect((await correct(1, under)).status).toBe(409);
    expect(await objectOf(await correct(2, { ...under, voided: true }))).toMatchObject({ voided: true });
    expect(await steps()).toHaveLength(3);
    expect((await steps()).at(-1)).toMatch(/^note .* 已撤回（第 3 版，结论：合格）.*\n.*taken back/);
    const told = (await trail(test, 6)).map(({ action }) => action);
    expect(told).toEqual(expect.arrayContaining(['inspection.correct', 'case.note']));
  });

  it('is refused of a record that found nothing, or was taken back, or lies in another district', async () => {
    const single = await pass('2026-11-01', '10:00', 1800);
    expect(await objectOf(await open(single.id))).toMatchObject({ status: 400, errors: [{ field: 'body.inspection' }] });
    expect((await open(2)).status).toBe(400);
    expect(await objectOf(await open(voided))).toMatchObject({ status: 400, errors: [{ field: 'body.inspection' }] });
    expect((await open(single.id, li)).status).toBe(404);
    expect((await open(99_999)).status).toBe(404);
  });
});

describe('districts', () => {
  it('bound what is listed, read, entered, corrected and attached', async () => {
    const mine = Record.parse(await objectOf(await enter(li, { vehicle: there, reportNo: 'QT-1' })));
    const listed = z.object({ inspections: z.array(Record) });
    const ids = listed.parse(await objectOf(await li.request('GET', '/inspections?limit=200'))).inspections.map(({ id }) => id);
    expect(ids).toEqual([mine.id]);
    expect((await enter(li, { reportNo: 'QT-2' })).status).toBe(404);
    for (const path of ['/inspections/1', '/inspections/1/files/0123456789abcdef0123456789abcdef'])
      expect((await li.request('GET', path)).status).toBe(404);
    expect((await li.request('PUT', '/inspections/1', {})).status).toBe(404);
    expect((await li.request('POST', '/inspections/1/files?name=x.pdf', {})).status).toBe(404);
    expect((await trail(test, 1))[0]).toMatchObject({ action: 'access.district', object_kind: 'inspection', object_id: '1' });
    const agreement = await objectOf(await li.request('GET', '/inspection-agreement'));
    expect(agreement).toMatchObject({ rows: expect.arrayContaining([expect.objectContaining({ kind: 'all', records: 1 })]) });
  });
});

describe('the list', () => {
  it('is read page by page, and by kind, judgement, truck, day and words', async () => {
    const Page = z.object({ inspections: z.array(Record), nextCursor: z.string().nullable() });
    const read = async (query: string) => Page.parse(await objectOf(await wang.request('GET', `/inspections?${query}`)));
    const all = (await read('limit=200')).inspections.map(({ id }) => id);
    const paged: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: z.infer<typeof Page> = await read(`limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
      paged.push(...page.inspections.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(all);
    expect(new Set((await read('judgement=single')).inspections.map(({ judgement }) => judgement))).toEqual(new Set(['single']));
    expect((await read('search=QT-1')).inspections).toHaveLength(1);
    expect((await read(`vehicle=${there}`)).inspections).toHaveLength(1);
    expect((await read('kind=roadside&from=2026-11-21')).inspections).toHaveLength(0);
    // The two that were taken back are there when asked for.
    expect((await read('voided=yes&limit=200')).inspections).toHaveLength(all.length + 2);
  });
});
