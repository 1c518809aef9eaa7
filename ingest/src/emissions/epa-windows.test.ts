import { describe, expect, it } from 'vitest';
import { EPA_BOUNDARY, OUTSIDE, outside } from './boundary.ts';
import { epaWindows } from './epa-windows.ts';
import { judge } from './judge.ts';
import { coverOf } from './period.ts';
import { steady, traceFrom } from './test-kit.ts';

/** Test intervals [first, last] of 1 Hz data with the given seconds excluded or missing. */
function intervals(
  n: number,
  options: { excluded?: (t: number) => boolean; missing?: (t: number) => boolean },
): [number, number][] {
  const times = Array.from({ length: n }, (_, t) => t).filter((t) => options.missing?.(t) !== true);
  const timeSec = Float64Array.from(times);
  const flat = new Float64Array(times.length).fill(1);
  const keep = Uint8Array.from(times, (t) => (options.excluded?.(t) === true ? 0 : 1));
  const rates = { timeSec, coverS: coverOf(timeSec, 1), noxGs: flat, co2Gs: flat };
  const { series, spans } = epaWindows(rates, keep, 1);
  const at = (k: number): number => times[series.retained.index[k] ?? -1] ?? -1;
  return [...spans.start].map((start, k) => [at(start), at((spans.end[k] ?? 0) - 1)]);
}

describe('test intervals of 40 CFR 1036.530(c)', () => {
  it('are 300 s of data, moving on by a second ((c)(2)(i), (ii))', () => {
    expect(intervals(302, {})).toEqual([
      [0, 299],
      [1, 300],
      [2, 301],
    ]);
    expect(intervals(299, {})).toEqual([]);
  });

  it('take 599 s of continuous exclusion in, and none with 600 s', () => {
    const hole = (length: number) => (t: number) => t >= 100 && t < 100 + length;
    expect(intervals(1200, { excluded: hole(599) }).filter(([first]) => first < 100)[0]).toEqual([0, 898]);
    expect(intervals(1200, { excluded: hole(600) }).filter(([first]) => first < 100)).toEqual([]);
    expect(intervals(1200, { excluded: hole(600) })[0]?.[0]).toBe(700);
  });

  it('count seconds that never came as excluded', () => {
    const hole = (length: number) => (t: number) => t >= 100 && t < 100 + length;
    expect(intervals(1200, { missing: hole(599) }).some(([first]) => first === 0)).toBe(true);
    expect(intervals(1200, { missing: hole(600) }).some(([first]) => first < 100)).toBe(false);
  });

  it('leave out a single point between two exclusions ((c)(3)(vii))', () => {
    const found = intervals(400, { excluded: (t) => t === 50 || t === 52 });
    expect(found.some(([first, last]) => first === 51 || last === 51)).toBe(false);
    expect(found[0]).toEqual([0, 302]);
  });

  it('begin with a pair: the last point of a run begins none', () => {
    const starts = intervals(500, { excluded: (t) => t === 10 }).map(([first]) => first);
    expect(starts).not.toContain(9);
    expect(starts.slice(8, 11)).toEqual([8, 11, 12]);
  });

  it('end with a pair: an end that begins a run takes the next point in', () => {
    const found = intervals(500, { excluded: (t) => t === 299 });
    expect(found[0]).toEqual([0, 301]);
    expect(found[1]).toEqual([1, 301]);
  });
});

describe('exclusions of 40 CFR 1036.530(c)(3)', () => {
  const reasons = (ambient: number, baro: number, rpm = 800, coolant = 20): number =>
    outside(
      judge(
        traceFrom({
          engineRpm: steady(2, rpm),
          ambientTempC: steady(2, ambient),
          baroKpa: steady(2, baro),
          coolantTempC: steady(2, coolant),
        }),
      ),
      EPA_BOUNDARY,
    )[0] ?? -1;

  it('(iv) ambient below 5 °C or above −0.0014·h + 37.78, which is 34.0 °C at 2679 ft', () => {
    // 2679 ft are 816.6 m, where the standard atmosphere has 91.87 kPa.
    expect(reasons(33.9, 91.87)).toBe(OUTSIDE.no);
    expect(reasons(34.1, 91.87)).toBe(OUTSIDE.ambient);
    expect(reasons(4.9, 101.3)).toBe(OUTSIDE.ambient);
    expect(reasons(5, 101.3)).toBe(OUTSIDE.no);
  });

  it('(v) altitude above 5500 ft, 82.7 kPa in the standard atmosphere', () => {
    expect(reasons(20, 83)).toBe(OUTSIDE.no);
    expect(reasons(20, 82.5)).toBe(OUTSIDE.altitude);
  });

  it('(ii) engine off; a cold engine is none', () => {
    expect(reasons(20, 101, 0)).toBe(OUTSIDE.engineOff);
    expect(reasons(20, 101, 800, -10)).toBe(OUTSIDE.no);
  });
});
