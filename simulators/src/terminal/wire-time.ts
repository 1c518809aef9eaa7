import { BEIJING_OFFSET_S, DAY_S } from '../world/calendar.ts';

const FIRST_DAY = Date.UTC(2000, 0, 1) / 86_400_000;
const LAST_DAY = Date.UTC(2100, 0, 1) / 86_400_000;

let dayKnown = -1;
let year = 0;
let month = 0;
let date = 0;

/**
 * Writes a time as the six bytes of a frame: year − 2000, month, day, hour, minute, second, Beijing time, plain binary
 * (GB 17691-2018 Annex Q). The calendar is looked up once a day. Throws a RangeError outside 2000 … 2099.
 */
export function writeBeijingTime(into: Uint8Array, at: number, timeSec: number): void {
  const local = timeSec + BEIJING_OFFSET_S;
  const day = Math.floor(local / DAY_S);
  if (day !== dayKnown) {
    if (day < FIRST_DAY || day >= LAST_DAY)
      throw new RangeError(`the time ${timeSec} cannot be written: the wire form has the years 2000 to 2099`);
    const calendar = new Date(day * 86_400_000);
    dayKnown = day;
    year = calendar.getUTCFullYear() - 2000;
    month = calendar.getUTCMonth() + 1;
    date = calendar.getUTCDate();
  }
  const second = local - day * DAY_S;
  into[at] = year;
  into[at + 1] = month;
  into[at + 2] = date;
  into[at + 3] = (second / 3600) | 0;
  into[at + 4] = ((second / 60) | 0) % 60;
  into[at + 5] = second % 60;
}

/** A time as ISO 8601 with the Beijing offset, as JSON messages carry it. */
export function beijingIso(timeSec: number): string {
  return `${new Date((timeSec + BEIJING_OFFSET_S) * 1000).toISOString().slice(0, 19)}+08:00`;
}
