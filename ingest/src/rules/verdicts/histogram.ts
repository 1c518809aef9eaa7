import type { Histogram } from '../day/day-summary.ts';

/** Relative slack, so that a limit like 3.5 × 1.5 is not missed by a rounding step. */
const TOLERANCE = 1e-9;

/** All that a histogram counts. */
export function countOf(histogram: Histogram): number {
  let sum = 0;
  for (let i = 1; i < histogram.length; i += 2) sum += histogram[i] as number;
  return sum;
}

/** What it counts in bins whose lower edge (bin × step) divided by a guard is not above a limit. */
export function countWithin(histogram: Histogram, step: number, limit: number, guard = 1): number {
  let sum = 0;
  for (let i = 0; i + 1 < histogram.length; i += 2)
    if (((histogram[i] as number) * step) / guard <= limit * (1 + TOLERANCE)) sum += histogram[i + 1] as number;
  return sum;
}

/** The value below or at which a share of the counts lies, as the lower edge of its bin (nearest rank); null without counts. */
export function shareValue(histogram: Histogram, step: number, share: number): number | null {
  const total = countOf(histogram);
  let sum = 0;
  for (let i = 0; i + 1 < histogram.length; i += 2) {
    sum += histogram[i + 1] as number;
    if (sum >= share * total * (1 - TOLERANCE) && total > 0) return (histogram[i] as number) * step;
  }
  return null;
}

/** Whether a count is less than a share of another; a count that is exactly the share is not. */
export function lessThanShare(count: number, of: number, share: number): boolean {
  return count < share * of * (1 - TOLERANCE);
}
