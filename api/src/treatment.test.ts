import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addVehicle, openTestApp, type TestApp } from './test-app.ts';
import { addAccount, type Browser, signedIn } from './test-people.ts';

/**
 * Six repairs whose road checks are entered as they would be kept. What is expected was worked out by hand from the definitions in the
 * OpenAPI document (see the comments), with a pocket calculator and not with the code.
 */
let test: TestApp;
let whole: Browser;
let here: Browser;
const WRITE = { priority: 'write' } as const;

interface Entered {
  plate: string;
  district: string;
  type?: string;
  work: string | null;
  station: number;
  doneDay: string;
  check: {
    verdict: string;
    reason: string;
    before: number;
    d: [number, number, number] | null;
    controls: number;
    off: number | null;
  } | null;
  /** Fuel after the repair [kg a day], on so many days. */
  fuel?: [kgPerDay: number, days: number];
}

const LN = Math.log;
const told = (verdict: string, before: number, d: [number, number, number], controls = 5, off: number | null = 0.01) => ({
  verdict,
  reason: verdict === 'repaired' ? 'underLimit' : 'daysOver',
  before,
  d,
  controls,
  off,
});

const REPAIRS: readonly Entered[] = [
  // Halved: 8 → 4; between a quarter and three quarters left. 0.2 kg/kWh, 20 kg a day: 100 kWh a day, 36,500 a year: 146 kg (73 to 219).
  {
    plate: 'A',
    district: '昌吉市',
    work: '更换 SCR 催化器',
    station: 1,
    doneDay: '2026-10-14',
    check: told('repaired', 8, [LN(0.5), LN(0.25), LN(0.75)]),
    fuel: [20, 39],
  },
  // Without effect: 6 → 6 (down by a third to up by a third): 0 (−2 to +2). 50 kWh a day, 18,250 a year: 0 kg (−36.5 to 36.5).
  {
    plate: 'B',
    district: '昌吉市',
    work: ' 更换  scr 催化器 ',
    station: 2,
    doneDay: '2026-10-24',
    check: told('notRepaired', 6, [0, LN(2 / 3), LN(4 / 3)], 2, null),
    fuel: [10, 29],
  },
  // 10 → 2 (1 to 4), but six days ago: no year can be told.
  {
    plate: 'C',
    district: '奇台县',
    work: '清洗尿素喷嘴',
    station: 1,
    doneDay: '2026-11-16',
    check: told('repaired', 10, [LN(0.2), LN(0.1), LN(0.4)]),
    fuel: [30, 6],
  },
  {
    plate: 'D',
    district: '奇台县',
    work: '清洗尿素喷嘴',
    station: 1,
    doneDay: '2026-11-10',
    check: {
      verdict: 'notYetDecidable',
      reason: 'tooFewDaysAfter',
      before: 5,
      d: [LN(0.5), LN(0.4), LN(0.6)],
      controls: 4,
      off: 0,
    },
  },
  { plate: 'E', district: '奇台县', work: null, station: 2, doneDay: '2026-11-11', check: null },
  { plate: 'F', district: '奇台县', type: 'tank', work: '更换油箱', station: 2, doneDay: '2026-11-12', check: null },
];

async function enter(r: Entered, n: number): Promise<void> {
  const { db } = test;
  const id = await addVehicle(db, `LZZ5CLVB0JA00000${n + 1}`, r.plate);
  await db.query('update vehicles set district = $2::text where id = $1::int', [id, r.district], WRITE);
  const [made] = await db.query<{ id: number }>(
    `insert into cases (year, number, vehicle_id, type, origin, source, state, priority, opened_day, opened_at, opened_by, progress, trigger, vehicle, updated_at)
     values (2026, $1::int, $2::int, $3::text, 'hand', 'other', 'roadCheck', 'normal', '2026-09-01', now(), 'x', '{}', '{}', '{}', now()) returning id`,
    [n + 1, id, r.type ?? 'overLimit'],
    WRITE,
  );
  const values = { station: r.station, inDay: r.doneDay, fault: '催化器失效', ...(r.work === null ? {} : { work: r.work }) };
  await db.query(
    `insert into case_steps (case_id, seq, kind, day, recorded_at, actor, from_state, to_state, "values") values ($1::int, 1, 'repair', $2::date, now(), 'x', 'repair', 'roadCheck', $3::jsonb)`,
    [made?.id, r.doneDay, JSON.stringify(values)],
    WRITE,
  );
  if (r.check) {
    const { verdict, reason, before, d, controls, off } = r.check;
    const ends = d && { value: d[0], low: d[1], high: d[2] };
    const result = {
      comparison: {
        before: { value: before, low: before, high: before },
        after: null,
        logRatio: ends,
        controls,
        controlLogRatio: off,
      },
    };
    const keep = (verdictKept: string, reasonKept: string, kept: object) =>
      db.query(
        `insert into road_checks (case_id, repaired_day, computed_at, computed_by, version, verdict, reason, days_before, days_after, inputs, inputs_sha256, result)
         values ($1::int, $2::date, now(), 'x', '1.1.0', $3::text, $4::text, 14, 14, '{"bsfc": {"value": 0.2}}', $5::text, $6::jsonb)`,
        [made?.id, r.doneDay, verdictKept, reasonKept, 'a'.repeat(64), JSON.stringify(kept)],
        WRITE,
      );
    // An older one of the same repair, which no longer holds.
    await keep('notYetDecidable', 'tooFewDaysAfter', { comparison: { controls: 0 } });
    await keep(verdict, reason, result);
  }
  if (r.fuel)
    await db.query(
      `insert into truck_day (vehicle_id, day, until, samples, fuel_kg, rules_version, outcomes, outcomes_sha256, verdicts)
       select $1::int, $2::date + i, $2::date + i + 1, 1, $3::float8, 't', '[]'::jsonb, '\\x00'::bytea, '[]'::jsonb from generate_series(1, $4::int) i
       union all select $1::int, $2::date - 1, $2::date, 1, 999, 't', '[]'::jsonb, '\\x00'::bytea, '[]'::jsonb`,
      [id, r.doneDay, ...r.fuel],
      WRITE,
    );
}

beforeAll(async () => {
  test = await openTestApp();
  await test.db.query("insert into stations (kind, name) values ('M', '甲站'), ('M', '乙站')", [], WRITE);
  for (const [n, repair] of REPAIRS.entries()) await enter(repair, n);
  await addAccount(test, 'whole', 'analyst');
  await addAccount(test, 'here', 'analyst', { districts: ['昌吉市'] });
  whole = await signedIn(test, 'whole');
  here = await signedIn(test, 'here');
}, 300_000);
afterAll(() => test.close());

const Ends = z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable();
const Figures = z.object({
  repairs: z.number(),
  told: z.number(),
  repaired: z.number(),
  notRepaired: z.number(),
  notTold: z.number(),
  reasons: z.array(z.object({ reason: z.string(), n: z.number() })),
  change: Ends,
  avoidedKg: Ends,
  avoidedOf: z.number(),
});
const Answer = z.object({
  groups: z.array(Figures.extend({ key: z.string().nullable(), name: z.object({ zh: z.string() }).nullable() })),
  total: Figures,
  repairs: z.array(
    z.object({
      vehicle: z.object({ plate: z.string() }),
      told: z.boolean(),
      reason: z.string().nullable(),
      change: Ends,
      avoidedKg: Ends,
      controlsTakenOff: z.boolean(),
    }),
  ),
});
const ask = async (who: Browser, query: string) =>
  Answer.parse(await (await who.request('GET', `/statistics/treatment?from=2026-10-01&to=2026-11-23&${query}`)).json());
const near = (of: z.infer<typeof Ends>) =>
  of && Object.fromEntries(Object.entries(of).map(([key, value]) => [key, Number(value.toFixed(6))]));

describe('what treatment achieved so far', () => {
  it('tells each repair from its newest road check, with controls where there were enough, and the year from the fuel since', async () => {
    const { repairs } = await ask(whole, '');
    const by = new Map(repairs.map((repair) => [repair.vehicle.plate, repair]));
    expect(near(by.get('A')?.change ?? null)).toEqual({ value: -4, low: -6, high: -2 });
    expect(near(by.get('A')?.avoidedKg ?? null)).toEqual({ value: 146, low: 73, high: 219 });
    expect(near(by.get('B')?.change ?? null)).toEqual({ value: 0, low: -2, high: 2 });
    expect(near(by.get('B')?.avoidedKg ?? null)).toEqual({ value: 0, low: -36.5, high: 36.5 });
    expect([by.get('A')?.controlsTakenOff, by.get('B')?.controlsTakenOff]).toEqual([true, false]);
    expect(near(by.get('C')?.change ?? null)).toEqual({ value: -8, low: -9, high: -6 });
    expect(by.get('C')?.avoidedKg).toBe(null);
    expect(['D', 'E', 'F'].map((plate) => [by.get(plate)?.told, by.get(plate)?.reason, by.get(plate)?.change])).toEqual([
      [false, 'tooFewDaysAfter', null],
      [false, 'notChecked', null],
      [false, 'noRoadCheck', null],
    ]);
  });

  it('adds them up by what was done, as written but for spaces and size of letters', async () => {
    const { groups, total } = await ask(whole, 'by=work');
    const by = new Map(groups.map((group) => [group.key, group]));
    // Mean of −4 (−6 … −2) and 0 (−2 … 2): −2 ± √(2² + 2²) / 2.
    expect(by.get('更换 SCR 催化器')).toMatchObject({
      repairs: 2,
      told: 2,
      repaired: 1,
      notRepaired: 1,
      notTold: 0,
      reasons: [],
      avoidedOf: 2,
    });
    expect(near(by.get('更换 SCR 催化器')?.change ?? null)).toEqual({ value: -2, low: -3.414214, high: -0.585786 });
    // 146 + 0; √(73² + 36.5²) = 36.5 × √5 = 81.616481.
    expect(near(by.get('更换 SCR 催化器')?.avoidedKg ?? null)).toEqual({ value: 146, low: 64.383519, high: 227.616481 });
    expect(by.get('清洗尿素喷嘴')).toMatchObject({
      repairs: 2,
      told: 1,
      notTold: 1,
      reasons: [{ reason: 'tooFewDaysAfter', n: 1 }],
      avoidedKg: null,
      avoidedOf: 0,
    });
    expect(by.get(null)).toMatchObject({ repairs: 1, told: 0, notTold: 1, change: null, name: null });
    // Mean of −4, 0, −8: −4; below √(2² + 2² + 1²) = 3, above √(2² + 2² + 2²) = 3.464102, each by 3.
    expect(total).toMatchObject({ repairs: 6, told: 3, repaired: 2, notRepaired: 1, notTold: 3, avoidedOf: 2 });
    expect(near(total.change)).toEqual({ value: -4, low: -5, high: -2.845299 });
    expect(total.reasons.map(({ reason, n }) => [reason, n])).toEqual([
      ['noRoadCheck', 1],
      ['notChecked', 1],
      ['tooFewDaysAfter', 1],
    ]);
  });

  it('adds them up by workshop and by type, in words', async () => {
    const stations = (await ask(whole, 'by=station')).groups;
    expect(stations.map(({ key, repairs, told: n }) => [key, repairs, n])).toEqual([
      ['甲站', 3, 2],
      ['乙站', 3, 1],
    ]);
    const types = (await ask(whole, 'by=type')).groups;
    expect(types.map(({ key, name, repairs }) => [key, name?.zh, repairs])).toEqual([
      ['overLimit', '排放超标', 5],
      ['tank', expect.any(String), 1],
    ]);
  });

  it('is of one’s own districts, of the trucks asked for, and of the days asked for', async () => {
    expect((await ask(here, '')).total).toMatchObject({ repairs: 2, told: 2 });
    expect((await ask(whole, `district=${encodeURIComponent('奇台县')}`)).total).toMatchObject({ repairs: 4, told: 1 });
    const later = await (await whole.request('GET', '/statistics/treatment?from=2026-11-12&to=2026-11-16')).json();
    expect(Answer.parse(later).repairs.map(({ vehicle }) => vehicle.plate)).toEqual(['F', 'C']);
    const none = Answer.parse(await (await whole.request('GET', '/statistics/treatment?from=2026-01-01&to=2026-01-02')).json());
    expect(none).toMatchObject({ groups: [], total: { repairs: 0, change: null, avoidedKg: null } });
  });
});
