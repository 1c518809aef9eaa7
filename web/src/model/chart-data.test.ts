import { describe, expect, it } from 'vitest';
import { drawnColumns, emptyStretches, filledRows, lonePoints, type SeriesSignal, unitCharts, valueAt } from './chart-data.ts';
import { grouped } from './groups.ts';

function signal(id: string, unit: string, columns: SeriesSignal['columns']): SeriesSignal {
  return { id, zh: id, en: id, unit, decimals: 1, valid: 0, validShare: null, missing: {}, columns };
}

describe('charts', () => {
  it('are one a unit, in the order in which units first occur', () => {
    const charts = unitCharts([
      signal('noxDownPpm', 'ppm', { values: [1] }),
      signal('speedKmh', 'km/h', { values: [2] }),
      signal('noxUpPpm', 'ppm', { values: [3] }),
    ]);
    expect(charts.map((c) => [c.unit, c.signals.map((s) => s.id)])).toEqual([
      ['ppm', ['noxDownPpm', 'noxUpPpm']],
      ['km/h', ['speedKmh']],
    ]);
  });

  it('draw the first signal last, so that it lies on top', () => {
    const [chart] = unitCharts([signal('a', 'ppm', { min: [1], max: [2] }), signal('b', 'ppm', { min: [3], max: [4] })]);
    expect(chart && drawnColumns(chart)).toEqual([[3], [4], [1], [2]]);
  });

  it('tell a value, or the two extremes of a bucket, at a row', () => {
    expect(valueAt(signal('a', '', { values: [1, null] }), 1)).toEqual({ min: null, max: null });
    expect(valueAt(signal('a', '', { min: [1], max: [9] }), 0)).toEqual({ min: 1, max: 9 });
  });
});

describe('stretches without data', () => {
  const of = (t: number[], filled: boolean[], from: number, to: number, step = 1) => emptyStretches(t, filled, from, to, step);

  it('begin after more than three steps, not at exactly three', () => {
    expect(of([0, 3, 7], [true, true, true], 0, 8)).toEqual([{ from: 4, to: 7 }]);
  });

  it('are the whole range when there is nothing', () => {
    expect(of([], [], 100, 200)).toEqual([{ from: 100, to: 200 }]);
  });

  it('lie before the first and after the last value too', () => {
    expect(of([50, 51], [true, true], 0, 100)).toEqual([
      { from: 0, to: 50 },
      { from: 52, to: 100 },
    ]);
  });

  it('do not end at a row that holds nothing', () => {
    expect(of([0, 1, 5, 10], [true, true, false, true], 0, 10)).toEqual([{ from: 2, to: 10 }]);
  });

  it('go by the bucket where that is longer than the period', () => {
    expect(of([0, 60, 120, 360], [true, true, true, true], 0, 400, 60)).toEqual([{ from: 180, to: 360 }]);
  });

  it('know a row as filled when any signal has a value, zero included', () => {
    expect(
      filledRows(3, [signal('a', '', { values: [null, 0, null] }), signal('b', '', { values: [null, null, null] })]),
    ).toEqual([false, true, false]);
  });
});

describe('points without neighbours', () => {
  it('are found, at the ends too; a zero is a value', () => {
    expect(lonePoints([1, null, 0, null, 2, 3, null, 4], 0, 7)).toEqual([0, 2, 7]);
    expect(lonePoints([null, null], 0, 1)).toEqual([]);
  });
  it('are looked for in the shown rows alone; what is beside these counts', () => {
    expect(lonePoints([1, null, 0, null, 2, 3, null, 4], 2, 5)).toEqual([2]);
    expect(lonePoints([1, 2, null], 1, 9)).toEqual([]);
  });
});

describe('signal groups', () => {
  it('hold every signal of the catalogue once, unknown ones under other', () => {
    const groups = grouped([{ id: 'speedKmh' }, { id: 'brandNew' }, { id: 'noxDownPpm' }]);
    expect(groups.map((g) => [g.id, g.signals.map((s) => s.id)])).toEqual([
      ['emissions', ['noxDownPpm']],
      ['driving', ['speedKmh']],
      ['other', ['brandNew']],
    ]);
  });
});
