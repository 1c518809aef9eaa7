import { Problem } from './problem.ts';

/** Lets a bounded number of pieces of work run at a time and a bounded number wait, in order of arrival. */
export class Gate {
  readonly #atOnce: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(atOnce: number, maxWaiting: number) {
    this.#atOnce = atOnce;
    this.#maxWaiting = maxWaiting;
  }

  /** Runs `work` when it is its turn; throws the 503 problem at once when too many wait already. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= this.#maxWaiting) {
        throw new Problem(
          503,
          'BUSY',
          'Too many long queries are under way.',
          'Wait a few seconds and repeat, or ask for a shorter range.',
          {
            retryAfterS: 5,
          },
        );
      }
      // Whoever finishes hands its place over, so the count stays.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
