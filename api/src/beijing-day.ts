import { z } from '@hono/zod-openapi';
import { BEIJING_OFFSET_S } from '@plume/ingest/protocol';

const DAY_MS = 86_400_000;

/** A Beijing calendar date in queries, bodies and answers. */
export const BeijingDate = z.iso
  .date('must be a date such as 2026-11-24')
  .openapi({ example: '2026-11-24', description: 'Beijing calendar date' });

/** The Beijing calendar date of a moment (epoch ms). */
export function beijingDate(ms: number): string {
  return new Date(ms + BEIJING_OFFSET_S * 1000).toISOString().slice(0, 10);
}

/** The date so many days after another. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Days from one date to another, both counted. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
}

/** Begin of a Beijing date, epoch ms. */
export function startOfDate(date: string): number {
  return Date.parse(date) - BEIJING_OFFSET_S * 1000;
}
