/** Halvings of the interval 0 … 1: more than a double can tell apart. */
const HALVINGS = 60;

/**
 * Exact one-sided lower confidence bound of a share by Clopper and Pearson: the share p at which as many successes, or more, have
 * probability 1 − confidence. 0 without successes (emissions §4, E20). [C]
 */
export function clopperPearsonLower(successes: number, trials: number, confidence = 0.95): number {
  if (!(trials > 0) || successes <= 0) return 0;
  return solve((p) => upperTail(successes, trials, p) < 1 - confidence);
}

/** Exact one-sided upper confidence bound of a share; 1 when every trial succeeded. [C] */
export function clopperPearsonUpper(successes: number, trials: number, confidence = 0.95): number {
  if (!(trials > 0) || successes >= trials) return 1;
  return solve((p) => 1 - upperTail(successes + 1, trials, p) > 1 - confidence);
}

/** The p up to which `below` holds, for a condition that holds up to some p and not beyond. */
function solve(below: (p: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let n = 0; n < HALVINGS; n += 1) {
    const middle = (low + high) / 2;
    if (below(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(X ≥ k) of a binomial distribution, summed by logarithms so that no term overflows. */
function upperTail(k: number, n: number, p: number): number {
  if (p <= 0) return k <= 0 ? 1 : 0;
  if (p >= 1) return 1;
  let log = n * Math.log1p(-p);
  const odds = Math.log(p) - Math.log1p(-p);
  let below = 0;
  for (let i = 0; i < k; i += 1) {
    below += Math.exp(log);
    log += Math.log((n - i) / (i + 1)) + odds;
  }
  return Math.max(0, 1 - below);
}
