import { ENGINE, JUDGED, type JudgedTrace, relationOf } from '@plume/ingest/emissions';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parametersWith } from '../catalogue/parameters.ts';
import { scaledCopy } from './scaled-copy.ts';
import { lehmer } from './test-kit.ts';
import { series, signalsOf } from './test-signals.ts';

const NUMBERS = parametersWith().plausibility;

/** The text of T3 word by word: for every sample the shortest stretch before it that holds the time, figured anew. */
function slowly(trace: JudgedTrace, coverS: Float64Array, windowS: number): number | null {
  const { noxUpPpm: up, noxDownPpm: down, scrInTempC: inlet } = trace.columns;
  if (up === undefined || down === undefined || inlet === undefined) return null;
  const parts: number[][] = [[]];
  for (let i = 0; i < trace.count; i += 1) {
    const fit = [up, down, inlet].every((column) => column.codes[i] === JUDGED.valid) && trace.engine[i] === ENGINE.on;
    if (!fit || (inlet.values[i] as number) < 250) continue;
    const before = parts.at(-1)?.at(-1);
    if (before !== undefined && (trace.timeSec[i] as number) - (trace.timeSec[before] as number) > 600) parts.push([]);
    parts.at(-1)?.push(i);
  }
  let least: number | null = null;
  for (const part of parts)
    for (let end = 0; end < part.length; end += 1) {
      let seconds = 0;
      let from = end;
      for (; from >= 0; from -= 1) {
        seconds += coverS[part[from] as number] as number;
        if (seconds >= windowS - 1e-9) break;
      }
      if (from < 0) continue;
      const inside = part.slice(from, end + 1);
      const x = inside.map((i) => up.values[i] as number);
      const y = inside.map((i) => down.values[i] as number);
      const far = inside.filter((i) => (up.values[i] as number) >= 50);
      if (far.length < inside.length / 2) continue;
      const ratios = far.map((i) => (down.values[i] as number) / (up.values[i] as number));
      const mean = ratios.reduce((a, b) => a + b, 0) / ratios.length;
      if (!(mean > 0)) continue;
      const cv = Math.sqrt(ratios.reduce((a, b) => a + (b - mean) ** 2, 0) / ratios.length) / mean;
      const upMean = x.reduce((a, b) => a + b, 0) / x.length;
      const upSd = Math.sqrt(x.reduce((a, b) => a + (b - upMean) ** 2, 0) / x.length);
      const r2 = relationOf(x, y).rSquared;
      if (r2 !== null && r2 > 0.995 && upSd >= 0.1 * upMean && (least === null || cv < least)) least = cv;
    }
  return least;
}

/** Some hot time with an upstream sensor and what is made of it. */
function hot(n: number, down: (up: number, random: () => number, i: number) => number, seed = 5) {
  const random = lehmer(seed);
  const up = Array.from({ length: n }, (_, i) => 600 + 300 * Math.sin(i / 40) + 60 * (random() - 0.5));
  return signalsOf({
    noxUpPpm: up,
    noxDownPpm: series(n, (i) => down(up[i] as number, random, i)),
    scrInTempC: series(n, () => 300),
  });
}

describe('T3, a scaled copy', () => {
  it('E28: the upstream reading times a factor has r² 1 and no variation of the ratio', () => {
    const { trace, coverS, range } = hot(2400, (up) => 0.22 * up);
    const { best, tested } = scaledCopy(trace, range, coverS, NUMBERS);
    expect(best?.r2).toBeCloseTo(1, 6);
    expect(best?.cv).toBeCloseTo(0, 6);
    expect(best?.fromSec).toBeGreaterThanOrEqual(trace.timeSec[0] as number);
    expect(tested).toBe(1);
  });

  it('two real sensors behind a dead catalyst are none: each has noise of its own, 3 % and 5 ppm', () => {
    const noise = (random: () => number): number => Math.sqrt(3) * (2 * random() - 1);
    const { trace, coverS, range } = hot(3600, (up, random) => up * (1 + 0.03 * noise(random)) + 5 * noise(random));
    expect(scaledCopy(trace, range, coverS, NUMBERS).best).toBeNull();
  });

  it('a working catalyst is none: its ratio moves', () => {
    const { trace, coverS, range } = hot(3600, (up, random, i) => up * (0.2 + 0.03 * Math.sin(i / 200)) + 5 * random());
    expect(scaledCopy(trace, range, coverS, NUMBERS).best).toBeNull();
  });

  it.each([
    { name: 'half an hour less a second is not tested', n: 1799, tested: 0, finds: false },
    { name: 'half an hour is', n: 1800, tested: 1, finds: true },
  ])('$name', ({ n, tested, finds }) => {
    const { trace, coverS, range } = hot(n, (up) => 0.5 * up);
    const found = scaledCopy(trace, range, coverS, NUMBERS);
    expect([found.tested, found.best !== null]).toEqual([tested, finds]);
  });

  it('level upstream NOx is no transient, and a cold catalyst is not asked', () => {
    const level = signalsOf({
      noxUpPpm: series(2000, (i) => 500 + (i % 7)),
      noxDownPpm: series(2000, (i) => 0.5 * (500 + (i % 7))),
      scrInTempC: series(2000, () => 300),
    });
    expect(scaledCopy(level.trace, level.range, level.coverS, NUMBERS).best).toBeNull();
    const cold = hot(2000, (up) => up);
    cold.trace.columns.scrInTempC?.values.fill(249);
    expect(scaledCopy(cold.trace, cold.range, cold.coverS, NUMBERS)).toEqual({ tested: 0, best: null });
  });

  it('agrees with the slow way on any trace', () => {
    let copies = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.constantFrom(1, 5, 10),
        fc.constantFrom(0, 0.1),
        fc.constantFrom(100, 300),
        fc.constantFrom(0, 0.01, 0.03),
        (seed, periodS, loss, windowS, noise) => {
          const random = lehmer(seed);
          const times: number[] = [];
          for (let t = 0; times.length < 250; t += periodS * (random() < loss ? 1 + Math.floor(90 * random()) : 1)) times.push(t);
          const up = series(250, (i) => 1000 * random() * (Math.floor(i / 60) % 3 === 1 ? 0.1 : 1));
          const { trace, coverS, range } = signalsOf(
            {
              noxUpPpm: up,
              noxDownPpm: up.map((each) => (random() < loss ? null : 0.3 * (each ?? 0) * (1 + noise * (random() - 0.5)))),
              scrInTempC: series(250, () => 248 + 40 * random()),
            },
            { times, periodS },
          );
          const found = scaledCopy(trace, range, coverS, { ...NUMBERS, windowS });
          const slow = slowly(trace, coverS, windowS);
          if (slow !== null) copies += 1;
          if (slow === null) expect(found.best).toBeNull();
          else expect(found.best?.cv).toBeCloseTo(slow, 6);
        },
      ),
      { numRuns: 150, seed: 12 },
    );
    expect(copies).toBeGreaterThan(30);
  });
});
