import type { Db } from '@plume/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApp, type TestApp } from '../test-app.ts';
import { contractOf } from './contract.ts';
import { distributionOf } from './distribution.ts';
import { runStatistics } from './engine.ts';
import { exemptionsOf, guidanceOf } from './guidance.ts';
import { rankingOf } from './ranking.ts';
import type { StatisticsFilter } from './table.ts';

/** Rankings, guidance, exemption and the contract's figures of truck-days that are written as known, against what their definitions give. */
const PERIOD = { from: '2026-10-01', to: '2026-10-20' };
const BINS = [0, 4, 7, 10];
const DAYS = Array.from({ length: 20 }, (_, i) => `2026-10-${String(i + 1).padStart(2, '0')}`);
const CLEAN = [{ rule: 'R-A3', outcome: 'clear' }];
const OVER = [{ rule: 'R-A3', outcome: 'found' }];

interface Bin {
  readonly g: number;
  readonly kwh: number;
}
interface KnownTruck {
  readonly plate: string;
  readonly stage: string;
  readonly model: string;
  readonly facts?: object;
  readonly fitted?: string;
  readonly verdicts: object[];
  /** By day, in the order of `BINS`. */
  readonly days: ReadonlyMap<string, readonly Bin[]>;
  /** Share of valid samples of those due; null: days without an evaluation of quality. */
  readonly effective?: number | null;
}

/** A repeatable source of numbers 0 ≤ x < 1 (linear congruence modulo 2³¹ − 1). */
function lehmer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
const random = lehmer(20_261_001);

/** Days on which a truck of a level emits more at low power, each day another amount of each operation. */
function drive(level: number, days = DAYS): ReadonlyMap<string, readonly Bin[]> {
  return new Map(
    days.map((day) => [
      day,
      BINS.map((_, b) => {
        const kwh = 5 + 40 * random();
        return { kwh, g: kwh * level * (1.6 - 0.3 * b) * (0.7 + 0.6 * random()) };
      }),
    ]),
  );
}

const FLEET: readonly KnownTruck[] = [
  { plate: '甲1', stage: 'V', model: 'M', verdicts: OVER, days: drive(8) },
  { plate: '甲2', stage: 'V', model: 'M', verdicts: CLEAN, days: drive(2) },
  { plate: '甲3', stage: 'V', model: 'M', verdicts: CLEAN, days: drive(1.5) },
  { plate: '甲4', stage: 'V', model: 'M', verdicts: CLEAN, days: drive(1.8), effective: 0.6 },
  { plate: '甲5', stage: 'V', model: 'M', verdicts: OVER, days: drive(7, DAYS.slice(10)), fitted: '2026-10-11' },
  { plate: '甲6', stage: 'V', model: 'M', verdicts: [], days: drive(3), facts: { inUseGPerKwh: 9 } },
  { plate: '甲7', stage: 'V', model: 'M', verdicts: [], days: drive(3, DAYS.slice(0, 2)) },
];
/** Every truck of one truth, days that scatter about it: what share of the intervals holds the truth is known. */
const TRUTH = 4;
const MANY: readonly KnownTruck[] = Array.from({ length: 200 }, (_, i) => ({
  plate: `乙${i}`,
  stage: 'IV',
  model: 'C',
  verdicts: [],
  effective: null,
  days: new Map(
    DAYS.map((day) => {
      const kwh = 50 + 50 * random();
      return [day, [{ kwh, g: kwh * TRUTH * (0.5 + random()) }]] as const;
    }),
  ),
}));

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);
const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
/** Linear interpolation between order statistics. */
function quantile(values: readonly number[], p: number): number {
  const order = sorted(values);
  const at = p * (order.length - 1);
  const [low = Number.NaN, high = low] = [order[Math.floor(at)], order[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

/** Sums by bin of some days; a bin with less than half a per cent of the work says nothing. */
function binsOf(days: readonly (readonly Bin[])[]): Bin[] {
  const bins = BINS.map((_, b) => ({ g: sum(days.map((day) => day[b]?.g ?? 0)), kwh: sum(days.map((day) => day[b]?.kwh ?? 0)) }));
  const all = sum(bins.map(({ kwh }) => kwh));
  return bins.map((bin) => (bin.kwh < 0.005 * all ? { g: 0, kwh: 0 } : bin));
}
function standardised(days: readonly (readonly Bin[])[], pool: readonly number[]): number {
  const known = binsOf(days).flatMap(({ g, kwh }, b) => (kwh > 0 ? [{ w: pool[b] ?? 0, ef: g / kwh }] : []));
  return sum(known.map(({ w, ef }) => w * ef)) / sum(known.map(({ w }) => w));
}
const daysOf = ({ days }: KnownTruck): (readonly Bin[])[] => [...days.values()];
const RANKED = FLEET.filter(({ days }) => days.size >= 3);
const POOL = BINS.map((_, b) => sum(RANKED.map((truck) => binsOf(daysOf(truck))[b]?.kwh ?? 0)));
const VALUE = new Map(RANKED.map((truck) => [truck.plate, standardised(daysOf(truck), POOL)]));

/** Enters trucks with their days as the evaluator leaves them. */
async function enter(db: Db, trucks: readonly KnownTruck[]): Promise<Map<string, number>> {
  const write = (sql: string, rows: readonly object[]) => db.query(sql, [JSON.stringify(rows)], { priority: 'write' });
  await write(
    `insert into vehicles (vin, plate, fitted_at, district) select vin, plate, fitted, '昌吉市' from jsonb_to_recordset($1::jsonb) as r (vin text, plate text, fitted timestamptz)`,
    trucks.map(({ plate, fitted = '2026-01-01' }, i) => ({
      vin: `LZZ5CLVB0JA${String(trucks.length * 1000 + i).padStart(6, '0')}`,
      plate,
      fitted: `${fitted}T08:00:00+08:00`,
    })),
  );
  const known = await db.query<{ id: number; plate: string }>('select id, plate from vehicles');
  const ids = new Map(known.map(({ id, plate }) => [plate, id]));
  await write(
    `insert into vehicle_parameters (vehicle_id, valid_from, recorded_by, "values") select id, '2020-01-01', 'test', values from jsonb_to_recordset($1::jsonb) as r (id int, values jsonb)`,
    trucks.map(({ plate, stage, model, facts = {} }) => ({
      id: ids.get(plate),
      values: { stage, engineModel: model, ...facts },
    })),
  );
  const rows = trucks.flatMap((truck) => [...truck.days].map(([day, bins]) => ({ truck, id: ids.get(truck.plate), day, bins })));
  await write(
    `insert into truck_sums (span, kind, day, vehicle_id, bin, days, nox_days, engine_on_s, nox_valid_s, nox_g, work_kwh, nox_of_work_g, work_of_nox_kwh, filled_nox_g, filled_s, unfilled_s)
     select 'day', kind, day, id, bin, 1, 1, 10000, 8000, g, kwh * 1.25, g, kwh, 150, 1500, 0 from jsonb_to_recordset($1::jsonb) as r (id int, kind text, day date, bin int2, g float8, kwh float8)`,
    rows.flatMap(({ id, day, bins }) => [
      { id, day, kind: 'day', bin: 0, g: sum(bins.map(({ g }) => g)), kwh: sum(bins.map(({ kwh }) => kwh)) },
      ...bins.map(({ g, kwh }, b) => ({ id, day, kind: 'operation', bin: BINS[b], g, kwh })),
    ]),
  );
  await write(
    `insert into truck_day (vehicle_id, day, until, samples, first_time, last_time, rules_version, formula, summary, outcomes, outcomes_sha256, verdicts)
     select id, day, (day + 1)::timestamp at time zone 'Asia/Shanghai', 900, first, last, '1', '4', summary, verdicts, '\\x00', verdicts
     from jsonb_to_recordset($1::jsonb) as r (id int, day date, first timestamptz, last timestamptz, summary jsonb, verdicts jsonb)`,
    rows
      .filter(({ truck }) => truck.effective !== null)
      .map(({ id, day, truck }) => ({
        id,
        day,
        first: `${day}T06:00:00+08:00`,
        last: `${day}T18:00:00+08:00`,
        verdicts: truck.verdicts,
        summary: {
          quality: { received: 950, due: 1000, channels: { noxDownPpm: { counts: { valid: 1000 * (truck.effective ?? 0.9) } } } },
        },
      })),
  );
  return ids;
}

describe('of trucks that are known', () => {
  let test: TestApp;
  let ids: Map<string, number>;
  const context = () => ({ districts: null, nowMs: test.state.nowMs });
  const of = (model: string, more: StatisticsFilter = {}) => ({
    measure: 'noxGPerKwh' as const,
    filter: { model, ...more },
    period: PERIOD,
  });
  beforeAll(async () => {
    test = await openTestApp();
    ids = await enter(test.db, FLEET);
    for (const [plate, id] of await enter(test.db, MANY)) ids.set(plate, id);
  }, 180_000);
  afterAll(() => test.close());
  const say = (sql: string, params: unknown[] = []) => test.db.query(sql, params, { priority: 'write' });

  it("the ranking is by the factor as if all had been driven alike, and says what is in no one's interval", async () => {
    const { trucks, notEvaluated, concentration } = await rankingOf(test.db, of('M'), context());
    const order = [...VALUE].sort((a, b) => b[1] - a[1]).map(([plate]) => plate);
    expect(trucks.map(({ vehicle }) => vehicle.plate)).toEqual(order);
    expect(trucks.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6]);
    const logs = trucks.map(({ vehicle }) => Math.log(VALUE.get(vehicle.plate) ?? 0));
    const middle = quantile(logs, 0.5);
    const mad = quantile(
      logs.map((each) => Math.abs(each - middle)),
      0.5,
    );
    for (const [i, truck] of trucks.entries()) {
      const known = FLEET.find(({ plate }) => plate === truck.vehicle.plate) as KnownTruck;
      const bins = daysOf(known).flat();
      expect(truck.standardised).toBeCloseTo(VALUE.get(known.plate) ?? 0, 9);
      expect(truck.factor).toBeCloseTo(sum(bins.map(({ g }) => g)) / sum(bins.map(({ kwh }) => kwh)), 9);
      expect(truck.noxKg).toBeCloseTo(sum(bins.map(({ g }) => g)) / 1000, 9);
      expect([truck.days, truck.clusters, truck.validShare, truck.coverage]).toEqual([known.days.size, known.days.size, 0.8, 1]);
      expect(truck.z).toBeCloseTo((0.6745 * ((logs[i] ?? 0) - middle)) / mad, 9);
      expect(truck.low < truck.standardised && truck.standardised < truck.high).toBe(true);
      expect(truck.rankLow <= truck.rank && truck.rank <= truck.rankHigh).toBe(true);
    }
    // The two that are far off change places with each other at most.
    expect(trucks.slice(0, 2).every(({ rankLow, rankHigh }) => rankLow >= 1 && rankHigh <= 2)).toBe(true);
    expect(notEvaluated).toEqual([{ id: ids.get('甲7'), plate: '甲7', days: 2, clusters: 2 }]);
    const kg = trucks.map(({ noxKg }) => noxKg);
    expect(concentration.kg.topShare).toBeCloseTo(Math.max(...kg) / sum(kg), 9);
    // Half the mean difference of all pairs over the mean.
    const apart = sum(kg.flatMap((a) => kg.map((b) => Math.abs(a - b)))) / kg.length ** 2;
    expect(concentration.kg.gini).toBeCloseTo(apart / 2 / (sum(kg) / kg.length), 9);
  });

  it('intervals of 90 % hold the truth of about nine trucks in ten, and are the same again', async () => {
    const first = await rankingOf(test.db, of('C'), context());
    expect(first.trucks).toHaveLength(200);
    const held = first.trucks.filter(({ low, high }) => low <= TRUTH && TRUTH <= high).length;
    // Of 200 with 20 days each a percentile interval holds some 87 %; 3.5 standard deviations about it.
    expect(held).toBeGreaterThan(157);
    expect(held).toBeLessThan(192);
    expect(first.confidence).toBe(0.9);
    expect(await rankingOf(test.db, of('C'), context())).toEqual(first);
  });

  it('trucks that are equal have one rank', async () => {
    const twin = FLEET[1] as KnownTruck;
    const pair = [
      { ...twin, plate: '丙1', model: 'T' },
      { ...twin, plate: '丙2', model: 'T' },
      { ...twin, plate: '丙3', model: 'T', days: drive(0.5) },
    ];
    await enter(test.db, pair);
    const { trucks } = await rankingOf(test.db, of('T'), context());
    expect(trucks.map(({ vehicle, rank }) => [vehicle.plate, rank])).toEqual([
      ['丙1', 1],
      ['丙2', 1],
      ['丙3', 3],
    ]);
  });

  it('what is avoidable a year is the factor over the healthy level times the work of a year, with the interval of days drawn anew', async () => {
    const { treat, levels, avoidableKg, notEvaluated } = await guidanceOf(test.db, of('M'), context());
    const healthy = ['甲2', '甲3', '甲4'];
    const level = quantile(
      healthy.map((plate) => VALUE.get(plate) ?? 0),
      0.5,
    );
    expect(levels).toMatchObject([{ stage: 'V', trucks: 3 }]);
    expect(levels[0]?.level).toBeCloseTo(level, 9);
    expect(notEvaluated).toBe(1);
    const dice = lehmer(77);
    const draw = (truck: KnownTruck): number => {
      const days = daysOf(truck);
      return standardised(
        days.map(() => days[Math.floor(dice() * days.length)] ?? []),
        POOL,
      );
    };
    const draws = Array.from({ length: 2000 }, () => new Map(RANKED.map((truck) => [truck.plate, draw(truck)])));
    for (const truck of treat) {
      const known = FLEET.find(({ plate }) => plate === truck.vehicle.plate) as KnownTruck;
      // 甲5 was fitted for the last ten days alone.
      const perYear =
        (1.25 *
          sum(
            daysOf(known)
              .flat()
              .map(({ kwh }) => kwh),
          ) *
          365) /
        known.days.size;
      expect(truck.avoidableKg).toBeCloseTo((((VALUE.get(known.plate) ?? 0) - level) * perYear) / 1000, 8);
      const again = draws.map(
        (all) =>
          (((all.get(known.plate) ?? 0) -
            quantile(
              healthy.map((plate) => all.get(plate) ?? 0),
              0.5,
            )) *
            perYear) /
          1000,
      );
      const [low, high] = [quantile(again, 0.05), quantile(again, 0.95)];
      expect(Math.abs((truck.avoidableLow ?? 0) - low), known.plate).toBeLessThanOrEqual(0.15 * (high - low));
      expect(Math.abs((truck.avoidableHigh ?? 0) - high), known.plate).toBeLessThanOrEqual(0.15 * (high - low));
      // One point more of valid data: as much more of the days, whose interval goes with the root of their number.
      const half = ((truck.avoidableHigh ?? 0) - (truck.avoidableLow ?? 0)) / 2;
      expect(truck.narrowerKg).toBeCloseTo(half - half * Math.sqrt(0.8 / 0.81), 9);
      // A hundredth of the engine-on time, at the rate that gaps were filled with.
      expect(truck.measuredKg).toBeCloseTo((known.days.size * 10_000 * 0.01 * (150 / 1500)) / 1000, 9);
      expect(truck.overLimit).toBe(known.verdicts === OVER ? true : known.verdicts === CLEAN ? false : null);
    }
    expect(treat.map(({ avoidableKg: kg }) => kg)).toEqual(sorted(treat.map(({ avoidableKg: kg }) => kg ?? 0)).reverse());
    expect(avoidableKg).toBeCloseTo(
      sum(treat.filter(({ avoidableLow }) => (avoidableLow ?? 0) > 0).map(({ avoidableKg: kg }) => kg ?? 0)),
      9,
    );
    const none = await guidanceOf(test.db, of('C', { vehicles: [ids.get('乙0') ?? 0] }), context());
    expect(none.treat).toMatchObject([{ avoidableKg: null, avoidableLow: null, narrowerKg: null, overLimit: null }]);
  });

  it('a truck is proposed for exemption when nothing stands against it, by the limits in force', async () => {
    const criteria = { withinDays: 30, leastValidDays: 15, leastEffectivePct: 75, mostShareOfLimit: 0.8 };
    const list = async () => {
      const { trucks } = await exemptionsOf(test.db, { filter: { model: 'M' }, to: PERIOD.to }, criteria, context());
      return Object.fromEntries(trucks.map(({ vehicle, fails, limit }) => [vehicle.plate, [limit, ...fails]]));
    };
    expect(await list()).toEqual({
      甲1: [4, 'belowLimit', 'noFinding'],
      甲2: [4],
      甲3: [4],
      甲4: [4, 'effectiveRate'],
      甲5: [4, 'validDays', 'belowLimit', 'noFinding'],
      // Its own limit; never judged.
      甲6: [9, 'noFinding'],
      甲7: [4, 'validDays', 'belowLimit', 'noFinding'],
    });
    await say(
      `insert into rule_settings (overrides, valid_from, recorded_by) values ('{"verdicts.inUseV": 2.1}', '2026-10-10', 'test')`,
    );
    const strict = await list();
    expect(strict.甲2).toEqual([2.1, 'belowLimit']);
    expect(strict.甲6).toEqual([9, 'noFinding']);
  });

  it("the contract's figures are shares of what was due, trucks that fell silent, and the time until they spoke again", async () => {
    const found = (plate: string, days: readonly string[]) =>
      say(
        `insert into findings (id, vehicle_id, rule, day, level, cause, version, detail) select md5($1::text || d), $2::int, 'R-OFFLINE', d::date, 'fault', 'offline', '1', '{}' from unnest($3::text[]) d`,
        [plate, ids.get(plate), days],
      );
    const away = (plate: string, days: readonly string[]) =>
      say('delete from truck_day where vehicle_id = $1::int and day = any($2::date[])', [ids.get(plate), days]);
    // 18:00 to 06:00 four days on is 84 h, two days on 36 h; the third does not come back.
    await away('甲1', ['2026-10-06', '2026-10-07', '2026-10-08']);
    await found('甲1', ['2026-10-07', '2026-10-08']);
    await away('甲2', ['2026-10-10']);
    await found('甲2', ['2026-10-10']);
    await away('甲3', DAYS.slice(15));
    await found('甲3', DAYS.slice(16));
    const ask = async (from = PERIOD.from) => {
      const { figures, open } = await contractOf(test.db, { filter: { model: 'M' }, period: { ...PERIOD, from } }, context());
      return { open, ...Object.fromEntries(figures.map(({ id, value, met, n }) => [id, { value, met, n }])) };
    };
    const days = sum(FLEET.map((truck) => truck.days.size)) - 3 - 1 - 5;
    const valid = 100 * (0.9 - (0.3 * 20) / days);
    const all = await ask();
    expect(all).toMatchObject({
      open: 1,
      transmissionRate: { met: true, n: days },
      effectiveRate: { met: false, n: days },
      failureRate: { met: false, n: 7 },
      repairHours: { value: (84 - 24 + 36 - 24) / 2, met: false, n: 2 },
    });
    expect((all as { transmissionRate?: { value: number } }).transmissionRate?.value).toBeCloseTo(95, 9);
    expect((all as { effectiveRate?: { value: number } }).effectiveRate?.value).toBeCloseTo(valid, 9);
    expect((all as { failureRate?: { value: number } }).failureRate?.value).toBeCloseTo(300 / 7, 9);
    // A silence is a failure sooner where the site says so; one that ended before the period is not counted for a later one.
    await say(
      `insert into rule_settings (overrides, valid_from, recorded_by) values ('{"verdicts.offlineHours": 6}', '2026-10-15', 'test')`,
    );
    await away('甲1', ['2026-10-10']);
    await found('甲1', ['2026-10-09', '2026-10-10']);
    const sooner = await ask('2026-10-09');
    expect(sooner).toMatchObject({ open: 1, repairHours: { value: 30, n: 2 } });
  });

  it('a distribution counts each truck-day once: percentiles between order statistics, bars that hold all', async () => {
    const { bars, percentiles, ...all } = await distributionOf(test.db, of('C'), context());
    const values = MANY.flatMap((truck) => daysOf(truck).map(([bin]) => (bin?.g ?? 0) / (bin?.kwh ?? 1)));
    expect([all.truckDays, all.trucks]).toEqual([4000, 200]);
    expect(all.mean).toBeCloseTo(sum(values) / values.length, 9);
    expect([all.least, all.greatest]).toEqual([expect.closeTo(Math.min(...values), 9), expect.closeTo(Math.max(...values), 9)]);
    for (const { share, value } of percentiles) expect(value, `${share}`).toBeCloseTo(quantile(values, share), 9);
    expect(percentiles.map(({ share }) => share)).toEqual([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]);
    const { from, width, counts } = bars;
    const within = counts.map((_, b) => {
      const [low, high] = [from + b * width, b === counts.length - 1 ? Number.POSITIVE_INFINITY : from + (b + 1) * width];
      return values.filter((value) => value >= low && value < high).length;
    });
    expect(counts).toEqual(within);
    expect(sum(counts)).toBe(4000);
  });

  it('against the days before, what changed is a share of them', async () => {
    const asked = {
      measures: ['noxKg'] as const,
      by: [],
      filter: { model: 'C' },
      period: { from: '2026-10-11', to: '2026-10-20' },
      compare: 'previous' as const,
    };
    const { total, compared } = await runStatistics(test.db, asked, context());
    const kg = (days: readonly string[]) =>
      sum(MANY.flatMap((truck) => days.map((day) => truck.days.get(day)?.[0]?.g ?? 0))) / 1000;
    const [now, before] = [kg(DAYS.slice(10)), kg(DAYS.slice(0, 10))];
    expect(compared).toEqual({ from: '2026-10-01', to: '2026-10-10' });
    expect(total[0]?.value).toBeCloseTo(now, 9);
    expect(total[0]?.before).toBeCloseTo(before, 9);
    expect(total[0]?.change).toBeCloseTo((now - before) / before, 12);
  });
});
