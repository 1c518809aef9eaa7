import { type Figure, figure, noFigure } from '../figure.ts';

/** Emission and its base (kWh, km, kg fuel, s) in one operating bin. */
export interface BinSums {
  readonly emission: number;
  readonly base: number;
}

/** A factor as if two sets had been driven alike. */
export interface Standardised {
  readonly figure: Figure;
  /** Share of the weight whose bins the set has. Bins it lacks are left out and the other weights raised. */
  readonly coverage: number;
}

/** Weights of the bins from the pooled base of several sets; all zero without any base. */
export function pooledWeights(sets: readonly (readonly BinSums[])[]): number[] {
  const length = Math.max(0, ...sets.map((set) => set.length));
  const base = Array.from({ length }, (_, b) => sets.reduce((sum, set) => sum + (set[b]?.base ?? 0), 0));
  const total = base.reduce((sum, each) => sum + each, 0);
  return base.map((each) => (total > 0 ? each / total : 0));
}

/** Directly standardised factor Σ w_b·EF_b (emissions §7.4, E30). [C] */
export function standardise(bins: readonly BinSums[], weights: readonly number[]): Standardised {
  let sum = 0;
  let weight = 0;
  let all = 0;
  for (const [b, w] of weights.entries()) {
    all += w;
    const bin = bins[b];
    if (bin === undefined || !(bin.base > 0)) continue;
    sum += w * (bin.emission / bin.base);
    weight += w;
  }
  if (!(weight > 0)) return { figure: noFigure('noSamples'), coverage: 0 };
  return { figure: figure(sum / weight), coverage: weight / all };
}
