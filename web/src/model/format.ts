/** A thin space, between groups of three digits and between a number and its unit. */
export const THIN = '\u202f';
const BEIJING_MS = 8 * 3_600_000;

/** What stands where there is no value. */
export const NO_VALUE = '—';

/** A value with a fixed number of decimals, thousands by thin space, a true minus sign; `—` when there is none. Never a false zero. */
export function formatValue(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NO_VALUE;
  const text = Math.abs(value).toFixed(decimals);
  const [whole = '0', fraction] = text.split('.');
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, THIN) : whole;
  const negative = value < 0 && Number(text) !== 0;
  return `${negative ? '−' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** A whole number with thin spaces. */
export function formatCount(value: number): string {
  return formatValue(value, 0);
}

/** A share as a percentage with up to one decimal: 99.96 % is not told as 100. `—` when there is nothing to share. */
export function formatShare(share: number | null): string {
  if (share === null) return NO_VALUE;
  if (share === 1 || share === 0) return `${share * 100}${THIN}%`;
  const percent = Math.min(99.9, Math.max(0.1, Math.round(share * 1000) / 10));
  return `${percent}${THIN}%`;
}

/** A length of time in its largest fitting unit: `12 s`, `3 min`, `5 h`, `2 d`. */
export function formatSpan(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s}${THIN}s`;
  if (s < 3600) return `${Math.floor(s / 60)}${THIN}min`;
  if (s < 86_400) return `${Math.floor(s / 3600)}${THIN}h`;
  return `${Math.floor(s / 86_400)}${THIN}d`;
}

const two = (n: number) => String(n).padStart(2, '0');

/** The parts of a moment (epoch ms) on a Beijing clock (UTC+8, no summer time), whatever the browser's zone is. */
export function beijing(ms: number): { year: number; month: string; day: string; hour: string; minute: string; second: string } {
  const d = new Date(ms + BEIJING_MS);
  return {
    year: d.getUTCFullYear(),
    month: two(d.getUTCMonth() + 1),
    day: two(d.getUTCDate()),
    hour: two(d.getUTCHours()),
    minute: two(d.getUTCMinutes()),
    second: two(d.getUTCSeconds()),
  };
}

/** `14:30:05`. */
export function clockTime(ms: number): string {
  const { hour, minute, second } = beijing(ms);
  return `${hour}:${minute}:${second}`;
}

/** `11-23 14:30`, with the year when it is not that of `nowMs`. */
export function dayTime(ms: number, nowMs: number): string {
  const b = beijing(ms);
  const year = b.year === beijing(nowMs).year ? '' : `${b.year}-`;
  return `${year}${b.month}-${b.day} ${b.hour}:${b.minute}`;
}

/** The shortest time that cannot be misread: `14:30` today, else `11-22 14:30`. */
export function nearTime(ms: number, nowMs: number): string {
  const full = dayTime(ms, nowMs);
  return dayTime(nowMs, nowMs).slice(0, 5) === full.slice(0, 5) ? full.slice(6) : full;
}

/** ISO 8601 with Beijing's offset and whole seconds, as links carry it. */
export function isoBeijing(ms: number): string {
  const b = beijing(ms);
  return `${b.year}-${b.month}-${b.day}T${b.hour}:${b.minute}:${b.second}+08:00`;
}

/** `2026-11-23T14:30`, as a date-time field holds it, on a Beijing clock. */
export function toField(ms: number): string {
  return isoBeijing(ms).slice(0, 16);
}

/** The moment that a date-time field means on a Beijing clock; undefined when it is empty or incomplete. */
export function fromField(text: string): number | undefined {
  const ms = Date.parse(`${text.length === 16 ? `${text}:00` : text}+08:00`);
  return Number.isNaN(ms) ? undefined : ms;
}
