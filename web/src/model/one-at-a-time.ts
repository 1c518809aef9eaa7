/** Lets one piece of work run at a time: what is asked for meanwhile is not done, nor kept for later. */
export class OneAtATime {
  #running = false;

  /** Whether something is under way. */
  get running(): boolean {
    return this.#running;
  }

  /** Does it and says so; false: something else is under way. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.#running) return false;
    this.#running = true;
    try {
      await work();
    } finally {
      this.#running = false;
    }
    return true;
  }
}
