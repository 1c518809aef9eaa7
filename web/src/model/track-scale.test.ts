import { describe, expect, it } from 'vitest';
import { boxOf, colourRange, fitBox, placeAt, scaleBar, tilesOf, worldOf } from './track-scale.ts';

describe('a track on a drawing', () => {
  it('has north above, east to the right, and its middle in the middle', () => {
    const box = boxOf([87, 88], [43, 45]);
    if (!box) throw new Error('no box');
    const { project } = fitBox(box, 400, 400, 20);
    expect(project(87.5, 44).x).toBeCloseTo(200, 6);
    expect(project(87.5, 43).y + project(87.5, 45).y).toBeCloseTo(400, 6);
    expect(project(88, 44).x).toBeGreaterThan(200);
    expect(project(87.5, 45).y).toBeLessThan(200);
  });

  it('is as long to the east as to the north', () => {
    const { project, pxPerM } = fitBox({ west: 87, south: 44, east: 87.2, north: 44.1 }, 500, 300, 10);
    // A degree of longitude at 44.05° is cos(44.05°) = 0.7187 of one of latitude.
    const east = project(87.1 + 0.01, 44.05).x - project(87.1, 44.05).x;
    const north = project(87.1, 44.05).y - project(87.1, 44.05 + 0.007187).y;
    expect(east / north).toBeCloseTo(1, 3);
    expect(north / pxPerM).toBeCloseTo(0.007187 * 111_319.49, 1);
  });

  it('of a truck that stood still is not infinitely large', () => {
    const { project } = fitBox({ west: 87, south: 44, east: 87, north: 44 }, 400, 300, 20);
    expect(project(87, 44).x).toBeCloseTo(200, 6);
    expect(project(87, 44).y).toBeCloseTo(150, 6);
    expect(Number.isFinite(project(87.001, 44.001).x)).toBe(true);
  });

  it('lies on the tiles that the slippy-map formula names', () => {
    // OpenStreetMap wiki, "Slippy map tilenames": x = n (lon + 180) / 360, y = n (1 − asinh(tan φ) / π) / 2.
    const [lon, lat, n] = [87.62, 43.83, 2 ** 10];
    const { x, y } = worldOf(lon, lat);
    expect(x * n).toBeCloseTo((n * (lon + 180)) / 360, 9);
    expect(y * n).toBeCloseTo((n * (1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI)) / 2, 9);
  });

  it('is covered by tiles without a gap, each at its place', () => {
    const fit = fitBox({ west: 87.2, south: 43.9, east: 87.6, north: 44.1 }, 340, 360, 20);
    const tiles = tilesOf(fit, 340, 360);
    const [first] = tiles;
    if (!first) throw new Error('no tile');
    expect(first.px).toBeGreaterThan(180);
    expect(first.px).toBeLessThan(363);
    const covered = (x: number, y: number) =>
      tiles.filter((t) => x >= t.left && x < t.left + t.px && y >= t.top && y < t.top + t.px).length;
    for (const [x, y] of [
      [0, 0],
      [339, 0],
      [0, 359],
      [339, 359],
      [170, 180],
    ] as const)
      expect(covered(x, y)).toBe(1);
    const { x, y } = fit.project(87.4, 44);
    const under = tiles.find((t) => x >= t.left && x < t.left + t.px && y >= t.top && y < t.top + t.px);
    const { x: wx, y: wy } = worldOf(87.4, 44);
    expect([under?.x, under?.y]).toEqual([Math.floor(wx * 2 ** first.z), Math.floor(wy * 2 ** first.z)]);
  });

  it('has a scale of a round length that fits', () => {
    expect(scaleBar(0.01, 100)).toEqual({ metres: 10_000, px: 100 });
    expect(scaleBar(0.03, 100)).toEqual({ metres: 2000, px: 60 });
  });

  it('without a value has no colours; with one value it has', () => {
    expect(colourRange([null, null])).toBeUndefined();
    expect(colourRange([null, 5])).toEqual({ least: 5, most: 6 });
    expect(colourRange([1, null, 900])).toEqual({ least: 1, most: 900 });
  });

  it('is at the last place that was reached', () => {
    expect([0, 10, 15, 20, 99].map((sec) => placeAt([10, 20, 30], sec))).toEqual([-1, 0, 0, 1, 2]);
  });
});
