import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';
import { JUDGED } from './judged.ts';
import { gridPlaces, lagSums, onGrid } from './lag-grid.ts';
import { aligned, alignNox, findNoxLag } from './nox-lag.ts';
import { lehmer, steady, traceFrom } from './test-kit.ts';
import { columnOf } from './trace.ts';

function delayed(lag: number, n = 1500, noise = 0.3) {
  const random = lehmer(5);
  const fuel: number[] = [];
  for (let i = 0; i < n; i += 1) fuel.push(Math.max(2, (fuel[i - 1] ?? 20) + (random() - 0.5) * 8));
  const noxDownPpm = fuel.map((_, i) => 12 * (fuel[Math.max(0, i - lag)] ?? 0) + noise * 100 * random());
  return judge(
    traceFrom({ fuelRateLph: fuel, noxDownPpm, engineRpm: fuel.map((f) => 900 + 20 * f), coolantTempC: steady(n, 85) }),
  );
}

describe('delay of a NOx sensor', () => {
  it.each([0, 1, 3, 7, 10])('of %d s is found', (lag) => {
    expect(findNoxLag(delayed(lag))?.lagS).toBe(lag);
  });

  it('is not said when too little was seen, nothing correlates, or a channel is missing', () => {
    expect(findNoxLag(delayed(3, 400))).toBeNull();
    const random = lehmer(1);
    const noise = delayed(3);
    const other = judge(
      traceFrom({
        fuelRateLph: [...(noise.columns.fuelRateLph?.values ?? [])],
        noxDownPpm: Array.from({ length: 1500 }, () => 100 + 300 * random()),
        engineRpm: steady(1500, 1500).map((rpm, i) => rpm + (i % 50)),
      }),
    );
    expect(findNoxLag(other)).toBeNull();
    expect(findNoxLag(delayed(3), 'noxUpPpm')).toBeNull();
  });

  it('is taken out by shifting, codes with values', () => {
    const shifted = alignNox(delayed(4, 1500, 0), { down: 4 });
    const fuel = shifted.columns.fuelRateLph?.values ?? [];
    const nox = shifted.columns.noxDownPpm;
    expect(nox?.values[700]).toBeCloseTo(12 * (fuel[700] ?? 0), 9);
    expect([...(nox?.codes.subarray(1496) ?? [])]).toEqual(steady(4, JUDGED.missing));
    expect(findNoxLag(shifted)?.lagS).toBe(0);
  });
});

it('sums over pairs are the same on a grid as pair by pair, whatever is lost', () => {
  const random = lehmer(17);
  for (const loss of [0, 0.02, 0.3, 0.6]) {
    const times: number[] = [];
    for (let time = 1000; times.length < 3000; time += random() < 0.002 ? 1 + Math.floor(700 * random()) : 1)
      if (random() >= loss) times.push(time);
    const values = (): Float64Array => {
      const drawn = Float64Array.from(times, () => (random() < 0.05 ? Number.NaN : random() - 0.5));
      const there = drawn.filter((value) => !Number.isNaN(value));
      const mean = there.reduce((sum, value) => sum + value, 0) / there.length;
      return drawn.map((value) => value - mean);
    };
    const x = values();
    const y = values();
    const places = gridPlaces(Float64Array.from(times), 10) ?? new Int32Array(1);
    const onIt = (values: Float64Array) => onGrid(values, null, places);
    const grid = lagSums(onIt(x), onIt(y), 10);
    for (const shift of [0, 1, 4, 10]) {
      const later = new Map(times.map((time, i) => [time - shift, y[i] ?? Number.NaN]));
      const pairs = times
        .map((time, i) => [x[i] ?? Number.NaN, later.get(time) ?? Number.NaN] as const)
        .filter(([a, b]) => !Number.isNaN(a * b));
      const sum = (of: (a: number, b: number) => number): number => pairs.reduce((all, [a, b]) => all + of(a, b), 0);
      const found = grid[shift];
      expect(found?.pairs).toBe(pairs.length);
      const expected = [
        ['sx', sum((a) => a)],
        ['sy', sum((_, b) => b)],
        ['sxx', sum((a) => a * a)],
        ['syy', sum((_, b) => b * b)],
        ['sxy', sum((a, b) => a * b)],
      ] as const;
      for (const [key, value] of expected) expect(found?.[key], `${key} at ${shift}`).toBeCloseTo(value, 9);
    }
  }
});

it('no grid is made of times between seconds, or of samples far apart', () => {
  expect(gridPlaces(Float64Array.from([0, 0.5, 1]), 10)).toBeNull();
  expect(gridPlaces(Float64Array.from([0, 10, 20]), 10)).toBeNull();
  expect(gridPlaces(new Float64Array(0), 10)).toBeNull();
  expect([...(gridPlaces(Float64Array.from([5, 6, 9, 10]), 10) ?? [])]).toEqual([0, 1, 4, 5, 6]);
});

it('shifting takes the sample at that time or the nearest within half a period, and none across a gap', () => {
  const column = columnOf(Float64Array.from([10, 11, 12, 13]), new Uint8Array(4));
  const time = Float64Array.from([0, 1, 2, 40]);
  expect([...aligned(column, time, 1, 1).values]).toEqual([11, 12, Number.NaN, Number.NaN]);
  const slow = Float64Array.from([0, 10, 20, 30]);
  expect(aligned(column, slow, 4, 10)).toBe(column);
  expect([...aligned(column, slow, 6, 10).values]).toEqual([11, 12, 13, Number.NaN]);
});
