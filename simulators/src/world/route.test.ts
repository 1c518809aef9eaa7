import { describe, expect, it } from 'vitest';
import { type District, JOURNEYS, ROADS } from './places.ts';
import { distanceM, journeysOf, mountainJourneys } from './route.ts';

/** Places of the site as product.md gives them. */
const HOMES: Record<District, readonly [number, number]> = {
  昌吉市: [87.31, 44.01],
  阜康市: [87.98, 44.16],
  呼图壁县: [86.9, 44.19],
  玛纳斯县: [86.21, 44.3],
  奇台县: [89.59, 44.02],
  吉木萨尔县: [89.18, 44.0],
  木垒哈萨克自治县: [90.28, 43.83],
  准东经济技术开发区: [89.2, 44.7],
};
const DISTRICTS = Object.keys(HOMES) as District[];

describe('routes', () => {
  it('knows a degree of latitude as 111.2 km', () => {
    expect(distanceM(87, 44, 87, 45)).toBeCloseTo(111_195, -1);
  });

  it.each(DISTRICTS)('leave from and come back to %s', (district) => {
    for (const { out, back } of journeysOf(district)) {
      const last = out.atM.length - 1;
      expect([out.lonDeg[0], out.latDeg[0]]).toEqual(HOMES[district]);
      expect(back.lonDeg[last]).toBeCloseTo(HOMES[district][0], 9);
      expect(back.latDeg[last]).toBeCloseTo(HOMES[district][1], 9);
      expect(back.lengthM).toBeCloseTo(out.lengthM, 3);
      expect(back.lonDeg[0]).toBeCloseTo(out.lonDeg[last] ?? 0, 9);
    }
  });

  it('have no gap, no climb steeper than 8 % and lie in the prefecture at 440 to 1,300 m', () => {
    for (const { out } of DISTRICTS.flatMap((district) => journeysOf(district))) {
      for (let v = 1; v < out.atM.length; v += 1) {
        const step = (out.atM[v] ?? 0) - (out.atM[v - 1] ?? 0);
        expect(step).toBeGreaterThan(10);
        expect(step).toBeLessThan(4000);
        expect(Math.abs((out.elevationM[v] ?? 0) - (out.elevationM[v - 1] ?? 0)) / step).toBeLessThan(0.08);
        expect(out.elevationM[v]).toBeGreaterThan(440);
        expect(out.elevationM[v]).toBeLessThan(1300);
      }
    }
  });

  it('lead up to 1,910 m in the mountains, no steeper than 8 %', () => {
    const ways = mountainJourneys().map(({ out }) => out);
    for (const { atM, elevationM } of ways)
      for (let v = 1; v < atM.length; v += 1)
        expect(Math.abs((elevationM[v] ?? 0) - (elevationM[v - 1] ?? 0)) / ((atM[v] ?? 0) - (atM[v - 1] ?? 0))).toBeLessThan(
          0.08,
        );
    expect(Math.max(...ways.flatMap(({ elevationM }) => [...elevationM]))).toBe(1910);
    expect(mountainJourneys()[0]).toBe(mountainJourneys()[0]);
  });

  it('go the same speeds back as out', () => {
    for (const { out, back } of journeysOf('阜康市')) {
      const last = out.atM.length - 1;
      for (let v = 0; v < last; v += 1) expect(back.usualKmh[last - 1 - v]).toBe(out.usualKmh[v]);
    }
  });

  it('are made of roads that join end to end', () => {
    for (const plan of Object.values(JOURNEYS).flat()) {
      let end: readonly number[] | undefined;
      for (const name of plan.roads) {
        const points = ROADS[name.replace('-', '') as keyof typeof ROADS];
        const ordered = name.startsWith('-') ? [...points].reverse() : [...points];
        if (end !== undefined) expect(ordered[0]?.slice(0, 2)).toEqual(end);
        end = ordered.at(-1)?.slice(0, 2);
      }
    }
  });
});
