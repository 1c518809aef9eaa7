import { getQuality, QUALITY_NAMES, SIGNALS } from '@plume/ingest/protocol/catalogue';
import type { Batch, ColumnData, ExportColumn } from './column.ts';

const SIGNATURE_BYTES = 19;
/** Microseconds from 1970-01-01 to 2000-01-01, PostgreSQL's epoch, and days. */
const EPOCH_SEC = 946_684_800;
const EPOCH_DAYS = 10_957;
const DAY_S = 86_400;
const TWO_32 = 4_294_967_296;
/** Rows a batch holds. */
export const BATCH_ROWS = 1024;
const FLOAT4_DIGITS = [7, 8, 9];
const REASONS_KNOWN = 10_000;
/** Room beyond a piece for the row that it cuts. */
const ROOM_BYTES = 65_536;

/** The shortest decimal that is this 32-bit float: 0.1, not 0.10000000149. */
function shortest(value: number): number {
  for (const digits of FLOAT4_DIGITS) {
    const tried = Number(value.toPrecision(digits));
    if (Math.fround(tried) === value) return tried;
  }
  return value;
}

/** Reasons why signals of a sample have no value, as `noxUpPpm=notReady; …`; those that were not sent are left out, for the column says so. */
class Reasons {
  readonly #known = new Map<string, string | null>();
  #last: Uint8Array = new Uint8Array(0);
  #text: string | null = null;

  /** Of the quality bytes from one place to another. Rows that follow each other mostly have the same. */
  of(bytes: Uint8Array, from: number, to: number): string | null {
    const last = this.#last;
    let same = last.length === to - from;
    for (let i = 0; same && i < last.length; i += 1) same = last[i] === bytes[from + i];
    if (!same) {
      this.#last = bytes.slice(from, to);
      this.#text = this.#look(this.#last);
    }
    return this.#text;
  }

  #look(bytes: Uint8Array): string | null {
    const key = String.fromCharCode(...bytes);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const told = SIGNALS.flatMap(({ id }, signal) => {
      const quality = QUALITY_NAMES[getQuality(bytes, 0, signal)] ?? 'error';
      return quality === 'ok' || quality === 'notSent' ? [] : [`${id}=${quality}`];
    });
    const text = told.length === 0 ? null : told.join('; ');
    if (this.#known.size < REASONS_KNOWN) this.#known.set(key, text);
    return text;
  }
}

/** How the values of a column that is streamed are read. */
const READ = { int4: 0, int8: 1, float4: 2, float8: 3, bool: 4, time: 5, date: 6, text: 7, quality: 8 } as const;
const FIRST_TEXT = READ.date;

/**
 * Reads binary COPY streams, piece by piece as they come, into batches of columns. Memory is that of one batch and of the piece that is
 * being read, whatever the length of the stream.
 */
export class CopyBatches {
  readonly #columns: readonly ExportColumn[];
  /** Of the columns that are streamed, in their order: how they are read, and where they go (the other is empty). */
  readonly #reads: Uint8Array;
  readonly #numbers: Float64Array[] = [];
  readonly #texts: (string | null)[][] = [];
  readonly #emit: (batch: Batch) => void | Promise<void>;
  readonly #reasons = new Reasons();
  readonly #decoder = new TextDecoder();
  #constants: Readonly<Record<string, string | null>> = {};
  /** What has come and is not read yet. */
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #held = 0;
  #started = false;
  #count = 0;

  constructor(columns: readonly ExportColumn[], emit: (batch: Batch) => void | Promise<void>) {
    this.#columns = columns;
    this.#emit = emit;
    const reads: number[] = [];
    for (const { wire } of columns) {
      if (wire === 'constant') continue;
      const read = READ[wire];
      reads.push(read);
      this.#numbers.push(new Float64Array(read < FIRST_TEXT ? BATCH_ROWS : 0));
      this.#texts.push(read < FIRST_TEXT ? [] : new Array<string | null>(BATCH_ROWS).fill(null));
    }
    this.#reads = Uint8Array.from(reads);
  }

  /** A new stream begins, with these values in the columns that it does not carry. */
  async begin(constants: Readonly<Record<string, string | null>>): Promise<void> {
    await this.flush();
    this.#constants = constants;
    this.#held = 0;
    this.#started = false;
  }

  /** The next piece of the stream; it is read when the promise settles. */
  async take(piece: Uint8Array): Promise<void> {
    this.#append(piece);
    let at = 0;
    if (!this.#started) {
      if (this.#held < SIGNATURE_BYTES) return;
      this.#started = true;
      at = SIGNATURE_BYTES;
    }
    at = this.#rows(at);
    while (this.#count === BATCH_ROWS) {
      await this.flush();
      at = this.#rows(at);
    }
    this.#bytes.copyWithin(0, at, this.#held);
    this.#held -= at;
  }

  /** Puts a piece behind what is left of the one before; the memory is used again and again. */
  #append(piece: Uint8Array): void {
    const held = this.#held + piece.length;
    if (held > this.#bytes.length) {
      const grown = new Uint8Array(held + ROOM_BYTES);
      grown.set(this.#bytes.subarray(0, this.#held));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#bytes.set(piece, this.#held);
    this.#held = held;
  }

  /** Hands out what has been gathered. */
  async flush(): Promise<void> {
    if (this.#count === 0) return;
    let streamed = 0;
    const columns = this.#columns.map(({ id, wire }): ColumnData => {
      if (wire === 'constant') return { kind: 'constant', value: this.#constants[id] ?? null };
      const index = streamed++;
      if ((this.#reads[index] as number) < FIRST_TEXT) return { kind: 'numbers', values: this.#numbers[index] as Float64Array };
      return { kind: 'texts', values: this.#texts[index] as (string | null)[] };
    });
    await this.#emit({ count: this.#count, columns });
    this.#count = 0;
  }

  /** Reads the rows from `start` on and answers where they end: where the batch is full, at one that is not all there yet, or at the end of the stream. */
  #rows(start: number): number {
    const bytes = this.#bytes;
    const view = this.#view;
    const end = this.#held;
    const reads = this.#reads;
    const numbers = this.#numbers;
    let row = this.#count;
    let from = start;
    rows: while (row < BATCH_ROWS && from + 2 <= end && view.getInt16(from) >= 0) {
      let at = from + 2;
      for (let index = 0; index < reads.length; index += 1) {
        if (at + 4 > end) break rows;
        const length = view.getInt32(at);
        at += 4;
        if (length > 0 && at + length > end) break rows;
        const read = reads[index] as number;
        const into = numbers[index] as Float64Array;
        if (length < 0) {
          if (read < FIRST_TEXT) into[row] = Number.NaN;
          else (this.#texts[index] as (string | null)[])[row] = null;
          continue;
        }
        if (read <= READ.int8) into[row] = length === 4 ? view.getInt32(at) : view.getInt32(at) * TWO_32 + view.getUint32(at + 4);
        else if (read === READ.time) into[row] = (view.getInt32(at) * TWO_32 + view.getUint32(at + 4)) / 1e6 + EPOCH_SEC;
        else if (read === READ.float4) into[row] = shortest(view.getFloat32(at));
        else if (read === READ.float8) into[row] = view.getFloat64(at);
        else if (read === READ.bool) into[row] = view.getUint8(at);
        else (this.#texts[index] as (string | null)[])[row] = this.#text(read, bytes, view, at, at + length);
        at += length;
      }
      from = at;
      row += 1;
    }
    this.#count = row;
    return from;
  }

  #text(read: number, bytes: Uint8Array, view: DataView, from: number, to: number): string | null {
    if (read === READ.quality) return this.#reasons.of(bytes, from, to);
    if (read === READ.date) return new Date((view.getInt32(from) + EPOCH_DAYS) * DAY_S * 1000).toISOString().slice(0, 10);
    return this.#decoder.decode(bytes.subarray(from, to));
  }
}
