import { normalUpperTail } from './normal.ts';
import { ranks } from './ranks.ts';
import { tieSizes } from './trend.ts';

/** Unpaired comparison of two samples. */
export interface RankSum {
  /** Pairs in which the first is greater; a tie counts half. */
  readonly u: number;
  /** One-sided p that the first is greater, normal with continuity and tie correction. */
  readonly p: number;
  /** Cliff's delta: share of pairs in which the first is greater less that in which it is smaller, −1 … 1. */
  readonly delta: number;
}

/** Mann-Whitney U of first against second, one-sided, with Cliff's delta (emissions §7.4, E18). [C] Null when a sample is empty. */
export function mannWhitney(first: readonly number[], second: readonly number[]): RankSum | null {
  const m = first.length;
  const n = second.length;
  if (m === 0 || n === 0) return null;
  const all = [...first, ...second];
  const rank = ranks(all);
  const sum = rank.slice(0, m).reduce((total, each) => total + each, 0);
  const u = sum - (m * (m + 1)) / 2;
  const size = m + n;
  const ties = tieSizes(all).reduce((total, t) => total + t ** 3 - t, 0);
  const variance = ((m * n) / 12) * (size + 1 - ties / (size * (size - 1)));
  const p = variance > 0 ? normalUpperTail((u - (m * n) / 2 - 0.5) / Math.sqrt(variance)) : 1;
  return { u, p, delta: (2 * u) / (m * n) - 1 };
}
