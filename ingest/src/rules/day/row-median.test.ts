import { expect, it } from 'vitest';
import { rowMedian } from './row-median.ts';
import { lehmer } from './test-kit.ts';

it('is the middle of the sorted values, the mean of the two middle ones of an even number', () => {
  const random = lehmer(9);
  for (const n of [1, 2, 3, 10, 39, 40, 41, 42, 200]) {
    const values = Float64Array.from({ length: n + 4 }, () => Math.floor(30 * random()));
    const sorted = [...values.subarray(2, n + 2)].sort((a, b) => a - b);
    expect(rowMedian(values, 2, n + 1)).toBe(((sorted[(n - 1) >> 1] ?? 0) + (sorted[n >> 1] ?? 0)) / 2);
    const even = [...values.entries()].filter(([i]) => i % 2 === 0 && i >= 2 && i <= n + 1).map(([, value]) => value);
    even.sort((a, b) => a - b);
    const expected = even.length === 0 ? Number.NaN : ((even[(even.length - 1) >> 1] ?? 0) + (even[even.length >> 1] ?? 0)) / 2;
    expect(rowMedian(values, 2, n + 1, (row) => row % 2 === 0)).toBe(expected);
  }
  expect(rowMedian(new Float64Array(3), 2, 1)).toBeNaN();
});
