/** A Beijing calendar date, `YYYY-MM-DD`; dates of this form sort as texts. */
export type Day = string;

const DAY_MS = 86_400_000;
/** Longest span that is counted through; deadlines of cases lie far below it. */
const MOST_DAYS = 4_000;

/** What a calendar is made of. */
export interface CalendarData {
  /** Years whose holidays are entered. */
  readonly years: readonly number[];
  /** Days that differ from the week: `off` is a holiday or a day given for it, `work` a Saturday or Sunday that is worked instead. */
  readonly days: ReadonlyMap<Day, 'off' | 'work'>;
}

/** A deadline by working days. */
export interface Deadline {
  readonly day: Day;
  /** Whether it leads through a year whose holidays are not entered: there Saturdays and Sundays are the days off. */
  readonly estimated: boolean;
}

/** The day so many days after another (before it, when below zero). */
export function plusDays(day: Day, days: number): Day {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Days from one day to another; the same day is 0. */
export function daysFrom(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/**
 * Working days (工作日) of the State Council's yearly arrangement: Monday to Friday but for holidays, and the Saturdays and Sundays that are
 * worked in their place. A period begins the day after what starts it and ends with its last day (行政处罚法 第八十五条 counts in working days;
 * 民法典 第二百零一条: the day on which a period starts is not counted).
 */
export class WorkCalendar {
  readonly #years: ReadonlySet<number>;
  readonly #days: ReadonlyMap<Day, 'off' | 'work'>;

  constructor(data: CalendarData) {
    this.#years = new Set(data.years);
    this.#days = data.days;
  }

  /** Whether a day is worked. */
  isWorkingDay(day: Day): boolean {
    const entered = this.#days.get(day);
    if (entered !== undefined) return entered === 'work';
    const weekday = new Date(Date.parse(day)).getUTCDay();
    return weekday !== 0 && weekday !== 6;
  }

  /** Whether the holidays of a day's year are entered. */
  knows(day: Day): boolean {
    return this.#years.has(Number(day.slice(0, 4)));
  }

  /** The last day of a period of so many working days (1 or more) that starts on a day. */
  add(from: Day, workingDays: number): Deadline {
    let day = from;
    let estimated = false;
    let left = workingDays;
    for (let step = 0; left > 0; step += 1) {
      if (step > MOST_DAYS) throw new RangeError('a period that never ends');
      day = plusDays(day, 1);
      if (!this.knows(day)) estimated = true;
      if (this.isWorkingDay(day)) left -= 1;
    }
    return { day, estimated };
  }

  /** Working days after `from` up to and with `to`; below zero when `to` lies before: that many have passed since. */
  between(from: Day, to: Day): number {
    if (to < from) return -this.between(to, from);
    let count = 0;
    const span = Math.min(daysFrom(from, to), MOST_DAYS);
    for (let step = 1; step <= span; step += 1) if (this.isWorkingDay(plusDays(from, step))) count += 1;
    return count;
  }
}
