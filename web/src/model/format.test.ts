import { describe, expect, it } from 'vitest';
import { clockTime, dayTime, formatShare, formatSpan, formatValue, fromField, isoBeijing, nearTime, toField } from './format.ts';

const THIN = '\u202f';
// 2026-11-23 06:30:05 UTC is 14:30:05 in Beijing.
const MOMENT = Date.UTC(2026, 10, 23, 6, 30, 5);

describe('a value', () => {
  it.each([
    [48.2, 1, '48.2'],
    [0, 1, '0.0'],
    [1234.5, 1, '1234.5'],
    [12_345.6, 1, `12${THIN}345.6`],
    [1_234_567, 0, `1${THIN}234${THIN}567`],
    [-273, 0, '−273'],
    [-0.04, 1, '0.0'],
    [null, 1, '—'],
    [undefined, 1, '—'],
    [Number.NaN, 1, '—'],
  ])('%s with %i decimals reads %s', (value, decimals, text) => {
    expect(formatValue(value, decimals)).toBe(text);
  });
});

describe('a share', () => {
  it.each([
    [1, `100${THIN}%`],
    [0, `0${THIN}%`],
    [0.9996, `99.9${THIN}%`],
    [0.0001, `0.1${THIN}%`],
    [0.934, `93.4${THIN}%`],
    [null, '—'],
  ])('of %s reads %s: all and nothing are told only when they are so', (share, text) => {
    expect(formatShare(share)).toBe(text);
  });
});

describe('a span', () => {
  it.each([
    [-3, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [3599, '59 min'],
    [3600, '1 h'],
    [86_399, '23 h'],
    [172_800, '2 d'],
  ])('of %i seconds reads %s', (seconds, text) => {
    expect(formatSpan(seconds).replace(THIN, ' ')).toBe(text);
  });
});

describe('a moment', () => {
  it('is told on a Beijing clock, whatever the zone of this machine', () => {
    expect(clockTime(MOMENT)).toBe('14:30:05');
    expect(isoBeijing(MOMENT)).toBe('2026-11-23T14:30:05+08:00');
    expect(Date.parse(isoBeijing(MOMENT))).toBe(MOMENT);
  });

  it('late in the UTC day belongs to the next Beijing day', () => {
    expect(dayTime(Date.UTC(2026, 10, 23, 16, 0), MOMENT)).toBe('11-24 00:00');
  });

  it('names its year when it is not this one', () => {
    expect(dayTime(Date.UTC(2025, 10, 23, 6, 30), MOMENT)).toBe('2025-11-23 14:30');
  });

  it('of today needs no date, one of yesterday does', () => {
    expect(nearTime(MOMENT - 3_600_000, MOMENT)).toBe('13:30');
    expect(nearTime(MOMENT - 86_400_000, MOMENT)).toBe('11-22 14:30');
  });

  it('goes into a date-time field and comes back', () => {
    expect(toField(MOMENT)).toBe('2026-11-23T14:30');
    expect(fromField('2026-11-23T14:30')).toBe(Date.UTC(2026, 10, 23, 6, 30));
    expect(fromField('')).toBeUndefined();
  });
});
