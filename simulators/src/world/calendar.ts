/** Seconds in a day. */
export const DAY_S = 86_400;

/** Beijing time is UTC+8 all year. */
export const BEIJING_OFFSET_S = 8 * 3600;

/** The simulated world begins at 2024-01-01 00:00 Beijing time: odometers and tank levels are counted from there. */
export const WORLD_EPOCH_S = Date.UTC(2024, 0, 1) / 1000 - BEIJING_OFFSET_S;

/** Second of the Beijing calendar day, 0 … 86399. */
export function beijingSecondOfDay(timeSec: number): number {
  return (((timeSec + BEIJING_OFFSET_S) % DAY_S) + DAY_S) % DAY_S;
}

/** Number of the Beijing calendar day, counted from 1970-01-01. */
export function beijingDay(timeSec: number): number {
  return Math.floor((timeSec + BEIJING_OFFSET_S) / DAY_S);
}
