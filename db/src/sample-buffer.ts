import { SAMPLE_QUALITY_BYTES, SAMPLE_SIGNALS } from './sample-columns.ts';

/** Stored samples as they are read; grows and is used again. The arrays are replaced when it grows. */
export class SampleBuffer {
  count = 0;
  timeSec: Float64Array;
  /** Raw integers, NaN is null, signal by signal: that of signal k in row i stands at k × `columnRows` + i. */
  values: Float64Array;
  /** Row-major. */
  quality: Uint8Array;

  constructor(rows = 4096) {
    this.timeSec = new Float64Array(rows);
    this.values = new Float64Array(rows * SAMPLE_SIGNALS);
    this.quality = new Uint8Array(rows * SAMPLE_QUALITY_BYTES);
  }

  /** An empty buffer over arrays that were those of another one. */
  static over(timeSec: Float64Array, values: Float64Array, quality: Uint8Array): SampleBuffer {
    const buffer = new SampleBuffer(0);
    buffer.timeSec = timeSec;
    buffer.values = values;
    buffer.quality = quality;
    return buffer;
  }

  /** Rows that each signal has room for. */
  get columnRows(): number {
    return this.timeSec.length;
  }

  /** Makes room for `rows` rows in all. */
  reserve(rows: number): void {
    if (rows <= this.timeSec.length) return;
    const before = this.columnRows;
    const room = Math.max(rows, before * 2);
    const values = new Float64Array(room * SAMPLE_SIGNALS);
    for (let signal = 0; signal < SAMPLE_SIGNALS; signal += 1)
      values.set(this.values.subarray(signal * before, signal * before + this.count), signal * room);
    this.values = values;
    this.timeSec = grown(new Float64Array(room), this.timeSec);
    this.quality = grown(new Uint8Array(room * SAMPLE_QUALITY_BYTES), this.quality);
  }
}

function grown<T extends Float64Array | Uint8Array>(to: T, from: T): T {
  to.set(from);
  return to;
}
