/** PostgreSQL's binary COPY format (PostgreSQL documentation, COPY, "Binary Format"): a writer and a reader over growing buffers. */

const SIGNATURE = Uint8Array.from([0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00, 0, 0, 0, 0, 0, 0, 0, 0]);
/** Seconds from 1970-01-01 to 2000-01-01, PostgreSQL's epoch. */
const EPOCH_OFFSET_SEC = 946_684_800;
const TWO_32 = 4_294_967_296;
const PLAIN_CHARS = 64;
const LAST_ASCII = 0x7f;
const encoder = new TextEncoder();

/** Builds one COPY stream: `row(n)`, then n values, …, `finish()`. */
export class CopyWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #at = 0;

  constructor(expectedBytes = 4096) {
    this.#bytes = new Uint8Array(expectedBytes + SIGNATURE.length + 2);
    this.#view = new DataView(this.#bytes.buffer);
    this.#bytes.set(SIGNATURE, 0);
    this.#at = SIGNATURE.length;
  }

  row(fields: number): void {
    this.#reserve(2);
    this.#view.setInt16(this.#at, fields);
    this.#at += 2;
  }

  null(): void {
    this.#reserve(4);
    this.#view.setInt32(this.#at, -1);
    this.#at += 4;
  }

  int4(value: number): void {
    this.#reserve(8);
    this.#view.setInt32(this.#at, 4);
    this.#view.setInt32(this.#at + 4, value);
    this.#at += 8;
  }

  int8(value: number): void {
    this.#reserve(12);
    this.#view.setInt32(this.#at, 8);
    const high = Math.floor(value / TWO_32);
    this.#view.setInt32(this.#at + 4, high);
    this.#view.setUint32(this.#at + 8, value - high * TWO_32);
    this.#at += 12;
  }

  /** NaN is null. */
  float4(value: number): void {
    if (Number.isNaN(value)) {
      this.null();
      return;
    }
    this.#reserve(8);
    this.#view.setInt32(this.#at, 4);
    this.#view.setFloat32(this.#at + 4, value);
    this.#at += 8;
  }

  /** `timeSec`: epoch seconds, fractions down to microseconds. */
  timestamptz(timeSec: number): void {
    this.int8(Math.round((timeSec - EPOCH_OFFSET_SEC) * 1e6));
  }

  bytea(source: Uint8Array, from = 0, to = source.length): void {
    const length = to - from;
    this.#reserve(4 + length);
    this.#view.setInt32(this.#at, length);
    this.#at += 4;
    if (length <= 32) for (let i = from; i < to; i += 1) this.#bytes[this.#at + i - from] = source[i] ?? 0;
    else this.#bytes.set(from === 0 && to === source.length ? source : source.subarray(from, to), this.#at);
    this.#at += length;
  }

  text(value: string): void {
    if (value.length > PLAIN_CHARS || !this.#plain(value)) this.bytea(encoder.encode(value));
  }

  /** Writes a text of ASCII characters alone, as ids and words are, without a buffer for it; answers false and writes nothing for others. */
  #plain(value: string): boolean {
    const { length } = value;
    this.#reserve(4 + length);
    const start = this.#at + 4;
    for (let i = 0; i < length; i += 1) {
      const code = value.charCodeAt(i);
      if (code > LAST_ASCII) return false;
      this.#bytes[start + i] = code;
    }
    this.#view.setInt32(this.#at, length);
    this.#at = start + length;
    return true;
  }

  finish(): Uint8Array<ArrayBuffer> {
    this.#reserve(2);
    this.#view.setInt16(this.#at, -1);
    return this.#bytes.subarray(0, this.#at + 2);
  }

  #reserve(more: number): void {
    if (this.#at + more + 2 <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + more + 2));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Walks one whole COPY stream, or a piece of one that has whole rows: `next()` enters a row, then one read per field. */
export class CopyReader {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  #at: number;

  /** `isFirst`: the piece is the one that the stream begins with. */
  constructor(bytes: Uint8Array, isFirst = true) {
    this.#at = isFirst ? SIGNATURE.length : 0;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  next(): boolean {
    if (this.#at + 2 > this.#bytes.length) return false;
    const fields = this.#view.getInt16(this.#at);
    this.#at += 2;
    return fields >= 0;
  }

  /** An int4, int8 or timestamptz field as a number; NaN for null. int8 loses precision beyond 2^53. */
  number(): number {
    const length = this.#view.getInt32(this.#at);
    this.#at += 4;
    if (length < 0) return Number.NaN;
    const value =
      length === 4 ? this.#view.getInt32(this.#at) : this.#view.getInt32(this.#at) * TWO_32 + this.#view.getUint32(this.#at + 4);
    this.#at += length;
    return value;
  }

  /** So many fields as by `number`, into `out` at place `at` and every `step` places on. */
  numbers(out: Float64Array, at: number, count: number, step: number): void {
    const view = this.#view;
    let from = this.#at;
    const end = at + count * step;
    for (let i = at; i < end; i += step) {
      const length = view.getInt32(from);
      from += 4;
      if (length === 4) {
        out[i] = view.getInt32(from);
        from += 4;
      } else if (length < 0) out[i] = Number.NaN;
      else {
        out[i] = view.getInt32(from) * TWO_32 + view.getUint32(from + 4);
        from += length;
      }
    }
    this.#at = from;
  }

  timeSec(): number {
    return this.number() / 1e6 + EPOCH_OFFSET_SEC;
  }

  /** A bytea into `count` places of `out` from `at` on: what is shorter, or null, is filled up with 0, what is longer is cut. */
  bytesInto(out: Uint8Array, at: number, count: number): void {
    const length = Math.max(0, this.#view.getInt32(this.#at));
    const from = this.#at + 4;
    for (let k = 0; k < count; k += 1) out[at + k] = k < length ? (this.#bytes[from + k] as number) : 0;
    this.#at = from + length;
  }

  bytes(): Uint8Array {
    const length = Math.max(0, this.#view.getInt32(this.#at));
    const value = this.#bytes.subarray(this.#at + 4, this.#at + 4 + length);
    this.#at += 4 + length;
    return value;
  }
}

/** Readers of the pieces of a COPY stream, each of which has whole rows: what has come is read while the rest is on its way. */
export async function* readers(pieces: AsyncIterable<Uint8Array>): AsyncIterable<CopyReader> {
  let isFirst = true;
  for await (const piece of pieces) {
    yield new CopyReader(piece, isFirst);
    isFirst = false;
  }
}

/** One buffer of all pieces of a COPY stream. */
export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return all.length === 1 && all[0] ? all[0] : Buffer.concat(all);
}
