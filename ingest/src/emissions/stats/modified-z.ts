import { median } from './percentile.ts';

/** Makes the median deviation of a normal sample comparable with its standard deviation (Iglewicz and Hoaglin 1993). [M+] */
const NORMAL_MAD = 0.6745;
/** Above this a value is an outlier (emissions §7.2). [M+] */
export const MODIFIED_Z_LIMIT = 3.5;

/** Modified z of each value: 0.6745·(x − median)/MAD (emissions §7.2; for factors give their logarithms). Null where the MAD is zero. */
export function modifiedZ(values: readonly number[]): (number | null)[] {
  const centre = median(values);
  const deviation = median(values.map((each) => Math.abs(each - centre)));
  return values.map((each) => (deviation > 0 ? (NORMAL_MAD * (each - centre)) / deviation : null));
}
