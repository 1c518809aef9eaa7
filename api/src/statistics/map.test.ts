import { expect, it } from 'vitest';
import { hotSpots, LEAST_PASSES } from './map.ts';

const cell = (x: number, y: number, nox_g: number, passes = LEAST_PASSES) => ({
  x,
  y,
  nox_g,
  passes,
  seconds: 1,
  valid_s: 1,
  km: 1,
});

it('Gi* of cells is that of the grid of E25, whatever their order, once there are enough of them', () => {
  const grid = [2, 3, 2, 3, 9, 8, 2, 8, 9];
  const cells = grid.map((value, i) => cell(100 + (i % 3), 200 + Math.floor(i / 3), value)).reverse();
  expect(hotSpots(cells, 'noxG').z.every((score) => score === null)).toBe(true);
  // A tenth cell far away, at the mean of the nine, so that all may be compared.
  const { z } = hotSpots([...cells, cell(500, 500, 46 / 9)], 'noxG');
  const mean = 46 / 9;
  const sd = Math.sqrt([...grid, mean].reduce((sum, each) => sum + (each - mean) ** 2, 0) / 10);
  // The hot corner: itself and three neighbours, ten cells in all.
  const expected = (9 + 8 + 8 + 9 - 4 * mean) / (sd * Math.sqrt((10 * 4 - 16) / 9));
  expect(z[0]).toBeCloseTo(expected, 10);
});

it('a patch of much is hot, what lies far from it is not, and cells with too few passes are not compared', () => {
  const patch = (i: number): boolean => Math.abs((i % 20) - 6) <= 1 && Math.abs(Math.floor(i / 20) - 6) <= 1;
  const cells = Array.from({ length: 400 }, (_, i) =>
    cell(i % 20, Math.floor(i / 20), patch(i) ? 40 : 1 + (i % 3), i === 127 ? LEAST_PASSES - 1 : LEAST_PASSES),
  );
  const { z, hot } = hotSpots(cells, 'noxG');
  expect(z[127]).toBeNull();
  expect(hot).toContain(126);
  expect(hot.every((i) => Math.abs((i % 20) - 6) <= 2 && Math.abs(Math.floor(i / 20) - 6) <= 2)).toBe(true);
});
