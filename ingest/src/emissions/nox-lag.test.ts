import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';
import { JUDGED } from './judged.ts';
import { aligned, alignNox, findNoxLag } from './nox-lag.ts';
import { lehmer, steady, traceFrom } from './test-kit.ts';

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

it('shifting takes the sample at that time or the nearest within half a period, and none across a gap', () => {
  const column = { values: Float64Array.from([10, 11, 12, 13]), codes: new Uint8Array(4) };
  const time = Float64Array.from([0, 1, 2, 40]);
  expect([...aligned(column, time, 1, 1).values]).toEqual([11, 12, Number.NaN, Number.NaN]);
  const slow = Float64Array.from([0, 10, 20, 30]);
  expect(aligned(column, slow, 4, 10)).toBe(column);
  expect([...aligned(column, slow, 6, 10).values]).toEqual([11, 12, 13, Number.NaN]);
});
