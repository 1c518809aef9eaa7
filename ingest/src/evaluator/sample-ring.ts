import { type RawSamples, valueLayout } from '@plume/ingest/emissions';
import { QUALITY_BYTES, SIGNAL_COUNT } from '../protocol/index.ts';

/** How much of a truck's newest time is kept [s]: what the longest live detector looks back. */
export const KEEP_S = 1_200;

/** The newest samples of one truck, one row a second, in order of arrival. Old rows are dropped when the room is full. */
export class SampleRing {
  count = 0;
  timeSec: Float64Array<ArrayBuffer>;
  values: Float64Array<ArrayBuffer>;
  quality: Uint8Array<ArrayBuffer>;
  receivedSec: Float64Array<ArrayBuffer>;
  reissued: Uint8Array<ArrayBuffer>;
  #newestSec = Number.NEGATIVE_INFINITY;
  readonly #rowOf = new Map<number, number>();
  /** Only what came since it was made is in it: what the table has from before is to be added. */
  partial = true;

  constructor(rows = 32) {
    this.timeSec = new Float64Array(rows);
    this.values = new Float64Array(rows * SIGNAL_COUNT);
    this.quality = new Uint8Array(rows * QUALITY_BYTES);
    this.receivedSec = new Float64Array(rows);
    this.reissued = new Uint8Array(rows);
  }

  get newestSec(): number {
    return this.#newestSec;
  }

  /** Rows that it has room for. */
  get room(): number {
    return this.timeSec.length;
  }

  /** Takes a row; one of a second that is known only adds values. Rows older than what is kept are passed over. */
  add(from: Omit<RawSamples, 'count'>, row: number, receivedSec: number, reissued: boolean): void {
    const timeSec = from.timeSec[row] ?? 0;
    if (timeSec <= this.#newestSec - KEEP_S) return;
    this.#newestSec = Math.max(this.#newestSec, timeSec);
    const known = this.#rowOf.get(timeSec);
    if (known !== undefined) {
      this.#fill(known, from, row);
      return;
    }
    if (this.count === this.room) this.#makeRoom();
    const at = this.count;
    this.count += 1;
    this.#rowOf.set(timeSec, at);
    this.timeSec[at] = timeSec;
    this.receivedSec[at] = receivedSec;
    this.reissued[at] = reissued ? 1 : 0;
    this.values.fill(Number.NaN, at * SIGNAL_COUNT, (at + 1) * SIGNAL_COUNT);
    this.#fill(at, from, row);
    this.quality.set(from.quality.subarray(row * QUALITY_BYTES, (row + 1) * QUALITY_BYTES), at * QUALITY_BYTES);
  }

  #fill(at: number, from: Pick<RawSamples, 'values' | 'columnRows'>, row: number): void {
    const { rowStep, signalStep } = valueLayout(from);
    for (let signal = 0; signal < SIGNAL_COUNT; signal += 1) {
      const value = from.values[row * rowStep + signal * signalStep] ?? Number.NaN;
      const place = at * SIGNAL_COUNT + signal;
      if (!Number.isNaN(value) && Number.isNaN(this.values[place] ?? 0)) this.values[place] = value;
    }
  }

  /** Drops what is too old; where that frees little, the room grows. */
  #makeRoom(): void {
    const kept: number[] = [];
    for (let row = 0; row < this.count; row += 1) if ((this.timeSec[row] ?? 0) > this.#newestSec - KEEP_S) kept.push(row);
    const room = kept.length > this.room / 2 ? this.room * 2 : this.room;
    const old = { ...this.#columns() };
    this.timeSec = new Float64Array(room);
    this.values = new Float64Array(room * SIGNAL_COUNT);
    this.quality = new Uint8Array(room * QUALITY_BYTES);
    this.receivedSec = new Float64Array(room);
    this.reissued = new Uint8Array(room);
    this.#rowOf.clear();
    kept.forEach((row, at) => {
      this.timeSec[at] = old.timeSec[row] ?? 0;
      this.receivedSec[at] = old.receivedSec[row] ?? 0;
      this.reissued[at] = old.reissued[row] ?? 0;
      this.values.set(old.values.subarray(row * SIGNAL_COUNT, (row + 1) * SIGNAL_COUNT), at * SIGNAL_COUNT);
      this.quality.set(old.quality.subarray(row * QUALITY_BYTES, (row + 1) * QUALITY_BYTES), at * QUALITY_BYTES);
      this.#rowOf.set(this.timeSec[at] ?? 0, at);
    });
    this.count = kept.length;
  }

  #columns() {
    const { timeSec, values, quality, receivedSec, reissued } = this;
    return { timeSec, values, quality, receivedSec, reissued };
  }
}
