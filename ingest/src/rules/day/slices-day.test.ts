import { parametersWith } from '@plume/ingest/rules';
import { describe, expect, it } from 'vitest';
import { evaluateDay } from './evaluate-day.ts';
import { ambientBin, powerBin, speedBin } from './slices-day.ts';
import { DAY_FROM, FACTS, inputOf, type Row } from './test-kit.ts';

const PARAMETERS = parametersWith();
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

function dayOf(rows: readonly Omit<Row, 't'>[]) {
  const timed = rows.map((row, i) => ({ ...row, t: DAY_FROM + i }));
  return evaluateDay(inputOf(timed, { facts: { ...FACTS, torqueKind: 'net' } }), PARAMETERS);
}
const times = (n: number, row: Omit<Row, 't'>): Omit<Row, 't'>[] => new Array<Omit<Row, 't'>>(n).fill(row);

describe('slices of a day', () => {
  it('add up to the day in every division', () => {
    const { slices, summary } = dayOf([
      ...times(700, HOT),
      ...times(700, { ...HOT, speedKmh: 0 }),
      ...times(700, { ...HOT, speedKmh: 80 }),
    ]);
    for (const kind of ['day', 'hour', 'speed', 'power', 'operation'] as const) {
      const own = slices.filter((slice) => slice.kind === kind);
      const sum = own.reduce((total, { sums }) => total + (sums.noxG ?? 0), 0);
      expect(sum, kind).toBeCloseTo(summary.totals.noxG, 6);
    }
    expect(slices.filter(({ kind }) => kind === 'speed').map(({ bin }) => bin)).toEqual([0, 4, 9]);
    const [day] = slices;
    expect(day?.sums.idleNoxS).toBe(700);
  });

  it('fill missing seconds by the fuel and the factor of the same temperature, and say how many', () => {
    // The sensor is silent for 300 s in the middle; it is ready again 60 s after.
    const { slices, summary } = dayOf([
      ...times(1500, HOT),
      ...times(300, { ...HOT, noxDownPpm: Number.NaN }),
      ...times(600, HOT),
    ]);
    const sums = slices[0]?.sums;
    const missing = summary.totals.engineOnS - summary.totals.noxValidS;
    expect(sums?.filledS).toBeCloseTo(missing, 6);
    expect(sums?.filledNoxG).toBeCloseTo((summary.totals.noxG / summary.totals.noxValidS) * missing, 6);
    expect(sums?.unfilledS).toBe(0);
  });

  it('fill a silence over which the truck moved for the seconds that no sample stands for', () => {
    const before = times(1500, { ...HOT, odometerKm: 1000 }).map((row, i) => ({ ...row, t: DAY_FROM + i }));
    const after = times(900, { ...HOT, odometerKm: 1002 }).map((row, i) => ({ ...row, t: DAY_FROM + 1700 + i }));
    const facts = { facts: { ...FACTS, torqueKind: 'net' } } as const;
    const { slices, summary } = evaluateDay(inputOf([...before, ...after], facts), PARAMETERS);
    // The last sample before it is held for 3 s; the first 60 s of the day the sensor was not ready.
    const silentS = 201 - 3;
    expect([summary.quality.gaps, summary.quality.gapS, summary.totals.engineOnS]).toEqual([1, 201, 2402]);
    expect(slices[0]?.sums.filledS).toBeCloseTo(silentS + 60, 6);
    expect(slices[0]?.sums.filledNoxG).toBeCloseTo((summary.totals.noxG / summary.totals.noxValidS) * (silentS + 60), 6);
  });

  it('of a day without any valid NOx are not filled', () => {
    const { slices } = dayOf(times(900, { ...HOT, noxDownPpm: Number.NaN }));
    expect([slices[0]?.sums.filledNoxG, slices[0]?.sums.noxG]).toEqual([null, null]);
    expect(slices[0]?.sums.unfilledS).toBe(900);
  });

  it('have bins with the bounds that are written beside them', () => {
    expect([0, 0.99, 1, 9.9, 10, 109.9, 110, 130].map(speedBin)).toEqual([0, 0, 1, 1, 2, 11, 12, 12]);
    expect([-0.01, 0, 0.0999, 0.1, 0.8999, 0.9, 1.2].map(powerBin)).toEqual([0, 1, 1, 2, 9, 10, 10]);
    expect([-0.1, 0, 4.9, 5].map(ambientBin)).toEqual([-1, 0, 0, 1]);
  });
});

describe('cells of a day', () => {
  it('hold the NOx of the running engine where it was, count a pass once, and leave out what has no place', () => {
    const place = (lonDeg: number): Omit<Row, 't'> => ({ ...HOT, lonDeg, latDeg: 44.0012 });
    const { cells, summary } = dayOf([
      ...times(200, place(87.001)),
      ...times(200, place(87.007)),
      ...times(200, place(87.001)),
      ...times(100, HOT),
    ]);
    expect([...cells.x]).toEqual([17400, 17401]);
    expect([...cells.y]).toEqual([8800, 8800]);
    // Back within five minutes: the same pass.
    expect([...cells.passes]).toEqual([1, 1]);
    expect([...cells.seconds]).toEqual([400, 200]);
    const grams = cells.noxG.reduce((sum, each) => sum + each, 0);
    expect(grams).toBeLessThan(summary.totals.noxG);
    expect(cells.droppedS).toBe(0);
  });
});
