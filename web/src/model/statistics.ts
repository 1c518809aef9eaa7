import { formatValue, NO_VALUE, THIN } from './format.ts';

/** Decimals with which a figure has three significant digits; at most 4, and none from 100 on. */
export function decimalsFor(value: number): number {
  const size = Math.abs(value);
  if (size === 0 || !Number.isFinite(size)) return 0;
  return Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(size))));
}

/** A figure with three significant digits, `—` without one. */
export function threeDigits(value: number | null | undefined): string {
  return value === null || value === undefined ? NO_VALUE : formatValue(value, decimalsFor(value));
}

/** The greatest growth that is told in per cent: beyond it the earlier figure was next to nothing. */
const MOST_GROWTH = 9;

/** A change as a share, with its sign: `+12.3 %`, `> +900 %` for all that is more; `—` when it is not known. */
export function signedShare(share: number | null): string {
  if (share === null) return NO_VALUE;
  if (share > MOST_GROWTH) return `> +${100 * MOST_GROWTH}${THIN}%`;
  const percent = Math.abs(share) * 100;
  const text = `${percent >= 99.5 ? Math.round(percent) : percent.toFixed(1)}${THIN}%`;
  return Number(percent.toFixed(1)) === 0 ? text : `${share > 0 ? '+' : '−'}${text}`;
}

/** Periods that move on with the day, and one between two days. */
export const PERIODS = ['7d', '30d', '90d', 'month', 'lastMonth', 'year', 'lastYear', 'own'] as const;
export type PeriodId = (typeof PERIODS)[number];

const DAY_MS = 86_400_000;
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The Beijing days of a period when today is `today`; `own`: the two given, or the last 30 days. */
export function daysOf(period: PeriodId, today: string, own: { from: string; to: string }): { from: string; to: string } {
  const at = Date.parse(today);
  const year = Number(today.slice(0, 4));
  const month = Number(today.slice(5, 7));
  const back = (n: number) => ({ from: day(at - (n - 1) * DAY_MS), to: today });
  switch (period) {
    case '7d':
      return back(7);
    case '90d':
      return back(90);
    case 'month':
      return { from: `${today.slice(0, 7)}-01`, to: today };
    case 'lastMonth':
      return { from: day(Date.UTC(year, month - 2, 1)), to: day(Date.UTC(year, month - 1, 0)) };
    case 'year':
      return { from: `${year}-01-01`, to: today };
    case 'lastYear':
      return { from: `${year - 1}-01-01`, to: `${year - 1}-12-31` };
    case 'own':
      return own.from !== '' && own.to !== '' ? own : back(30);
    case '30d':
      return back(30);
  }
}

/** First day of the month eleven months before that of a day: where a year of months begins. */
export function yearOfMonths(today: string): string {
  return day(Date.UTC(Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 12, 1));
}
