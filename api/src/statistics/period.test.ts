import { describe, expect, it } from 'vitest';
import { hoursOf } from '../routes/guidance.ts';
import { repairHours } from './contract.ts';
import { roundWidth } from './distribution.ts';
import { addMonths, comparedPeriod, requirePeriod, spansOf } from './period.ts';

describe('a period', () => {
  it('is read from whole months and the days at its ends', () => {
    expect(spansOf({ from: '2026-01-15', to: '2026-04-10' }, '2026-11-30')).toEqual([
      { span: 'day', from: '2026-01-15', to: '2026-01-31' },
      { span: 'month', from: '2026-02-01', to: '2026-03-01' },
      { span: 'day', from: '2026-04-01', to: '2026-04-10' },
    ]);
    expect(spansOf({ from: '2026-02-01', to: '2026-02-28' }, '2026-11-30')).toEqual([
      { span: 'month', from: '2026-02-01', to: '2026-02-01' },
    ]);
    expect(spansOf({ from: '2026-02-03', to: '2026-02-28' }, '2026-11-30')).toEqual([
      { span: 'day', from: '2026-02-03', to: '2026-02-28' },
    ]);
    expect(spansOf({ from: '2026-02-03', to: '2026-03-30' }, '2026-11-30')).toEqual([
      { span: 'day', from: '2026-02-03', to: '2026-03-30' },
    ]);
  });

  it('that reaches today counts the month under way as whole', () => {
    expect(spansOf({ from: '2026-10-01', to: '2026-11-12' }, '2026-11-12')).toEqual([
      { span: 'month', from: '2026-10-01', to: '2026-11-01' },
    ]);
  });

  it('is compared with whole months before, as many days before, or the same dates a year before', () => {
    expect(comparedPeriod({ from: '2026-03-01', to: '2026-03-31' }, 'previous')).toEqual({
      from: '2026-02-01',
      to: '2026-02-28',
    });
    expect(comparedPeriod({ from: '2026-03-01', to: '2026-04-30' }, 'previous')).toEqual({
      from: '2026-01-01',
      to: '2026-02-28',
    });
    expect(comparedPeriod({ from: '2026-03-10', to: '2026-03-16' }, 'previous')).toEqual({
      from: '2026-03-03',
      to: '2026-03-09',
    });
    expect(comparedPeriod({ from: '2024-02-01', to: '2024-02-29' }, 'year')).toEqual({ from: '2023-02-01', to: '2023-02-28' });
    expect(comparedPeriod({ from: '2026-03-10', to: '2026-03-16' }, 'year')).toEqual({ from: '2025-03-10', to: '2025-03-16' });
    expect(addMonths('2026-03-31', -1)).toBe('2026-02-28');
  });

  it.each([
    ['2026-03-02', '2026-03-01'],
    ['2026-12-02', '2026-12-03'],
    ['2010-01-01', '2026-01-01'],
  ])('from %s to %s is refused', (from, to) => {
    expect(() => requirePeriod({ from, to }, '2026-11-30')).toThrow();
  });
});

it('hours of day go over midnight, and all of them are none in particular', () => {
  expect(hoursOf('22-2')).toEqual([22, 23, 0, 1, 2]);
  expect(hoursOf('6-6')).toEqual([6]);
  expect([hoursOf('0-23'), hoursOf(undefined)]).toEqual([null, null]);
});

it('repair is counted from when a silence was a failure; what lasts is not counted', () => {
  const at = (hours: number) => new Date(Date.UTC(2026, 0, 1, hours));
  const outages = [
    { vehicle_id: 1, last_time: at(0), back: at(30) },
    { vehicle_id: 1, last_time: at(50), back: null },
    { vehicle_id: 2, last_time: null, back: at(9) },
  ];
  expect(repairHours(outages, 24)).toEqual([6]);
});

it('bars have widths that people count in', () => {
  expect([0.037, 0.2, 3, 7, 0].map(roundWidth)).toEqual([0.05, 0.2, 5, 10, 1]);
});
