import { expect, it } from 'vitest';
import { sharedDistrict } from './shared-district.ts';

it.each([
  { name: 'the district of one', districts: ['阜康市'], shared: '阜康市' },
  { name: 'that of several in the same', districts: ['阜康市', '阜康市'], shared: '阜康市' },
  { name: 'none when they differ', districts: ['阜康市', '奇台县'], shared: null },
  { name: 'none when one is without', districts: ['阜康市', null], shared: null },
  { name: 'none for a truck without', districts: [null], shared: null },
  { name: 'none for no lead', districts: [], shared: null },
])('leads share $name', ({ districts, shared }) => {
  expect(sharedDistrict(districts.map((district) => ({ vehicle: { district } })))).toBe(shared);
});
