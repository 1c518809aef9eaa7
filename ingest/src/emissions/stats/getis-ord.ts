/**
 * Getis-Ord Gi* of every cell (emissions §7.3, E25): how far the sum over a cell and its neighbours lies from what the mean would give,
 * in standard deviations; S is the population's. [C] Weights are 1. NaN where all values are equal or everything is a neighbour.
 * @param neighbours indices of each cell's neighbours, itself not among them
 */
export function getisOrd(values: readonly number[], neighbours: readonly (readonly number[])[]): number[] {
  const n = values.length;
  const mean = values.reduce((sum, each) => sum + each, 0) / n;
  const sd = Math.sqrt(values.reduce((sum, each) => sum + each * each, 0) / n - mean * mean);
  return values.map((own, i) => {
    const around = neighbours[i] ?? [];
    const weight = around.length + 1;
    const sum = around.reduce((total, j) => total + (values[j] ?? 0), own);
    return (sum - mean * weight) / (sd * Math.sqrt((n * weight - weight * weight) / (n - 1)));
  });
}

/** Queen neighbours (sides and corners) of a grid's cells, row by row. */
export function queenNeighbours(rows: number, columns: number): number[][] {
  return Array.from({ length: rows * columns }, (_, cell) => {
    const row = Math.floor(cell / columns);
    const column = cell % columns;
    const found: number[] = [];
    for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r += 1)
      for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c += 1)
        if (r !== row || c !== column) found.push(r * columns + c);
    return found;
  });
}

/** Which of some tests stand when at most a share of those that stand may be false (Benjamini and Hochberg 1995; emissions §7.3). [C] */
export function falseDiscovery(p: readonly number[], rate = 0.05): boolean[] {
  const order = p.map((_, i) => i).sort((a, b) => (p[a] as number) - (p[b] as number));
  let last = -1;
  for (const [k, i] of order.entries()) if ((p[i] as number) <= (rate * (k + 1)) / p.length) last = k;
  const stands = new Array<boolean>(p.length).fill(false);
  for (const i of order.slice(0, last + 1)) stands[i] = true;
  return stands;
}
