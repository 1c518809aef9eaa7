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

/** Gi* and the false discovery rate by their definitions: every pair of cells weighed, every threshold tried. */
function plainHotSpots(cells: readonly { x: number; y: number; value: number }[]): { z: number[]; hot: boolean[] } {
  const n = cells.length;
  const mean = cells.reduce((sum, { value }) => sum + value, 0) / n;
  const s = Math.sqrt(cells.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / n);
  const z = cells.map((one) => {
    const w: number[] = cells.map((other) => (Math.max(Math.abs(one.x - other.x), Math.abs(one.y - other.y)) <= 1 ? 1 : 0));
    const total = w.reduce((sum, each) => sum + each, 0);
    const squares = w.reduce((sum, each) => sum + each * each, 0);
    const weighed = w.reduce((sum, each, j) => sum + each * (cells[j]?.value ?? 0), 0);
    return (weighed - mean * total) / (s * Math.sqrt((n * squares - total ** 2) / (n - 1)));
  });
  // One-sided tail of the normal distribution by Simpson's rule.
  const tail = (from: number): number => {
    const [steps, to] = [4000, 12];
    const h = (to - from) / steps;
    const f = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
    let sum = f(from) + f(to);
    for (let i = 1; i < steps; i += 1) sum += (i % 2 === 1 ? 4 : 2) * f(from + i * h);
    return (sum * h) / 3;
  };
  const p = z.map(tail);
  // The greatest p of which at most 5 % of all that are no greater are to be expected by chance.
  const limit = Math.max(-1, ...p.filter((each) => each * n <= 0.05 * p.filter((other) => other <= each).length));
  return { z, hot: z.map((each, i) => each > 1.96 && (p[i] ?? 1) <= limit) };
}

it.each([1, 2, 3])('hot spots of a scattered road are those of the definitions written out (seed %i)', (seed) => {
  let state = seed * 7919;
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const cells = Array.from({ length: 260 }, (_, i) => {
    const [x, y] = [17_400 + (i % 26), 8800 + Math.floor(i / 26)];
    const warm = Math.hypot(x - 17_408, y - 8804) < 3;
    return { ...cell(x, y, (warm ? 3 : 1) * (1 + 4 * random() ** 2)), km: 0.5 + random() };
  }).filter(() => random() < 0.7);
  for (const by of ['noxG', 'noxGPerKm'] as const) {
    const values = cells.map(({ x, y, nox_g, km }) => ({ x, y, value: by === 'noxG' ? nox_g : nox_g / km }));
    const plain = plainHotSpots(values);
    const told = hotSpots(cells, by);
    for (const [i, z] of told.z.entries()) expect(z).toBeCloseTo(plain.z[i] ?? Number.NaN, 8);
    expect(told.hot).toEqual(plain.hot.flatMap((hot, i) => (hot ? [i] : [])));
    expect(told.hot.length).toBeGreaterThan(0);
    expect(told.hot.length).toBeLessThan(told.z.filter((z) => (z ?? 0) > 1.96).length + 1);
  }
});
