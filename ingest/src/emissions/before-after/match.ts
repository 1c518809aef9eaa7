import type { BinSums } from '../stats/standardise.ts';

/** Operation that two periods have in common. */
export interface Match {
  /** Bins that both have enough of. */
  readonly bins: readonly number[];
  /** Weight of every bin, from the pooled base of the matched ones; zero elsewhere, all zero without any. */
  readonly weights: readonly number[];
  /** Share of the base of each period that lies in matched bins, 0 … 1. */
  readonly coverageBefore: number;
  readonly coverageAfter: number;
  /** What the mixes have in common: Σ over all bins of the smaller of their shares, 0 … 1. */
  readonly overlap: number;
}

/** What a bin needs on either side to be compared. */
export interface MatchSettings {
  /** Days with the bin. */
  readonly leastDays: number;
  /** Base over all days, in its own unit (kWh). */
  readonly leastBase: number;
}

/** Sums of days bin by bin. */
export function sumBins(days: readonly (readonly BinSums[])[]): BinSums[] {
  const length = Math.max(0, ...days.map((bins) => bins.length));
  return Array.from({ length }, (_, b) => {
    let emission = 0;
    let base = 0;
    for (const bins of days) {
      emission += bins[b]?.emission ?? 0;
      base += bins[b]?.base ?? 0;
    }
    return { emission, base };
  });
}

/**
 * The operating bins in which two periods can be compared: those that both have on enough days and with enough work, weighted by the work
 * of both together (emissions §7.4 step 1). What one period alone has done says nothing of a change, and is left out; the coverage says
 * how much that is, and the overlap how alike the two were: within a bin trucks still drive differently, so mixes that have little in
 * common cannot be made comparable by weights.
 */
export function matchBins(
  before: readonly (readonly BinSums[])[],
  after: readonly (readonly BinSums[])[],
  settings: MatchSettings,
): Match {
  const sums = [sumBins(before), sumBins(after)] as const;
  const length = Math.max(sums[0].length, sums[1].length);
  const enough = (days: readonly (readonly BinSums[])[], total: BinSums | undefined, b: number): boolean =>
    (total?.base ?? 0) > 0 &&
    (total?.base ?? 0) >= settings.leastBase &&
    days.filter((bins) => (bins[b]?.base ?? 0) > 0).length >= settings.leastDays;
  const bins = Array.from({ length }, (_, b) => b).filter((b) => enough(before, sums[0][b], b) && enough(after, sums[1][b], b));
  const pooled = bins.reduce((sum, b) => sum + (sums[0][b]?.base ?? 0) + (sums[1][b]?.base ?? 0), 0);
  const weights = Array.from({ length }, (_, b) =>
    bins.includes(b) ? ((sums[0][b]?.base ?? 0) + (sums[1][b]?.base ?? 0)) / pooled : 0,
  );
  const share = (of: readonly BinSums[]): number => {
    const all = of.reduce((sum, { base }) => sum + base, 0);
    return all > 0 ? bins.reduce((sum, b) => sum + (of[b]?.base ?? 0), 0) / all : 0;
  };
  return { bins, weights, coverageBefore: share(sums[0]), coverageAfter: share(sums[1]), overlap: overlapOf(sums[0], sums[1]) };
}

function overlapOf(before: readonly BinSums[], after: readonly BinSums[]): number {
  const [all, others] = [before, after].map((of) => of.reduce((sum, { base }) => sum + base, 0));
  if (!all || !others) return 0;
  return before.reduce((sum, { base }, b) => sum + Math.min(base / all, (after[b]?.base ?? 0) / others), 0);
}

/** Factor of sums over all their bins: Σ emission ÷ Σ base; null without base. */
export function ownFactor(bins: readonly BinSums[]): number | null {
  const base = bins.reduce((sum, each) => sum + each.base, 0);
  return base > 0 ? bins.reduce((sum, each) => sum + each.emission, 0) / base : null;
}

/**
 * Factor standardised with given weights, Σ w_b·EF_b ÷ Σ w_b over the bins that have a base (emissions §7.4, E30); NaN without any.
 */
export function weightedFactor(bins: readonly BinSums[], weights: readonly number[]): number {
  let sum = 0;
  let weight = 0;
  for (let b = 0; b < weights.length; b += 1) {
    const w = weights[b] as number;
    const bin = bins[b];
    if (w === 0 || bin === undefined || !(bin.base > 0)) continue;
    sum += w * (bin.emission / bin.base);
    weight += w;
  }
  return weight > 0 ? sum / weight : Number.NaN;
}
