/** What a keeper tells, in the service's log. */
export interface KeeperLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Looks again and again until it is stopped; a look that fails is told and tried again. */
export class Keeper {
  readonly #look: () => Promise<void>;
  readonly #everyMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(look: () => Promise<void>, options: { everyMs: number; log: KeeperLog; failed: string }) {
    this.#everyMs = options.everyMs;
    this.#look = async () => {
      try {
        await look();
      } catch (error) {
        options.log.warn({ err: error }, options.failed);
      }
    };
    this.#later(0);
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#running = this.#look().finally(() => {
        if (!this.#stopped) this.#later(this.#everyMs);
      });
    }, ms);
  }

  /** Resolves when no look is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }
}
