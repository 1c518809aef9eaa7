/** Middle value; of an even number the upper of the two. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** The value below which a share of all lies; NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** `123,456 rows/s` */
export function perSecond(value: number, what = 'rows'): string {
  return `${whole(value)} ${what}/s`;
}

/** A median with the runs it comes from: `123,456 rows/s (120,000 … 130,000)`. */
export function medianPerSecond(values: readonly number[], what = 'rows'): string {
  return `${perSecond(median(values), what)} (${whole(Math.min(...values))} … ${whole(Math.max(...values))})`;
}

/** `12.3 ms` */
export function millis(value: number): string {
  return `${value >= 100 ? Math.round(value) : value.toFixed(1)} ms`;
}

/** `12 MB`, in millions of bytes. */
export function megabytes(bytes: number): string {
  return `${whole(bytes / 1e6)} MB`;
}

/** A whole number with separators. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}
