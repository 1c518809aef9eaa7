import { beijing } from './format.ts';

const DAY_MS = 86_400_000;

/** The Beijing date of a moment: `2026-11-23`. */
export function beijingDate(ms: number): string {
  const { year, month, day } = beijing(ms);
  return `${year}-${month}-${day}`;
}

/** The date so many days later. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The first moment of a Beijing date [epoch ms]. */
export function startOf(date: string): number {
  return Date.parse(`${date}T00:00:00+08:00`);
}

/** All dates from … to, both included; none when they are the wrong way round. */
export function datesBetween(from: string, to: string): string[] {
  const dates: string[] = [];
  for (let date = from; date <= to; date = addDays(date, 1)) dates.push(date);
  return dates;
}

/** A place on a calendar of a year: week from the left (0 …) and day of the week from Monday (0 … 6). */
export function calendarPlace(date: string): { week: number; weekday: number } {
  const weekdayOf = (each: string) => (new Date(`${each}T00:00:00Z`).getUTCDay() + 6) % 7;
  const first = `${date.slice(0, 4)}-01-01`;
  const since = (Date.parse(`${date}T00:00:00Z`) - Date.parse(`${first}T00:00:00Z`)) / DAY_MS;
  return { week: Math.floor((since + weekdayOf(first)) / 7), weekday: weekdayOf(date) };
}
