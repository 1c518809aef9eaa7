/** Up to so many values insertion is quicker than the library's sort. */
const FEW = 40;

/** Median of the values first … last whose place passes; NaN without any. */
export function rowMedian(values: Float64Array, first: number, last: number, passes?: (row: number) => boolean): number {
  const picked = new Float64Array(Math.max(0, last - first + 1));
  let n = 0;
  for (let r = first; r <= last; r += 1) {
    if (passes !== undefined && !passes(r)) continue;
    picked[n] = values[r] as number;
    n += 1;
  }
  const sorted = picked.subarray(0, n);
  if (n <= FEW) insertionSort(sorted, n);
  else sorted.sort();
  const middle = n >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return n % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function insertionSort(values: Float64Array, n: number): void {
  for (let i = 1; i < n; i += 1) {
    const value = values[i] as number;
    let at = i;
    for (; at > 0 && (values[at - 1] as number) > value; at -= 1) values[at] = values[at - 1] as number;
    values[at] = value;
  }
}
