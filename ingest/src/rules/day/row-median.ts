/** Up to so many values insertion is quicker than the library's sort. */
const FEW = 40;
/** Where few values are sorted; taken anew by every call. */
const scratch = new Float64Array(FEW);

/** Median of the values first … last whose place passes; NaN without any. */
export function rowMedian(values: Float64Array, first: number, last: number, passes?: (row: number) => boolean): number {
  const most = last - first + 1;
  const picked = most <= FEW ? scratch : new Float64Array(most);
  let n = 0;
  for (let r = first; r <= last; r += 1) {
    if (passes !== undefined && !passes(r)) continue;
    picked[n] = values[r] as number;
    n += 1;
  }
  if (n === 0) return Number.NaN;
  if (n <= FEW) insertionSort(picked, n);
  else picked.subarray(0, n).sort();
  const upper = picked[n >> 1] as number;
  return n % 2 === 1 ? upper : ((picked[(n >> 1) - 1] as number) + upper) / 2;
}

function insertionSort(values: Float64Array, n: number): void {
  for (let i = 1; i < n; i += 1) {
    const value = values[i] as number;
    let at = i;
    for (; at > 0 && (values[at - 1] as number) > value; at -= 1) values[at] = values[at - 1] as number;
    values[at] = value;
  }
}
