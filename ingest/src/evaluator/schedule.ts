import type { DayMark, StandingMarks } from '@plume/db/evaluation';
import { referenceMonth } from './references.ts';
import type { TruckOrder } from './truck-run.ts';

/** Days of one truck that are evaluated in one go, at most. */
const DAYS_AT_ONCE = 31;

/** How long a day that goes on receiving records waits between two evaluations. */
export interface Pace {
  /** At most, and at least, this long [ms]. */
  readonly everyMs: number;
  readonly leastMs: number;
}

interface Seen {
  readonly firstMs: number;
  /** Of the last evaluation; null: there was none yet. */
  startedMs: number | null;
  markedMicros: number;
}

/**
 * Which marked days are evaluated next. A day is done when nothing more comes under its mark, or when somebody wants it now. One that goes on receiving records is done when
 * it is seen first, if it is today, or after the longest interval, if it is past (a backlog is coming in); then it waits between two evaluations, the
 * longer the more such days there are. Oldest days go first, and every other turn is the newest's, so that a backlog does not keep today's
 * verdicts waiting.
 */
export class Schedule {
  readonly #pace: Pace;
  readonly #seen = new Map<string, Seen>();
  /** Mean cost of a day [ms]. */
  #costMs = 50;
  #newestNext = false;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** The next truck and its days; null: nothing is due. */
  next(standing: StandingMarks, today: string, nowMs: number): TruckOrder | null {
    const at = { nowMs, nowMicros: standing.nowMicros, today, intervalMs: this.#intervalMs(standing) };
    const due = standing.marks.filter((mark) => !mark.waits && this.#isDue(mark, at));
    const oldest = due[0];
    if (!oldest) return null;
    const newest = this.#newestNext ? this.#newestAlone(standing, due) : null;
    this.#newestNext = !this.#newestNext;
    const chosen = newest ?? oldest;
    const month = referenceMonth(chosen.day);
    const marks = due
      .filter((mark) => mark.vehicleId === chosen.vehicleId && mark.day >= chosen.day && referenceMonth(mark.day) === month)
      .slice(0, DAYS_AT_ONCE);
    return { vehicleId: chosen.vehicleId, marks };
  }

  /** Notes what was evaluated, and what it cost. */
  done(order: TruckOrder, startedMs: number, tookMs: number): void {
    for (const mark of order.marks) Object.assign(this.#seenOf(mark, startedMs), { startedMs, markedMicros: mark.markedMicros });
    this.#costMs += (tookMs / Math.max(1, order.marks.length) - this.#costMs) / 10;
  }

  /** Forgets days that are not marked any more. */
  keepOnly(standing: StandingMarks): void {
    const marked = new Set(standing.marks.map(({ vehicleId, day }) => `${vehicleId} ${day}`));
    for (const key of this.#seen.keys()) if (!marked.has(key)) this.#seen.delete(key);
  }

  #isDue(
    mark: DayMark,
    at: { readonly nowMs: number; readonly nowMicros: number; readonly today: string; readonly intervalMs: number },
  ): boolean {
    if (mark.openMicros <= at.nowMicros) return true;
    const seen = this.#seenOf(mark, at.nowMs);
    if (mark.ordered && mark.markedMicros !== seen.markedMicros) return true;
    if (seen.startedMs === null) return mark.day >= at.today || at.nowMs - seen.firstMs >= this.#pace.everyMs;
    return mark.markedMicros !== seen.markedMicros && at.nowMs - seen.startedMs >= at.intervalMs;
  }

  #seenOf({ vehicleId, day }: DayMark, nowMs: number): Seen {
    const key = `${vehicleId} ${day}`;
    const known = this.#seen.get(key);
    if (known) return known;
    const seen = { firstMs: nowMs, startedMs: null, markedMicros: 0 };
    this.#seen.set(key, seen);
    return seen;
  }

  /** Some two hundredths of a core, whatever the number of days under way, within the bounds of the pace. */
  #intervalMs(standing: StandingMarks): number {
    const open = standing.marks.filter((mark) => mark.openMicros > standing.nowMicros).length;
    return Math.min(this.#pace.everyMs, Math.max(this.#pace.leastMs, 50 * this.#costMs * open));
  }

  /** The newest due day of a truck of which no earlier day waits: it would be judged without them. */
  #newestAlone(standing: StandingMarks, due: readonly DayMark[]): DayMark | null {
    const firstOf = new Map<number, string>();
    for (const mark of standing.marks) if (!mark.waits && !firstOf.has(mark.vehicleId)) firstOf.set(mark.vehicleId, mark.day);
    return due.findLast((mark) => firstOf.get(mark.vehicleId) === mark.day) ?? null;
  }
}
