import { BEIJING_OFFSET_S } from '@plume/ingest/protocol';

/** How the times of a file are written. */
export type TimeForm = 'epoch seconds' | 'epoch milliseconds' | 'seconds from the start' | 'date and time' | 'time of day';

/** A time as it is read from a text. */
export interface ReadTime {
  readonly seconds: number;
  readonly form: TimeForm;
  /** A date without a zone, taken as local. */
  readonly naive?: true;
  /** The number, when it is one: what it counts may be told beside it. */
  readonly number?: number;
}

/** Below this a number counts from the start of the file, above the next it is milliseconds. */
const LEAST_EPOCH_S = 1e8;
const LEAST_EPOCH_MS = 1e11;

/** Seconds of a number that states a time, by its size. */
export function secondsOfNumber(value: number): { seconds: number; form: TimeForm } {
  if (value >= LEAST_EPOCH_MS) return { seconds: value / 1000, form: 'epoch milliseconds' };
  if (value >= LEAST_EPOCH_S) return { seconds: value, form: 'epoch seconds' };
  return { seconds: value, form: 'seconds from the start' };
}

const DATE_TIME =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)$/;
const CLOCK = /^(\d{1,3}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Seconds of a written time; a date and time without offset is local to `offsetS`. Null when it is no time. */
export function secondsOfText(text: string, offsetS: number = BEIJING_OFFSET_S): ReadTime | null {
  if (NUMBER.test(text)) return { ...secondsOfNumber(Number(text)), number: Number(text) };
  const date = DATE_TIME.exec(text);
  if (date !== null) {
    const [, year, month, day, hour, minute, second = '0', fraction = '0', zone] = date;
    const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
    const back = new Date(ms);
    const real =
      back.getUTCMonth() === Number(month) - 1 &&
      back.getUTCDate() === Number(day) &&
      Number(hour) < 24 &&
      Number(minute) < 60 &&
      Number(second) < 60;
    if (!real) return null;
    const offset = zone === undefined ? offsetS : zone === 'Z' ? 0 : offsetOf(zone);
    const seconds = ms / 1000 + Number(`0.${fraction}`) - offset;
    return { seconds, form: 'date and time', ...(zone === undefined ? { naive: true as const } : {}) };
  }
  const clock = CLOCK.exec(text);
  if (clock === null || Number(clock[2]) > 59 || Number(clock[3]) > 59) return null;
  const seconds = Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]) + Number(`0.${clock[4] ?? 0}`);
  return { seconds, form: 'time of day' };
}

/** Seconds of an offset like +08:00 or -0330. */
export function offsetOf(zone: string): number {
  const digits = zone.replace(':', '');
  return (digits.startsWith('-') ? -1 : 1) * (Number(digits.slice(1, 3)) * 3600 + Number(digits.slice(3, 5)) * 60);
}

/** Writes epoch seconds as a time of an offset: 2026-11-20 08:00:00 +08:00. */
export function writeTime(seconds: number, offsetS: number): string {
  const text = new Date((seconds + offsetS) * 1000).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 19)} ${zoneText(offsetS)}`;
}

/** An offset as it is written: +08:00. */
export function zoneText(offsetS: number): string {
  const zone = Math.abs(offsetS) / 60;
  return `${offsetS < 0 ? '-' : '+'}${two(Math.floor(zone / 60))}:${two(zone % 60)}`;
}

/** Writes a time of day that may be some midnights later: 00:10:00 (+1 d). */
export function writeClock(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const rest = Math.floor(seconds - days * 86_400);
  const clock = `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
  return days === 0 ? clock : `${clock} (+${days} d)`;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}
