/** 97.5th percentile of the standard normal distribution: two-sided 95 %. */
const Z95 = 1.959963984540054;

/** A share with its interval. */
export interface ShareInterval {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A share with its two-sided 95 % interval by Wilson (1927): the shares that a score test would not reject. It holds for few cases and near
 * 0 and 1, where the usual interval does not. Null without trials. Trials are taken to be independent. [C]
 */
export function wilson(successes: number, trials: number): ShareInterval | null {
  if (!(trials > 0)) return null;
  const p = successes / trials;
  const z2 = Z95 * Z95;
  const centre = (p + z2 / (2 * trials)) / (1 + z2 / trials);
  const half = (Z95 / (1 + z2 / trials)) * Math.sqrt((p * (1 - p)) / trials + z2 / (4 * trials * trials));
  return { share: p, low: successes === 0 ? 0 : centre - half, high: successes === trials ? 1 : centre + half };
}

/** Pairs of two yes-or-no judgements of the same things. */
export interface PairCounts {
  readonly bothYes: number;
  readonly firstOnly: number;
  readonly secondOnly: number;
  readonly bothNo: number;
}

/** Agreement beyond chance, −1 … 1, with its two-sided 95 % interval. */
export interface Kappa {
  readonly kappa: number;
  /** Null where every pair agrees: the large-sample error is 0 then, and would promise what a few pairs cannot. */
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * Cohen's kappa of two judgements, with the large-sample standard error of Fleiss, Cohen and Everitt (1969). Null where it has no sense: no pairs, or
 * one of the two always judges the same, so that nothing can be said beyond chance. [C]
 */
export function cohenKappa({ bothYes, firstOnly, secondOnly, bothNo }: PairCounts): Kappa | null {
  const n = bothYes + firstOnly + secondOnly + bothNo;
  if (n === 0) return null;
  const cells = [
    [bothYes / n, firstOnly / n],
    [secondOnly / n, bothNo / n],
  ] as const;
  const first = [cells[0][0] + cells[0][1], cells[1][0] + cells[1][1]] as const;
  const second = [cells[0][0] + cells[1][0], cells[0][1] + cells[1][1]] as const;
  if ([...first, ...second].some((share) => share === 0)) return null;
  const agreed = cells[0][0] + cells[1][1];
  const chance = first[0] * second[0] + first[1] * second[1];
  const kappa = (agreed - chance) / (1 - chance);
  if (firstOnly + secondOnly === 0) return { kappa, low: null, high: null };
  const cell = (share: number, weight: number): number => share * weight ** 2;
  const onDiagonal =
    cell(cells[0][0], 1 - chance - (first[0] + second[0]) * (1 - agreed)) +
    cell(cells[1][1], 1 - chance - (first[1] + second[1]) * (1 - agreed));
  const beside = cell(cells[0][1], second[0] + first[1]) + cell(cells[1][0], second[1] + first[0]);
  const variance =
    (onDiagonal + (1 - agreed) ** 2 * beside - (agreed * chance - 2 * chance + agreed) ** 2) / (n * (1 - chance) ** 4);
  const half = Z95 * Math.sqrt(Math.max(0, variance));
  return { kappa, low: Math.max(-1, kappa - half), high: Math.min(1, kappa + half) };
}
