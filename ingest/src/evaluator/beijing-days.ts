import { beijingDay } from '../outcome.ts';

/** Length of a Beijing calendar day [s]: the offset never changes. */
export const DAY_S = 86_400;
const BEIJING_OFFSET_S = 8 * 3600;

export { beijingDay };

/** Beginning of a Beijing calendar day (`YYYY-MM-DD`) [epoch s]. */
export function dayStartSec(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 1000 - BEIJING_OFFSET_S;
}

/** The day `days` after another (before it, when below zero). */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_S * 1000).toISOString().slice(0, 10);
}

/** The month (`YYYY-MM`) `months` after another. */
export function addMonths(month: string, months: number): string {
  const at = new Date(`${month}-01T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() + months);
  return at.toISOString().slice(0, 7);
}

export function earlier(a: string, b: string): string {
  return a < b ? a : b;
}

export function later(a: string, b: string): string {
  return a > b ? a : b;
}
