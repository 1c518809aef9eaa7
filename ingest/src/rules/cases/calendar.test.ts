import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { plusDays, WorkCalendar } from './calendar.ts';

/** The days that are shipped, read from the migration that brings them. */
function shipped(): WorkCalendar {
  const sql = readFileSync(new URL('../../../../db/migrations/0012_cases.sql', import.meta.url), 'utf8');
  const rows = [...sql.matchAll(/\('(\d{4}-\d{2}-\d{2})', '(off|work)'/g)];
  return new WorkCalendar({
    years: [2023, 2024, 2025, 2026],
    days: new Map(rows.map(([, day = '', kind]) => [day, kind === 'work' ? 'work' : 'off'])),
  });
}

const calendar = shipped();
const range = (from: string, to: string): string[] => {
  const days: string[] = [];
  for (let day = from; day <= to; day = plusDays(day, 1)) days.push(day);
  return days;
};

/** 国务院办公厅关于 2023 … 2026 年部分节假日安排的通知, written down from the notices: days off, and the weekend days worked instead. */
const NOTICES = [
  { name: '2023 元旦', off: ['2023-01-01', '2023-01-02'], work: [] },
  { name: '2023 春节', off: ['2023-01-21', '2023-01-27'], work: ['2023-01-28', '2023-01-29'] },
  { name: '2023 清明', off: ['2023-04-05', '2023-04-05'], work: [] },
  { name: '2023 劳动节', off: ['2023-04-29', '2023-05-03'], work: ['2023-04-23', '2023-05-06'] },
  { name: '2023 端午', off: ['2023-06-22', '2023-06-24'], work: ['2023-06-25'] },
  { name: '2023 中秋国庆', off: ['2023-09-29', '2023-10-06'], work: ['2023-10-07', '2023-10-08'] },
  { name: '2024 元旦', off: ['2024-01-01', '2024-01-01'], work: [] },
  { name: '2024 春节', off: ['2024-02-10', '2024-02-17'], work: ['2024-02-04', '2024-02-18'] },
  { name: '2024 清明', off: ['2024-04-04', '2024-04-06'], work: ['2024-04-07'] },
  { name: '2024 劳动节', off: ['2024-05-01', '2024-05-05'], work: ['2024-04-28', '2024-05-11'] },
  { name: '2024 端午', off: ['2024-06-10', '2024-06-10'], work: [] },
  { name: '2024 中秋', off: ['2024-09-15', '2024-09-17'], work: ['2024-09-14'] },
  { name: '2024 国庆', off: ['2024-10-01', '2024-10-07'], work: ['2024-09-29', '2024-10-12'] },
  { name: '2025 元旦', off: ['2025-01-01', '2025-01-01'], work: [] },
  { name: '2025 春节', off: ['2025-01-28', '2025-02-04'], work: ['2025-01-26', '2025-02-08'] },
  { name: '2025 清明', off: ['2025-04-04', '2025-04-06'], work: [] },
  { name: '2025 劳动节', off: ['2025-05-01', '2025-05-05'], work: ['2025-04-27'] },
  { name: '2025 端午', off: ['2025-05-31', '2025-06-02'], work: [] },
  { name: '2025 国庆中秋', off: ['2025-10-01', '2025-10-08'], work: ['2025-09-28', '2025-10-11'] },
  { name: '2026 元旦', off: ['2026-01-01', '2026-01-03'], work: ['2026-01-04'] },
  { name: '2026 春节', off: ['2026-02-15', '2026-02-23'], work: ['2026-02-14', '2026-02-28'] },
  { name: '2026 清明', off: ['2026-04-04', '2026-04-06'], work: [] },
  { name: '2026 劳动节', off: ['2026-05-01', '2026-05-05'], work: ['2026-05-09'] },
  { name: '2026 端午', off: ['2026-06-19', '2026-06-21'], work: [] },
  { name: '2026 中秋', off: ['2026-09-25', '2026-09-27'], work: [] },
  { name: '2026 国庆', off: ['2026-10-01', '2026-10-07'], work: ['2026-09-20', '2026-10-10'] },
];

describe('working days of the years that are shipped', () => {
  it.each(NOTICES)('$name: off and worked as the notice says', ({ off: [from = '', to = ''], work }) => {
    expect(range(from, to).filter((day) => calendar.isWorkingDay(day))).toEqual([]);
    expect(work.filter((day) => !calendar.isWorkingDay(day))).toEqual([]);
    // The days around are what the week makes them, but for those named.
    const named = new Set([...range(from, to), ...work]);
    const around = [plusDays(from, -1), plusDays(to, 1)].filter((day) => !named.has(day));
    for (const day of around) expect(calendar.isWorkingDay(day), day).toBe(![0, 6].includes(new Date(day).getUTCDay()));
  });

  it('are the week but for what the notices name: no other day is off or worked', () => {
    const off = new Set(NOTICES.flatMap(({ off: [from = '', to = ''] }) => range(from, to)));
    const worked = new Set(NOTICES.flatMap(({ work }) => work));
    const differing = range('2023-01-01', '2026-12-31').filter((day) => {
      const inTheWeek = ![0, 6].includes(new Date(day).getUTCDay());
      return calendar.isWorkingDay(day) !== ((inTheWeek && !off.has(day)) || worked.has(day));
    });
    expect(differing).toEqual([]);
  });

  it.each([
    [2023, 249],
    [2024, 251],
    [2025, 248],
    [2026, 248],
  ])(
    '%i has as many working days as a count by hand gives: Mondays to Fridays − holidays on them + weekends worked',
    (year, days) => {
      expect(range(`${year}-01-01`, `${year}-12-31`).filter((day) => calendar.isWorkingDay(day))).toHaveLength(days);
    },
  );

  it.each([
    { name: 'a plain week', from: '2026-11-23', n: 5, day: '2026-11-30' },
    { name: 'the starting day is not counted', from: '2026-11-23', n: 1, day: '2026-11-24' },
    { name: 'from a Friday', from: '2026-11-27', n: 1, day: '2026-11-30' },
    { name: 'from a Saturday', from: '2026-11-28', n: 1, day: '2026-11-30' },
    {
      name: 'over the spring festival of 2026, with the Saturday before and after it worked',
      from: '2026-02-13',
      n: 2,
      day: '2026-02-24',
    },
    { name: 'to the Saturday worked after it', from: '2026-02-13', n: 6, day: '2026-02-28' },
    { name: 'over National Day of 2025', from: '2025-09-30', n: 3, day: '2025-10-11' },
    { name: 'over the turn of the year', from: '2025-12-31', n: 1, day: '2026-01-04' },
  ])('$name', ({ from, n, day }) => {
    expect(calendar.add(from, n)).toEqual({ day, estimated: false });
    expect(calendar.between(from, day)).toBe(n);
    expect(calendar.between(day, from)).toBe(-n);
  });

  it('says when a period leads through a year that is not entered, and counts it by weekends', () => {
    expect(calendar.add('2026-12-31', 1)).toEqual({ day: '2027-01-01', estimated: true });
    expect(calendar.add('2026-12-30', 1)).toEqual({ day: '2026-12-31', estimated: false });
  });

  it('a period is as long as it says, wherever it starts', () => {
    for (const from of range('2024-01-01', '2024-12-20')) {
      const { day } = calendar.add(from, 7);
      expect(
        range(plusDays(from, 1), day).filter((each) => calendar.isWorkingDay(each)),
        from,
      ).toHaveLength(7);
    }
  });
});
