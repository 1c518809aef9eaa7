import { describe, expect, it } from 'vitest';
import { JOINT_CELLS, jointDistribution, jointLikelihood } from './joint-distribution.ts';
import { lehmer } from './test-kit.ts';
import { series, signalsOf } from './test-signals.ts';

describe('T8, the joint distribution', () => {
  it('by hand: seconds by fuel, temperature and NOx, row by row', () => {
    const n = 1000;
    const { trace, coverS, range } = signalsOf({
      // 700 s at 20 L/h (class 3), 250 °C (class 1), 150 ppm (class 4); 300 s in overrun (0), no temperature (3), 5 ppm (0).
      fuelRateLph: series(n, (i) => (i < 700 ? 20 : 0)),
      scrInTempC: series(n, (i) => (i < 700 ? 250 : null)),
      noxDownPpm: series(n, (i) => (i < 700 ? 150 : 5)),
    });
    const cells = jointDistribution(trace, range, coverS);
    expect(cells).toHaveLength(JOINT_CELLS);
    expect(JOINT_CELLS).toBe(6 * 4 * 8);
    expect(cells?.flatMap((seconds, cell) => (seconds > 0 ? [[cell, seconds]] : []))).toEqual([
      [(0 * 4 + 3) * 8 + 0, 300],
      [(3 * 4 + 1) * 8 + 4, 700],
    ]);
  });

  it('edges belong to the class above them', () => {
    const { trace, coverS, range } = signalsOf({
      fuelRateLph: series(600, () => 50),
      scrInTempC: series(600, () => 280),
      noxDownPpm: series(600, () => 800),
    });
    expect(jointDistribution(trace, range, coverS)?.[(5 * 4 + 2) * 8 + 7]).toBe(600);
  });

  it('needs ten minutes, and both channels', () => {
    const short = signalsOf({ fuelRateLph: series(599, () => 20), noxDownPpm: series(599, () => 100) });
    expect(jointDistribution(short.trace, short.range, short.coverS)).toBeNull();
    const none = signalsOf({ fuelRateLph: series(900, () => 20) });
    expect(jointDistribution(none.trace, none.range, none.coverS)).toBeNull();
  });
});

/** A distribution of two states, 20 and 40 L/h on a hot catalyst, with those shares of NOx classes. */
function distribution(seconds: readonly [number, number], shares: readonly (readonly [number, number])[]): number[] {
  const cells = new Array<number>(JOINT_CELLS).fill(0);
  for (const [nox, both] of shares.entries())
    for (const [k, share] of both.entries()) cells[((3 + k) * 4 + 2) * 8 + nox] = Math.round((seconds[k] as number) * share);
  return cells;
}

describe('comparison with reference trucks', () => {
  const reference = distribution(
    [72_000, 36_000],
    [
      [0, 0],
      [0.02, 0],
      [0.08, 0.05],
      [0.3, 0.15],
      [0.4, 0.4],
      [0.2, 0.4],
    ],
  );

  it('a truck like them is as likely as they are, whatever its duty', () => {
    for (const duty of [[14_400, 7200] as const, [20_000, 1000] as const]) {
      const like = distribution(duty, [
        [0, 0],
        [0.02, 0],
        [0.08, 0.05],
        [0.3, 0.15],
        [0.4, 0.4],
        [0.2, 0.4],
      ]);
      const found = jointLikelihood(like, reference);
      expect(found?.ratio).toBeCloseTo(1, 2);
      expect(found?.knownShare).toBe(1);
    }
  });

  it('by hand: an emulator at 25 ppm reads what they read 8 and 5 % of the time', () => {
    const fake = distribution(
      [10_000, 10_000],
      [
        [0, 0],
        [0, 0],
        [1, 1],
      ],
    );
    const found = jointLikelihood(fake, reference);
    expect(found?.probability).toBeCloseTo((0.08 + 0.05) / 2, 3);
    const expected = (0.02 ** 2 + 0.08 ** 2 + 0.3 ** 2 + 0.4 ** 2 + 0.2 ** 2 + (0.05 ** 2 + 0.15 ** 2 + 0.4 ** 2 + 0.4 ** 2)) / 2;
    expect(found?.expected).toBeCloseTo(expected, 3);
    expect(found?.ratio).toBeLessThan(0.3);
  });

  it('what no reference truck ever read is unlikely, not impossible', () => {
    const found = jointLikelihood(distribution([10_000, 0], [[1, 0]]), reference);
    expect(found?.probability).toBeCloseTo(1 / (72_000 + 8), 9);
  });

  it('states the reference does not know do not count', () => {
    const day = distribution(
      [10_000, 0],
      [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 0],
        [1, 0],
      ],
    );
    day[0] = 10_000;
    expect(jointLikelihood(day, reference)?.knownShare).toBe(0.5);
    const other = new Array<number>(JOINT_CELLS).fill(0);
    other[0] = 1000;
    expect(jointLikelihood(other, reference)).toBeNull();
    expect(jointLikelihood([1, 2], reference)).toBeNull();
  });

  it('lies between nothing and a little over one for any day', () => {
    const random = lehmer(9);
    for (let k = 0; k < 200; k += 1) {
      const day = Array.from({ length: JOINT_CELLS }, () => Math.floor(1000 * random()));
      const found = jointLikelihood(day, reference);
      expect(found?.ratio).toBeGreaterThanOrEqual(0);
      expect(found?.probability).toBeLessThanOrEqual(1);
    }
  });
});
