import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { secretHash } from './setup-tokens.ts';
import { addVehicle, NOW_MS, objectOf, openTestApp, type TestApp } from './test-app.ts';

let test: TestApp;
beforeAll(async () => {
  test = await openTestApp();
});
afterAll(async () => {
  await test.close();
});

const truck = (more: object = {}) => ({
  vin: 'LFWSRXSJ2G1F00001',
  plate: '新B12345',
  parameters: { stage: 'V', ratedPowerKw: 276 },
  ...more,
});

const Fleet = z.object({
  counts: z.object({ online: z.number(), late: z.number(), silent: z.number(), neverSeen: z.number(), total: z.number() }),
  thresholds: z.object({ onlineS: z.number(), lateS: z.number() }),
  vehicles: z.array(
    z.object({
      id: z.number(),
      plate: z.string(),
      state: z.string(),
      ageS: z.number().nullable(),
      terminal: z.object({ id: z.string() }).nullable(),
      latest: z.record(z.string(), z.object({ value: z.number(), ageS: z.number(), current: z.boolean() })),
    }),
  ),
  nextCursor: z.string().nullable(),
});
const fleet = async (query: string) => {
  const response = await test.get(`/api/v1/vehicles?${query}`);
  expect(response.status).toBe(200);
  return Fleet.parse(await response.json());
};

describe('entering a truck', () => {
  it('stores it with its parameters and tells the doors', async () => {
    const before = test.state.refreshes;
    const response = await test.post('/api/v1/vehicles', truck());
    expect(response.status).toBe(201);
    const { id } = await objectOf(response);
    expect(test.state.refreshes).toBe(before + 1);
    const detail = await objectOf(await test.get(`/api/v1/vehicles/${String(id)}`));
    expect(detail).toMatchObject({
      vin: 'LFWSRXSJ2G1F00001',
      state: 'neverSeen',
      parameters: { values: { stage: 'V', ratedPowerKw: 276 } },
    });
  });

  it('twice is refused', async () => {
    const response = await test.post('/api/v1/vehicles', truck());
    expect(response.status).toBe(409);
    expect(await objectOf(response)).toMatchObject({ code: 'EXISTS', errors: [{ field: 'body.vin' }] });
  });

  it.each([
    {
      name: '25 kW',
      body: truck({ parameters: { stage: 'V', ratedPowerKw: 25 } }),
      field: 'body.parameters.ratedPowerKw',
      says: 'between 30 and 500 kW',
    },
    {
      name: 'a torque that no engine of its power has',
      body: truck({ parameters: { stage: 'V', ratedPowerKw: 276, referenceTorqueNm: 150 } }),
      field: 'body.parameters.referenceTorqueNm',
      // 276 kW × 9549.3 / 3600 rpm and / 800 rpm.
      says: 'between 732 and 3295 N·m for an engine of 276 kW',
    },
    {
      name: 'a cycle work that no engine of its power does',
      body: truck({ parameters: { stage: 'V', ratedPowerKw: 276, workRefKwh: 5 } }),
      field: 'body.parameters.workRefKwh',
      says: 'between 11 and 55.2 kWh for an engine of 276 kW',
    },
    {
      name: '276,000 kW',
      body: truck({ parameters: { stage: 'V', ratedPowerKw: 276_000 } }),
      field: 'body.parameters.ratedPowerKw',
      says: '500',
    },
    {
      name: 'power as text',
      body: truck({ parameters: { stage: 'V', ratedPowerKw: '276' } }),
      field: 'body.parameters.ratedPowerKw',
      says: 'between',
    },
    {
      name: 'an unknown stage',
      body: truck({ parameters: { stage: 'III', ratedPowerKw: 276 } }),
      field: 'body.parameters.stage',
      says: 'IV',
    },
    {
      name: 'an unknown parameter',
      body: truck({ parameters: { stage: 'V', ratedPowerKw: 276, power: 1 } }),
      field: 'body.parameters',
      says: 'power',
    },
    { name: 'a VIN of 16 characters', body: truck({ vin: 'LFWSRXSJ2G1F0001' }), field: 'body.vin', says: '17' },
    { name: 'a VIN that is SQL', body: truck({ vin: "'; drop table vehicles; --" }), field: 'body.vin', says: '17' },
    { name: 'a plate with U+0000', body: truck({ plate: '新B\u00001' }), field: 'body.plate', says: 'control' },
    { name: 'an empty plate', body: truck({ plate: '   ' }), field: 'body.plate', says: '' },
  ])('with $name is refused, naming the field and the bound', async ({ body, field, says }) => {
    const response = await test.post('/api/v1/vehicles', body);
    expect(response.status).toBe(400);
    const { errors } = z
      .object({ errors: z.array(z.object({ field: z.string(), reason: z.string() })) })
      .parse(await response.json());
    expect(errors.map((e) => e.field)).toContain(field);
    expect(errors.map((e) => e.reason).join(' ')).toContain(says);
  });

  it.each([`Robert'); drop table vehicles; --`, '"><img src=x onerror=alert(1)>', '100%_\\', '$1::text'])(
    'keeps the plate %j as text, finds it by search, and loses nothing',
    async (plate) => {
      const before = (await fleet('')).counts.total;
      const vin = `LFWSRXSJ2G1F${String(before).padStart(5, '1')}`;
      expect((await test.post('/api/v1/vehicles', truck({ vin, plate: plate.slice(0, 20) }))).status).toBe(201);
      const found = await fleet(`q=${encodeURIComponent(plate.slice(0, 20))}`);
      expect(found.vehicles.map((v) => v.plate)).toEqual([plate.slice(0, 20)]);
      expect((await fleet('')).counts.total).toBe(before + 1);
    },
  );

  it('a search for % or _ matches these characters, not everything', async () => {
    expect((await fleet(`q=${encodeURIComponent('%_')}`)).counts.total).toBe(1);
  });
});

describe('terminals', () => {
  it('get a 256-bit secret that is shown once and stored as a hash', async () => {
    const { secret } = await objectOf(await test.post('/api/v1/terminals', { id: 'T-1', vendor: 'A' }));
    expect(secret).toMatch(/^[\w-]{43}$/);
    const [row] = await test.db.query<{ secret_hash: Uint8Array }>(`select secret_hash from terminals where id = 'T-1'`);
    expect(Buffer.from(row?.secret_hash ?? []).toString('hex')).toBe(secretHash(String(secret)).toString('hex'));
    expect(await (await test.get('/api/v1/terminals')).text()).not.toContain(String(secret));
    expect((await test.post('/api/v1/terminals', { id: 'T-1' })).status).toBe(409);
  });

  it.each([
    { tcp: { answers: 'none' }, kept: { answers: 'none', errors: false } },
    { tcp: { answers: 'echo', errors: false }, kept: { answers: 'echo', errors: false } },
    { tcp: { answers: 'plus80', errors: true }, kept: { answers: 'plus80', errors: true } },
  ])('may be let in by plain TCP with $tcp', async ({ tcp, kept }) => {
    const id = `T-tcp-${tcp.answers}`;
    expect((await test.post('/api/v1/terminals', { id, profile: { recordPeriodS: 10, tcp } })).status).toBe(201);
    expect(await objectOf(await test.get(`/api/v1/terminals?q=${id}`))).toMatchObject({
      terminals: [{ id, profile: { recordPeriodS: 10, tcp: kept } }],
    });
  });

  it.each([
    { name: 'an unknown habit', tcp: { answers: 'always' }, field: 'body.profile.tcp.answers' },
    { name: 'no habit', tcp: {}, field: 'body.profile.tcp.answers' },
    { name: 'errors without plus80', tcp: { answers: 'echo', errors: true }, field: 'body.profile.tcp.errors' },
    { name: 'a misspelt field', tcp: { answers: 'none', error: true }, field: 'body.profile.tcp' },
  ])('are refused with $name of answering on plain TCP', async ({ tcp, field }) => {
    const response = await test.post('/api/v1/terminals', { id: 'T-tcp-bad', profile: { tcp } });
    expect(response.status).toBe(400);
    expect(await objectOf(response)).toMatchObject({ errors: [{ field }] });
  });

  it('are told their secret even when the doors cannot be told', async () => {
    const lame = await openTestApp({ registry: { refresh: () => Promise.reject(new Error('away')) } });
    try {
      const response = await lame.post('/api/v1/terminals', { id: 'T-9' });
      expect(response.status).toBe(201);
      expect((await objectOf(response)).secret).toMatch(/^[\w-]{43}$/);
      expect(lame.logged).toHaveLength(1);
    } finally {
      await lame.close();
    }
  });

  it('keep the old secret for the hours asked after a rotation', async () => {
    const answer = await objectOf(await test.post('/api/v1/terminals/T-1/rotate', { overlapHours: 2 }));
    expect(answer.previousSecretUntil).toBe(new Date(NOW_MS + 7_200_000).toISOString());
    expect((await test.post('/api/v1/terminals/NONE/rotate', {})).status).toBe(404);
  });

  it('are cut off at once when revoked, and stay so', async () => {
    expect((await test.post('/api/v1/terminals', { id: 'T-2' })).status).toBe(201);
    const answer = await objectOf(await test.post('/api/v1/terminals/T-2/revoke', {}));
    expect(answer).toMatchObject({ id: 'T-2', disconnected: true });
    expect(test.kicked).toContain('T-2');
    expect((await test.post('/api/v1/terminals/T-2/rotate', {})).status).toBe(409);
  });

  it.each(['', 'a b', '../x', 'x'.repeat(65), 'T+', 'T/#', '终端'])(
    'refuse the id %j, which no topic could carry',
    async (id) => {
      expect((await test.post('/api/v1/terminals', { id })).status).toBe(400);
    },
  );

  it('page through without loss or repetition', async () => {
    for (let i = 0; i < 7; i++) await test.post('/api/v1/terminals', { id: `P-${i}` });
    const Page = z.object({ terminals: z.array(z.object({ id: z.string() })), nextCursor: z.string().nullable() });
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: z.infer<typeof Page> = Page.parse(
        await (await test.get(`/api/v1/terminals?limit=3${cursor ? `&cursor=${cursor}` : ''}`)).json(),
      );
      seen.push(...page.terminals.map((t) => t.id));
      cursor = page.nextCursor;
    }
    const rows = await test.db.query<{ id: string }>('select id from terminals order by id');
    expect(seen).toEqual(rows.map((r) => r.id));
  });
});

describe('assignments', () => {
  const at = (day: number) => `2026-11-${String(day).padStart(2, '0')}T00:00:00+08:00`;
  let a: number;
  let b: number;
  beforeAll(async () => {
    a = await addVehicle(test.db, 'LZZ5ELSD8EN0000A1', '新A1');
    b = await addVehicle(test.db, 'LZZ5ELSD8EN0000B1', '新B1');
    await test.post('/api/v1/terminals', { id: 'M-1', vehicleId: a, since: at(1) });
  });
  const assign = (vehicleId: number, from: string, to?: string) =>
    test.post('/api/v1/assignments', { terminalId: 'M-1', vehicleId, from, ...(to ? { to } : {}) });

  it('close the one before where the new one begins', async () => {
    const answer = await objectOf(await assign(b, at(10)));
    expect(answer.closed).toEqual(expect.any(Number));
    const rows = await test.db.query<{ vehicle_id: number; valid_from: Date; valid_to: Date | null }>(
      `select vehicle_id, valid_from, valid_to from assignments where terminal_id = 'M-1' order by valid_from`,
    );
    expect(rows).toEqual([
      { vehicle_id: a, valid_from: new Date(at(1)), valid_to: new Date(at(10)) },
      { vehicle_id: b, valid_from: new Date(at(10)), valid_to: null },
    ]);
  });

  it('queue the job that takes in what was held back for want of them', async () => {
    const jobs = await test.db.query("select arguments, state from jobs where kind = 'reprocess'");
    expect(jobs).toEqual([{ arguments: { terminalId: 'M-1', codes: ['NO_VEHICLE', 'WRONG_VEHICLE'] }, state: 'queued' }]);
  });

  it('that overlap a closed one are refused, saying which', async () => {
    const response = await assign(b, at(5), at(7));
    expect(response.status).toBe(409);
    const problem = await objectOf(response);
    expect(problem).toMatchObject({ code: 'OVERLAP' });
    expect(problem.detail).toContain('新A1');
    expect(problem.detail).toContain(new Date(at(10)).toISOString());
  });

  it('that would begin where the open one begins are refused', async () => {
    expect((await assign(a, at(10))).status).toBe(409);
  });

  it('may fill a time in which the terminal had no truck', async () => {
    expect((await assign(b, '2026-10-01T00:00:00+08:00', '2026-10-31T00:00:00+08:00')).status).toBe(201);
  });

  it('need an order of times, an offset, a truck and a terminal that exist', async () => {
    expect((await assign(a, at(20), at(20))).status).toBe(400);
    expect((await assign(a, '2026-11-20T00:00:00')).status).toBe(400);
    expect((await assign(99_999, at(20))).status).toBe(404);
    expect((await test.post('/api/v1/assignments', { terminalId: 'NONE', vehicleId: a, from: at(20) })).status).toBe(404);
  });
});

describe('the fleet list', () => {
  beforeAll(async () => {
    const ages = [10, 120, 121, 3600, 3601];
    for (const [i, ageS] of ages.entries()) {
      const id = await addVehicle(test.db, `LZZ5ELSD8EN00001${i}`, `阜康${i}`);
      const sec = NOW_MS / 1000 - ageS;
      await test.db.query(
        `insert into vehicle_latest (vehicle_id, time, received_at, signals) values ($1::int, to_timestamp($2::float8 - 2), to_timestamp($2::float8), $3::jsonb)`,
        [id, sec, JSON.stringify({ noxDownPpm: [4964 + i, sec - 2], fuelLevelPct: [100, sec - 600] })],
        { priority: 'write' },
      );
    }
  });

  it("tells online (≤ 2 min), late (≤ 1 h) and silent by the server's clock, and says the thresholds", async () => {
    const { vehicles, thresholds, counts } = await fleet(`q=${encodeURIComponent('阜康')}`);
    expect(vehicles.map((v) => `${v.plate} ${v.state} ${v.ageS}`)).toEqual([
      '阜康0 online 10',
      '阜康1 online 120',
      '阜康2 late 121',
      '阜康3 late 3600',
      '阜康4 silent 3601',
    ]);
    expect(thresholds).toEqual({ onlineS: 120, lateS: 3600 });
    expect(counts).toEqual({ online: 2, late: 2, silent: 1, neverSeen: 0, total: 5 });
    expect((await fleet(`q=${encodeURIComponent('阜康')}&state=late`)).vehicles.map((v) => v.plate)).toEqual(['阜康2', '阜康3']);
  });

  it('gives newest values in units with their age, and whether the newest sample had them', async () => {
    const { vehicles } = await fleet(`q=${encodeURIComponent('阜康0')}`);
    expect(vehicles[0]?.latest.noxDownPpm).toMatchObject({ value: 48.2, ageS: 12, current: true });
    expect(vehicles[0]?.latest.fuelLevelPct).toMatchObject({ value: 40, ageS: 610, current: false });
  });

  it.each(['attention', 'plate', 'vin', 'lastReceived', 'noxDownPpm'])(
    'sorted by %s in either direction pages through every truck once',
    async (sort) => {
      for (const order of ['asc', 'desc']) {
        const seen: number[] = [];
        let cursor: string | null = '';
        while (cursor !== null) {
          const page: z.infer<typeof Fleet> = await fleet(
            `sort=${sort}&order=${order}&limit=4${cursor ? `&cursor=${cursor}` : ''}`,
          );
          seen.push(...page.vehicles.map((v) => v.id));
          cursor = page.nextCursor;
        }
        const rows = await test.db.query<{ id: number }>('select id from vehicles');
        expect(new Set(seen).size).toBe(seen.length);
        expect([...seen].sort((x, y) => x - y)).toEqual(rows.map((r) => r.id).sort((x, y) => x - y));
      }
    },
  );

  it.each(['sort=drop', 'cursor=abc', 'limit=0', 'limit=501', 'state=gone', 'signals=nox', 'ids=1;2'])(
    'refuses %s and names the field',
    async (query) => {
      const response = await test.get(`/api/v1/vehicles?${query}`);
      expect(response.status).toBe(400);
      expect(await objectOf(response)).toMatchObject({
        code: 'INVALID',
        detail: expect.stringContaining(`query.${query.split('=')[0]}`),
      });
    },
  );

  it.each([
    'signals=noxDownPpm&from=now&to=now-1h',
    'signals=noxDownPpm&from=now-401d',
    'signals=noxDownPpm&from=yesterday',
    'signals=noxDownPpm&from=2026-11-23T00:00:00',
    'signals=noxDownPpm&from=-99999999999999',
    'signals=',
    'signals=nox,speedKmh',
    'signals=speedKmh,speedKmh',
    'signals=speedKmh%22%3B%20drop%20table%20samples',
    'signals=noxDownPpm&points=1000000',
    'signals=noxDownPpm&points=NaN',
  ])('and a series of %s is refused', async (query) => {
    const { vehicles } = await fleet('limit=1');
    expect((await test.get(`/api/v1/vehicles/${vehicles[0]?.id}/series?${query}`)).status).toBe(400);
  });

  it('knows no truck 99999', async () => {
    expect((await test.get('/api/v1/vehicles/99999')).status).toBe(404);
    expect((await test.get('/api/v1/vehicles/99999/series?signals=speedKmh')).status).toBe(404);
  });
});
