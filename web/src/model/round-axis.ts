/** Ends of an axis whose half is a short number too, in units of a power of ten. */
const ENDS = [1, 2, 4, 5, 6, 8, 10] as const;

/**
 * Where an axis from zero ends, and how many decimals its end and its middle need: the least round number that all values up to `most` find room
 * under, with a little air; 100 for shares of a hundred; 1 where all is zero.
 */
export function roundAxis(most: number, unit: string): { top: number; digits: number } {
  if (unit === '%' && most <= 100) return { top: 100, digits: 0 };
  if (most <= 0) return { top: 1, digits: 1 };
  const wanted = most * 1.05;
  const power = Math.floor(Math.log10(wanted));
  const end = ENDS.find((each) => each * 10 ** power >= wanted) ?? 10;
  const halfIsOdd = end === 1 || end === 5;
  return { top: end * 10 ** power, digits: Math.max(0, halfIsOdd ? 1 - power : -power) };
}
