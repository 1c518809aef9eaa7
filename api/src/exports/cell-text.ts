import { BEIJING_OFFSET_S } from '@plume/ingest/protocol/catalogue';
import { beijingTexts } from './beijing-text.ts';
import { type ByteLines, PACKED_WORDS, pack } from './byte-lines.ts';
import { type ColumnData, type ExportColumn, physicalOf, signalOf } from './column.ts';

/** Raw integers up to here have their texts remembered. */
const REMEMBERED = 70_000;
/** Texts that are remembered as bytes, each column for itself. */
const KNOWN_TEXTS = 1_000;
const ZERO = 48;
const encoder = new TextEncoder();

/** How a column's values become texts: numbers as people and programs read them (48.2, never 48.2000001), unless they are times that `time` writes. */
export interface TextRules {
  /** Makes the text of a cell of a text. */
  readonly text: (value: string) => string;
  /** Writes times [epoch s]; absent: as numbers. */
  readonly time?: ((timeSec: number, out: ByteLines) => void) | undefined;
}

/**
 * Writes the values of one column as text. It is one class for all kinds of columns, so that the loops over columns have it compiled into
 * them: a call of an unknown function makes an object of every number it is given.
 */
export class CellText {
  readonly #physical: ((value: number) => number) | null;
  readonly #text: TextRules['text'];
  readonly #time: NonNullable<TextRules['time']> | null;
  /** Packed texts of raw integers, made as they occur; empty where none are remembered. */
  readonly #packed: Int32Array;
  readonly #known = new Map<string, Uint8Array>();
  #last: string | null = null;
  #lastBytes: Uint8Array = new Uint8Array(0);

  constructor(column: ExportColumn, rules: TextRules) {
    const signal = signalOf(column);
    this.#physical = signal === undefined ? null : physicalOf(column);
    this.#text = rules.text;
    this.#time = (column.wire === 'time' ? rules.time : undefined) ?? null;
    const remembered = signal !== undefined && signal.rawMax <= REMEMBERED ? signal.rawMax + 1 : 0;
    this.#packed = new Int32Array(remembered * PACKED_WORDS);
  }

  /** Writes the value of a row at the end of lines; answers false, and has written nothing, when there is none. */
  put(data: ColumnData, row: number, out: ByteLines): boolean {
    if (data.kind === 'numbers') {
      const value = data.values[row] as number;
      if (Number.isNaN(value)) return false;
      this.#number(value, out);
      return true;
    }
    const value = data.kind === 'constant' ? data.value : (data.values[row] ?? null);
    if (value === null) return false;
    if (value !== this.#last) this.#find(value);
    out.copy(this.#lastBytes);
    return true;
  }

  #number(value: number, out: ByteLines): void {
    const place = value * PACKED_WORDS;
    if (place >= 0 && place < this.#packed.length) {
      if (this.#packed[place] !== 0 || this.#remember(value)) {
        out.packed(this.#packed, place);
        return;
      }
    }
    if (this.#time !== null) this.#time(value, out);
    else out.decimal(this.#physical === null ? value : this.#physical(value));
  }

  /** Packs the text of a raw integer; answers false when it is too long, or the value no integer. */
  #remember(value: number): boolean {
    if (!Number.isInteger(value) || this.#physical === null) return false;
    return pack(String(this.#physical(value)), this.#packed, value * PACKED_WORDS);
  }

  #find(value: string): void {
    const bytes = this.#known.get(value) ?? encoder.encode(this.#text(value));
    if (this.#known.size < KNOWN_TEXTS) this.#known.set(value, bytes);
    this.#last = value;
    this.#lastBytes = bytes;
  }
}

/** What writes Beijing times with their offset: 2026-11-23T14:30:00+08:00. A minute's text is made once. */
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
    out.copy(text);
  };
}
