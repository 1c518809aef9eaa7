import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addVehicle, openTestApp, type TestApp } from './test-app.ts';

/** 2026-11-23 14:00 in Beijing is the moment of the tests: yesterday is the 22nd. */
const DAY = '2026-11-22';
let test: TestApp;
const trucks: number[] = [];

const write = (sql: string, params: unknown[] = []) => test.db.query(sql, params, { priority: 'write' });

/** An evaluated day: engine-on samples received, due and valid, and what the rules on the limit said. */
async function addDay(truck: number, n: { samples: number; received: number; due: number; valid: number }, said: string | null) {
  const outcomes = [
    { rule: 'R-A2', outcome: said === null ? 'notEvaluated' : 'clear', ...(said === null ? { reason: 'noxValidShare' } : {}) },
    { rule: 'R-A3', outcome: said ?? 'notEvaluated', ...(said === null ? { reason: 'tooFewValidDays' } : {}) },
  ];
  const summary = { quality: { received: n.received, due: n.due, channels: { noxDownPpm: { counts: { valid: n.valid } } } } };
  await write(
    `insert into truck_day (vehicle_id, day, until, samples, rules_version, summary, outcomes, outcomes_sha256, verdicts)
     values ($1, $2, '2026-11-22T16:00:00Z', $3, '1', $4::jsonb, $5::jsonb, '\\x00', $5::jsonb)`,
    [truck, DAY, n.samples, JSON.stringify(summary), JSON.stringify(outcomes)],
  );
}

beforeAll(async () => {
  test = await openTestApp();
  for (let n = 1; n <= 4; n += 1) trucks.push(await addVehicle(test.db, `LFWSRXSJ2G1F0000${n}`, `新B0000${n}`));
  const [a = 0, b = 0, c = 0, d = 0] = trucks;
  await write("update vehicles set fitted_at = '2026-01-01Z', district = case id when $1 then '奇台县' else '昌吉市' end", [a]);
  await addDay(a, { samples: 1000, received: 900, due: 1000, valid: 810 }, 'found');
  await addDay(b, { samples: 500, received: 500, due: 500, valid: 490 }, 'clear');
  await addDay(c, { samples: 100, received: 80, due: 100, valid: 0 }, null);
  await write("insert into lay_ups (vehicle_id, valid_from, reason, recorded_by) values ($1, '2026-11-01', 'winter', 'x')", [d]);
  await write(
    "insert into vehicle_latest (vehicle_id, time, received_at, signals) values ($1, '2026-11-23T05:59:30Z', '2026-11-23T05:59:30Z', '{}'), ($2, '2026-11-20Z', '2026-11-20Z', '{}')",
    [a, b],
  );
  // Of truck a: an hour with the engine on two hours ago, its first half with a valid NOx, then a parked quarter.
  await write(
    `insert into truck_minute (vehicle_id, time, formula, "engineOnS", "noxValidS", "noxDownMean", "noxOfWorkG", "workOfNoxKwh")
     select $1, '2026-11-23T04:00:00Z'::timestamptz + m * interval '1 minute', '1', case when m < 60 then 60 else 0 end, case when m < 30 then 60 else 0 end,
       case when m < 30 then 100 + m end, case when m < 30 then 4 else 0 end, case when m < 30 then 2 else 0 end from generate_series(0, 74) m`,
    [a],
  );
  await write(
    `insert into findings (id, vehicle_id, rule, day, level, cause, version, detail) values
       ('00000000000000a1', $1, 'R-FUEL-THEFT', '2026-11-22', 'attention', 'fuelTank', '1', '{"figures": {"litres": 84}, "stretches": [{"fromSec": 1795300000, "toSec": 1795300600}]}'),
       ('00000000000000a2', $1, 'R-FUEL-REFILL', '2026-11-20', 'event', 'fuelTank', '1', '{"figures": {"litres": 400}}'),
       ('00000000000000a3', $1, 'R-A3', '2026-11-22', 'probable', 'overLimit', '1', '{}')`,
    [a],
  );
  await write(
    `insert into leads (id, vehicle_id, cause, level, first_day, last_day, findings, state) values ('00000000000000a3', $1, 'overLimit', 'probable', '2026-11-22', '2026-11-22', array['00000000000000a3'], 'open')`,
    [a],
  );
  await write(
    `insert into lead_events (lead_id, vehicle_id, at, kind, reason) values ('00000000000000a3', $1, '2026-11-22T20:00:00Z', 'opened', 'firstFinding'), ('00000000000000a3', $1, '2026-11-23T02:00:00Z', 'withdrawn', 'nowClear'),
       ('00000000000000a3', $1, '2026-11-23T01:00:00Z', 'withdrawn', 'mergedInto')`,
    [a],
  );
});
afterAll(() => test.close());

const Rate = z.object({ value: z.number().nullable(), part: z.number(), base: z.number() });
const Today = z.looseObject({
  day: z.string(),
  fleet: z.record(z.string(), z.number()),
  rates: z.record(z.string(), Rate),
  evaluated: z.record(z.string(), z.number()),
  notJudgedTrucks: z.number(),
  notJudged: z.array(z.looseObject({ vehicle: z.object({ id: z.number(), plate: z.string() }), reason: z.string() })),
  changes: z.looseObject({
    counts: z.record(z.string(), z.number()),
    list: z.array(z.looseObject({ kind: z.string(), what: z.string() })),
  }),
});
const today = async () => Today.parse(await (await test.get('/api/v1/today?lang=en')).json());

describe('today', () => {
  it('counts the fleet, and its rates of the last whole day from the counts themselves', async () => {
    const { day, fleet, rates, evaluated } = await today();
    expect(day).toBe(DAY);
    // The truck laid up is told apart from those that were never heard of.
    expect(fleet).toMatchObject({ fitted: 4, online: 1, late: 0, silent: 1, neverSeen: 1, laidUp: 1 });
    expect(rates.connected).toEqual({ value: 3 / 4, part: 3, base: 4 });
    // The truck that is laid up leaves the base of the online rate alone.
    expect(rates.online).toEqual({ value: 1, part: 3, base: 3 });
    expect(rates.transmission).toEqual({ value: 1480 / 1600, part: 1480, base: 1600 });
    expect(rates.valid).toEqual({ value: 1300 / 1480, part: 1300, base: 1480 });
    expect(rates.effective).toEqual({ value: 1300 / 1600, part: 1300, base: 1600 });
    // One of two that could be judged: the third is told apart.
    expect(rates.exceedance).toEqual({ value: 1 / 2, part: 1, base: 2 });
    expect(evaluated).toMatchObject({ trucks: 3, judged: 2, waiting: 0 });
  });

  it('says which trucks with data were not judged, and why in words', async () => {
    const { notJudged, notJudgedTrucks } = await today();
    expect(notJudgedTrucks).toBe(1);
    expect(notJudged.map(({ vehicle }) => vehicle.plate)).toEqual(['新B00003']);
    expect(notJudged[0]?.reason).toBe('too little of the NOx is valid');
  });

  it('tells what happened since the begin of yesterday, and nothing older', async () => {
    const { changes } = await today();
    expect(changes.counts).toEqual({ opened: 1, withdrawn: 1, 'R-FUEL-THEFT': 1 });
    expect(changes.list.map(({ kind }) => kind)).toEqual(['withdrawn', 'opened', 'tank']);
    expect(changes.list[0]).toMatchObject({ reason: 'by recomputation the rules do not speak any more' });
    expect(changes.list[2]).toMatchObject({ litres: 84, name: expect.stringMatching(/fuel/i) });
  });

  it('has no figure where there is nothing to divide by', async () => {
    test.state.nowMs += 10 * 86_400_000;
    const { rates } = await today();
    test.state.nowMs -= 10 * 86_400_000;
    expect(rates.effective).toEqual({ value: null, part: 0, base: 0 });
    expect(rates.exceedance).toEqual({ value: null, part: 0, base: 0 });
  });

  it('draws the last 24 hours of each truck from its minutes, as a sum over them in plain SQL', async () => {
    const answer = z
      .looseObject({
        from: z.string(),
        bucketS: z.number(),
        trucks: z.array(
          z.looseObject({
            id: z.number(),
            bar: z.string(),
            noxPpm: z.array(z.number().nullable()),
            gPerKwh: z.number().nullable(),
            validShare: z.number().nullable(),
          }),
        ),
      })
      .parse(await (await test.get('/api/v1/today/trucks')).json());
    // The truck laid up comes last: it needs nothing.
    expect(answer.trucks.map(({ id }) => id)).toEqual([trucks[1], trucks[2], trucks[0], trucks[3]]);
    const truck = answer.trucks[2];
    const at = (Date.parse('2026-11-23T04:00:00Z') - Date.parse(answer.from)) / 1000 / answer.bucketS;
    expect(truck?.bar).toHaveLength(96);
    expect(truck?.bar.slice(at - 1, at + 6)).toBe('-vvnnp-');
    expect(truck?.noxPpm.slice(at, at + 3)).toEqual([107, 122, null]);
    const [sums] = await test.db.query<{ g: number; share: number }>(
      'select sum("noxOfWorkG") / sum("workOfNoxKwh") as g, sum("noxValidS") / sum("engineOnS") as share from truck_minute where vehicle_id = $1',
      [trucks[0]],
    );
    expect(truck?.gPerKwh).toBeCloseTo(sums?.g ?? 0, 6);
    expect(truck?.validShare).toBeCloseTo(sums?.share ?? 0, 6);
    expect(answer.trucks[0]).toMatchObject({ bar: '-'.repeat(96), gPerKwh: null, validShare: null });
  });
});

describe('the demonstration', () => {
  const Demo = z.looseObject({
    trucks: z.number(),
    wanted: z.boolean(),
    removal: z.looseObject({ state: z.string(), jobId: z.number() }).nullable(),
  });
  const look = async () => Demo.parse(await (await test.get('/api/v1/demo')).json());

  it('is wanted once it is added, is removed as one job, and both are in the trail', async () => {
    await write('update vehicles set demo = true where id = $1', [trucks[3]]);
    expect(await look()).toMatchObject({ trucks: 1, realTrucks: 3, realHeard: 2, wanted: false, running: false, removal: null });
    expect((await test.post('/api/v1/demo', {})).status).toBe(202);
    expect(await look()).toMatchObject({ wanted: true });
    const first = await (await test.post('/api/v1/demo/removal', {})).json();
    expect(await (await test.post('/api/v1/demo/removal', {})).json()).toEqual(first);
    expect(await look()).toMatchObject({ wanted: false, removal: { state: 'queued' } });
    expect((await test.post('/api/v1/demo', {})).status).toBe(409);
    await write("update jobs set state = 'cancelled' where kind = 'demoRemoval'");
    const left = await test.post('/api/v1/demo', {});
    expect([left.status, await left.json()]).toMatchObject([
      409,
      { code: 'REMOVING', detail: expect.stringContaining('1 of its trucks'), action: expect.stringContaining('Remove') },
    ]);
    const told = await test.db.query<{ action: string }>("select action from audit where action like 'demo.%' order by seq");
    expect(told.map(({ action }) => action)).toEqual(['demo.add', 'demo.remove']);
  });
});

it('counts all trucks that were not judged, and names the first of them', async () => {
  for (let n = 10; n < 61; n += 1) {
    const truck = await addVehicle(test.db, `LFWSRXSJ2G1F000${n}`, `新B000${n}`);
    await addDay(truck, { samples: 100, received: 80, due: 100, valid: 0 }, null);
  }
  const { notJudged, notJudgedTrucks } = await today();
  expect(notJudgedTrucks).toBe(52);
  expect(notJudged).toHaveLength(50);
});
