import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addVehicle, objectOf, openTestApp, type TestApp } from './test-app.ts';

let test: TestApp;
let truck = 0;

const SEC = (time: string) => Date.parse(`${time}+08:00`) / 1000;
const totals = (nox: number, work: number, km: number) => ({
  engineOnS: 20_000,
  noxValidS: 18_000,
  noxG: nox,
  co2G: 0,
  fuelKg: 60,
  workKwh: work,
  distanceKm: km,
  noxOfWorkG: nox,
  workOfNoxKwh: work,
  noxOfFuelG: nox,
  fuelOfNoxKg: 60,
  noxOfDistanceG: nox,
  distanceOfNoxKm: km,
});
const mark = (time: string, levelPct: number, odometerKm: number) => ({
  timeSec: SEC(time),
  levelPct,
  odometerKm,
  fuelTotalL: null,
  lonDeg: 87.31,
  latDeg: 44.01,
  drivenPct: levelPct,
  stepPct: 0.4,
});
const tank = (first: ReturnType<typeof mark> | null, last: ReturnType<typeof mark> | null, events: object[] = []) => ({
  reason: first === null ? 'noReadings' : null,
  first,
  last,
  events,
  usedPct: null,
  minPct: null,
  maxPct: null,
  fuelL: null,
  distanceKm: null,
  frozenS: 0,
});

async function addDay(day: string, summary: object | null) {
  await test.db.query(
    `insert into truck_day (vehicle_id, day, until, samples, rules_version, summary, outcomes, outcomes_sha256, verdicts)
     values ($1, $2, $2::date + interval '16 hours', 1, '1.0.0', $3::jsonb, '[]', '\\x00', '[]')`,
    [truck, day, summary === null ? null : JSON.stringify({ date: day, ...summary })],
    { priority: 'write' },
  );
}

const FACTS = { fuelTankL: 600, ureaTankL: 40 };
const quality = {
  engineOnS: 20_000,
  received: 19_000,
  due: 20_000,
  transmissionRate: 0.95,
  channels: { noxDownPpm: { counts: {}, validRate: 0.9, hotValidRate: 0.98, effectiveRate: 0.855 } },
  gaps: 2,
  gapS: 300,
  longestGapS: 200,
  lateShare: 0.01,
  clockErrorS: 2,
  conflicts: 0,
  noxValidShare: 0.9,
  hotS: 18_000,
};

beforeAll(async () => {
  test = await openTestApp();
  truck = await addVehicle(test.db, 'LFWSRXSJ2G1F00001', '新B00001');
  const refill = {
    kind: 'refill',
    fromSec: SEC('2026-11-20T12:00:00'),
    toSec: SEC('2026-11-20T12:10:00'),
    beforePct: 30,
    afterPct: 80,
    litres: 300,
    standing: true,
    lonDeg: 87.31,
    latDeg: 44.01,
  };
  const trip = {
    fromSec: SEC('2026-11-20T08:00:00'),
    toSec: SEC('2026-11-20T11:00:00'),
    open: false,
    totals: totals(800, 200, 160),
    valid: 100,
    validShare: 1,
    void: null,
    p90: 4.5,
    kind: 'work',
  };
  const common = {
    facts: FACTS,
    quality,
    obd: { readings: 4, milOn: 1, dtcs: [], milSec: null },
    plausibility: { hotMeanPpm: 321, hotMeanS: 17_000 },
  };
  await addDay('2026-11-20', {
    ...common,
    totals: totals(900, 300, 250),
    trips: [trip],
    fuelTank: tank(mark('2026-11-20T08:00:00', 50, 1000), mark('2026-11-20T18:00:00', 70, 1250), [refill]),
    ureaTank: tank(null, null),
  });
  // Parked over night, 20 % (120 L) lower in the morning, without a kilometre.
  await addDay('2026-11-21', {
    ...common,
    totals: totals(0, 0, 0),
    trips: [],
    fuelTank: tank(mark('2026-11-21T08:00:00', 50, 1250), mark('2026-11-21T18:00:00', 40, 1400)),
    ureaTank: tank(null, null),
  });
  await addDay('2026-11-22', null);
  await test.db.query(
    `insert into obd_readings (vehicle_id, time, terminal_id, received_at, mil, dtcs, body) values
       ($1, '2026-11-20T01:00:00Z', 'T-1', now(), true, array['SPN 4364 FMI 18 OC 3'], ''),
       ($1, '2026-11-21T01:00:00Z', 'T-1', now(), true, array['SPN 4364 FMI 18 OC 4', 'SPN 1761 FMI 1 OC 1'], ''),
       ($1, '2026-11-22T01:00:00Z', 'T-1', now(), false, array['SPN 1761 FMI 1 OC 1'], '')`,
    [truck],
    { priority: 'write' },
  );
  await test.db.query("insert into terminals (id, secret_hash) values ('T-1', '\\x00')", [], { priority: 'write' });
  await test.db.query(
    "insert into assignments (terminal_id, vehicle_id, valid_from, valid_to) values ('T-1', $1, '2026-11-01T00:00:00Z', '2026-11-21T00:00:00Z')",
    [truck],
    { priority: 'write' },
  );
  for (const [received, text] of [
    ['2026-11-20T02:00:05Z', '{"v":1,"n":1}'],
    ['2026-11-20T02:00:15Z', '{"v":1,"n":2}'],
    ['2026-11-21T02:00:05Z', '{"v":1,"n":3}'],
  ])
    await test.db.query(
      `insert into frames (terminal_id, received_at, first_time, last_time, transport, bytes)
       values ('T-1', $1::timestamptz, $1::timestamptz - interval '9 seconds', $1::timestamptz, 'mqtt', convert_to($2, 'UTF8'))`,
      [received, text],
      { priority: 'write' },
    );
});
afterAll(() => test.close());

describe('the history of a truck', () => {
  it('has specific emissions as sums over sums, and null where nothing was done', async () => {
    const body = await objectOf(await test.get(`/api/v1/vehicles/${truck}/history?from=2026-11-20&to=2026-11-22`));
    expect(body).toMatchObject({
      days: [
        { date: '2026-11-20', gPerKwh: 3, gPerKm: 3.6, meanPpm: 321, effectiveRate: 0.855, milOnShare: 0.25 },
        { date: '2026-11-21', gPerKwh: null, gPerKm: null },
      ],
      trips: [{ from: '2026-11-20T00:00:00.000Z', gPerKwh: 4, gPerKm: 5, p90GPerKwh: 4.5 }],
    });
  });

  it('has refills and thefts as steps, also one over night', async () => {
    const body = await objectOf(await test.get(`/api/v1/vehicles/${truck}/history?from=2026-11-20&to=2026-11-22`));
    expect(body).toMatchObject({
      fuel: {
        steps: [
          { kind: 'refill', beforePct: 30, afterPct: 80, litres: 300, from: '2026-11-20T04:00:00.000Z' },
          { kind: 'theft', beforePct: 70, afterPct: 50, from: '2026-11-20T10:00:00.000Z', to: '2026-11-21T00:00:00.000Z' },
        ],
      },
      urea: { steps: [], levels: [], reasons: [{ date: '2026-11-20', reason: 'noReadings' }, { date: '2026-11-21' }] },
    });
    const { fuel } = body as { fuel: { steps: { litres: number }[]; levels: { at: string; pct: number }[] } };
    // 20 % of 600 L, less what may have been burnt idling unseen.
    expect(fuel.steps[1]?.litres).toBeGreaterThan(100);
    expect(fuel.steps[1]?.litres).toBeLessThanOrEqual(120);
    expect(fuel.levels.map(({ pct }) => pct)).toEqual([50, 30, 80, 70, 70, 50, 50, 40]);
  });

  it('begins with the night before the first day that is asked for', async () => {
    const body = await objectOf(await test.get(`/api/v1/vehicles/${truck}/history?from=2026-11-21&to=2026-11-21`));
    expect(body).toMatchObject({ days: [{ date: '2026-11-21' }], trips: [], fuel: { steps: [{ kind: 'theft' }] } });
  });

  it.each(['from=2026-11-21&to=2026-11-20', 'from=2026-01-01&to=2026-11-20', 'from=2026-11-20'])(
    'is not told of %s',
    async (query) => {
      expect((await test.get(`/api/v1/vehicles/${truck}/history?${query}`)).status).toBe(400);
    },
  );

  it('is of trucks that there are', async () => {
    for (const what of ['history?from=2026-11-20&to=2026-11-20', 'trouble-codes', 'frames?from=now-1m&to=now'])
      expect((await test.get(`/api/v1/vehicles/9999/${what}`)).status).toBe(404);
  });
});

it('trouble codes are counted without their occurrence count, the newest first', async () => {
  expect(await objectOf(await test.get(`/api/v1/vehicles/${truck}/trouble-codes`))).toEqual({
    newest: { at: '2026-11-22T01:00:00.000Z', mil: false, codes: ['SPN 1761 FMI 1 OC 1'] },
    codes: [
      { code: 'SPN 1761 FMI 1', firstSeen: '2026-11-21T01:00:00.000Z', lastSeen: '2026-11-22T01:00:00.000Z', readings: 2 },
      { code: 'SPN 4364 FMI 18', firstSeen: '2026-11-20T01:00:00.000Z', lastSeen: '2026-11-21T01:00:00.000Z', readings: 2 },
    ],
  });
});

describe('original messages', () => {
  const of = async (from: string, to: string) =>
    await objectOf(await test.get(`/api/v1/vehicles/${truck}/frames?from=${from}&to=${to}`));

  it('are those that brought samples of the stretch, byte by byte', async () => {
    expect(await of('2026-11-20T02:00:00Z', '2026-11-20T02:00:05Z')).toMatchObject({
      more: false,
      messages: [{ terminalId: 'T-1', bytes: 13, hex: Buffer.from('{"v":1,"n":1}').toString('hex'), text: '{"v":1,"n":1}' }],
    });
    expect((await of('2026-11-20T02:00:00Z', '2026-11-20T02:00:10Z')).messages).toHaveLength(2);
  });

  it('are not those that the terminal sent on another truck', async () => {
    expect((await of('2026-11-21T02:00:00Z', '2026-11-21T02:00:10Z')).messages).toEqual([]);
  });

  it('are asked for ten minutes at most', async () => {
    const answer = await test.get(`/api/v1/vehicles/${truck}/frames?from=2026-11-20T02:00:00Z&to=2026-11-20T02:10:01Z`);
    expect(answer.status).toBe(400);
  });
});
