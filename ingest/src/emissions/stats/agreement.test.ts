import { describe, expect, it } from 'vitest';
import { cohenKappa, type PairCounts, wilson } from './agreement.ts';
import { seededRandom } from './random.ts';

/** The end of Wilson's interval by its definition: where the score test is exactly at its 95 % point, found by halving. */
function scoreEnd(successes: number, trials: number, side: 'low' | 'high'): number {
  const p = successes / trials;
  const rejected = (at: number): boolean => (p - at) ** 2 > (1.959963984540054 ** 2 * at * (1 - at)) / trials;
  let [inside, outside] = [p, side === 'low' ? 0 : 1];
  for (let n = 0; n < 200; n += 1) {
    const middle = (inside + outside) / 2;
    if (rejected(middle)) outside = middle;
    else inside = middle;
  }
  return inside;
}

const kappaOf = ([a, b, c, d]: readonly [number, number, number, number]): number => {
  const n = a + b + c + d;
  const chance = ((a + b) * (a + c) + (c + d) * (b + d)) / n ** 2;
  return ((a + d) / n - chance) / (1 - chance);
};

/** The standard error by the delta method with slopes taken numerically: another way to Fleiss, Cohen and Everitt. */
function deltaError(counts: readonly [number, number, number, number]): number {
  const n = counts.reduce((sum, each) => sum + each, 0);
  const shares = counts.map((each) => each / n);
  const step = 1e-6;
  const slope = shares.map((_, i) => {
    const moved = (by: number) => shares.map((each, j) => (i === j ? each + by : each));
    const at = (by: number) => kappaOf(normalised(moved(by)));
    return (at(step) - at(-step)) / (2 * step);
  });
  const mean = shares.reduce((sum, share, i) => sum + share * (slope[i] ?? 0), 0);
  return Math.sqrt(shares.reduce((sum, share, i) => sum + share * ((slope[i] ?? 0) - mean) ** 2, 0) / n);
}

function normalised(shares: readonly number[]): [number, number, number, number] {
  const total = shares.reduce((sum, each) => sum + each, 0);
  const [a = 0, b = 0, c = 0, d = 0] = shares.map((each) => each / total);
  return [a, b, c, d];
}

const pairs = ([bothYes, firstOnly, secondOnly, bothNo]: readonly [number, number, number, number]): PairCounts => ({
  bothYes,
  firstOnly,
  secondOnly,
  bothNo,
});

describe("Wilson's interval of a share", () => {
  it.each([
    // Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3.
    { successes: 81, trials: 263, low: 0.2553, high: 0.3662 },
    { successes: 15, trials: 148, low: 0.0624, high: 0.1605 },
    { successes: 0, trials: 20, low: 0, high: 0.1611 },
    { successes: 1, trials: 29, low: 0.0061, high: 0.1718 },
  ])('of $successes of $trials is $low to $high', ({ successes, trials, low, high }) => {
    const found = wilson(successes, trials);
    expect(found?.low).toBeCloseTo(low, 4);
    expect(found?.high).toBeCloseTo(high, 4);
  });

  it('is where the score test turns, for any counts', () => {
    const random = seededRandom(7);
    for (let i = 0; i < 300; i += 1) {
      const trials = 1 + Math.floor(random() * 200);
      const successes = Math.floor(random() * (trials + 1));
      const found = wilson(successes, trials);
      expect(found?.low).toBeCloseTo(scoreEnd(successes, trials, 'low'), 9);
      expect(found?.high).toBeCloseTo(scoreEnd(successes, trials, 'high'), 9);
    }
  });

  it('is none without trials', () => expect(wilson(0, 0)).toBeNull());
});

describe("Cohen's kappa", () => {
  it('of 20, 5, 10, 15 is 0.4', () => {
    // po = 0.7, pe = 0.5.
    expect(cohenKappa(pairs([20, 5, 10, 15]))?.kappa).toBeCloseTo(0.4, 12);
  });

  it('has the interval of the delta method, for any counts', () => {
    const random = seededRandom(11);
    for (let i = 0; i < 300; i += 1) {
      const counts = [0, 0, 0, 0].map(() => 1 + Math.floor(random() * 40)) as [number, number, number, number];
      const found = cohenKappa(pairs(counts));
      const error = deltaError(counts);
      const kappa = kappaOf(counts);
      expect(found?.kappa).toBeCloseTo(kappa, 10);
      expect(found?.low).toBeCloseTo(Math.max(-1, kappa - 1.959963984540054 * error), 6);
      expect(found?.high).toBeCloseTo(Math.min(1, kappa + 1.959963984540054 * error), 6);
    }
  });

  it('of pairs that all agree is 1, and has no interval', () =>
    expect(cohenKappa(pairs([3, 0, 0, 2]))).toEqual({ kappa: 1, low: null, high: null }));

  it('is none where one side always says the same, and without pairs', () => {
    for (const counts of [
      [0, 0, 0, 0],
      [5, 3, 0, 0],
      [4, 0, 6, 0],
      [0, 0, 0, 9],
    ] as const)
      expect(cohenKappa(pairs(counts))).toBeNull();
  });
});
