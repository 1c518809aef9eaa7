import { expect, it } from 'vitest';
import { changeOf, roadPicture } from './road-picture.ts';

const day = (n: number, gPerKwh: number | null) => ({ day: `2026-06-${String(n).padStart(2, '0')}`, gPerKwh });

it('lays days out in even steps with the repair between, and keeps the limit in sight', () => {
  const found = roadPicture([day(1, 8), day(2, null)], [day(9, 2)], [4, 8.5, null, undefined]);
  expect(found.before.map(({ slot }) => slot)).toEqual([0, 1]);
  expect(found.after.map(({ slot }) => slot)).toEqual([4]);
  expect(found.repairSlot).toBe(2.5);
  expect(found.slots).toBe(5);
  expect(found.top).toBeCloseTo(8.5 * 1.12, 12);
});

it('has an axis also without any value', () => {
  expect(roadPicture([], [], [])).toMatchObject({ slots: 3, top: 1 });
});

it('tells a logarithm as a change', () => {
  expect(changeOf(0)).toBe(0);
  expect(changeOf(Math.log(0.5))).toBeCloseTo(-0.5, 12);
});
