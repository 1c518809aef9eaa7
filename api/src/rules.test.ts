import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addVehicle, objectOf, openTestApp, type TestApp } from './test-app.ts';

/** The clock of the test stands at 2026-11-23 14:00 in Beijing. */
const TODAY = '2026-11-23';
let test: TestApp;
beforeAll(async () => {
  test = await openTestApp();
});
afterAll(() => test.close());

const Catalogue = z.object({
  on: z.string(),
  version: z.string(),
  settingsId: z.number().nullable(),
  rules: z.array(z.looseObject({ id: z.string(), parameters: z.array(z.string()), reasons: z.array(z.string()) })),
  parameters: z.array(
    z.looseObject({
      key: z.string(),
      value: z.number(),
      product: z.number(),
      changed: z.boolean(),
      unit: z.string(),
      source: z.string().min(3),
      mark: z.enum(['C', 'L', 'M+', 'M', 'M-', 'eng']),
    }),
  ),
  figures: z.record(z.string(), z.unknown()),
  reasons: z.record(z.string(), z.unknown()),
});
const catalogue = async (query = '') => Catalogue.parse(await (await test.get(`/api/v1/rules${query}`)).json());
const Versions = z.object({ settings: z.array(z.looseObject({ id: z.number(), state: z.string() })) });
const versions = async () => Versions.parse(await (await test.get('/api/v1/rules/settings')).json()).settings;

/** Records a version on top of the newest, as somebody does who has just read them. */
const record = async (body: object) => test.post('/api/v1/rules/settings', { after: (await versions())[0]?.id ?? null, ...body });

describe('the catalogue of rules', () => {
  it('has every rule, and the number behind every key that a rule names, with unit, source and mark', async () => {
    const told = await catalogue();
    expect(told).toMatchObject({ on: TODAY, settingsId: null });
    expect(told.rules.map((rule) => rule.id)).toContain('R-A2');
    const keys = new Set(told.parameters.map((parameter) => parameter.key));
    for (const rule of told.rules) {
      expect(rule.parameters.filter((key) => !keys.has(key))).toEqual([]);
      expect(rule.reasons.filter((reason) => !(reason in told.reasons))).toEqual([]);
    }
    expect(told.parameters.find((parameter) => parameter.key === 'verdicts.inUseV')).toMatchObject({
      value: 4,
      product: 4,
      changed: false,
      unit: 'g/kWh',
      mark: 'C',
    });
  });

  it('refuses a day that is none', async () => {
    expect(await objectOf(await test.get('/api/v1/rules?on=2026-02-30'))).toMatchObject({ errors: [{ field: 'query.on' }] });
  });
});

describe("a version of the site's own numbers", () => {
  it('is in force from its day on, and the past keeps the numbers it was judged by', async () => {
    const recorded = await record({ overrides: { 'verdicts.inUseV': 3.5 }, validFrom: '2026-12-01', note: 'local limit' });
    expect(recorded.status).toBe(201);
    expect(await objectOf(recorded)).toMatchObject({
      overrides: { 'verdicts.inUseV': 3.5 },
      validFrom: '2026-12-01',
      validTo: null,
      state: 'ahead',
      note: 'local limit',
      version: expect.stringMatching(/^\d+\.\d+\.\d+\+[0-9a-f]{8}$/),
    });
    const limit = async (on: string) =>
      (await catalogue(`?on=${on}`)).parameters.find((parameter) => parameter.key === 'verdicts.inUseV');
    expect(await limit('2026-11-30')).toMatchObject({ value: 4, changed: false });
    expect(await limit('2026-12-01')).toMatchObject({ value: 3.5, product: 4, changed: true });
    expect((await catalogue('?on=2026-12-01')).version).not.toBe((await catalogue('?on=2026-11-30')).version);
  });

  it('is overtaken by one recorded later that begins no later', async () => {
    expect((await record({ overrides: {}, validFrom: TODAY, note: 'back to the product' })).status).toBe(201);
    expect((await versions()).map(({ state }) => state)).toEqual(['inForce', 'overtaken']);
    await record({ overrides: { 'verdicts.inUseV': 3 }, validFrom: '2026-11-25', note: 'from Wednesday' });
    expect((await versions()).map(({ state }) => state)).toEqual(['ahead', 'inForce', 'overtaken']);
    test.state.nowMs += 2 * 86_400_000;
    expect((await versions()).map(({ state }) => state)).toEqual(['inForce', 'past', 'overtaken']);
    test.state.nowMs -= 2 * 86_400_000;
  });

  it('is not recorded on top of one that its writer has not seen, and is told what that one says', async () => {
    const before = await versions();
    for (const after of [null, before[1]?.id, 999]) {
      const answer = await record({ overrides: { 'verdicts.inUseV': 5 }, validFrom: '2026-12-24', note: 'late', after });
      expect(answer.status).toBe(409);
      expect(await objectOf(answer)).toMatchObject({
        code: 'CHANGED',
        detail: expect.stringContaining('(from Wednesday): verdicts.inUseV = 3'),
      });
    }
    expect(await versions()).toEqual(before);
  });

  it('lets the day under way be judged anew, and no other', async () => {
    const truck = await addVehicle(test.db, 'LFWSRXSJ2G1F00001', '新B12345');
    for (const day of ['2026-11-22', TODAY]) {
      await test.db.query(
        `insert into truck_day (vehicle_id, day, until, samples, rules_version, outcomes, outcomes_sha256, verdicts) values ($1, $2, now(), 0, '1', '[]', '\\x00', '[]')`,
        [truck, day],
        { priority: 'write' },
      );
    }
    await test.db.query('delete from dirty_days');
    await record({ overrides: { 'verdicts.inUseV': 3.8 }, validFrom: TODAY, note: 'today' });
    expect(await test.db.query('select day::text as day from dirty_days')).toEqual([{ day: TODAY }]);
  });

  it.each([
    {
      name: 'a number there is not',
      overrides: { 'verdicts.inUseX': 1 },
      field: 'body.overrides.verdicts.inUseX',
      says: 'no number',
    },
    {
      name: 'a number beyond belief',
      overrides: { 'verdicts.inUseV': 400 },
      field: 'body.overrides.verdicts.inUseV',
      says: '1 to 12',
    },
    { name: 'text', overrides: { 'verdicts.inUseV': '3.5' }, field: 'body.overrides.verdicts.inUseV', says: 'number' },
    { name: 'yesterday', validFrom: '2026-11-22', field: 'body.validFrom', says: TODAY },
    { name: 'a day that is none', validFrom: 'tomorrow', field: 'body.validFrom', says: 'date' },
    { name: 'no reason', note: ' ', field: 'body.note', says: '' },
  ])('is refused for $name, at its field', async ({ name: _name, field, says, ...change }) => {
    const response = await record({ overrides: {}, validFrom: '2026-12-24', note: 'why', ...change });
    expect(response.status).toBe(400);
    expect(await objectOf(response)).toMatchObject({ errors: [{ field, reason: expect.stringContaining(says) }] });
  });
});

describe('a back-test', () => {
  const order = (body: object) => test.post('/api/v1/back-tests', body);
  const good = { overrides: { 'verdicts.inUseV': 3.5 }, from: '2026-11-01', to: '2026-11-20' };

  it('is ordered as a job with the numbers to try', async () => {
    const ordered = await order(good);
    expect(ordered.status).toBe(202);
    const { jobId } = await objectOf(ordered);
    expect(await objectOf(await test.get(`/api/v1/jobs/${String(jobId)}`))).toMatchObject({
      kind: 'backTest',
      state: 'queued',
      arguments: { ...good, vehicleIds: null },
    });
  });

  it.each([
    { name: 'no number', change: { overrides: {} }, field: 'body.overrides' },
    { name: 'a number there is not', change: { overrides: { 'verdicts.x': 1 } }, field: 'body.overrides.verdicts.x' },
    { name: 'an end before the beginning', change: { to: '2026-10-01' }, field: 'body.to' },
    { name: 'ten years', change: { from: '2016-01-01' }, field: 'body.from' },
    { name: 'no trucks', change: { vehicleIds: [] }, field: 'body.vehicleIds' },
  ])('is refused for $name, at its field', async ({ change, field }) => {
    const response = await order({ ...good, ...change });
    expect(response.status).toBe(400);
    expect(await objectOf(response)).toMatchObject({ errors: [{ field }] });
  });
});
