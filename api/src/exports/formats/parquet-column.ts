import type { ColumnChunk, Encoding, SchemaElement } from 'hyparquet';
import type { Writer } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { type ColumnData, type ExportColumn, physicalOf, signalOf } from '../column.ts';
import type { ParquetBytes } from './parquet-bytes.ts';

const MOST_INT32 = 2 ** 31;
const DAY_MS = 86_400_000;
/** Raw integers up to here are looked up in a table of their places in the dictionary. */
const LOOKED_UP = 70_000;
const CODEC = 'SNAPPY';

/** How a column is typed: times as UTC milliseconds, dates as days, measured values as doubles, counts as integers. */
export function elementOf({ id, wire, signal }: ExportColumn): SchemaElement {
  const optional = { name: id, repetition_type: 'OPTIONAL' } as const;
  if (wire === 'time')
    return {
      ...optional,
      type: 'INT64',
      converted_type: 'TIMESTAMP_MILLIS',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    };
  if (wire === 'date') return { ...optional, type: 'INT32', converted_type: 'DATE' };
  if (wire === 'bool') return { ...optional, type: 'BOOLEAN' };
  if (wire === 'int4' && signal === undefined) return { ...optional, type: 'INT32' };
  if (wire === 'int8' && signal === undefined) return { ...optional, type: 'INT64' };
  if (wire === 'text' || wire === 'quality' || wire === 'constant')
    return { ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
  return { ...optional, type: 'DOUBLE' };
}

/** What pages are made in; used for one column after another. */
export interface PageMemory {
  readonly levels: ParquetBytes;
  readonly values: ParquetBytes;
}

/**
 * One column of a row group: its values as they come, and its chunk of the file. What repeats (texts, and signals of few raw values) is
 * written as places in a dictionary; other numbers as they are.
 */
export class ParquetColumn {
  readonly element: SchemaElement;
  readonly #column: ExportColumn;
  readonly #physical: (value: number) => number;
  /** Of each row whether there is a value; of those that have one, the value or its place in the dictionary. */
  readonly #present: Uint8Array;
  readonly #values: Float64Array;
  readonly #places: Int32Array;
  #rows = 0;
  #count = 0;
  /** Place of each raw integer in the dictionary, one more; 0: it is not there. */
  readonly #placeOfRaw: Int32Array;
  readonly #placeOfText = new Map<string, number>();
  #numbers: number[] = [];
  #texts: string[] = [];

  constructor(column: ExportColumn, groupRows: number) {
    this.#column = column;
    this.element = elementOf(column);
    this.#physical = physicalOf(column);
    const most = signalOf(column)?.rawMax ?? Number.POSITIVE_INFINITY;
    this.#placeOfRaw = new Int32Array(most <= LOOKED_UP ? most + 1 : 0);
    this.#present = new Uint8Array(groupRows);
    const isNumber = this.element.type !== 'BYTE_ARRAY' && !this.#hasDictionary;
    this.#values = new Float64Array(isNumber ? groupRows : 0);
    this.#places = new Int32Array(isNumber ? 0 : groupRows);
  }

  get #hasDictionary(): boolean {
    return this.element.type === 'BYTE_ARRAY' || this.#placeOfRaw.length > 0;
  }

  /** Takes so many rows of a batch. */
  take(data: ColumnData, from: number, rows: number): void {
    if (data.kind === 'numbers') {
      if (this.#placeOfRaw.length > 0) this.#takeRaw(data.values, from, rows);
      else this.#takeNumbers(data.values, from, rows);
    } else if (data.kind === 'constant') for (let row = 0; row < rows; row += 1) this.#takeText(data.value);
    else for (let row = from; row < from + rows; row += 1) this.#takeText(data.values[row] ?? null);
  }

  /** Writes the chunk of what was taken, and begins anew. */
  write(into: Writer, memory: PageMemory): ColumnChunk {
    const start = into.offset;
    const rows = this.#rows;
    const nulls = rows - this.#count;
    let uncompressed = 0;
    const encodings: Encoding[] = [];
    let dictionaryAt: bigint | undefined;
    if (this.#hasDictionary) {
      dictionaryAt = BigInt(into.offset);
      encodings.push('PLAIN');
      uncompressed += this.#writeDictionary(into, memory.values);
    }
    const encoding = this.#hasDictionary ? 'RLE_DICTIONARY' : 'PLAIN';
    encodings.push(encoding);
    const dataAt = BigInt(into.offset);
    uncompressed += this.#writePage(into, memory, encoding);
    const statistics = { ...this.#bounds(), null_count: BigInt(nulls) };
    this.#begin();
    return {
      meta_data: {
        type: this.element.type ?? 'DOUBLE',
        encodings,
        path_in_schema: [this.element.name],
        codec: CODEC,
        num_values: BigInt(rows),
        total_compressed_size: BigInt(into.offset - start),
        total_uncompressed_size: BigInt(uncompressed),
        data_page_offset: dataAt,
        ...(dictionaryAt === undefined ? {} : { dictionary_page_offset: dictionaryAt }),
        statistics,
      },
      file_offset: BigInt(start),
    };
  }

  #begin(): void {
    this.#rows = 0;
    this.#count = 0;
    this.#placeOfRaw.fill(0);
    this.#placeOfText.clear();
    this.#numbers = [];
    this.#texts = [];
  }

  #takeRaw(values: Float64Array, from: number, rows: number): void {
    const present = this.#present;
    const places = this.#places;
    const placeOf = this.#placeOfRaw;
    let count = this.#count;
    for (let row = 0; row < rows; row += 1) {
      const value = values[from + row] as number;
      const has = !Number.isNaN(value);
      present[this.#rows + row] = has ? 1 : 0;
      if (has) places[count++] = (placeOf[value] || this.#enterRaw(value)) - 1;
    }
    this.#rows += rows;
    this.#count = count;
  }

  #enterRaw(value: number): number {
    if (!(value >= 0 && value < this.#placeOfRaw.length && Number.isInteger(value)))
      throw new RangeError(`${this.#column.id}: ${value} is no raw value of this signal`);
    this.#placeOfRaw[value] = this.#numbers.push(this.#physical(value));
    return this.#placeOfRaw[value];
  }

  #takeNumbers(values: Float64Array, from: number, rows: number): void {
    const present = this.#present;
    const into = this.#values;
    let count = this.#count;
    for (let row = 0; row < rows; row += 1) {
      const value = values[from + row] as number;
      const has = !Number.isNaN(value);
      present[this.#rows + row] = has ? 1 : 0;
      if (has) into[count++] = this.#physical(value);
    }
    this.#rows += rows;
    this.#count = count;
  }

  #takeText(text: string | null): void {
    this.#present[this.#rows] = text === null ? 0 : 1;
    this.#rows += 1;
    if (text === null) return;
    if (this.#column.wire === 'date') this.#values[this.#count] = Date.parse(text) / DAY_MS;
    else this.#places[this.#count] = this.#placeOfText.get(text) ?? this.#enterText(text);
    this.#count += 1;
  }

  #enterText(text: string): number {
    const place = this.#texts.push(text) - 1;
    this.#placeOfText.set(text, place);
    return place;
  }

  #writeDictionary(into: Writer, values: ParquetBytes): number {
    for (const number of this.#numbers) values.double(number);
    for (const text of this.#texts) values.text(text);
    const bytes = values.take();
    const packed = snappyCompress(bytes);
    const start = into.offset;
    writePageHeader(into, {
      type: 'DICTIONARY_PAGE',
      uncompressed_page_size: bytes.length,
      compressed_page_size: packed.length,
      dictionary_page_header: { num_values: this.#numbers.length + this.#texts.length, encoding: 'PLAIN' },
    });
    const head = into.offset - start;
    into.appendBytes(packed);
    return head + bytes.length;
  }

  /** Places in a dictionary are packed as densely as they can be; other values are compressed. */
  #writePage(into: Writer, { levels, values }: PageMemory, encoding: Encoding): number {
    levels.hybrid(this.#present, this.#rows, 1);
    this.#putValues(values);
    const told = levels.take();
    const bytes = values.take();
    const isPacked = encoding === 'PLAIN';
    const written = isPacked ? snappyCompress(bytes) : bytes;
    const start = into.offset;
    writePageHeader(into, {
      type: 'DATA_PAGE_V2',
      uncompressed_page_size: told.length + bytes.length,
      compressed_page_size: told.length + written.length,
      data_page_header_v2: {
        num_values: this.#rows,
        num_nulls: this.#rows - this.#count,
        num_rows: this.#rows,
        encoding,
        definition_levels_byte_length: told.length,
        repetition_levels_byte_length: 0,
        is_compressed: isPacked,
      },
    });
    const head = into.offset - start;
    into.appendBytes(told);
    into.appendBytes(written);
    return head + told.length + bytes.length;
  }

  #putValues(out: ParquetBytes): void {
    const count = this.#count;
    if (this.#hasDictionary) {
      const width = Math.max(1, 32 - Math.clz32(Math.max(this.#numbers.length, this.#texts.length) - 1));
      out.byte(width);
      out.hybrid(this.#places, count, width);
      return;
    }
    const values = this.#values;
    switch (this.element.type) {
      case 'BOOLEAN':
        out.packed(values, 0, count, 1);
        break;
      case 'INT32':
        for (let i = 0; i < count; i += 1) out.int32(this.#int32(values[i] as number));
        break;
      case 'INT64': {
        const scale = this.#column.wire === 'time' ? 1000 : 1;
        for (let i = 0; i < count; i += 1) out.int64(Math.round((values[i] as number) * scale));
        break;
      }
      default:
        for (let i = 0; i < count; i += 1) out.double(values[i] as number);
    }
  }

  #int32(value: number): number {
    if (Math.abs(value) >= MOST_INT32) throw new RangeError(`${this.#column.id}: ${value} is no 32-bit integer`);
    return value;
  }

  /** The least and the greatest value, as the library takes them. */
  #bounds(): { min_value?: string | number | bigint | boolean; max_value?: string | number | bigint | boolean } {
    if (this.#count === 0) return {};
    if (this.#texts.length > 0) {
      const sorted = this.#texts.map((text) => Buffer.from(text, 'utf8')).sort(Buffer.compare);
      return { min_value: String(sorted[0]), max_value: String(sorted.at(-1)) };
    }
    const values = this.#numbers.length > 0 ? this.#numbers : this.#values.subarray(0, this.#count);
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i] as number;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    if (this.element.type === 'BOOLEAN') return { min_value: min === 1, max_value: max === 1 };
    if (this.element.type !== 'INT64') return { min_value: min === 0 ? -0 : min, max_value: max === 0 ? 0 : max };
    const scale = this.#column.wire === 'time' ? 1000 : 1;
    return { min_value: BigInt(Math.round(min * scale)), max_value: BigInt(Math.round(max * scale)) };
  }
}
