import { describe, expect, it } from 'vitest';
import { addDays, beijingDate, calendarPlace, datesBetween, startOf } from './beijing-days.ts';

describe('Beijing dates', () => {
  it('begin at 16:00 UTC of the day before', () => {
    expect(beijingDate(Date.UTC(2026, 10, 22, 15, 59, 59))).toBe('2026-11-22');
    expect(beijingDate(Date.UTC(2026, 10, 22, 16))).toBe('2026-11-23');
    expect(startOf('2026-11-23')).toBe(Date.UTC(2026, 10, 22, 16));
  });

  it('are counted over months, years and leap days', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2028-03-01', -1)).toBe('2028-02-29');
    expect(datesBetween('2026-02-27', '2026-03-02')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02']);
    expect(datesBetween('2026-03-02', '2026-02-27')).toEqual([]);
  });
});

describe('a calendar of a year', () => {
  it.each([
    // 1 January 2026 is a Thursday, 30 November a Monday.
    { date: '2026-01-01', week: 0, weekday: 3 },
    { date: '2026-01-04', week: 0, weekday: 6 },
    { date: '2026-01-05', week: 1, weekday: 0 },
    { date: '2026-11-30', week: 48, weekday: 0 },
    { date: '2026-12-31', week: 52, weekday: 3 },
  ])('$date stands in week $week, day $weekday', ({ date, week, weekday }) =>
    expect(calendarPlace(date)).toEqual({ week, weekday }),
  );

  it('has a place of its own for every day', () => {
    const places = datesBetween('2028-01-01', '2028-12-31').map((date) => JSON.stringify(calendarPlace(date)));
    expect(new Set(places).size).toBe(366);
  });
});
