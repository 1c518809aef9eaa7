import { normalTwoSided } from './normal.ts';
import { median } from './percentile.ts';

/** A monotone trend and its slope. */
export interface Trend {
  /** Pairs that rise less those that fall. */
  readonly s: number;
  readonly variance: number;
  /** Normal score with continuity correction; 0 when all values are equal. */
  readonly z: number;
  readonly twoSidedP: number;
  /** Theil-Sen: the median slope of all pairs, per unit of time. */
  readonly slope: number;
}

/**
 * Mann-Kendall test, variance corrected for ties, with the Theil-Sen slope (emissions §5.3, E26). [C]
 * Null with less than three values. Times must differ.
 */
export function trend(values: readonly number[], times: readonly number[] = values.map((_, i) => i)): Trend | null {
  const n = values.length;
  if (n < 3) return null;
  let s = 0;
  const slopes: number[] = [];
  for (let i = 0; i < n; i += 1)
    for (let j = i + 1; j < n; j += 1) {
      const rise = (values[j] as number) - (values[i] as number);
      s += Math.sign(rise) * Math.sign((times[j] as number) - (times[i] as number));
      slopes.push(rise / ((times[j] as number) - (times[i] as number)));
    }
  const ties = tieSizes(values).reduce((sum, t) => sum + t * (t - 1) * (2 * t + 5), 0);
  const variance = (n * (n - 1) * (2 * n + 5) - ties) / 18;
  const z = variance === 0 || s === 0 ? 0 : (s - Math.sign(s)) / Math.sqrt(variance);
  return { s, variance, z, twoSidedP: Math.min(1, normalTwoSided(z)), slope: median(slopes) };
}

/** Sizes of the groups of equal values, those of more than one. */
export function tieSizes(values: readonly number[]): number[] {
  const tally = new Map<number, number>();
  for (const value of values) tally.set(value, (tally.get(value) ?? 0) + 1);
  return [...tally.values()].filter((size) => size > 1);
}
