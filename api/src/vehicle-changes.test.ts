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
