/** How one series follows another. */
export interface Relation {
  readonly n: number;
  /** Squared correlation; null when a series does not vary. */
  readonly rSquared: number | null;
  /** Mean of y/x over pairs with x > 0, and its coefficient of variation. */
  readonly meanRatio: number | null;
  readonly ratioCv: number | null;
}

/** Correlation and ratio of pairs in which both are numbers (scaled-copy test, emissions §5.4 T3, E28). */
export function relationOf(x: ArrayLike<number>, y: ArrayLike<number>): Relation {
  const pairs: [number, number][] = [];
  for (let i = 0; i < x.length; i += 1) {
    const a = x[i] as number;
    const b = y[i] ?? Number.NaN;
    if (!Number.isNaN(a) && !Number.isNaN(b)) pairs.push([a, b]);
  }
  const n = pairs.length;
  const mx = mean(pairs.map(([a]) => a));
  const my = mean(pairs.map(([, b]) => b));
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (const [a, b] of pairs) {
    xx += (a - mx) ** 2;
    yy += (b - my) ** 2;
    xy += (a - mx) * (b - my);
  }
  const ratios = pairs.filter(([a]) => a > 0).map(([a, b]) => b / a);
  const meanRatio = ratios.length === 0 ? null : mean(ratios);
  return {
    n,
    rSquared: xx > 0 && yy > 0 ? (xy * xy) / (xx * yy) : null,
    meanRatio,
    ratioCv: meanRatio === null || !(meanRatio > 0) ? null : spread(ratios, meanRatio) / meanRatio,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}

function spread(values: readonly number[], centre: number): number {
  return Math.sqrt(values.reduce((sum, each) => sum + (each - centre) ** 2, 0) / values.length);
}
