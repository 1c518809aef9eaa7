import { floatColumn } from '../lent-columns.ts';

/**
 * The p-quantile (0 … 1) with linear interpolation between order statistics (type 7), in linear time on average; reorders the values.
 * NaN without values.
 */
export function percentileInPlace(values: Float64Array, p: number): number {
  const n = values.length;
  if (n === 0) return Number.NaN;
  const place = p * (n - 1);
  const lower = Math.min(n - 1, Math.floor(place));
  select(values, lower);
  const at = values[lower] as number;
  if (place === lower || lower + 1 >= n) return at;
  let next = Number.POSITIVE_INFINITY;
  for (let i = lower + 1; i < n; i += 1) if ((values[i] as number) < next) next = values[i] as number;
  return at + (next - at) * (place - lower);
}

/** The p-quantile of values that are left as they are. */
export function percentile(values: ArrayLike<number>, p: number): number {
  const copy = floatColumn(values.length);
  copy.set(values);
  return percentileInPlace(copy, p);
}

/** The median. */
export function median(values: ArrayLike<number>): number {
  return percentile(values, 0.5);
}

/** Puts the k-th smallest value at place k, none greater before it and none smaller after it (quickselect, median of three). */
function select(values: Float64Array, k: number): void {
  let from = 0;
  let to = values.length - 1;
  while (from < to) {
    const pivot = middle(values[from] as number, values[(from + to) >> 1] as number, values[to] as number);
    let i = from;
    let j = to;
    while (i <= j) {
      while ((values[i] as number) < pivot) i += 1;
      while ((values[j] as number) > pivot) j -= 1;
      if (i > j) break;
      const swap = values[i] as number;
      values[i] = values[j] as number;
      values[j] = swap;
      i += 1;
      j -= 1;
    }
    if (k <= j) to = j;
    else if (k >= i) from = i;
    else return;
  }
}

function middle(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
