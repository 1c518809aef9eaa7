import { describe, expect, it } from 'vitest';
import { windowOf } from './window-of.ts';

describe('the rows in sight', () => {
  it('are those between the edges with at least sixteen around, in steps of eight', () => {
    expect(windowOf(0, 640, 32, 5000)).toEqual({ start: 0, end: 40 });
    // Rows 1000 to 1020 are in sight.
    expect(windowOf(32_000, 640, 32, 5000)).toEqual({ start: 984, end: 1040 });
  });

  it('stay the same while a few rows pass', () => {
    expect(windowOf(32_000, 640, 32, 5000)).toEqual(windowOf(32_000 + 3 * 32, 640, 32, 5000));
  });

  it('are never beyond the list, nor before it when a touch screen pulls past its edge', () => {
    expect(windowOf(1_000_000, 640, 32, 10)).toEqual({ start: 10, end: 10 });
    expect(windowOf(-300, 640, 32, 10)).toEqual({ start: 0, end: 10 });
  });
});
