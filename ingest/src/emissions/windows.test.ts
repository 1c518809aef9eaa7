import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { epaBins } from './epa-bins.ts';
import { epaWindows } from './epa-windows.ts';
import { coverOf } from './period.ts';
import { median } from './stats/percentile.ts';
import { lehmer } from './test-kit.ts';
import {
  holdLast,
  type PlainSample,
  type PlainWindow,
  plainIntervals,
  plainValidity,
  plainWindows,
} from './test-reference-windows.ts';
import { type Spans, type WindowSeries, windowSeries } from './window-series.ts';
import { summarise, withinLimit } from './window-verdict.ts';
import { co2Windows, fuelWindows, type WindowResult, workWindows } from './windows.ts';

const RATED = 250;
const FACTS = {
  ratedPowerKw: RATED,
  workRef: { value: 1.5, assumed: false },
  co2Ref: { value: 1000, assumed: false },
  co2GPerKwh: 650,
  fuelRef: { value: 0.3, assumed: false },
  bsfcKgPerKwh: 0.2,
};

/** Samples with steps, gaps, stretches that are not used, braking and negative readings. */
function randomTrace(seed: number, n: number, period: number): PlainSample[] {
  const random = lehmer(seed);
  const times: number[] = [];
  let time = 1_700_000_000;
  for (let i = 0; i < n; i += 1) {
    times.push(time);
    const chance = random();
    time += period * (chance < 0.02 ? 2 + Math.floor(random() * 3) : 1);
    if (chance > 0.995) time += Math.floor(random() * 1400);
  }
  const cover = holdLast(times, period);
  let kw = 60;
  let off = 0;
  return times.map((at, i) => {
    kw = Math.min(250, Math.max(-40, kw + (random() - 0.5) * 60));
    if (off > 0) off -= 1;
    else if (random() < 0.01) off = 1 + Math.floor(random() * (random() < 0.2 ? 900 / period : 12));
    const fuelKgh = Math.max(0.8, kw * 0.21 + random());
    return {
      time: at,
      seconds: cover[i] ?? 0,
      use: off === 0,
      noxGs: (random() - 0.03) * 0.12,
      kw,
      fuelKgh,
      co2Gs: (fuelKgh * 3173 * (0.99 + 0.02 * random())) / 3600,
    };
  });
}

function ratesOf(samples: readonly PlainSample[]) {
  const pick = (key: 'time' | 'seconds' | 'noxGs' | 'kw' | 'fuelKgh' | 'co2Gs') => Float64Array.from(samples, (s) => s[key]);
  return {
    timeSec: pick('time'),
    coverS: pick('seconds'),
    noxGs: pick('noxGs'),
    powerKw: pick('kw'),
    fuelKgh: pick('fuelKgh'),
    co2Gs: pick('co2Gs'),
  };
}

const keepOf = (samples: readonly PlainSample[]): Uint8Array => Uint8Array.from(samples, (s) => (s.use ? 1 : 0));

function places(series: WindowSeries, spans: Spans): [number, number][] {
  return [...spans.start].map((start, k) => [
    series.retained.index[start] ?? -1,
    series.retained.index[(spans.end[k] ?? 0) - 1] ?? -1,
  ]);
}

function expectSame(
  result: WindowResult,
  series: WindowSeries,
  plain: readonly PlainWindow[],
  factor: (w: PlainWindow) => number,
): void {
  expect(places(series, result.spans)).toEqual(plain.map((w) => [w.first, w.last]));
  for (const [k, w] of plain.entries()) {
    expect(Math.abs((result.gPerKwh[k] ?? 0) - factor(w))).toBeLessThan(1e-9 * Math.max(1, Math.abs(factor(w))));
    expect(result.durationS[k]).toBeCloseTo(w.seconds, 6);
  }
}

describe.each([
  [1, 1, 1500],
  [2, 1, 1500],
  [3, 1, 2500],
  [4, 10, 900],
  [5, 10, 900],
  [6, 30, 700],
])('random trace %d at %d s, against windows summed one by one', (seed, period, n) => {
  const samples = randomTrace(seed, n, period);
  const series = windowSeries(ratesOf(samples), keepOf(samples));

  it('holds each sample as long', () => {
    const rates = ratesOf(samples);
    expect(coverOf(rates.timeSec, period)).toEqual(rates.coverS);
  });

  it('work windows: places, figures, validity', () => {
    const result = workWindows(series, FACTS);
    const plain = plainWindows(samples, 'work', 1.5);
    expect(plain.length).toBeGreaterThan(50);
    expectSame(result, series, plain, (w) => w.nox / w.work);
    const { pct, valid } = plainValidity(plain, 20, 15, (w, threshold) => (w.work * 3600) / w.seconds > threshold * RATED);
    expect(result.thresholdPct).toBe(pct);
    expect(result.validCount).toBe(valid.length);
    const limit = median(valid.map((w) => w.nox / w.work));
    expect(withinLimit(result, limit).within).toBe(valid.filter((w) => w.nox / w.work <= limit).length);
  });

  it('CO2 and fuel windows: places, figures, validity', () => {
    const longest = (threshold: number): number => (3600 * 1.5) / (threshold * RATED);
    const byDuration = (w: PlainWindow, threshold: number): boolean => w.seconds <= longest(threshold);
    const fuel = fuelWindows(series, FACTS);
    const plainFuel = plainWindows(samples, 'fuel', 0.3);
    expectSame(fuel, series, plainFuel, (w) => (w.nox / w.fuel) * 0.2);
    expect(fuel.validCount).toBe(plainValidity(plainFuel, 20, 15, byDuration).valid.length);
    const co2 = co2Windows(series, FACTS);
    const plainCo2 = plainWindows(samples, 'co2', 1000);
    expectSame(co2, series, plainCo2, (w) => (w.nox / w.co2) * 650);
    expect(co2.validCount).toBe(plainValidity(plainCo2, 20, 15, byDuration).valid.length);
  });

  it('EPA test intervals: places, bins, results', () => {
    const windows = epaWindows(ratesOf(samples), keepOf(samples), period);
    const plain = plainIntervals(samples, period);
    expect(plain.length).toBeGreaterThan(50);
    expect(places(windows.series, windows.spans)).toEqual(plain.map((w) => [w.first, w.last]));
    const bins = epaBins(windows, 650, RATED);
    const one = plain.filter((w) => w.co2 / ((650 * RATED * w.seconds) / 3600) <= 0.06);
    const two = plain.filter((w) => w.co2 / ((650 * RATED * w.seconds) / 3600) > 0.06);
    const total = (list: PlainWindow[], key: 'nox' | 'co2' | 'seconds'): number => list.reduce((sum, w) => sum + w[key], 0);
    expect([bins.bin1.windows, bins.bin2.windows]).toEqual([one.length, two.length]);
    if (one.length > 0) expect(bins.bin1.gPerHour.value).toBeCloseTo((3600 * total(one, 'nox')) / total(one, 'seconds'), 6);
    if (two.length > 0) expect(bins.bin2.gPerKwh.value).toBeCloseTo((650 * total(two, 'nox')) / total(two, 'co2'), 6);
  });
});

/** Drive cycles: the one of this folder, and those that lie beside the repository where they are at hand. */
const OWN = new URL('./vectors/c-wtvc.csv', import.meta.url);
const BESIDE = new URL('../../../../shared/cycles/', import.meta.url);
const CYCLES = [
  OWN,
  ...(existsSync(BESIDE)
    ? readdirSync(BESIDE)
        .filter((name) => name.startsWith('hhddt') && name.endsWith('.csv'))
        .map((name) => new URL(name, BESIDE))
    : []),
];

describe.each(CYCLES.map((url) => [url.pathname.split('/').at(-1) ?? '', url] as const))('cycle %s', (_name, url) => {
  const speeds = readFileSync(url, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => Number(line.split(',')[1]));
  const samples: PlainSample[] = speeds.map((kmh, t) => {
    const v = kmh / 3.6;
    const accel = ((speeds[t + 1] ?? kmh) - kmh) / 3.6;
    const kw = ((25_000 * 9.81 * 0.0065 + 0.5 * 1.2 * 6 * v * v + 25_000 * 1.05 * accel) * v) / 900 + 6;
    const fuelKgh = Math.max(1.2, 0.2 * kw);
    return {
      time: 1_600_000_000 + t,
      seconds: 1,
      use: t > 30 && t % 197 > 9,
      noxGs: (0.004 * fuelKgh * (2 + Math.sin(t / 40))) / 4,
      kw,
      fuelKgh,
      co2Gs: (fuelKgh * 3173) / 3600,
    };
  });

  it('gives the same windows as summed one by one', () => {
    const series = windowSeries(ratesOf(samples), keepOf(samples));
    const plain = plainWindows(samples, 'work', 3);
    const result = workWindows(series, { ...FACTS, workRef: { value: 3, assumed: false } });
    expect(plain.length).toBeGreaterThan(100);
    expectSame(result, series, plain, (w) => w.nox / w.work);
    const intervals = plainIntervals(samples, 1);
    const epa = epaWindows(ratesOf(samples), keepOf(samples), 1);
    expect(places(epa.series, epa.spans)).toEqual(intervals.map((w) => [w.first, w.last]));
  });
});

describe('properties of windows', () => {
  const samples = randomTrace(11, 2000, 1).map((sample) => ({ ...sample, use: true }));
  const result = (list: readonly PlainSample[], keep = keepOf(list)): WindowResult =>
    workWindows(windowSeries(ratesOf(list), keep), FACTS);

  it('do not depend on dropped samples, whatever they hold', () => {
    const keep = keepOf(randomTrace(11, 2000, 1));
    const other = samples.map((sample, i) => (keep[i] === 1 ? sample : { ...sample, kw: Number.NaN, noxGs: 1e9, co2Gs: -5 }));
    expect(result(other, keep).gPerKwh).toEqual(result(samples, keep).gPerKwh);
  });

  it('scale with the emission and not with when the day was', () => {
    const base = result(samples);
    const later = result(samples.map((s) => ({ ...s, time: s.time + 86_400 })));
    expect(later.gPerKwh).toEqual(base.gPerKwh);
    const dirtier = result(samples.map((s) => ({ ...s, noxGs: 2 * s.noxGs })));
    expect(dirtier.gPerKwh).toEqual(base.gPerKwh.map((e) => 2 * e));
    expect(dirtier.validCount).toBe(base.validCount);
  });

  it('of a day cut at a long gap are those of its two halves', () => {
    const cut = 900;
    const apart = samples.map((s, i) => ({ ...s, time: i < cut ? s.time : s.time + 5000 }));
    const whole = result(apart);
    const halves = [result(apart.slice(0, cut)), result(apart.slice(cut))];
    const joined = halves.flatMap((half) => [...half.gPerKwh]);
    expect(whole.gPerKwh.length).toBe(joined.length);
    for (const [k, e] of joined.entries()) expect(whole.gPerKwh[k]).toBeCloseTo(e, 9);
  });

  it('bridge a gap of exactly 600 s and no longer one', () => {
    const at = (gap: number): number => {
      const list = samples.slice(0, 40).map((s, i) => ({ ...s, kw: 200, seconds: 1, time: i < 20 ? i : i + gap - 1 }));
      return result(list).spans.count;
    };
    expect(at(600)).toBe(at(1));
    expect(at(600)).toBeGreaterThan(0);
    expect(at(601)).toBeLessThan(at(600));
  });

  it('are void with the reason, and have no figures, when something is missing', () => {
    const series = windowSeries(ratesOf(samples), keepOf(samples));
    expect(workWindows(series, { ...FACTS, workRef: null }).void).toBe('noReference');
    expect(workWindows(series, { ...FACTS, workRef: { value: 0, assumed: false } }).void).toBe('noReference');
    expect(workWindows(series, { ...FACTS, ratedPowerKw: null }).void).toBe('noRatedPower');
    expect(workWindows(series, { ...FACTS, workRef: { value: 1e6, assumed: false } }).void).toBe('noWindows');
    expect(workWindows({ ...series, workKwh: null }, FACTS).void).toBe('noSeries');
    const none = workWindows(windowSeries(ratesOf([]), new Uint8Array(0)), FACTS);
    expect(none.void).toBe('noWindows');
    expect(summarise(none)).toBeNull();
    expect(withinLimit(none, 4)).toEqual({ within: 0, valid: 0, share: null, passes: null });
  });

  it('are void when less than half are valid at the floor, and say that floor', () => {
    const weak = samples.map((s) => ({ ...s, kw: 20, noxGs: 0.01 }));
    const found = result(weak);
    expect(found.spans.count).toBeGreaterThan(0);
    expect([found.void, found.thresholdPct, found.validCount]).toEqual(['tooFewValid', 15, 0]);
  });

  it('pass with exactly nine of ten within the limit', () => {
    const ten: WindowResult = {
      ...result(samples),
      gPerKwh: Float64Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
      valid: new Uint8Array(10).fill(1),
      validCount: 10,
      spans: { count: 10, start: new Int32Array(10), end: new Int32Array(10) },
      void: null,
    };
    expect(withinLimit(ten, 9)).toEqual({ within: 9, valid: 10, share: 0.9, passes: true });
    expect(withinLimit(ten, 8.99).passes).toBe(false);
  });

  it('lower the threshold step by step until half of them pass', () => {
    const middling = samples.map((s) => ({ ...s, kw: 0.172 * RATED }));
    const found = result(middling);
    expect([found.void, found.thresholdPct]).toEqual([null, 17]);
  });
});
