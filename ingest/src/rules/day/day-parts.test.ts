import { coverOf, judge, traceOf } from '@plume/ingest/emissions';
import { parametersWith } from '@plume/ingest/rules';
import { describe, expect, it } from 'vitest';
import { canonical } from './canonical.ts';
import { evaluateDay } from './evaluate-day.ts';
import { obdDay } from './obd-day.ts';
import { placeDay } from './place-day.ts';
import { DAY_FROM, drive, FACTS, inputOf, type Row, samplesOf } from './test-kit.ts';

const PARAMETERS = parametersWith();

describe('where the truck was', () => {
  const placeOf = (rows: readonly Row[]) => {
    const judged = judge(traceOf(samplesOf(rows)));
    return placeDay(judged, coverOf(judged.timeSec, judged.periodS), 1);
  };
  const row = (s: number, at: readonly [number, number] | null, speedKmh = 50, engineRpm = 1200): Row => ({
    t: DAY_FROM + s,
    engineRpm,
    speedKmh,
    ...(at === null ? {} : { lonDeg: at[0], latDeg: at[1] }),
  });

  it('share of running samples with a position, the box of all of them', () => {
    expect(placeOf([row(0, [113, 34]), row(1, [114, 33]), row(2, null), row(3, [115, 35], 0, 0)])).toEqual({
      positionShare: 2 / 3,
      longestLostS: 1,
      lostFromSec: DAY_FROM + 2,
      lostToSec: DAY_FROM + 2,
      box: { west: 113, south: 33, east: 115, north: 35 },
    });
  });

  it('longest moving time without a position: standing does not add to it, a position ends it', () => {
    const rows = Array.from({ length: 100 }, (_, s) =>
      row(s, s < 10 || s === 30 || s > 80 ? [113, 34] : null, s >= 50 && s < 60 ? 0 : 40),
    );
    expect(placeOf(rows)).toMatchObject({
      longestLostS: 40,
      lostFromSec: DAY_FROM + 31,
      lostToSec: DAY_FROM + 80,
    });
  });

  it('of two equally long it tells the first', () => {
    const rows = Array.from({ length: 30 }, (_, s) => row(s, s % 10 === 0 ? [113, 34] : null));
    expect(placeOf(rows)).toMatchObject({ longestLostS: 9, lostFromSec: DAY_FROM + 1, lostToSec: DAY_FROM + 9 });
  });

  it('0°, 0° is what a receiver without a fix sends', () => {
    expect(placeOf([row(0, [0, 0]), row(1, [0, 0])])).toMatchObject({ positionShare: 0, longestLostS: 2, box: null });
  });

  it('is not known of a truck that did not run', () => {
    expect(placeOf([row(0, null, 0, 0)])).toEqual({
      positionShare: null,
      longestLostS: 0,
      lostFromSec: null,
      lostToSec: null,
      box: null,
    });
  });
});

describe('trouble codes of a day', () => {
  it('are counted without their occurrence count, and only the day’s', () => {
    const block = (s: number, mil: boolean | null, ...dtcs: string[]) => ({ timeSec: DAY_FROM + s, mil, dtcs });
    const blocks = [
      block(900, true, 'SPN 4364 FMI 18 OC 2', 'SPN 3226 FMI 4 OC 1'),
      block(100, false, 'SPN 4364 FMI 18 OC 1', 'SPN 4364 FMI 18 OC 1'),
      block(500, true, 'P20EE'),
      block(600, null),
      block(-1, true, 'P0001'),
      block(86_400, true, 'P0001'),
    ];
    const expected = {
      readings: 4,
      milOn: 2,
      milSec: DAY_FROM + 500,
      dtcs: [
        { code: 'P20EE', readings: 1 },
        { code: 'SPN 3226 FMI 4', readings: 1 },
        { code: 'SPN 4364 FMI 18', readings: 2 },
      ],
    };
    expect(obdDay(blocks, DAY_FROM, DAY_FROM + 86_400)).toEqual(expected);
    expect(obdDay(blocks.toReversed(), DAY_FROM, DAY_FROM + 86_400)).toEqual(expected);
    expect(obdDay([], 0, 1)).toEqual({ readings: 0, milOn: 0, milSec: null, dtcs: [] });
  });
});

describe('operating modes', () => {
  /** Steady 60 km/h, then a little more than 0.1 m/s² up, on a hot truck. */
  const rows = (periodS: number): Row[] =>
    Array.from({ length: 250 }, (_, i) => ({
      t: DAY_FROM + i * periodS,
      speedKmh: i < 200 ? 60 : 60 + 0.375 * (i - 199),
      engineRpm: 1300 + (i % 13),
      fuelRateLph: 20 + (i % 7) / 10,
      airFlowKgh: 400 + (i % 11),
      noxDownPpm: 300 + (i % 17),
      coolantTempC: 85,
      scrInTempC: 300,
    }));

  it('are those of the measured speed and its change: E14 gives 0.1 m/s² at 60 km/h mode 25, and no acceleration mode 23', () => {
    const { modes, method } = evaluateDay(inputOf(rows(1)), PARAMETERS).summary;
    expect(method.modesOf).toBe('combinationMy2010');
    // 60 km/h steady: STP = (16.67·1.73882 + 0.00427845·16.67³)/10 = 4.88; the sensor settles in the first 60 s.
    expect(modes.find(({ mode }) => mode === 23)?.seconds).toBe(140);
    // STP is 9.2 at its beginning and, at 78.75 km/h, 8.28 + 24.8298·21.875·0.1042/10 = 13.9 at its end.
    expect(modes.map(({ mode }) => mode)).toEqual([23, 25, 27]);
    expect(modes.slice(1).reduce((sum, { seconds }) => sum + seconds, 0)).toBe(50);
    expect(modes.every(({ noxG }) => noxG > 0)).toBe(true);
  });

  it('are not told of samples further apart than the second they need', () => {
    expect(evaluateDay(inputOf(rows(2)), PARAMETERS).summary).toMatchObject({ modes: [], method: { modesOf: null } });
  });
});

it('E10: efficiency is weighted by flow, which neither the mean of ratios (0.677) nor the ratio of means (0.781) gives', () => {
  // Two loads that give all three of the example's results: 90 % at 1015 kg/h of exhaust, 45 % at 500. Engine speed is level: nothing is stuck.
  const rows = Array.from({ length: 660 }, (_, i): Row => {
    const [up, down, exhaust] = i % 2 === 0 ? [733.25, 73.35, 1015.05] : [266.75, 145.5, 500];
    const fuel = { fuelRateLph: 20, airFlowKgh: exhaust - 20 * 0.835 };
    const nox = { noxUpPpm: up, noxDownPpm: down, scrInTempC: 300, coolantTempC: 85 };
    return { t: DAY_FROM + i, engineRpm: 1300, ...fuel, ...nox };
  });
  const { scr } = evaluateDay(inputOf(rows), PARAMETERS).summary;
  expect(scr.seconds).toBe(600);
  expect(scr.efficiency?.toFixed(3)).toBe('0.832');
  expect(scr.byTemp.map(([from, seconds]) => [from, seconds])).toEqual([[300, 600]]);
});

it('an inlet sensor that reads low does not excuse missing urea: the warmer end of the catalyst counts', () => {
  const share = (scrInTempC: number, scrOutTempC: number | undefined): number | null => {
    const rows = Array.from({ length: 600 }, (_, i): Row => {
      const row = { t: DAY_FROM + i, engineRpm: 1300, coolantTempC: 85, fuelRateLph: 20, scrInTempC };
      return scrOutTempC === undefined ? row : { ...row, scrOutTempC };
    });
    return evaluateDay(inputOf(rows), PARAMETERS).summary.scr.dosableShare;
  };
  expect(share(60, 300)).toBe(1);
  expect(share(300, 60)).toBe(1);
  expect(share(60, undefined)).toBe(0);
  expect(share(120, 150)).toBe(0);
});

describe('concentrations are not evaluated, and say why', () => {
  const rows = [...drive({ seed: 2, lengthS: 3600 })];
  it.each([
    ['samples more than 10 s apart', [...drive({ seed: 2, lengthS: 36_000, periodS: 30 })], FACTS, 'periodTooLong'],
    ['no downstream sensor', rows.map(({ noxDownPpm: _, ...row }) => row), FACTS, 'noNox'],
    ['no coolant', rows.map(({ coolantTempC: _, ...row }) => row), FACTS, 'noCoolant'],
    ['no SCR inlet temperature', rows.map(({ scrInTempC: _, ...row }) => row), FACTS, 'noScrTemp'],
    ['neither power nor fuel', rows.map(({ fuelRateLph: _, netTorquePct: __, ...row }) => row), FACTS, 'noLoad'],
  ] as const)('%s', (_name, given, facts, reason) => {
    expect(evaluateDay(inputOf(given, { facts }), PARAMETERS).summary.ppm).toEqual({
      reason,
      qualifiedS: 0,
      all: [],
      highLoad: null,
      highLoadS: 0,
    });
  });

  it('without power the fuel flow tells the load, and nothing is of high load', () => {
    const { ppm } = evaluateDay(inputOf(rows, { facts: { ...FACTS, ratedPowerKw: null, workRefKwh: null } }), PARAMETERS).summary;
    expect(ppm).toMatchObject({ reason: null, highLoad: null, highLoadS: 0 });
    expect(ppm.qualifiedS).toBeGreaterThan(500);
  });

  it('a regeneration is no qualified time', () => {
    const before = evaluateDay(inputOf(rows), PARAMETERS).summary.ppm.qualifiedS;
    const hot = rows.map((row, i) => ({ ...row, dpfTempC: i >= 2000 && i < 2600 ? 600 : 300 }));
    const after = evaluateDay(inputOf(hot), PARAMETERS).summary.ppm.qualifiedS;
    expect(before - after).toBeGreaterThan(400);
    expect(before - after).toBeLessThan(660);
  });
});

describe('plain figures', () => {
  it('whole numbers stay, others have ten significant digits, −0 is 0', () => {
    expect(canonical({ a: 1_795_449_600, b: 1 / 3, c: [-0, 2.000000000001], d: 'x', e: null })).toEqual({
      a: 1_795_449_600,
      b: 0.3333333333,
      c: [0, 2],
      d: 'x',
      e: null,
    });
    expect(Object.is(canonical(-0), 0)).toBe(true);
  });

  it('what is no number is a fault of ours, and says where', () => {
    expect(() => canonical({ work: { p90: Number.NaN } })).toThrow('summary.work.p90 is NaN');
    expect(() => canonical({ trips: [{ p90: Number.POSITIVE_INFINITY }] })).toThrow('summary.trips[0].p90');
  });
});
