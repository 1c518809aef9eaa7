/** A rate with a burst. Times are monotonic milliseconds given by the caller. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #atMs: number;

  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#atMs = nowMs;
  }

  #refill(nowMs: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
  }

  /** Milliseconds until something may be taken; 0 when it may be taken now. */
  waitMs(nowMs: number): number {
    this.#refill(nowMs);
    return this.#tokens > 0 ? 0 : Math.max(1, Math.ceil((1e-9 - this.#tokens) / this.#perMs));
  }

  /** Takes without asking; the level may fall below zero, so one large item is paid for by a longer wait afterwards. */
  take(amount: number): void {
    this.#tokens -= amount;
  }

  /** Takes one when a whole one is there. */
  tryTake(nowMs: number): boolean {
    this.#refill(nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** True when nothing has been taken lately, so that forgetting the bucket changes nothing. */
  isFull(nowMs: number): boolean {
    this.#refill(nowMs);
    return this.#tokens >= this.#burst;
  }
}
