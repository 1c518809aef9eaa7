import { expect, it } from 'vitest';
import { toGcj02 } from './gcj02.ts';

it('shifts as the public converters do (coordtransform, wgs84togcj02(116.404, 39.915))', () => {
  const { lon, lat } = toGcj02(116.404, 39.915);
  expect(lon).toBeCloseTo(116.41024449916938, 9);
  expect(lat).toBeCloseTo(39.91640428150164, 9);
});

it('shifts a place of the site by some hundred metres', () => {
  const { lon, lat } = toGcj02(87.31, 44.01);
  const metres = Math.hypot((lon - 87.31) * 111_320 * Math.cos((44 * Math.PI) / 180), (lat - 44.01) * 111_320);
  expect(metres).toBeGreaterThan(100);
  expect(metres).toBeLessThan(1000);
});
