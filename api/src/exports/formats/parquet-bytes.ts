const FIRST_BYTES = 65_536;
const TWO_32 = 4_294_967_296;
/** Equal values from which on they are told once with their number. */
const LEAST_RUN = 8;
const encoder = new TextEncoder();

/** Bytes of a page of Parquet, little endian, which grow at their end and are used again. */
export class ParquetBytes {
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  at = 0;

  /** What was written, until the next is; the bytes begin anew. */
  take(): Uint8Array {
    const written = this.#bytes.subarray(0, this.at);
    this.at = 0;
    return written;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.at] = value;
    this.at += 1;
  }

  int32(value: number): void {
    this.#reserve(4);
    this.#view.setInt32(this.at, value, true);
    this.at += 4;
  }

  /** A whole number within ±2^53. */
  int64(value: number): void {
    this.#reserve(8);
    const high = Math.floor(value / TWO_32);
    this.#view.setUint32(this.at, value - high * TWO_32, true);
    this.#view.setInt32(this.at + 4, high, true);
    this.at += 8;
  }

  double(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  /** Bytes after their number. */
  text(value: string): void {
    const bytes = encoder.encode(value);
    this.int32(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  varint(value: number): void {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.byte((rest & 0x7f) | 0x80);
    this.byte(rest);
  }

  /** Whole numbers of so many bits, from the lowest bit on, the last byte filled up with zeros. */
  packed(values: ArrayLike<number>, from: number, to: number, width: number): void {
    this.#reserve((((to - from) * width) >> 3) + 4);
    const bytes = this.#bytes;
    let { at } = this;
    let bits = 0;
    let held = 0;
    for (let i = from; i < to; i += 1) {
      held |= (values[i] as number) << bits;
      for (bits += width; bits >= 8; bits -= 8) {
        bytes[at++] = held;
        held >>>= 8;
      }
    }
    if (bits > 0) bytes[at++] = held;
    this.at = at;
  }

  /** Whole numbers of at most 24 bits as runs of equal ones and groups of eight ("RLE/Bit-Packing Hybrid" of the format's Encodings.md). */
  hybrid(values: ArrayLike<number>, count: number, width: number): void {
    let from = 0;
    while (from < count) {
      let to = endOfRun(values, from, count);
      if (to - from >= LEAST_RUN || to === count) {
        this.#run(values[from] as number, to - from, width);
        from = to;
        continue;
      }
      // Groups of eight, until a run begins where a group ends.
      to = from + LEAST_RUN;
      while (to < count && endOfRun(values, to, Math.min(count, to + LEAST_RUN)) < to + LEAST_RUN) to += LEAST_RUN;
      const groups = Math.ceil((Math.min(to, count) - from) / LEAST_RUN);
      this.varint((groups << 1) | 1);
      const end = this.at + groups * width;
      this.packed(values, from, Math.min(to, count), width);
      while (this.at < end) this.byte(0);
      from = Math.min(to, count);
    }
  }

  #run(value: number, length: number, width: number): void {
    this.varint(length << 1);
    for (let shift = 0; shift < width; shift += 8) this.byte((value >>> shift) & 0xff);
  }

  #reserve(more: number): void {
    if (this.at + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.at + more));
    grown.set(this.#bytes.subarray(0, this.at));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

function endOfRun(values: ArrayLike<number>, from: number, count: number): number {
  const value = values[from];
  let to = from + 1;
  while (to < count && values[to] === value) to += 1;
  return to;
}
