import { columnOf, ENGINE, JUDGED, type JudgedTrace } from '@plume/ingest/emissions';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parametersWith } from '../catalogue/parameters.ts';
import { flatStretch } from './flat-signal.ts';
import { DAY_FROM, lehmer } from './test-kit.ts';
import { series, signalsOf } from './test-signals.ts';

const NUMBERS = parametersWith().plausibility;

/** The text of T2 word by word, quadratic: every place, every block, every sample anew. */
function slowly(trace: JudgedTrace, coverS: Float64Array, windowS: number): number | null {
  const nox = trace.columns.noxDownPpm;
  const fuel = trace.columns.fuelRateLph;
  const blocks = new Map<number, [number, number, number]>();
  for (let i = 0; i < trace.count; i += 1) {
    if (trace.engine[i] !== ENGINE.on || nox?.codes[i] !== JUDGED.valid || fuel?.codes[i] !== JUDGED.valid) continue;
    const place = Math.floor((trace.timeSec[i] as number) / 20);
    const [s, x, y] = blocks.get(place) ?? [0, 0, 0];
    const own = coverS[i] as number;
    blocks.set(place, [s + own, x + own * (nox.values[i] as number), y + own * (fuel.values[i] as number)]);
  }
  const first = Math.floor((trace.timeSec[0] as number) / 20);
  const last = Math.floor((trace.timeSec[trace.count - 1] as number) / 20);
  const length = windowS / 20;
  let least: number | null = null;
  for (let from = first; from + length - 1 <= last; from += 1) {
    const inside = [...blocks]
      .filter(([place, [s]]) => place >= from && place < from + length && s >= 10)
      .map(([, sums]) => sums);
    if (inside.length < Math.max(2, 0.75 * length)) continue;
    const spread = (values: number[]): [number, number] => {
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return [mean, Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length)];
    };
    const [fuelMean, fuelSd] = spread(inside.map(([s, , y]) => y / s));
    const [, noxSd] = spread(inside.map(([s, x]) => x / s));
    if (fuelSd / fuelMean > 0.3 && (least === null || noxSd < least)) least = noxSd;
  }
  return least;
}

/** An hour of a truck whose load swings over minutes. */
function hour(nox: (load: number, random: () => number) => number, seed = 3, swing = 0.8) {
  const random = lehmer(seed);
  const load = (i: number): number => 30 * (1 + swing * Math.sin(i / 90) + 0.1 * (random() - 0.5));
  const loads = Array.from({ length: 3600 }, (_, i) => load(i));
  return signalsOf({ fuelRateLph: loads, noxDownPpm: series(3600, (i) => nox(loads[i] as number, random)) });
}

describe('T2, the flattest half hour', () => {
  it('an emulator: hardly any scatter while fuel varies', () => {
    const { trace, coverS, range } = hour((_, random) => 25 + 1.6 * (random() - 0.5));
    const found = flatStretch(trace, range, coverS, NUMBERS);
    expect(found?.sdPpm).toBeLessThan(0.3);
    expect((found?.fromSec ?? 0) % 20).toBe(0);
  });

  it('a real sensor behind a good catalyst, with the noise of such sensors, is far from it', () => {
    const { trace, coverS, range } = hour((load, random) => 0.4 * load + 20 + 20 * (random() - 0.5));
    expect(flatStretch(trace, range, coverS, NUMBERS)?.sdPpm).toBeGreaterThan(5);
  });

  it('is not asked at level load', () => {
    const { trace, coverS, range } = hour(() => 25, 3, 0.2);
    expect(flatStretch(trace, range, coverS, NUMBERS)).toBeNull();
  });

  it('finds the one flat half hour of a day, to the block', () => {
    const random = lehmer(4);
    const n = 14_400;
    const loads = Array.from({ length: n }, (_, i) => 30 * (1 + 0.8 * Math.sin(i / 90)));
    const flat = (i: number): boolean => i >= 6000 && i < 7800;
    const nox = series(n, (i) => (flat(i) ? 25 : 5 * (loads[i] as number)) + random());
    const { trace, coverS, range } = signalsOf({ fuelRateLph: loads, noxDownPpm: nox });
    const found = flatStretch(trace, range, coverS, NUMBERS);
    expect(found?.fromSec).toBe(DAY_FROM + 6000);
    expect(found?.sdPpm).toBeLessThan(0.2);
  });

  it('by hand: means of 10 and 16 ppm in turn have a deviation of 3', () => {
    const turn = (i: number): number => Math.floor(i / 20) % 2;
    const { trace, coverS, range } = signalsOf({
      fuelRateLph: series(1800, (i) => (turn(i) === 0 ? 10 : 30)),
      noxDownPpm: series(1800, (i) => (turn(i) === 0 ? 10 : 16)),
    });
    expect(flatStretch(trace, range, coverS, NUMBERS)?.sdPpm).toBeCloseTo(3, 9);
  });

  it('needs three quarters of its blocks, and leaves out readings that repeat', () => {
    const made = (missing: number) => {
      const { trace, coverS, range } = hour((_, random) => 25 + random());
      const values = trace.columns.noxDownPpm?.values ?? new Float64Array(0);
      const codes = Uint8Array.from(values, (_, i) => (i % 1000 < missing ? JUDGED.stuck : JUDGED.valid));
      const columns = { ...trace.columns, noxDownPpm: columnOf(values, codes) };
      return flatStretch({ ...trace, columns }, range, coverS, NUMBERS);
    };
    expect(made(200)).not.toBeNull();
    expect(made(400)).toBeNull();
  });

  it('agrees with the slow way on any trace', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.constantFrom(1, 2, 5, 10),
        fc.constantFrom(0, 0.05, 0.3),
        fc.constantFrom(60, 200, 400),
        fc.constantFrom(0, 1500),
        (seed, periodS, loss, windowS, level) => {
          const random = lehmer(seed);
          const times: number[] = [];
          for (
            let t = Math.floor(random() * 50);
            times.length < 300;
            t += periodS * (random() < loss ? 1 + Math.floor(20 * random()) : 1)
          )
            times.push(t);
          const { trace, coverS, range } = signalsOf(
            {
              fuelRateLph: series(300, () => 40 * random() * random()),
              noxDownPpm: series(300, () => (random() < loss ? null : level + 30 * random())),
            },
            { times, periodS, off: () => random() < 0.02 },
          );
          const found = flatStretch(trace, range, coverS, { ...NUMBERS, windowS });
          const slow = slowly(trace, coverS, windowS);
          if (slow === null) expect(found).toBeNull();
          else expect(found?.sdPpm).toBeCloseTo(slow, 6);
        },
      ),
      { numRuns: 150, seed: 11 },
    );
  });
});
