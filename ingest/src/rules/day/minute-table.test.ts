import { parametersWith } from '@plume/ingest/rules';
import { describe, expect, it } from 'vitest';
import { evaluateDay } from './evaluate-day.ts';
import { MINUTE_COLUMNS, type MinuteColumn } from './minute-columns.ts';
import { DAY_FROM, FACTS, inputOf, NO_FACTS, type Row } from './test-kit.ts';

const PARAMETERS = parametersWith();
const NET = { ...FACTS, torqueKind: 'net' } as const;
const HOT: Omit<Row, 't'> = {
  speedKmh: 36,
  engineRpm: 1300,
  netTorquePct: 30,
  fuelRateLph: 15,
  airFlowKgh: 400,
  noxDownPpm: 312.5,
  scrInTempC: 300,
  coolantTempC: 85,
};

/** Minutes of records given from the beginning of the day on. */
function minutesOf(rows: readonly (Omit<Row, 't'> & { readonly s?: number })[], facts = NET) {
  const timed = rows.map(({ s, ...row }, i) => ({ ...row, t: DAY_FROM + (s ?? i) }));
  return evaluateDay(inputOf(timed, { facts }), PARAMETERS).minutes;
}
const times = (n: number, row: Omit<Row, 't'>): Omit<Row, 't'>[] => new Array<Omit<Row, 't'>>(n).fill(row);

describe('minutes of a truck', () => {
  it('have the columns that are listed, once each', () => {
    const { columns } = minutesOf(times(60, HOT));
    expect(Object.keys(columns)).toEqual(MINUTE_COLUMNS.map(({ id }) => id));
    expect(new Set(MINUTE_COLUMNS.map(({ id }) => id)).size).toBe(MINUTE_COLUMNS.length);
  });

  it('sum what was known: a minute of 36 km/h, 15 L/h and 30 % of 1500 N·m at 1300 rpm', () => {
    const { columns } = minutesOf(times(180, HOT));
    expect(columns.distanceKm[1]).toBeCloseTo(0.6, 12);
    expect(columns.fuelKg[1]).toBeCloseTo(0.25 * 0.835, 12);
    expect(columns.workKwh[1]).toBeCloseTo((450 * 1300) / 9549.2966 / 60, 8);
    expect([columns.noxValidS[0], columns.noxValidS[1]]).toEqual([0, 60]);
    expect(columns.noxG[1]).toBeCloseTo((0.001587 * 312.5 * (400 + 15 * 0.835)) / 60, 10);
    expect([columns.samples[2], columns.engineOnS[2]]).toEqual([60, 60]);
  });

  const nothing: [string, Partial<Row>, readonly MinuteColumn[]][] = [
    ['NOx', { noxDownPpm: Number.NaN }, ['noxG', 'noxOfWorkG', 'workOfNoxKwh', 'noxOfFuelG', 'noxOfDistanceG', 'noxDownMean']],
    ['fuel', { fuelRateLph: Number.NaN }, ['fuelKg', 'co2G', 'fuelOfNoxKg', 'noxOfFuelG']],
    ['torque', { netTorquePct: Number.NaN }, ['workKwh', 'workOfNoxKwh', 'noxOfWorkG', 'powerMin', 'powerMean', 'powerMax']],
    ['speed', { speedKmh: Number.NaN }, ['distanceKm', 'distanceOfNoxKm', 'noxOfDistanceG', 'speedMax']],
  ];
  it.each(nothing)('without %s have no figure, not 0, where nothing was known', (_what, missing, empty) => {
    // Sent in the minute before, so that the channel is there.
    const { columns } = minutesOf([...times(120, HOT), ...times(60, { ...HOT, ...missing })]);
    for (const id of empty) {
      expect(columns[id][1], `${id} of the minute before`).not.toBeNaN();
      expect(columns[id][2], id).toBeNaN();
    }
  });

  it('of a stopped engine burn nothing and do no work; NOx is not known', () => {
    const { columns } = minutesOf([...times(60, HOT), ...times(60, { engineRpm: 0, speedKmh: 0 })]);
    const at = (id: MinuteColumn): number | undefined => columns[id][1];
    expect([at('engineOnS'), at('fuelKg'), at('co2G'), at('workKwh'), at('distanceKm')]).toEqual([0, 0, 0, 0, 0]);
    expect(at('noxG')).toBeNaN();
  });

  it('of an engine whose state is not known say nothing of fuel and work', () => {
    const { columns } = minutesOf([...times(60, HOT), ...times(60, { speedKmh: 36 })]);
    expect(columns.engineOnS[1]).toBe(0);
    expect([columns.fuelKg[1], columns.workKwh[1]]).toEqual([Number.NaN, Number.NaN]);
    expect(columns.distanceKm[1]).toBeCloseTo(0.6, 12);
  });

  it('weigh means by the time a sample stands for, and take the first position that is one', () => {
    const at = (s: number, speedKmh: number, lonDeg: number, latDeg: number) => ({ ...HOT, s, speedKmh, lonDeg, latDeg });
    // Period 1 s; the second sample stands for 3 s, the last for 1 s.
    const { columns, timeSec } = minutesOf([at(0, 10, 0, 0), at(1, 40, 113, 34), at(4, 20, 114, 35), at(5, 20, 114, 35)]);
    expect([columns.speedMin[0], columns.speedMax[0]]).toEqual([10, 40]);
    expect(columns.speedMean[0]).toBeCloseTo((10 + 3 * 40 + 20 + 20) / 6, 12);
    expect([columns.lonDeg[0], columns.latDeg[0]]).toEqual([113, 34]);
    expect([...timeSec]).toEqual([DAY_FROM]);
  });

  it('are there only where samples are, each at its full minute', () => {
    const { count, timeSec, columns } = minutesOf([
      { ...HOT, s: 59 },
      { ...HOT, s: 60 },
      { ...HOT, s: 400 },
    ]);
    expect(count).toBe(3);
    expect([...timeSec].map((time) => time - DAY_FROM)).toEqual([0, 60, 360]);
    expect([...columns.samples]).toEqual([1, 1, 1]);
  });

  it('carry the class of the day: by work, by fuel without power, none without a mass', () => {
    const class_ = (rows: readonly Omit<Row, 't'>[], facts = NET) => minutesOf(rows, facts).methodClass;
    const { netTorquePct: _torque, ...noTorque } = HOT;
    const { airFlowKgh: _air, ...noAir } = HOT;
    expect(class_(times(200, HOT))).toBe('A');
    expect(class_(times(200, noTorque))).toBe('B');
    expect(class_(times(200, noAir))).toBeNull();
    expect(class_(times(200, HOT), { ...NO_FACTS, torqueKind: 'net' })).toBe('B');
  });
});
