import { expect, it } from 'vitest';
import { firstToTreat } from './guidance.ts';

it('a truck over its limit of which no avoidable mass can be told comes before those with nothing to avoid', () => {
  const truck = (name: string, avoidableKg: number | null, overLimit: boolean | null, factor: number) => ({
    name,
    avoidableKg,
    overLimit,
    factor,
  });
  const trucks = [
    truck('better than the level', -70, false, 2.6),
    truck('unknown, clean', null, false, 1.3),
    truck('at the level', 0, false, 2.8),
    truck('unknown, over the limit', null, true, 7.4),
    truck('unknown, more over the limit', null, true, 8.1),
    truck('some', 40, false, 4),
    truck('most', 1700, false, 8.3),
  ];
  expect(trucks.sort(firstToTreat).map(({ name }) => name)).toEqual([
    'most',
    'some',
    'unknown, more over the limit',
    'unknown, over the limit',
    'at the level',
    'better than the level',
    'unknown, clean',
  ]);
});
