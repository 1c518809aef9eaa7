/** Bytes of a time in a frame: year − 2000, month, day, hour, minute, second, plain binary, Beijing time (GB 17691-2018 Annex Q, time). */
export const TIME_BYTES = 6;

/** Beijing time is UTC+8, all year. */
export const BEIJING_OFFSET_S = 8 * 3600;

const BASE_YEAR = 2000;
const DAY_S = 86_400;
const DAYS_BEFORE_MONTH = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS_IN_MONTH = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAYS_1970_TO_2000 = 10_957;
const DAYS_1970_TO_YEAR_0 = -719_528;

/** Whether a calendar day exists. */
export function isRealDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (DAYS_IN_MONTH[month] as number) + (leap ? 1 : 0);
}

/** Epoch seconds UTC of the six bytes at `at`, or -1 when they name no real date. */
export function readTime(bytes: Uint8Array, at: number): number {
  const year = bytes[at] as number;
  const month = bytes[at + 1] as number;
  const day = bytes[at + 2] as number;
  const hour = bytes[at + 3] as number;
  const minute = bytes[at + 4] as number;
  const second = bytes[at + 5] as number;
  if (hour > 23 || minute > 59 || second > 59 || year > 99) return -1;
  if (month < 1 || month > 12 || day < 1) return -1;
  const leapYear = (year & 3) === 0; // 2000 … 2099: every fourth year
  if (day > (DAYS_IN_MONTH[month] as number) && !(leapYear && month === 2 && day === 29)) return -1;
  const days =
    DAYS_1970_TO_2000 +
    365 * year +
    ((year + 3) >> 2) +
    (DAYS_BEFORE_MONTH[month] as number) +
    (leapYear && month > 2 ? 1 : 0) +
    day -
    1;
  return days * DAY_S + hour * 3600 + minute * 60 + second - BEIJING_OFFSET_S;
}

/** Writes epoch seconds (floored to the second) as six bytes of Beijing time. Throws a RangeError outside 2000 … 2099. */
export function writeTime(bytes: Uint8Array, at: number, timeSec: number): void {
  const date = new Date((Math.floor(timeSec) + BEIJING_OFFSET_S) * 1000);
  const year = date.getUTCFullYear() - BASE_YEAR;
  if (!(year >= 0 && year <= 99))
    throw new RangeError(`the time ${timeSec} cannot be written: the wire form has the years 2000 to 2099`);
  bytes[at] = year;
  bytes[at + 1] = date.getUTCMonth() + 1;
  bytes[at + 2] = date.getUTCDate();
  bytes[at + 3] = date.getUTCHours();
  bytes[at + 4] = date.getUTCMinutes();
  bytes[at + 5] = date.getUTCSeconds();
}

/** What is wrong with six bytes that name no real date, for a reason line. */
export function timeTrouble(bytes: Uint8Array, at: number): string {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = bytes.subarray(at, at + TIME_BYTES);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${BASE_YEAR + year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)} is no real date; send year − 2000, month, day, hour, minute, second as plain binary bytes`;
}

/** Beijing time as `2023-05-18 14:30:00`. */
export function beijingText(timeSec: number): string {
  return new Date((timeSec + BEIJING_OFFSET_S) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** Days from 1970-01-01 to a day of the Gregorian calendar, year 1 and later. */
function daysFromEpoch(year: number, month: number, day: number): number {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) + 1;
  const leapThisYear = month > 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  return DAYS_1970_TO_YEAR_0 + 365 * year + leapDays + (DAYS_BEFORE_MONTH[month] as number) + leapThisYear + day - 1;
}

/** ISO 8601 as the JSON form takes it: seconds and an offset are required. */
export const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/u;

/** Bounds of a JSON time in epoch milliseconds: 1970 up to the end of 2099. */
export const MIN_EPOCH_MS = 0;
export const MAX_EPOCH_MS = 4_102_444_799_999;

/** Whole epoch seconds UTC of an ISO 8601 text with offset, or -1 when it is no such text, no real date, or outside 1970 … 2099. Fractions of a second are cut. */
export function parseIsoTime(text: string): number {
  if (text.length < 20 || text.length > 35 || !ISO_TIME.test(text)) return -1;
  const digits = (at: number): number => (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
  const year = digits(0) * 100 + digits(2);
  const month = digits(5);
  const day = digits(8);
  const hour = digits(11);
  const minute = digits(14);
  const second = digits(17);
  if (hour > 23 || minute > 59 || second > 59 || !isRealDay(year, month, day)) return -1;
  let offset = 0;
  if (text.charCodeAt(text.length - 1) !== 0x5a) {
    const at = text.length - 6;
    const offsetHour = digits(at + 1);
    const offsetMinute = digits(at + 4);
    if (offsetHour > 23 || offsetMinute > 59) return -1;
    offset = (offsetHour * 3600 + offsetMinute * 60) * (text.charCodeAt(at) === 0x2d ? -1 : 1);
  }
  const timeSec = daysFromEpoch(year, month, day) * DAY_S + hour * 3600 + minute * 60 + second - offset;
  return timeSec >= 0 && timeSec * 1000 <= MAX_EPOCH_MS ? timeSec : -1;
}
