import { bad, good, type Outcome } from './outcome.ts';
import { offsetOf, secondsOfNumber, secondsOfText, type TimeForm, zoneText } from './time-text.ts';
import { plainUnit } from './units.ts';

/** Seconds of a unit that numbers in a time column may be in. */
const SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  秒: 1,
  ms: 1e-3,
  msec: 1e-3,
  毫秒: 1e-3,
  us: 1e-6,
  ns: 1e-9,
  min: 60,
  minutes: 60,
  分: 60,
  分钟: 60,
  h: 3600,
  hr: 3600,
  hours: 3600,
  小时: 3600,
};

const ZONES = new Set(['utc', 'gmt', 'z']);
const LOCAL = new Set(['local', 'beijing', 'bjt', '北京时间', '本地', '本地时间']);
/** How a form of writing is told, such as `hh:mm:ss` or `YYYY-MM-DD`. */
const WRITTEN = /^[ymdhst:./-]+(\.?f+)?$/;

const DAY_S = 86_400;
const HALF_DAY_S = 43_200;
/** A record of before midnight that comes after one of behind it lies at most this far back [s]. */
const LATE_S = 600;

/** What is known of a time column before its rows are read. */
export interface TimeColumnOptions {
  readonly name: string;
  /** What stands in brackets behind its name, or in the row of units. */
  readonly unit: string;
  /** Offset of times that are written without one [s]. */
  readonly offsetS: number;
  /** Dates come as instants that name no zone: read as local times. */
  readonly naive?: boolean;
  /** Numbers are a time of day, so many to a second. */
  readonly clockPerS?: number;
}

/** Reads the times of a file, row by row, and knows what to tell of them. */
export class TimeColumn {
  readonly #offsetS: number;
  readonly #scale: number | null;
  readonly #zoneTold: boolean;
  readonly #options: TimeColumnOptions;
  #form: TimeForm | null = null;
  #naive = false;
  #days = 0;
  #elapsed = false;
  #last = Number.NEGATIVE_INFINITY;
  #midnights: string[] = [];

  private constructor(options: TimeColumnOptions, scale: number | null, offsetS: number, zoneTold: boolean) {
    this.#options = options;
    this.#scale = scale;
    this.#offsetS = offsetS;
    this.#zoneTold = zoneTold;
  }

  static of(options: TimeColumnOptions): Outcome<TimeColumn> {
    const unit = plainUnit(options.unit);
    const made = (scale: number | null, offsetS = options.offsetS, zone = false) =>
      good(new TimeColumn(options, scale, offsetS, zone));
    if (unit === '' || unit === '-' || LOCAL.has(unit)) return made(null);
    const scale = SECONDS[unit];
    if (scale !== undefined) return made(scale === 1 ? null : scale);
    if (ZONES.has(unit)) return made(null, 0, true);
    const zone = /^(?:utc|gmt)?([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(unit);
    if (zone) return made(null, offsetOf(`${zone[1]}${(zone[2] ?? '').padStart(2, '0')}${zone[3] ?? '00'}`), true);
    if (WRITTEN.test(unit)) return made(null);
    return bad(
      `column "${options.name}" is in ${options.unit.replace(/^[\s[(（]+|[\s\])）]+$/g, '')}, which is no unit of time. Understood are s, ms, min, h, UTC, an offset like +08:00.`,
    );
  }

  get form(): TimeForm | null {
    return this.#form;
  }

  /** Seconds of a cell; the sentence to show (behind the place) when it is none. `where` names the row in notes. */
  read(value: unknown, where: string): Outcome<number> {
    const time = this.#timeOf(value);
    if (time === null)
      return bad(
        `${typeof value === 'string' ? `"${value.slice(0, 40)}"` : String(value)} is no time. Understood are epoch seconds or milliseconds, seconds from the start, hh:mm:ss, and dates like 2026-11-20 08:00:00 or 2026-11-20T08:00:00+08:00.`,
      );
    if (this.#form !== null && time.form !== this.#form)
      return bad(
        `${typeof value === 'string' ? `"${value.slice(0, 40)}"` : String(value)} is ${time.form}, the rows before are ${this.#form}.`,
      );
    this.#form = time.form;
    return good(time.form === 'time of day' ? this.#unwound(time.seconds, where) : time.seconds);
  }

  /** What to tell of the times. */
  notes(): string[] {
    const zone = zoneText(this.#offsetS);
    return [
      ...(this.#naive
        ? [
            this.#zoneTold
              ? `times without a zone are taken as UTC${zone}, as the name of the column says`
              : `times without a zone are taken as UTC${zone} (--utc-offset says otherwise)`,
          ]
        : []),
      ...(this.#midnights.length > 0
        ? [
            `the clock passes midnight ${this.#midnights.length === 1 ? 'once' : `${this.#midnights.length} times`} (first at ${this.#midnights[0]}): what follows is counted to the next day`,
          ]
        : []),
    ];
  }

  #timeOf(value: unknown): { seconds: number; form: TimeForm } | null {
    const { naive, clockPerS } = this.#options;
    if (value instanceof Date) {
      if (Number.isNaN(value.getTime())) return null;
      if (naive) this.#naive = true;
      return { seconds: value.getTime() / 1000 - (naive ? this.#offsetS : 0), form: 'date and time' };
    }
    if (typeof value === 'bigint' || typeof value === 'number') {
      const number = Number(value);
      if (!Number.isFinite(number)) return null;
      return clockPerS === undefined ? this.#scaled(number) : { seconds: number / clockPerS, form: 'time of day' };
    }
    if (typeof value !== 'string') return null;
    const time = secondsOfText(value, this.#offsetS);
    if (time === null) return null;
    if (time.naive) this.#naive = true;
    return time.number === undefined ? time : this.#scaled(time.number);
  }

  #scaled(value: number): { seconds: number; form: TimeForm } {
    if (this.#scale === null) return secondsOfNumber(value);
    const seconds = value * this.#scale;
    const { form } = secondsOfNumber(seconds);
    return { seconds, form: form === 'seconds from the start' ? form : 'epoch seconds' };
  }

  /** Seconds of a clock as they go on over midnight. A clock that shows 24 h or more counts from a start, and passes none. */
  #unwound(clock: number, where: string): number {
    if (clock >= DAY_S) this.#elapsed = true;
    let seconds = clock + this.#days * DAY_S;
    if (!this.#elapsed && seconds < this.#last - HALF_DAY_S) {
      this.#days += 1;
      seconds += DAY_S;
      this.#midnights.push(where);
    } else if (this.#days > 0 && seconds > this.#last + HALF_DAY_S && Math.abs(seconds - DAY_S - this.#last) <= LATE_S) {
      // A record of before midnight that comes late.
      return seconds - DAY_S;
    }
    this.#last = seconds;
    return seconds;
  }
}
