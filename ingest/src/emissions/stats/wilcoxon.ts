import { normalUpperTail } from './normal.ts';
import { median } from './percentile.ts';
import { ranks } from './ranks.ts';
import { tieSizes } from './trend.ts';

/** Up to this many differences the distribution is counted out; ties included. */
const MOST_EXACT = 50;
/** Differences closer than this share of the largest are equal: 6.9 − 2.6 and 8.1 − 3.8 are both 4.3. */
const EQUAL = 1e-9;

/** Paired comparison of before and after. */
export interface SignedRank {
  /** Differences that are not zero, and those that are and were left out of the ranks. */
  readonly n: number;
  readonly zeros: number;
  /** Differences that share their rank with another: their p is counted with mean ranks. */
  readonly ties: number;
  /** Sum of the ranks of positive differences, out of n(n+1)/2. */
  readonly wPlus: number;
  /** One-sided p that differences are greater than zero. */
  readonly p: number;
  readonly exact: boolean;
  /** Hodges-Lehmann shift: the median of all means of two differences (also of one with itself), zeros included. */
  readonly shift: number;
}

/**
 * Wilcoxon signed-rank test of before − after, one-sided (emissions §7.4, E18). [C] Zero differences are left out of the ranks; the
 * p is counted exactly over all signs, with mean ranks where differences tie, up to 50 of them, and by the normal distribution with
 * continuity and tie correction beyond. Null when no difference is left.
 */
export function wilcoxonSignedRank(before: readonly number[], after: readonly number[]): SignedRank | null {
  const all = before.map((value, i) => value - (after[i] ?? Number.NaN)).filter((each) => !Number.isNaN(each));
  const grid = EQUAL * Math.max(...all.map(Math.abs), 0);
  const differences = grid === 0 ? [] : all.map((each) => Math.round(each / grid) * grid).filter((each) => each !== 0);
  const n = differences.length;
  if (n === 0) return null;
  const rank = ranks(differences.map(Math.abs));
  const wPlus = differences.reduce((sum, each, i) => (each > 0 ? sum + (rank[i] as number) : sum), 0);
  const exact = n <= MOST_EXACT;
  const p = exact ? exactTail(rank, wPlus) : normalTail(n, wPlus, tieSizes(rank));
  const ties = tieSizes(rank).reduce((sum, t) => (t > 1 ? sum + t : sum), 0);
  return { n, zeros: all.length - n, ties, wPlus, p, exact, shift: hodgesLehmann(all) };
}

/** Median of the Walsh averages. */
export function hodgesLehmann(differences: readonly number[]): number {
  return median(walshAverages(differences));
}

/** An interval of the Hodges-Lehmann shift. */
export interface ShiftInterval {
  readonly low: number;
  readonly high: number;
  /** What the interval has in truth: at least what was asked for; ranks come in steps. */
  readonly confidence: number;
}

/**
 * Interval of the Hodges-Lehmann shift by turning the signed-rank test round: of the N = n(n+1)/2 Walsh averages in ascending order the
 * (c+1)-th and the (N−c)-th, c being the largest rank sum with P(W+ ≤ c) ≤ (1 − confidence)/2 over all signs of n untied differences
 * (Hollander and Wolfe, ch. 3.3). [M+] Ties and zeros are counted as they are, which makes it a little wide. Null when there are so few
 * differences that no such c exists (n = 4 gives at most 87.5 %), or more than 50.
 */
export function shiftInterval(differences: readonly number[], confidence = 0.9): ShiftInterval | null {
  const n = differences.length;
  if (n === 0 || n > MOST_EXACT) return null;
  const share = signShares(Array.from({ length: n }, (_, i) => i + 1));
  let below = 0;
  let c = -1;
  for (let s = 0; below + (share[s] as number) <= (1 - confidence) / 2; s += 1) {
    below += share[s] as number;
    c = s;
  }
  if (c < 0) return null;
  const means = walshAverages(differences).sort((a, b) => a - b);
  return { low: means[c] as number, high: means[means.length - 1 - c] as number, confidence: 1 - 2 * below };
}

function walshAverages(differences: readonly number[]): number[] {
  const means: number[] = [];
  for (let i = 0; i < differences.length; i += 1)
    for (let j = i; j < differences.length; j += 1) means.push(((differences[i] as number) + (differences[j] as number)) / 2);
  return means;
}

/** P(W+ ≥ w) over all signs, ranks doubled so that mean ranks are whole. */
function exactTail(rank: readonly number[], w: number): number {
  const share = signShares(rank.map((each) => Math.round(2 * each)));
  let tail = 0;
  for (let s = share.length - 1; s >= Math.round(2 * w); s -= 1) tail += share[s] as number;
  return tail;
}

/** Of all signs of some ranks the share that gives each sum of the positive ones. */
function signShares(values: readonly number[]): Float64Array {
  const most = values.reduce((sum, each) => sum + each, 0);
  const share = new Float64Array(most + 1);
  share[0] = 1;
  let reached = 0;
  for (const each of values) {
    for (let s = reached; s >= 0; s -= 1) {
      const half = (share[s] as number) / 2;
      share[s] = half;
      share[s + each] = (share[s + each] as number) + half;
    }
    reached += each;
  }
  return share;
}

function normalTail(n: number, w: number, ties: readonly number[]): number {
  const mean = (n * (n + 1)) / 4;
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - ties.reduce((sum, t) => sum + t ** 3 - t, 0) / 48;
  return normalUpperTail((w - mean - 0.5) / Math.sqrt(variance));
}
