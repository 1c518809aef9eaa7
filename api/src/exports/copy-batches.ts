import { getQuality, QUALITY_NAMES, SIGNALS } from '@plume/ingest/protocol';
import type { Batch, ColumnData, ExportColumn } from './column.ts';

const SIGNATURE_BYTES = 19;
/** Microseconds from 1970-01-01 to 2000-01-01, PostgreSQL's epoch, and days. */
const EPOCH_SEC = 946_684_800;
const EPOCH_DAYS = 10_957;
const DAY_S = 86_400;
const TWO_32 = 4_294_967_296;
/** Rows a batch holds. */
export const BATCH_ROWS = 4096;
const FLOAT4_DIGITS = [7, 8, 9];
const REASONS_KNOWN = 10_000;

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

  of(bytes: Uint8Array): string | null {
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

/**
 * Reads binary COPY streams, piece by piece as they come, into batches of columns. Memory is that of one batch and of the piece that is
 * being read, whatever the length of the stream.
 */
export class CopyBatches {
  readonly #columns: readonly ExportColumn[];
  readonly #stored: (Float64Array | (string | null)[] | null)[];
  readonly #emit: (batch: Batch) => void;
  readonly #reasons = new Reasons();
  readonly #decoder = new TextDecoder();
  #constants: Readonly<Record<string, string | null>> = {};
  #rest: Uint8Array = new Uint8Array(0);
  #started = false;
  #count = 0;

  constructor(columns: readonly ExportColumn[], emit: (batch: Batch) => void) {
    this.#columns = columns;
    this.#emit = emit;
    this.#stored = columns.map(({ wire }) =>
      wire === 'constant'
        ? null
        : wire === 'text' || wire === 'quality' || wire === 'date'
          ? new Array<string | null>(BATCH_ROWS).fill(null)
          : new Float64Array(BATCH_ROWS),
    );
  }

  /** A new stream begins, with these values in the columns that it does not carry. */
  begin(constants: Readonly<Record<string, string | null>>): void {
    this.flush();
    this.#constants = constants;
    this.#rest = new Uint8Array(0);
    this.#started = false;
  }

  /** The next piece of the stream. */
  take(piece: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    if (!this.#started) {
      if (bytes.length < SIGNATURE_BYTES) {
        this.#rest = Uint8Array.from(bytes);
        return;
      }
      this.#started = true;
      at = SIGNATURE_BYTES;
    }
    for (let next = this.#row(view, bytes, at); next > at; next = this.#row(view, bytes, at)) at = next;
    this.#rest = Uint8Array.from(bytes.subarray(at));
  }

  /** Hands out what has been gathered. */
  flush(): void {
    if (this.#count === 0) return;
    const columns = this.#columns.map(({ id }, index): ColumnData => {
      const stored = this.#stored[index];
      if (stored instanceof Float64Array) return { kind: 'numbers', values: stored };
      return stored ? { kind: 'texts', values: stored } : { kind: 'constant', value: this.#constants[id] ?? null };
    });
    this.#emit({ count: this.#count, columns });
    this.#count = 0;
  }

  /** Reads the row at `start` and answers where it ends; `start` itself when it is not all there yet, or the stream has ended. */
  #row(view: DataView, bytes: Uint8Array, start: number): number {
    if (start + 2 > bytes.length || view.getInt16(start) < 0) return start;
    let at = start + 2;
    for (let index = 0; index < this.#columns.length; index += 1) {
      const stored = this.#stored[index];
      if (!stored) continue;
      if (at + 4 > bytes.length) return start;
      const length = view.getInt32(at);
      at += 4;
      if (length > 0 && at + length > bytes.length) return start;
      if (stored instanceof Float64Array) stored[this.#count] = length < 0 ? Number.NaN : this.#number(view, at, length, index);
      else stored[this.#count] = length < 0 ? null : this.#text(bytes.subarray(at, at + length), view, at, index);
      if (length > 0) at += length;
    }
    this.#count += 1;
    if (this.#count === BATCH_ROWS) this.flush();
    return at;
  }

  #number(view: DataView, at: number, length: number, index: number): number {
    switch (this.#columns[index]?.wire) {
      case 'float4':
        return shortest(view.getFloat32(at));
      case 'float8':
        return view.getFloat64(at);
      case 'bool':
        return view.getUint8(at);
      case 'time':
        return (view.getInt32(at) * TWO_32 + view.getUint32(at + 4)) / 1e6 + EPOCH_SEC;
      default:
        return length === 4 ? view.getInt32(at) : view.getInt32(at) * TWO_32 + view.getUint32(at + 4);
    }
  }

  #text(bytes: Uint8Array, view: DataView, at: number, index: number): string | null {
    const wire = this.#columns[index]?.wire;
    if (wire === 'quality') return this.#reasons.of(bytes);
    if (wire === 'date') return new Date((view.getInt32(at) + EPOCH_DAYS) * DAY_S * 1000).toISOString().slice(0, 10);
    return this.#decoder.decode(bytes);
  }
}
