import type { Db } from '@plume/db';
import { firstSampleDay, markEndedDays, markUnknownDays, noteScanned, scannedUntil } from '@plume/db/evaluation';
import { addDays, beijingDay } from './beijing-days.ts';

/** Days without records are looked for this often, beside midnight and the end of a backlog [ms]. */
const LOOK_EVERY_MS = 600_000;
/** Days of samples that are looked through in one go, so that nothing waits for it. */
const SCAN_DAYS_AT_ONCE = 10;

/** Days that nothing marks by itself: those that ended without records, and those that were written by a program that made no marks. */
export class Housekeeping {
  readonly #db: Db;
  readonly #clock: () => number;
  /** The next day to be looked through; null: not known yet; '': all were. */
  #scan: string | null = null;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #lookedDay = '';
  #worked = false;

  constructor(db: Db, clock: () => number) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Days were evaluated: their trucks may now have days without records to be judged. */
  hasWorked(): void {
    this.#worked = true;
  }

  /** Marks what is to be marked; answers whether there was anything, or may be more. */
  async look(): Promise<boolean> {
    const nowMs = this.#clock();
    const ended = addDays(beijingDay(nowMs / 1000), -1);
    if (this.#scan !== '') return await this.#scanOn(ended);
    if (!this.#worked && this.#lookedDay === ended && nowMs - this.#lookedAtMs < LOOK_EVERY_MS) return false;
    this.#worked = false;
    this.#lookedAtMs = nowMs;
    this.#lookedDay = ended;
    return (await markEndedDays(this.#db, ended)) > 0;
  }

  async #scanOn(ended: string): Promise<boolean> {
    this.#scan ??= (await scannedUntil(this.#db)) ?? (await firstSampleDay(this.#db)) ?? ended;
    for (let days = 0; days < SCAN_DAYS_AT_ONCE && this.#scan <= ended; days += 1) {
      await markUnknownDays(this.#db, this.#scan);
      this.#scan = addDays(this.#scan, 1);
    }
    if (this.#scan > ended) {
      await noteScanned(this.#db, ended);
      this.#scan = '';
    }
    return true;
  }
}
