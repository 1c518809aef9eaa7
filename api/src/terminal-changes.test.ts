import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addVehicle, objectOf, openTestApp, type TestApp } from './test-app.ts';

let test: TestApp;
let truck: number;
beforeAll(async () => {
  test = await openTestApp();
  truck = await addVehicle(test.db, 'LFWSRXSJ2G1F00001', '新B12345');
  await test.post('/api/v1/terminals', { id: 'T-1', vendor: 'Acme', profile: { recordPeriodS: 10 } });
});
afterAll(() => test.close());

const List = z.object({ terminals: z.array(z.looseObject({ id: z.string(), version: z.string() })) });
const terminal = async () => List.parse(await (await test.get('/api/v1/terminals?q=T-1')).json()).terminals[0];

/** Changes the terminal on what is stored now. */
const change = async (id: string, body: object) =>
  await test.patch(`/api/v1/terminals/${id}`, { version: (await terminal())?.version, ...body });

describe('changing a terminal', () => {
  it('changes what is named, takes away what is null, leaves the rest, and tells the doors', async () => {
    const before = test.state.refreshes;
    const changed = await change('T-1', { vendor: null, firmware: '2.1' });
    expect(changed.status).toBe(200);
    expect(await objectOf(changed)).toMatchObject({ profile: { recordPeriodS: 10 }, disconnected: false });
    expect(await terminal()).toMatchObject({ vendor: null, firmware: '2.1', profile: { recordPeriodS: 10 } });
    expect(test.state.refreshes).toBe(before + 1);
  });

  it('cuts its connection when the ways in have changed, and only then', async () => {
    test.kicked.length = 0;
    const profile = { recordPeriodS: 10, tcp: { answers: 'echo' } };
    expect(await objectOf(await change('T-1', { profile }))).toMatchObject({
      profile: { recordPeriodS: 10, tcp: { answers: 'echo', errors: false } },
      disconnected: true,
    });
    expect(test.kicked).toEqual(['T-1']);
    await change('T-1', { profile: { ...profile, recordPeriodS: 5 } });
    expect(test.kicked).toEqual(['T-1']);
    expect(await terminal()).toMatchObject({ profile: { recordPeriodS: 5, tcp: { answers: 'echo' } } });
  });

  it.each([
    { name: 'nothing', id: 'T-1', body: {}, status: 400 },
    { name: 'a field there is not', id: 'T-1', body: { secret: 'x' }, status: 400 },
    { name: 'a period of an hour', id: 'T-1', body: { profile: { recordPeriodS: 3600 } }, status: 400 },
    { name: 'a terminal that is not entered', id: 'T-404', body: { vendor: 'x' }, status: 404 },
  ])('is refused for $name', async ({ id, body, status }) => {
    expect((await change(id, body)).status).toBe(status);
  });
});

describe('the end of an assignment', () => {
  it('is entered once, after its beginning, and tells the doors', async () => {
    const { id } = await objectOf(
      await test.post('/api/v1/assignments', { terminalId: 'T-1', vehicleId: truck, from: '2026-11-01T00:00:00+08:00' }),
    );
    const end = (body: object) => test.post(`/api/v1/assignments/${String(id)}/end`, body);
    const tooEarly = await end({ at: '2026-11-01T00:00:00+08:00' });
    expect(tooEarly.status).toBe(400);
    expect(await objectOf(tooEarly)).toMatchObject({ errors: [{ field: 'body.at' }] });
    const before = test.state.refreshes;
    const ended = await end({ at: '2026-11-20T08:00:00+08:00' });
    expect(ended.status).toBe(200);
    expect(await objectOf(ended)).toMatchObject({ terminalId: 'T-1', vehicleId: truck, to: '2026-11-20T00:00:00.000Z' });
    expect(test.state.refreshes).toBe(before + 1);
    const again = await end({});
    expect(again.status).toBe(409);
    expect(await objectOf(again)).toMatchObject({ code: 'FINISHED', detail: expect.stringContaining('2026-11-20') });
    expect(await objectOf(await test.get(`/api/v1/vehicles/${truck}`))).toMatchObject({
      assignments: [{ terminalId: 'T-1', to: '2026-11-20T00:00:00.000Z' }],
      terminal: null,
    });
  });

  it('is now, when no time is given; an assignment that is not there is told so', async () => {
    const { id } = await objectOf(
      await test.post('/api/v1/assignments', { terminalId: 'T-1', vehicleId: truck, from: '2026-11-22T00:00:00+08:00' }),
    );
    expect(await objectOf(await test.post(`/api/v1/assignments/${String(id)}/end`, {}))).toMatchObject({
      to: new Date(test.state.nowMs).toISOString(),
    });
    expect((await test.post('/api/v1/assignments/999999/end', {})).status).toBe(404);
  });
});
