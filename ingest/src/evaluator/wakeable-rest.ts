/** A pause that can be cut short. */
export class WakeableRest {
  #wake: (() => void) | null = null;
  #woken = false;

  /** Resolves after `ms`, or at once when it is, or was since the last pause, woken. */
  sleep(ms: number): Promise<void> {
    if (this.#woken) {
      this.#woken = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake(), ms);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
    });
  }

  wake(): void {
    if (this.#wake) this.#wake();
    else this.#woken = true;
  }
}
