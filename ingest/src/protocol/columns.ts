import { QUALITY, QUALITY_BYTES, setQuality, uniformQuality } from './quality.ts';
import { SIGNAL_COUNT } from './signals.ts';

const FIRST_ROWS = 64;
const NOT_SENT = uniformQuality(QUALITY.notSent);

/**
 * Samples as columns: no object per sample. Grows by doubling and never shrinks, so one store can be cleared and used again.
 * The arrays are replaced when the store grows: read them from the store again after every `append`.
 */
export class SampleColumns {
  /** Number of rows in use. */
  count = 0;
  /** Sample time of each row, whole epoch seconds UTC. */
  timeSec: Float64Array;
  /** Row-major count × SIGNAL_COUNT: raw integers in the signal's own resolution, NaN where there is none. */
  values: Float64Array;
  /** Row-major count × QUALITY_BYTES: the quality codes. */
  quality: Uint8Array;

  #capacity: number;

  constructor(rows: number = FIRST_ROWS) {
    this.#capacity = Math.max(1, rows);
    this.timeSec = new Float64Array(this.#capacity);
    this.values = new Float64Array(this.#capacity * SIGNAL_COUNT);
    this.quality = new Uint8Array(this.#capacity * QUALITY_BYTES);
  }

  /** Adds a row in which nothing was sent, and returns its index. */
  append(timeSec: number): number {
    if (this.count === this.#capacity) this.#grow();
    const row = this.count;
    this.count = row + 1;
    this.timeSec[row] = timeSec;
    const values = this.values;
    const end = (row + 1) * SIGNAL_COUNT;
    for (let at = row * SIGNAL_COUNT; at < end; at += 1) values[at] = Number.NaN;
    const quality = this.quality;
    const base = row * QUALITY_BYTES;
    for (let byte = 0; byte < QUALITY_BYTES; byte += 1) quality[base + byte] = NOT_SENT[byte] as number;
    return row;
  }

  /** Forgets all rows; keeps the memory. */
  clear(): void {
    this.count = 0;
  }

  /** Forgets the rows from `count` on: a record that turned out to be bad leaves nothing behind. */
  truncate(count: number): void {
    if (count < this.count) this.count = count;
  }

  /** Sets a value (raw integer) and marks it ok. */
  setValue(row: number, signal: number, raw: number): void {
    this.values[row * SIGNAL_COUNT + signal] = raw;
    setQuality(this.quality, row * QUALITY_BYTES, signal, QUALITY.ok);
  }

  /** Marks a signal as missing, with the reason. */
  setMissing(row: number, signal: number, qualityCode: number): void {
    this.values[row * SIGNAL_COUNT + signal] = Number.NaN;
    setQuality(this.quality, row * QUALITY_BYTES, signal, qualityCode);
  }

  #grow(): void {
    this.#capacity *= 2;
    const timeSec = new Float64Array(this.#capacity);
    timeSec.set(this.timeSec);
    this.timeSec = timeSec;
    const values = new Float64Array(this.#capacity * SIGNAL_COUNT);
    values.set(this.values);
    this.values = values;
    const quality = new Uint8Array(this.#capacity * QUALITY_BYTES);
    quality.set(this.quality);
    this.quality = quality;
  }
}
