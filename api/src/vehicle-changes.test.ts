import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { objectOf, openTestApp, type TestApp } from './test-app.ts';

let test: TestApp;
let id: number;
beforeAll(async () => {
  test = await openTestApp();
  const truck = {
    vin: 'LFWSRXSJ2G1F00001',
    plate: '新B12345',
    district: '阜康市',
    parameters: { stage: 'V', ratedPowerKw: 276 },
  };
  id = z.object({ id: z.number() }).parse(await (await test.post('/api/v1/vehicles', truck)).json()).id;
});
afterAll(() => test.close());

const detail = async () =>
  z
    .looseObject({ version: z.string(), plate: z.string(), district: z.string().nullable() })
    .parse(await (await test.get(`/api/v1/vehicles/${id}`)).json());
const History = z.object({
  entries: z.array(z.object({ id: z.number(), validFrom: z.string(), values: z.record(z.string(), z.unknown()) })),
});
const history = async () => History.parse(await (await test.get(`/api/v1/vehicles/${id}/parameters`)).json()).entries;

describe('changing a truck', () => {
  it('changes what is named, takes away what is null, leaves the rest, and tells the doors', async () => {
    const { version } = await detail();
    const refreshes = test.state.refreshes;
    const answer = await test.patch(`/api/v1/vehicles/${id}`, { version, enterprise: '运输一队', district: null });
    expect(answer.status).toBe(200);
    expect(await detail()).toMatchObject({ plate: '新B12345', enterprise: '运输一队', district: null });
    expect((await objectOf(answer)).version).toBe((await detail()).version);
    expect(test.state.refreshes).toBe(refreshes + 1);
  });

  it('by two people at once overwrites nothing: the second is told', async () => {
    const { version } = await detail();
    expect((await test.patch(`/api/v1/vehicles/${id}`, { version, plate: '新B00001' })).status).toBe(200);
    const second = await test.patch(`/api/v1/vehicles/${id}`, { version, plate: '新B00002' });
    expect(second.status).toBe(409);
    expect(await objectOf(second)).toMatchObject({ code: 'CHANGED' });
    expect((await detail()).plate).toBe('新B00001');
  });

  it('knows an empty text from none, and one field from its neighbour', async () => {
    const { version } = await detail();
    await test.patch(`/api/v1/vehicles/${id}`, { version, district: 'x', enterprise: null });
    const one = (await detail()).version;
    await test.patch(`/api/v1/vehicles/${id}`, { version: one, district: null, enterprise: 'x' });
    expect((await detail()).version).not.toBe(one);
  });

  it.each([
    { name: 'nothing to change', change: {}, status: 400 },
    { name: 'a field there is not', change: { vin: 'LFWSRXSJ2G1F00002' }, status: 400 },
    { name: 'an empty plate', change: { plate: ' ' }, status: 400 },
  ])('is refused for $name', async ({ change, status }) => {
    const { version } = await detail();
    expect((await test.patch(`/api/v1/vehicles/${id}`, { version, ...change })).status).toBe(status);
  });

  it('that does not exist is not found', async () => {
    expect((await test.patch('/api/v1/vehicles/404', { version: 'x', plate: 'y' })).status).toBe(404);
  });
});

describe('the parameters of a truck', () => {
  const values = { stage: 'V', ratedPowerKw: 280, ureaTankL: 45 };

  it('are recorded beside the earlier ones, which stay', async () => {
    const [first] = await history();
    const answer = await test.post(`/api/v1/vehicles/${id}/parameters`, {
      validFrom: '2026-11-20T00:00:00+08:00',
      values,
      after: first?.id,
    });
    expect(answer.status).toBe(201);
    expect((await history()).map((entry) => [entry.validFrom, entry.values])).toEqual([
      ['2026-11-19T16:00:00.000Z', values],
      [first?.validFrom, { stage: 'V', ratedPowerKw: 276 }],
    ]);
  });

  it('are not recorded on top of ones that their writer has not seen', async () => {
    const entries = await history();
    const old = entries.at(-1)?.id;
    const answer = await test.post(`/api/v1/vehicles/${id}/parameters`, {
      validFrom: '2026-11-20T00:00:00+08:00',
      values: { ...values, ratedPowerKw: 300 },
      after: old,
    });
    expect(answer.status).toBe(409);
    expect(await history()).toEqual(entries);
  });

  it('are refused with the field when they are not plausible', async () => {
    const [newest] = await history();
    const answer = await test.post(`/api/v1/vehicles/${id}/parameters`, {
      validFrom: '2026-11-20T00:00:00+08:00',
      values: { stage: 'V', ratedPowerKw: 0.276 },
      after: newest?.id,
    });
    expect(answer.status).toBe(400);
    expect(await objectOf(answer)).toMatchObject({ errors: [{ field: 'body.values.ratedPowerKw' }] });
  });
});

describe('a lay-up', () => {
  const path = () => `/api/v1/vehicles/${id}/lay-ups`;
  const state = async () => await objectOf(await test.get(`/api/v1/vehicles/${id}`));
  const Made = z.object({ id: z.number() });
  let layUp = 0;

  it('takes a truck that sends nothing out of those that are missed, from its first day to the day on which it is back', async () => {
    expect(await state()).toMatchObject({ state: 'neverSeen', layUp: null });
    const answer = await test.post(path(), { from: '2026-11-20', reason: 'winter', note: '停运' });
    expect(answer.status).toBe(201);
    layUp = Made.parse(await answer.json()).id;
    expect(await state()).toMatchObject({ state: 'laidUp', layUp: { from: '2026-11-20', to: null, reason: 'winter' } });
    expect(await objectOf(await test.get('/api/v1/vehicles?state=laidUp'))).toMatchObject({
      counts: { laidUp: 1, neverSeen: 0, total: 1 },
      vehicles: [{ id }],
    });
    expect((await test.patch(`${path()}/${layUp}`, { version: 1, to: '2026-11-23' })).status).toBe(200);
    expect(await state()).toMatchObject({ state: 'neverSeen', layUp: null });
  });

  it('is not overwritten by the second of two people, who is told how it stands', async () => {
    const second = await test.patch(`${path()}/${layUp}`, { version: 1, to: '2026-12-01' });
    expect(second.status).toBe(409);
    expect(await objectOf(second)).toMatchObject({
      code: 'CHANGED',
      detail: expect.stringContaining('from 2026-11-20 until 2026-11-23'),
    });
  });

  it.each([
    { name: 'an end before its beginning', body: { from: '2026-12-01', to: '2026-12-01', reason: 'winter' }, field: 'body.to' },
    { name: 'a reason there is not', body: { from: '2026-12-01', reason: 'weather' }, field: 'body.reason' },
    { name: 'a date there is not', body: { from: '2026-02-30', reason: 'winter' }, field: 'body.from' },
    { name: 'a year that is a slip of the pen', body: { from: '0226-12-01', reason: 'winter' }, field: 'body.from' },
  ])('with $name is refused at the field', async ({ body, field }) => {
    const answer = await test.post(path(), body);
    expect(answer.status).toBe(400);
    expect(await objectOf(answer)).toMatchObject({ errors: [{ field }] });
  });

  it('that overlaps another is refused with the other', async () => {
    const answer = await test.post(path(), { from: '2026-11-22', reason: 'workshop' });
    expect(answer.status).toBe(409);
    expect(await objectOf(answer)).toMatchObject({ code: 'OVERLAP', detail: expect.stringContaining('2026-11-20') });
  });

  it('of another truck is not to be had under this one', async () => {
    expect((await test.patch(`/api/v1/vehicles/404/lay-ups/${layUp}`, { version: 2, to: null })).status).toBe(404);
  });

  it('can be taken away, and stays told', async () => {
    const gone = await test.app.request(`${path()}/${layUp}?version=2`, {
      method: 'DELETE',
      headers: { Authorization: `Bearer ${test.deps.serviceToken}` },
    });
    expect(gone.status).toBe(204);
    expect(await objectOf(await test.get(path()))).toMatchObject({
      layUps: [],
      events: [{ kind: 'removed' }, { kind: 'changed', to: '2026-11-23' }, { kind: 'entered', to: null, note: '停运' }],
    });
  });
});
