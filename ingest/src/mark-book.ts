/** A day is marked for evaluation at most this often, however many batches bring records of it. */
export const MARK_EVERY_S = 20;
/**
 * A mark is open this long: records may be stored without another one for `MARK_EVERY_S`, and those of a batch that was planned then reach
 * the database at most a connection's and a write's time limit later (5 + 30 s).
 */
const OPEN_S = 60;

/**
 * Which days this process has marked lately. A mark says that records of the day were stored since it was last evaluated; one that is
 * still fresh covers those that follow. Keys are those of `dayKey`.
 */
export class MarkBook {
  readonly #everyMs: number;
  readonly #markedAtMs = new Map<number, number>();

  /** `everyS` 0: every batch marks the days it touches. */
  constructor(everyS: number = MARK_EVERY_S) {
    this.#everyMs = everyS * 1000;
  }

  /** How long a mark made now stays open [s]. */
  get openS(): number {
    return this.#everyMs > 0 ? OPEN_S : 0;
  }

  /** Whether a batch that is planned now must mark this day. */
  isDue(key: number): boolean {
    const at = this.#markedAtMs.get(key);
    return at === undefined || performance.now() - at >= this.#everyMs;
  }

  /** Marks that were committed, with the time [ms of `performance.now()`] at which their batch was planned. */
  note(keys: Iterable<number>, plannedAtMs: number): void {
    if (this.#everyMs === 0) return;
    for (const key of keys) {
      this.#markedAtMs.delete(key);
      this.#markedAtMs.set(key, plannedAtMs);
    }
    for (const [key, at] of this.#markedAtMs) {
      // In order of marking: a key is put at the end when it is marked again.
      if (plannedAtMs - at < this.#everyMs) break;
      this.#markedAtMs.delete(key);
    }
  }
}
