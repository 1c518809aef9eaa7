import { indexColumn, unfilledColumn } from './lent-columns.ts';

/** Samples that stay after dropping those a method does not use; the rest is joined (582/2011 Annex II App. 1; emissions §3.1). */
export interface Retained {
  readonly count: number;
  /** Sample index of each retained one. */
  readonly index: Int32Array;
  /** Where the parts begin that no window may leave, and `count` as the last. */
  readonly parts: Int32Array;
  /** Accumulated retained time [s] before each, and in all as the last. */
  readonly timeS: Float64Array;
}

/** What is retained, and between which neighbours windows end. */
export interface RetainRule {
  /** 1 for samples to keep. */
  readonly keep: Uint8Array;
  /** Windows end between two retained neighbours that are further apart than this [s]. */
  readonly longestStepS: number;
  readonly from?: number;
  readonly to?: number;
}

/** Drops samples and joins the rest. */
export function retain(timeSec: Float64Array, coverS: Float64Array, rule: RetainRule): Retained {
  const { keep, longestStepS } = rule;
  const from = rule.from ?? 0;
  const to = rule.to ?? coverS.length;
  const index = indexColumn(Math.max(0, to - from));
  const parts: number[] = [0];
  let count = 0;
  let last = -1;
  for (let i = from; i < to; i += 1) {
    if (keep[i] !== 1) continue;
    if (last >= 0 && (timeSec[i] as number) - (timeSec[last] as number) > longestStepS) parts.push(count);
    index[count] = i;
    count += 1;
    last = i;
  }
  if (count > 0) parts.push(count);
  const kept = index.subarray(0, count);
  return { count, index: kept, parts: Int32Array.from(parts), timeS: accumulate(kept, coverS, null, 1) };
}

/**
 * Running sum of rate × cover × factor over retained samples, beginning with 0. Compensated (Neumaier's sum, the lost part by Knuth's branch-free two-sum), so that a difference of two
 * places is right to a rounding step however long the day, and windows that end exactly at their reference end there.
 * A rate of null counts as 1. Only positive rates count when `positive`.
 */
export function accumulate(
  index: Int32Array,
  coverS: Float64Array,
  rate: Float64Array | null,
  factor: number,
  positive = false,
): Float64Array {
  const sums = unfilledColumn(index.length + 1);
  sums[0] = 0;
  let sum = 0;
  let lost = 0;
  for (let k = 0; k < index.length; k += 1) {
    const i = index[k] as number;
    let term = (coverS[i] as number) * factor;
    if (rate !== null) term *= rate[i] as number;
    if (!(positive && term < 0)) {
      const next = sum + term;
      const taken = next - sum;
      lost += sum - (next - taken) + (term - taken);
      sum = next;
    }
    sums[k + 1] = sum + lost;
  }
  return sums;
}
