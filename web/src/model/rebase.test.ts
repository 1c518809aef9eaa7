import { describe, expect, it } from 'vitest';
import { rebased, touched } from './rebase.ts';

const OPENED = { plate: '新A11111', district: '天山区', enterprise: '' };

describe('a form over a record that somebody else changes', () => {
  it('sends what was typed in, and nothing of what was left alone', () => {
    expect(touched(OPENED, { ...OPENED, district: '沙依巴克区' })).toEqual(['district']);
    expect(touched(OPENED, { ...OPENED, enterprise: ' ' })).toEqual([]);
    expect(touched(OPENED, { ...OPENED, plate: '' })).toEqual(['plate']);
  });

  it.each([
    {
      name: 'a field left alone takes what the other wrote, so that saving does not take it back',
      typed: { ...OPENED, district: '沙依巴克区' },
      present: { ...OPENED, plate: '新A22222' },
      values: { plate: '新A22222', district: '沙依巴克区', enterprise: '' },
      clashes: [],
    },
    {
      name: 'a field that both wrote keeps what was typed and is named',
      typed: { ...OPENED, plate: '新A33333' },
      present: { ...OPENED, plate: '新A22222' },
      values: { plate: '新A33333', district: '天山区', enterprise: '' },
      clashes: ['plate'],
    },
    {
      name: 'both wrote the same: nothing is left to change',
      typed: { ...OPENED, plate: '新A22222' },
      present: { ...OPENED, plate: '新A22222' },
      values: { plate: '新A22222', district: '天山区', enterprise: '' },
      clashes: [],
    },
    {
      name: 'what was emptied stays empty',
      typed: { ...OPENED, district: '' },
      present: { ...OPENED, plate: '新A22222' },
      values: { plate: '新A22222', district: '', enterprise: '' },
      clashes: [],
    },
  ])('$name', ({ typed, present, values, clashes }) => {
    const now = rebased(OPENED, typed, present);
    expect(now).toEqual({ values, clashes });
    // The next save rests on the new record: what differs from it is what was typed.
    expect(touched(present, now.values).every((name) => typed[name] !== OPENED[name])).toBe(true);
  });
});
