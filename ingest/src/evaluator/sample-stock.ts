import { SampleBuffer } from '@plume/db/evaluation';
import type { RawSamples } from '@plume/ingest/emissions';

/** One day is computed while the next is read. */
const MOST_KEPT = 2;
/** Buffers with room for more rows are given up (18 h at 1 Hz; 16 MB), so that a few long days do not hold memory for good. */
const MOST_ROWS = 65_536;

/** Buffers that days are read into, used again once their day is computed: new ones for each day kept the garbage collector busy. */
export class SampleStock {
  readonly #kept: SampleBuffer[] = [];

  /** An empty buffer, which is the caller's until it is given back, if ever. */
  take(): SampleBuffer {
    return this.#kept.pop() ?? new SampleBuffer();
  }

  /** Takes back a buffer, or its columns after they were in another thread. Nobody else may use them any more. */
  giveBack({ timeSec, values, quality }: Omit<RawSamples, 'count'>): void {
    // Columns that went to a thread and did not come back have no room.
    if (timeSec.length === 0 || timeSec.length > MOST_ROWS || this.#kept.length >= MOST_KEPT) return;
    this.#kept.push(SampleBuffer.over(timeSec, values, quality));
  }
}
