import { describe, expect, it } from 'vitest';
import { byteColumn, floatColumn, indexColumn, lending, shortColumn, unfilledColumn } from './lent-columns.ts';

const COLUMNS = [floatColumn, byteColumn, indexColumn, shortColumn];
/** More than is kept for the next computation. */
const VAST = 9_000_000;

/** Lends once, so that there is room for what the next computation takes. */
function used(count: number): void {
  lending(() => COLUMNS.map((column) => column(count, 7)));
}

describe('columns that are lent', () => {
  it('lie in the same memory in each computation, and are filled anew', () => {
    used(1001);
    const take = () => lending(() => COLUMNS.map((column) => ({ column: column(1001), filled: column(3, 5) })));
    take();
    const [first, second] = [take(), take()];
    for (const [k, { column, filled }] of second.entries()) {
      expect(column.buffer).toBe(first[k]?.column.buffer);
      expect(column.byteOffset).toBe(first[k]?.column.byteOffset);
      expect(column.every((value) => value === 0)).toBe(true);
      expect([...filled]).toEqual([5, 5, 5]);
      column.fill(9);
    }
  });

  it('hold what was there where nobody asks for them to be filled', () => {
    used(1001);
    lending(() => floatColumn(5, 3));
    expect(lending(() => [...unfilledColumn(5)])).toEqual([3, 3, 3, 3, 3]);
    expect([...unfilledColumn(2)]).toEqual([0, 0]);
  });

  it('do not overlap within a computation, whatever their lengths', () => {
    used(1001);
    lending(() => {
      const taken = [1, 0, 7, 13, 2].flatMap((count) => COLUMNS.map((column) => column(count)));
      for (const [k, column] of taken.entries()) column.fill(k + 1);
      for (const [k, column] of taken.entries()) expect([...column].every((value) => value === k + 1)).toBe(true);
    });
  });

  it('go back where a part of a computation lent by itself; those from before it stay', () => {
    used(1001);
    lending(() => {
      const mine = floatColumn(10, 1);
      const part = lending(() => floatColumn(10, 2));
      const next = floatColumn(10, 3);
      expect(next.byteOffset).toBe(part.byteOffset);
      expect([...mine]).toEqual(new Array(10).fill(1));
    });
  });

  it('go back when the computation throws', () => {
    used(1001);
    expect(() =>
      lending(() => {
        floatColumn(10);
        throw new Error('broken');
      }),
    ).toThrow('broken');
    expect(lending(() => floatColumn(10).byteOffset)).toBe(0);
  });

  it('are new ones outside a computation, and where the room is not enough', () => {
    expect(floatColumn(10).buffer).not.toBe(floatColumn(10).buffer);
    for (let round = 0; round < 2; round += 1)
      lending(() => {
        const [first, second] = [floatColumn(VAST, 1), floatColumn(3, 2)];
        expect([first.length, first[0], first[VAST - 1], ...second]).toEqual([VAST, 1, 1, 2, 2, 2]);
      });
  });
});
