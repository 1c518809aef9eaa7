import { BEIJING_OFFSET_S } from '@plume/ingest/protocol';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;

/** The minute of the Beijing day [0, 1440) of a moment (epoch ms). */
export function beijingMinute(ms: number): number {
  return Math.floor((ms + BEIJING_OFFSET_S * 1000) / MINUTE_MS) % DAY_MINUTES;
}

/**
 * When a message may leave that is due at `nowMs`: at once, or at the end of the quiet hours it falls into. They run from minute `from` to
 * before minute `to` of the Beijing day, over midnight when `from` is the later; null: there are none.
 */
export function heldUntil(nowMs: number, from: number | null, to: number | null): number {
  if (from === null || to === null || from === to) return nowMs;
  const minute = beijingMinute(nowMs);
  const quiet = from < to ? minute >= from && minute < to : minute >= from || minute < to;
  if (!quiet) return nowMs;
  const left = (to - minute + DAY_MINUTES) % DAY_MINUTES;
  return Math.floor(nowMs / MINUTE_MS) * MINUTE_MS + left * MINUTE_MS;
}
