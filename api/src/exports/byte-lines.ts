import { BEIJING_OFFSET_S } from '@plume/ingest/protocol';
import { beijingTexts } from './beijing-text.ts';
import { type ColumnData, type ExportColumn, physicalOf, REMEMBERED, signalOf } from './column.ts';

const FIRST_BYTES = 65_536;
const ZERO = 48;
/** Up to here a loop is faster than a call. */
const SHORT = 32;
/** Texts that are remembered as bytes, each column for itself. */
const KNOWN_TEXTS = 1_000;
const encoder = new TextEncoder();

/** Bytes that grow at their end. Whoever writes calls `reserve` first. */
export class ByteLines {
  bytes: Uint8Array = new Uint8Array(FIRST_BYTES);
  at = 0;

  /** Makes room for so many more. */
  reserve(more: number): void {
    if (this.at + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.at + more));
    grown.set(this.bytes.subarray(0, this.at));
    this.bytes = grown;
  }

  /** Bytes of another array. */
  copy(source: Uint8Array, from: number, to: number): void {
    this.reserve(to - from);
    const { bytes } = this;
    let at = this.at;
    this.at = at + to - from;
    if (to - from > SHORT) bytes.set(source.subarray(from, to), at);
    else for (let i = from; i < to; i += 1) bytes[at++] = source[i] as number;
  }

  /** A text of ASCII characters. */
  ascii(text: string): void {
    this.reserve(text.length);
    const { bytes } = this;
    let at = this.at;
    for (let i = 0; i < text.length; i += 1) bytes[at++] = text.charCodeAt(i);
    this.at = at;
  }

  /** A whole number, not negative. */
  digits(value: number): void {
    this.reserve(16);
    let length = 1;
    for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) length += 1;
    let rest = value;
    for (let i = this.at + length - 1; i >= this.at; i -= 1) {
      const next = Math.floor(rest / 10);
      this.bytes[i] = ZERO + rest - next * 10;
      rest = next;
    }
    this.at += length;
  }

  /** What was written, until the next is; the lines begin anew. */
  take(): Uint8Array {
    const written = this.bytes.subarray(0, this.at);
    this.at = 0;
    return written;
  }
}

/** Writes the value of a row at the end of lines; answers false, and has written nothing, when there is none. */
export type PutCell = (data: ColumnData, row: number, out: ByteLines) => boolean;

/** Texts of a signal's raw integers as bytes, one after another, made as they occur. */
class RawTexts {
  readonly #physical: (value: number) => number;
  readonly #from = new Int32Array(REMEMBERED + 1).fill(-1);
  readonly #lengths = new Uint8Array(REMEMBERED + 1);
  readonly #texts = new ByteLines();

  constructor(physical: (value: number) => number) {
    this.#physical = physical;
  }

  put(value: number, out: ByteLines): void {
    if (value < 0 || value > REMEMBERED) {
      out.ascii(String(this.#physical(value)));
      return;
    }
    let from = this.#from[value] as number;
    if (from < 0) {
      from = this.#texts.at;
      this.#texts.ascii(String(this.#physical(value)));
      this.#from[value] = from;
      this.#lengths[value] = this.#texts.at - from;
    }
    out.copy(this.#texts.bytes, from, from + (this.#lengths[value] as number));
  }
}

/** What writes the numbers of a column as they are read by people and programs: 48.2, never 48.2000001. */
export function putNumber(column: ExportColumn): (value: number, out: ByteLines) => void {
  const physical = physicalOf(column);
  const signal = signalOf(column);
  if (signal !== undefined && signal.rawMax <= REMEMBERED) {
    const texts = new RawTexts(physical);
    return (value, out) => texts.put(value, out);
  }
  let last = Number.NaN;
  let text = '';
  return (value, out) => {
    if (value !== last) {
      last = value;
      text = String(physical(value));
    }
    out.ascii(text);
  };
}

/** What writes the texts of a column, each made by `make`. */
export function putText(make: (text: string) => string): (value: string, out: ByteLines) => void {
  const known = new Map<string, Uint8Array>();
  let last: string | null = null;
  let bytes = new Uint8Array(0) as Uint8Array;
  return (value, out) => {
    if (value !== last) {
      last = value;
      bytes = known.get(value) ?? encoder.encode(make(value));
      if (known.size < KNOWN_TEXTS) known.set(value, bytes);
    }
    out.copy(bytes, 0, bytes.length);
  };
}

/** What writes Beijing times with their offset. */
export function putTime(): (timeSec: number, out: ByteLines) => void {
  const time = beijingTexts();
  const text = new Uint8Array(25);
  let minute = Number.NaN;
  return (timeSec, out) => {
    const local = Math.floor(timeSec) + BEIJING_OFFSET_S;
    const of = Math.floor(local / 60);
    if (of !== minute) {
      minute = of;
      for (const [index, char] of [...time(timeSec)].entries()) text[index] = char.charCodeAt(0);
    }
    const second = local - of * 60;
    text[17] = ZERO + Math.floor(second / 10);
    text[18] = ZERO + (second % 10);
    out.copy(text, 0, 25);
  };
}
