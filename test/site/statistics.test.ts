import { emissionMap, type GroupingId, type MeasureId, runStatistics, type StatisticsTable } from '@plume/api/statistics';
import { SIGNALS } from '@plume/ingest/protocol';
import { history, type TruckSpec, truckSpec } from '@plume/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlainRow, plainPoints } from '../independent/plain-day.ts';
import { type PlainSecond, plainFigures, plainSeconds } from '../independent/plain-sums.ts';
import { EvaluationSite } from '../support/evaluation-site.ts';

/** The statistics against sums of the raw rows that a second program makes: with gaps, duplicates and late data, over the end of a month. */
const DAY_S = 86_400;
const FIRST_SEC = Date.parse('2026-08-31T00:00:00+08:00') / 1000;
const NOW_MS = (FIRST_SEC + 3 * DAY_S) * 1000;
const PERIOD = { from: '2026-08-01', to: '2026-09-30' };
const CONTEXT = { districts: null, nowMs: NOW_MS };
const shift = { shiftStartS: 9 * 3600, shiftHours: 3 };
const SPECS: readonly TruckSpec[] = [
  { ...truckSpec(7, 1, 'scrFailed'), ...shift },
  { ...truckSpec(7, 10, 'healthyV'), ...shift },
].map((spec, i) => ({
  ...spec,
  terminal: {
    ...spec.terminal,
    format: i === 0 ? ('A' as const) : ('H' as const),
    recordPeriodS: 10 as const,
    uploadPeriodS: 30 as const,
  },
}));

const SUMS: readonly MeasureId[] = [
  'noxKg',
  'noxKgPerDay',
  'noxGPerKm',
  'noxGPerKwh',
  'noxGPerKgFuel',
  'noxGPerHour',
  'idleNoxGPerHour',
  'co2Kg',
  'co2GPerKm',
  'fuelKg',
  'fuelLPer100Km',
  'workKwh',
  'distanceKm',
  'engineHours',
  'noxValidShare',
];

type KeyOf = (second: PlainSecond) => string | number | null;
const GROUPS: readonly (readonly [by: readonly GroupingId[], key: KeyOf])[] = [
  [[], () => ''],
  [['vehicle'], ({ vehicle }) => vehicle],
  [['month'], ({ day }) => day.slice(0, 7)],
  [['day'], ({ day }) => day],
  [['weekday'], ({ day }) => new Date(day).getUTCDay() || 7],
  [['hour'], ({ hour }) => hour],
  [['speed'], ({ speed }) => speed],
  [['power'], ({ power }) => power],
  [['operation'], ({ operation }) => operation],
  [['ambient'], ({ ambient }) => ambient],
];

describe('the statistics', () => {
  let site: EvaluationSite;
  let trucks: number[];
  let seconds: PlainSecond[] = [];

  beforeAll(async () => {
    site = await EvaluationSite.open(null, NOW_MS);
    trucks = await site.enter(SPECS, (FIRST_SEC - DAY_S) * 1000);
    await site.db.query(`update vehicles set district = case when id = $1::int then '昌吉市' else '阜康市' end`, [trucks[0]]);
    await site.start();
    // The hours around the shift: the rest of the day the engine is off.
    const all = [0, 1].flatMap((day) =>
      [...history(SPECS, FIRST_SEC + day * DAY_S + 8.5 * 3600, FIRST_SEC + day * DAY_S + 12.5 * 3600)].flat(),
    );
    // Every ninth message never comes, every fourth comes twice, and the first truck's first day comes last.
    const kept = all.filter((_, i) => i % 9 !== 0);
    const late = kept.filter(({ terminalId, sendSec }) => terminalId === SPECS[0]?.terminal.id && sendSec < FIRST_SEC + DAY_S);
    const first = kept.filter((message) => !late.includes(message));
    await site.deliver(first);
    await site.evaluator.idle();
    await site.deliver(first.filter((_, i) => i % 4 === 0));
    await site.deliver(late);
    await site.evaluator.idle();
    seconds = await plainSite(site, trucks);
  }, 120_000);
  afterAll(() => site.remove());

  const ask = (by: readonly GroupingId[], measures: readonly MeasureId[], more: object = {}): Promise<StatisticsTable> =>
    runStatistics(site.db, { measures, by, filter: {}, period: PERIOD, compare: 'none', ...more }, CONTEXT);

  it.each(GROUPS)('by %s: every figure is that of the raw rows', async (by, key) => {
    expect(site.errors).toEqual([]);
    const groups = new Map<string, PlainSecond[]>();
    for (const second of seconds) {
      const name = key(second);
      if (name !== null) groups.set(String(name), [...(groups.get(String(name)) ?? []), second]);
    }
    const table = await ask(by, SUMS);
    const seen: string[] = [];
    for (const row of table.rows) {
      const name = String(row.keys[0]?.value ?? '');
      seen.push(name);
      const expected = plainFigures(groups.get(name) ?? []);
      for (const [i, id] of SUMS.entries()) {
        const figure = row.figures[i];
        if (figure?.reason === 'notKept') continue;
        const value = figure?.value ?? null;
        const wanted = expected[id] ?? null;
        if (wanted === null) expect(value, `${by.join()} ${name} ${id}`).toBeNull();
        else
          expect(Math.abs((value ?? Number.NaN) - wanted), `${by.join()} ${name} ${id}`).toBeLessThan(
            1e-6 * Math.max(1, Math.abs(wanted)),
          );
      }
    }
    const running = [...groups].filter(([, members]) => members.some(({ point }) => point.on)).map(([name]) => name);
    expect(seen.filter((name) => running.includes(name)).sort()).toEqual(running.sort());
  });

  it('of operating modes add up to the day, seconds and grams, as the summary has them', async () => {
    const [stored] = await site.db.query<{ g: number }>(
      `select coalesce(sum((m ->> 'noxG')::float8), 0) as g from truck_day d, jsonb_array_elements(d.summary -> 'modes') m`,
    );
    const table = await ask(['mode'], ['noxKg']);
    expect(table.rows.reduce((sum, row) => sum + (row.figures[0]?.value ?? 0), 0)).toBeCloseTo((stored?.g ?? 0) / 1000, 9);
  });

  it('count quality and limits as the days say', async () => {
    const [days] = await site.db.query<{ received: number; due: number; valid: number; judged: number; over: number }>(
      `select sum((summary #>> '{quality,received}')::float8) as received, sum((summary #>> '{quality,due}')::float8) as due,
         sum((summary #>> '{quality,channels,noxDownPpm,counts,valid}')::float8) as valid,
         count(distinct vehicle_id) filter (where exists (select 1 from jsonb_array_elements(outcomes) o where o ->> 'rule' in ('R-A3', 'R-C3') and o ->> 'outcome' <> 'notEvaluated'))::int as judged,
         count(distinct vehicle_id) filter (where exists (select 1 from jsonb_array_elements(outcomes) o where o ->> 'rule' in ('R-A3', 'R-C3') and o ->> 'outcome' = 'found'))::int as over
       from truck_day`,
    );
    const { total } = await ask([], ['transmissionRate', 'validRate', 'effectiveRate', 'exceedanceRate']);
    const { received = 0, due = 0, valid = 0, judged = 0, over = 0 } = days ?? {};
    const values = total.map(({ value }) => value);
    expect(values[0]).toBeCloseTo((100 * received) / due, 9);
    expect(values[1]).toBeCloseTo((100 * valid) / received, 9);
    expect(values[2]).toBeCloseTo((100 * valid) / due, 9);
    expect(values[3]).toBe(judged === 0 ? null : (100 * over) / judged);
    if (judged === 0) expect(total[3]?.reason).toBe('notEvaluated');
  });

  it('keep to the districts of who asks', async () => {
    const mine = await runStatistics(
      site.db,
      { measures: ['noxKg'], by: ['vehicle'], filter: {}, period: PERIOD, compare: 'none' },
      { ...CONTEXT, districts: ['昌吉市'] },
    );
    expect(mine.rows.map(({ keys }) => keys[0]?.value)).toEqual([trucks[0]]);
    const none = await runStatistics(
      site.db,
      { measures: ['noxKg'], by: [], filter: { vehicles: [trucks[1] ?? 0] }, period: PERIOD, compare: 'none' },
      { ...CONTEXT, districts: ['昌吉市'] },
    );
    expect([none.total[0]?.value, none.trucks, none.notices[0]?.code]).toEqual([null, 0, 'noValidData']);
  });

  it('refuse what cannot be asked, and say when a step is made coarser', async () => {
    const period = (from: string, to: string) => ask(['day'], ['noxKg'], { period: { from, to } });
    await expect(period('2026-09-05', '2026-09-09')).rejects.toMatchObject({ status: 400 });
    await expect(period('2026-09-02', '2026-09-01')).rejects.toMatchObject({ status: 400 });
    await expect(period('2010-01-01', '2026-09-01')).rejects.toMatchObject({ status: 400 });
    await expect(ask(['hour', 'speed'], ['noxKg'])).rejects.toMatchObject({ status: 400 });
    const long = await period('2017-01-01', '2026-09-01');
    expect([long.by[0]?.id, long.notices[0]?.code]).toEqual(['month', 'coarserStep']);
  });

  it('of the map hold the NOx of every second with a place', async () => {
    const map = await emissionMap(site.db, { measure: 'noxG', hours: null, filter: {}, period: PERIOD }, CONTEXT);
    const grams = map.noxG.reduce((sum, each) => sum + each, 0);
    const { total } = await ask([], ['noxKg']);
    expect(grams / 1000).toBeLessThanOrEqual((total[0]?.value ?? 0) * 1.001);
    expect(grams / 1000).toBeGreaterThan((total[0]?.value ?? 0) * 0.9);
    const morning = await emissionMap(site.db, { measure: 'noxG', hours: [9], filter: {}, period: PERIOD }, CONTEXT);
    expect(morning.noxG.reduce((sum, each) => sum + each, 0)).toBeLessThan(grams);
  });
});

/** Every stored row of the site through the plain program. */
async function plainSite(site: EvaluationSite, trucks: readonly number[]): Promise<PlainSecond[]> {
  const ids = [
    'speedKmh',
    'engineRpm',
    'fuelRateLph',
    'airFlowKgh',
    'netTorquePct',
    'frictionTorquePct',
    'noxDownPpm',
    'scrInTempC',
    'scrOutTempC',
    'coolantTempC',
    'ambientTempC',
    'baroKpa',
  ];
  const found: PlainSecond[] = [];
  for (const [i, vehicle] of trucks.entries()) {
    const spec = SPECS[i] as TruckSpec;
    const days = await site.db.query<{ day: string; lag: number | null }>(
      `select day, (summary #>> '{method,lagDownS}')::float8 as lag from truck_day where vehicle_id = $1::int and samples > 0 order by day`,
      [vehicle],
    );
    for (const { day, lag } of days) {
      const fromSec = Date.parse(`${day}T00:00:00+08:00`) / 1000;
      const rows = await site.db.query<Record<string, number | null>>(
        `select extract(epoch from time)::float8 as t, ${ids.map((id) => `"${id}"`).join(', ')} from samples
         where vehicle_id = $1::int and time >= to_timestamp($2::float8) and time < to_timestamp($3::float8) order by time`,
        [vehicle, fromSec - 900, fromSec + DAY_S],
      );
      const truck = {
        ratedKw: spec.ratedPowerKw,
        referenceNm: spec.referenceTorqueNm,
        torque: spec.torqueKind,
        stageU: 0.001587,
      };
      found.push(...plainSeconds(vehicle, plainPoints(rows.map(plainRow), truck, lag ?? 0, fromSec), spec.ratedPowerKw));
    }
  }
  return found;
}

function plainRow(row: Record<string, number | null>): PlainRow {
  const of = (id: string): number | null => {
    const raw = row[id] ?? null;
    const signal = SIGNALS.find((each) => each.id === id);
    return raw === null || signal === undefined ? null : raw * signal.scale + signal.offset;
  };
  return {
    time: row.t ?? 0,
    rpm: of('engineRpm'),
    fuelLph: of('fuelRateLph'),
    airKgh: of('airFlowKgh'),
    torquePct: of('netTorquePct'),
    frictionPct: of('frictionTorquePct'),
    noxPpm: of('noxDownPpm'),
    scrInC: of('scrInTempC'),
    scrOutC: of('scrOutTempC'),
    coolantC: of('coolantTempC'),
    ambientC: of('ambientTempC'),
    baroKpa: of('baroKpa'),
    speedKmh: of('speedKmh'),
  };
}
