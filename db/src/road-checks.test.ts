import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Db } from './db.ts';
import { orderOutdatedStep, roadCheckCases, roadControls, roadDays, roadJudgedDays, truckRepairs } from './queries/index.ts';
import { ENGINES, freshDb } from './test-engines.ts';

const A2 = (outcome: string, reason?: string) =>
  JSON.stringify([
    { rule: 'R-A1', outcome: 'clear' },
    { rule: 'R-A2', outcome, reason },
  ]);

/** A truck of a stage with a day before and one after, and sums of two bins on each. */
async function enter(db: Db, n: number, stage: string, engine: string): Promise<number> {
  const write = (sql: string, params: readonly unknown[]) => db.query<{ id: number }>(sql, [...params], { priority: 'write' });
  const [row] = await write('insert into vehicles (vin, plate) values ($1::text, $2::text) returning id', [
    `LFWSRXSJ2G1F0000${n}`,
    `新B0000${n}`,
  ]);
  const id = row?.id ?? 0;
  await write(
    `insert into vehicle_parameters (vehicle_id, valid_from, "values", recorded_by) values ($1::int, '2020-01-01', $2::jsonb, 'x')`,
    [id, JSON.stringify({ stage, engineModel: engine })],
  );
  for (const [day, outcome, hour] of [
    ['2026-06-01', 'found', '24:00'],
    ['2026-06-10', 'clear', '24:00'],
    ['2026-06-11', 'clear', '13:00'],
    ['2026-06-12', 'notEvaluated', '24:00'],
  ] as const) {
    const reason = outcome === 'notEvaluated' ? 'tooLittleWork' : undefined;
    await write(
      `insert into truck_day (vehicle_id, day, until, samples, rules_version, formula, summary, outcomes, outcomes_sha256, verdicts)
       values ($1::int, $2::date, ($2::date + $3::interval)::timestamp at time zone 'Asia/Shanghai', 9, '1', '3', '{"date":"x"}', $4::jsonb, '\\x00', $4::jsonb)`,
      [id, day, hour, A2(outcome, reason)],
    );
    for (const bin of [0, 4])
      await write(
        `insert into truck_sums (span, kind, day, vehicle_id, bin, days, nox_days, work_of_nox_kwh, nox_of_fuel_g, fuel_of_nox_kg)
         values ('day', 'operation', $2::date, $1::int, $3::int, 1, 1, 10, 20, 2)`,
        [id, day, bin],
      );
  }
  return id;
}

describe.each(ENGINES)('what a road check reads on the %s engine', (engine) => {
  let site: Awaited<ReturnType<typeof freshDb>>;
  let db: Db;
  const trucks: number[] = [];
  beforeAll(async () => {
    site = await freshDb(engine);
    db = site.db;
    for (const [n, stage, model] of [
      [1, 'V', 'E'],
      [2, 'V', 'F'],
      [3, 'V', 'E'],
      [4, 'IV', 'E'],
    ] as const)
      trucks.push(await enter(db, n, stage, model));
  });
  afterAll(() => site.remove());

  it('are whole days with why they are not valid, a day under way is not among them', async () => {
    expect(await roadJudgedDays(db, trucks[0] ?? 0, '2026-05-01', '2026-06-30')).toEqual([
      { day: '2026-06-01', not_valid: null, formula: '3' },
      { day: '2026-06-10', not_valid: null, formula: '3' },
      { day: '2026-06-12', not_valid: 'tooLittleWork', formula: '3' },
    ]);
  });

  it('are the sums of each day by bin', async () => {
    const bin = { kind: 'operation', workOfNoxKwh: 10, noxOfFuelG: 20, fuelOfNoxKg: 2 };
    expect(await roadDays(db, trucks[0] ?? 0, ['2026-06-10', '2026-06-01'])).toEqual([
      {
        summary: { date: 'x' },
        formula: '3',
        slices: [
          { ...bin, bin: 0 },
          { ...bin, bin: 4 },
        ],
      },
      {
        summary: { date: 'x' },
        formula: '3',
        slices: [
          { ...bin, bin: 0 },
          { ...bin, bin: 4 },
        ],
      },
    ]);
  });

  const controls = async (most: number) =>
    await roadControls(db, {
      vehicleId: trucks[0] ?? 0,
      basis: 'work',
      before: { from: '2026-06-01', to: '2026-06-05' },
      after: { from: '2026-06-10', to: '2026-06-12' },
      leastDays: 1,
      most,
      formula: '3',
    });

  it('are not days of a control that wait or were held for ammonia; those of other arithmetic are named', async () => {
    const change = (sql: string, day: string) => db.query(sql, [trucks[1] ?? 0, day], { priority: 'write' });
    const those = async () => (await controls(10)).filter((row) => row.vehicle_id === trucks[1]);
    expect(await those()).toMatchObject([{ outdated: [] }, {}, {}, {}]);
    await change(`update truck_day set formula = '2' where vehicle_id = $1::int and day = $2::date`, '2026-06-10');
    expect(await those()).toMatchObject([{ outdated: ['2026-06-10'] }, {}, {}, {}]);
    const days = [{ vehicleId: trucks[1] ?? 0, day: '2026-06-10' }];
    await db.batch([orderOutdatedStep(days)]);
    await db.batch([orderOutdatedStep(days)]);
    expect(await db.query('select vehicle_id, day from dirty_days')).toEqual([{ vehicle_id: trucks[1], day: '2026-06-10' }]);
    // Ordered, it is still waited for; once it cannot be evaluated, it does not count.
    expect(await those()).toMatchObject([{ outdated: ['2026-06-10'] }, {}, {}, {}]);
    await change(`update dirty_days set error = 'x' where vehicle_id = $1::int and day = $2::date`, '2026-06-10');
    expect(await those()).toEqual([]);
    await change(`update truck_day set formula = '3' where vehicle_id = $1::int and day = $2::date`, '2026-06-10');
    expect(await those()).toEqual([]);
    await change('delete from dirty_days where vehicle_id = $1::int and day = $2::date', '2026-06-10');
    expect(await those()).toHaveLength(4);
    const held = `'[{"rule":"R-A2","outcome":"found"},{"rule":"R-A3","outcome":"notEvaluated","reason":"nh3Possible"}]'::jsonb`;
    await change(
      `update truck_day set outcomes = ${held}, verdicts = ${held} where vehicle_id = $1::int and day = $2::date`,
      '2026-06-01',
    );
    expect(await those()).toEqual([]);
    expect((await roadJudgedDays(db, trucks[1] ?? 0, '2026-06-01', '2026-06-01'))[0]?.not_valid).toBe('nh3Possible');
    await change(
      `update truck_day set outcomes = '${A2('found')}', verdicts = '${A2('found')}' where vehicle_id = $1::int and day = $2::date`,
      '2026-06-01',
    );
  });

  it('are other trucks of the stage, those of the engine first, and none that a case repaired meanwhile', async () => {
    const found = await controls(10);
    expect([...new Set(found.map((row) => row.vehicle_id))]).toEqual([trucks[1], trucks[2]]);
    expect(found.filter((row) => row.vehicle_id === trucks[1])).toMatchObject([
      { period: 'before', days: 1, bin: 0, noxOfFuelG: 20 },
      { period: 'before', days: 1, bin: 4 },
      { period: 'after', days: 1, bin: 0 },
      { period: 'after', days: 1, bin: 4, fuelOfNoxKg: 2 },
    ]);
    expect(new Set((await controls(1)).map((row) => row.vehicle_id))).toEqual(new Set([trucks[2]]));
    const [opened] = await db.query<{ id: number }>(
      `insert into cases (year, number, vehicle_id, type, origin, source, state, priority, opened_day, opened_at, opened_by, progress, trigger, vehicle, updated_at)
       values (2026, 1, $1::int, 'fault', 'hand', 'other', 'roadCheck', 'normal', '2026-06-01', now(), 'x', '{"repairedDay":"2026-06-06"}', '{}', '{}', now()) returning id`,
      [trucks[2] ?? 0],
      { priority: 'write' },
    );
    await db.query(
      `insert into case_steps (case_id, seq, kind, day, recorded_at, actor, to_state, "values") values ($1::int, 1, 'repair', '2026-06-06', now(), 'x', 'roadCheck', '{"inDay":"2026-06-04"}')`,
      [opened?.id ?? 0],
      { priority: 'write' },
    );
    expect(new Set((await controls(10)).map((row) => row.vehicle_id))).toEqual(new Set([trucks[1]]));
    const waiting = { id: opened?.id, state: 'roadCheck', computed_at: null, changed_at: expect.any(Date) };
    expect(await roadCheckCases(db, '2026-06-20')).toMatchObject([waiting]);
    const repair = { case_id: opened?.id, in_day: '2026-06-04', done_day: '2026-06-06' };
    expect(await truckRepairs(db, trucks[2] ?? 0)).toEqual([{ ...repair, this_round: true }]);
    expect(await truckRepairs(db, trucks[1] ?? 0)).toEqual([]);
    const set = (sql: string) => db.query(sql, [opened?.id ?? 0], { priority: 'write' });
    await set(`update cases set state = 'closed', closed_day = '2026-06-20', closed_reason = 'compliant' where id = $1::int`);
    expect(await roadCheckCases(db, '2026-06-20')).toMatchObject([{ state: 'closed' }]);
    expect(await roadCheckCases(db, '2026-06-21')).toEqual([]);
    await set(
      `insert into case_steps (case_id, seq, kind, day, recorded_at, actor, to_state, "values") values ($1::int, 2, 'reopen', '2026-06-22', now(), 'x', 'verify', '{}')`,
    );
    expect(await truckRepairs(db, trucks[2] ?? 0)).toEqual([{ ...repair, this_round: false }]);
  });
});
