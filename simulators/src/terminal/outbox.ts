/** A message that is kept until it is acknowledged. */
export interface Kept {
  /** Unique and rising within a terminal's life. */
  readonly id: number;
  readonly payload: Uint8Array;
  readonly samples: number;
  /** True epoch seconds when it was due. */
  readonly dueSec: number;
  /** How often it was sent. */
  attempts: number;
}

/** What a terminal keeps, in order, in bounded memory: when full, the oldest that waits is overwritten, as terminals do after their days of storage. */
export class Outbox {
  /** Messages overwritten unsent. */
  dropped = 0;
  #waiting: Kept[] = [];
  #head = 0;
  #inFlight = new Set<Kept>();
  #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Messages not yet acknowledged, in flight included. */
  get size(): number {
    return this.waiting + this.#inFlight.size;
  }

  /** Messages not sent since the last link. */
  get waiting(): number {
    return this.#waiting.length - this.#head;
  }

  /** Messages sent and not yet acknowledged. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Keeps a new message. */
  add(message: Kept): void {
    if (this.waiting >= this.#capacity) {
      this.#head += 1;
      this.dropped += 1;
    }
    if (this.#head > 1024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    this.#waiting.push(message);
  }

  /** Takes the oldest waiting message into flight. */
  take(): Kept | undefined {
    const message = this.#waiting[this.#head];
    if (message === undefined) return undefined;
    this.#head += 1;
    this.#inFlight.add(message);
    message.attempts += 1;
    return message;
  }

  /** It was acknowledged: forget it. */
  settle(message: Kept): void {
    this.#inFlight.delete(message);
  }

  /** It was not: it waits again, in its old place in the order. */
  giveBack(message: Kept): void {
    if (!this.#inFlight.delete(message)) return;
    let at = this.#head;
    while (at < this.#waiting.length && (this.#waiting[at]?.id ?? 0) < message.id) at += 1;
    if (at === this.#head && this.#head > 0) {
      this.#head -= 1;
      this.#waiting[this.#head] = message;
    } else {
      this.#waiting.splice(at, 0, message);
    }
  }
}
