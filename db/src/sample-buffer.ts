import { SAMPLE_QUALITY_BYTES, SAMPLE_SIGNALS, type SampleRows } from './sample-columns.ts';

/** Stored samples as they are read, row-major; grows and is used again. The arrays are replaced when it grows. */
export class SampleBuffer implements SampleRows {
  count = 0;
  timeSec: Float64Array;
  values: Float64Array;
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

  clear(): void {
    this.count = 0;
  }

  /** Makes room for `rows` rows in all. */
  reserve(rows: number): void {
    if (rows <= this.timeSec.length) return;
    const room = Math.max(rows, this.timeSec.length * 2);
    this.timeSec = grown(new Float64Array(room), this.timeSec);
    this.values = grown(new Float64Array(room * SAMPLE_SIGNALS), this.values);
    this.quality = grown(new Uint8Array(room * SAMPLE_QUALITY_BYTES), this.quality);
  }
}

function grown<T extends Float64Array | Uint8Array>(to: T, from: T): T {
  to.set(from);
  return to;
}
