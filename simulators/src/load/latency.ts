const FLOOR_MS = 0.01;
const STEP = Math.log(1.02);
const BUCKETS = 1100;

/** Latencies in bounded memory: buckets 2 % wide from 0.01 ms to beyond ten hours. */
export class LatencyHistogram {
  count = 0;
  maxMs = 0;
  #buckets = new Float64Array(BUCKETS);

  /** Adds one latency [ms]. */
  add(ms: number): void {
    const bucket = ms <= FLOOR_MS ? 0 : Math.min(BUCKETS - 1, Math.floor(Math.log(ms / FLOOR_MS) / STEP));
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.count += 1;
    if (ms > this.maxMs) this.maxMs = ms;
  }

  /** Latency [ms] that a share of all stayed under, within 2 %; NaN when there are none. */
  quantile(share: number): number {
    if (this.count === 0) return Number.NaN;
    let rest = share * this.count;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      rest -= this.#buckets[bucket] ?? 0;
      if (rest <= 0) return Math.min(this.maxMs, FLOOR_MS * Math.exp((bucket + 1) * STEP));
    }
    return this.maxMs;
  }
}
