import { describe, expect, it } from 'vitest';
import { gauss, mix, smoothNoise, uniform } from './hash.ts';

const N = 50_000;

describe('hashed random numbers', () => {
  it('are evenly spread, also for neighbouring seconds', () => {
    const bins = new Array<number>(16).fill(0);
    for (let t = 0; t < N; t += 1)
      bins[Math.floor(uniform(1, 2, 1_700_000_000 + t) * 16)] =
        (bins[Math.floor(uniform(1, 2, 1_700_000_000 + t) * 16)] ?? 0) + 1;
    for (const count of bins) expect(Math.abs(count - N / 16)).toBeLessThan(5 * Math.sqrt(N / 16));
  });

  it('have mean 0 and deviation 1 where they claim to be normal, and do not depend on the second before', () => {
    let [sum, squares, lagged, before] = [0, 0, 0, 0];
    for (let t = 0; t < N; t += 1) {
      const g = gauss(7, 3, t);
      sum += g;
      squares += g * g;
      lagged += g * before;
      before = g;
    }
    expect(Math.abs(sum / N)).toBeLessThan(0.02);
    expect(Math.sqrt(squares / N)).toBeCloseTo(1, 1);
    expect(Math.abs(lagged / N)).toBeLessThan(0.02);
  });

  it('change with each of their three keys', () => {
    expect(new Set([mix(1, 2, 3), mix(2, 2, 3), mix(1, 3, 3), mix(1, 2, 4), mix(3, 2, 1)]).size).toBe(5);
  });

  it('join smoothly when asked for noise', () => {
    for (let x = 0; x < 20; x += 0.001) expect(Math.abs(smoothNoise(1, 2, x + 0.001) - smoothNoise(1, 2, x))).toBeLessThan(0.004);
  });
});
