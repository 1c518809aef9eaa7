import { expect, it } from 'vitest';
import { howBad } from './how-bad.ts';

const figure = (id: string, value: number | string | null, unit: string) => ({ id, name: id, value, unit, digits: 2 });

it('a finding is as bad as its most telling figure, in times of the limit where both have one unit', () => {
  const figures = [figure('shareOver', 0.9, 'share'), figure('p90', 8.8, 'g/kWh')];
  expect(howBad(figures, { value: 4, unit: 'g/kWh' })).toMatchObject({ figure: { id: 'p90', value: 8.8 }, ratio: 2.2 });
  expect(howBad(figures, null)).toMatchObject({ ratio: null });
  expect(howBad([figure('shareOver', 0.9, 'share')], { value: 4, unit: 'g/kWh' })).toMatchObject({ ratio: null });
});

it('a figure that is not known says nothing, and without any nothing is said', () => {
  expect(howBad([figure('p90', null, 'g/kWh'), figure('efficiency', 0.3, 'share')], null)?.figure.id).toBe('efficiency');
  expect(howBad([figure('tests', 'R-T1', 'code')], null)).toBeNull();
});
