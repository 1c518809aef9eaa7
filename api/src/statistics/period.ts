import type { StatSpan } from '@plume/db';
import { addDays, daysBetween } from '../beijing-day.ts';
import { invalid } from '../problem.ts';

/** Beijing days from … to, both included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** Longest period that statistics answer for: ten years. */
export const MOST_DAYS = 3653;
/** Most steps of a line by day: beyond, months are given, and said. */
export const MOST_DAY_STEPS = 400;

/** A period that can be asked for, or a problem that names the field: in order, not in the future, at most ten years. */
export function requirePeriod({ from, to }: Period, today: string, field = 'query'): Period {
  if (from > to) throw invalid(`${field}.to`, 'must not be before from');
  if (from > today) throw invalid(`${field}.from`, `must not be later than today (${today}): there is nothing to count yet`);
  if (daysBetween(from, to) > MOST_DAYS)
    throw invalid(`${field}.from`, `the period is longer than ten years (${MOST_DAYS} days); ask for a shorter one`);
  return { from, to };
}

/** First day of the month of a day. */
export function monthStart(day: string): string {
  return `${day.slice(0, 7)}-01`;
}

/** The day so many months later (or earlier), at most the last of its month. */
export function addMonths(day: string, months: number): string {
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7)) - 1 + months;
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month, Math.min(last, Number(day.slice(8))))).toISOString().slice(0, 10);
}

/** Last day of the month of a day. */
export function monthEnd(day: string): string {
  return addDays(addMonths(monthStart(day), 1), -1);
}

/**
 * The rows that a period is read from: those of whole months where it has such, and days at its ends. Months that are not over count as
 * whole when the period reaches today.
 */
export function spansOf({ from, to }: Period, today: string): StatSpan[] {
  const firstMonth = from === monthStart(from) ? from : addMonths(monthStart(from), 1);
  const whole = to >= monthEnd(to) || to >= today;
  const lastDay = whole ? monthEnd(to) : addDays(monthStart(to), -1);
  if (firstMonth > lastDay) return [{ span: 'day', from, to }];
  const spans: StatSpan[] = [];
  if (from < firstMonth) spans.push({ span: 'day', from, to: addDays(firstMonth, -1) });
  spans.push({ span: 'month', from: firstMonth, to: monthStart(lastDay) });
  if (to > lastDay) spans.push({ span: 'day', from: addDays(lastDay, 1), to });
  return spans;
}

/** How another period is compared with. */
export const COMPARISONS = ['none', 'previous', 'year'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/**
 * The period compared with: 环比 (previous: as many days just before, or as many whole months when the period is of whole months) or 同比
 * (the same dates a year before).
 */
export function comparedPeriod({ from, to }: Period, comparison: Exclude<Comparison, 'none'>): Period {
  if (comparison === 'year')
    return {
      from: addMonths(from, -12),
      to: to === monthEnd(to) ? monthEnd(addMonths(monthStart(to), -12)) : addMonths(to, -12),
    };
  if (from === monthStart(from) && to === monthEnd(to)) {
    const months =
      (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7)) + 1;
    return { from: addMonths(from, -months), to: addDays(from, -1) };
  }
  return { from: addDays(from, -daysBetween(from, to)), to: addDays(from, -1) };
}
