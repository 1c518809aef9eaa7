/** Gini coefficient of values not below zero: 0 all equal, (n−1)/n one has all (emissions §7.2, E17). [C] Null when their sum is zero. */
export function gini(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const sum = sorted.reduce((total, each) => total + each, 0);
  if (!(sum > 0)) return null;
  const n = sorted.length;
  const weighted = sorted.reduce((total, each, i) => total + (i + 1) * each, 0);
  return (2 * weighted) / (n * sum) - (n + 1) / n;
}

/** Share of the total that the highest emitters have; `share` of them, at least one, rounded up (emissions §7.2, E17). [C] Null when the total is zero. */
export function topShare(values: readonly number[], share = 0.1): number | null {
  const sorted = [...values].sort((a, b) => b - a);
  const sum = sorted.reduce((total, each) => total + each, 0);
  if (!(sum > 0)) return null;
  const top = Math.max(1, Math.ceil(sorted.length * share - 1e-9));
  return sorted.slice(0, top).reduce((total, each) => total + each, 0) / sum;
}
