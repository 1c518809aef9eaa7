import { invalid } from './problem.ts';

/** Longest range one request may ask for: 400 days, in milliseconds. */
export const MAX_RANGE_MS = 400 * 86_400_000;
const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;
const RELATIVE = /^now(?:-(\d{1,6})([smhdw]))?$/;
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;
const YEAR_2000_MS = 946_684_800_000;
const YEAR_2100_MS = 4_102_444_800_000;

/** Whether the calendar has a date; `Date.parse` reads 30 February as 2 March. */
function isDate(date: string): boolean {
  const ms = Date.parse(date);
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 10) === date;
}

/** A moment as `now`, `now-6h`, ISO 8601 with offset, or epoch milliseconds; undefined when it is none of these or outside 2000–2100. */
export function parseMoment(text: string, nowMs: number): number | undefined {
  const relative = RELATIVE.exec(text);
  if (relative) {
    const unit = relative[2];
    const ms = unit === 's' || unit === 'm' || unit === 'h' || unit === 'd' || unit === 'w' ? UNIT_MS[unit] : 0;
    return nowMs - Number(relative[1] ?? 0) * ms;
  }
  // A plus sign that was not escaped in a query string arrives as a space.
  const iso = text.replace(/ (\d{2}:\d{2})$/, '+$1');
  const ms = ISO.test(iso) && isDate(iso.slice(0, 10)) ? Date.parse(iso) : /^\d{12,13}$/.test(text) ? Number(text) : Number.NaN;
  return ms >= YEAR_2000_MS && ms < YEAR_2100_MS ? ms : undefined;
}

/** One moment of a query, or a problem that names it. */
export function requireMoment(field: string, text: string, nowMs: number): number {
  const ms = parseMoment(text, nowMs);
  if (ms === undefined) {
    throw invalid(
      field,
      'must be now, now-6h (s, m, h, d, w), ISO 8601 with offset such as 2026-11-23T14:30:00+08:00, or epoch milliseconds',
    );
  }
  return ms;
}

/** A range from (inclusive) to (exclusive) in epoch ms: in order, begun, and no longer than 400 days. */
export function requireRange(from: string, to: string, nowMs: number, field = 'query'): { fromMs: number; toMs: number } {
  const fromMs = requireMoment(`${field}.from`, from, nowMs);
  const toMs = requireMoment(`${field}.to`, to, nowMs);
  if (fromMs >= toMs) throw invalid(`${field}.to`, 'must be later than from');
  if (fromMs > nowMs) throw invalid(`${field}.from`, 'lies in the future: there are no data yet');
  if (toMs - fromMs > MAX_RANGE_MS) throw invalid(`${field}.from`, 'the range is longer than 400 days; ask for a shorter one');
  return { fromMs, toMs };
}
