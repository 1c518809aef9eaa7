import { RecentMap } from './recent-map.ts';

interface Failures {
  count: number;
  lastMs: number;
}

const FORGET_MS = 600_000;

/**
 * Growing delay for failed logins, per address and per claimed id. Only the answer to a failure is delayed, so a terminal with
 * the right secret is never locked out by its neighbours behind the same address or by somebody guessing its id.
 */
export class FailureDelay {
  readonly #seen: RecentMap<string, Failures>;
  readonly #baseMs: number;
  readonly #maxMs: number;

  constructor(baseMs: number, maxMs: number, capacity: number) {
    this.#baseMs = baseMs;
    this.#maxMs = maxMs;
    this.#seen = new RecentMap(capacity);
  }

  /** Counts a failure under each key and gives the delay of its answer in milliseconds. */
  failed(keys: readonly string[], nowMs: number): number {
    let worst = 1;
    for (const key of keys) {
      const entry = this.#seen.get(key);
      const count = entry !== undefined && nowMs - entry.lastMs < FORGET_MS ? entry.count + 1 : 1;
      this.#seen.set(key, { count, lastMs: nowMs });
      worst = Math.max(worst, count);
    }
    return Math.min(this.#maxMs, this.#baseMs * 2 ** Math.min(worst - 1, 30));
  }
}
