import { ByteWriter } from 'hyparquet-writer';
import type { ColumnData } from '../exports/column.ts';
import { csvWriter } from '../exports/formats/csv.ts';
import { parquetWriter } from '../exports/formats/parquet.ts';
import type { Facts } from '../exports/formats/xlsx.ts';
import type { PromptWriter } from '../exports/writer.ts';
import type { AnswerColumn } from './schema-columns.ts';

/** Media types of tables beside JSON. */
export const CSV_TYPE = 'text/csv';
export const PARQUET_TYPE = 'application/vnd.apache.parquet';

function valueAt(row: unknown, path: readonly string[]): unknown {
  let value = row;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return null;
    value = Reflect.get(value, name);
  }
  return value ?? null;
}

function numberOf(value: unknown, wire: AnswerColumn['wire']): number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (wire === 'time' && typeof value === 'string') return Date.parse(value) / 1000;
  return typeof value === 'number' ? value : Number.NaN;
}

function textOf(value: unknown): string | null {
  if (value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The values of a column in every row, as the writers of exports take them. */
function dataOf({ wire, path }: AnswerColumn, rows: readonly unknown[]): ColumnData {
  if (wire === 'text' || wire === 'date') return { kind: 'texts', values: rows.map((row) => textOf(valueAt(row, path))) };
  return { kind: 'numbers', values: Float64Array.from(rows, (row) => numberOf(valueAt(row, path), wire)) };
}

function written(writer: PromptWriter, columns: readonly AnswerColumn[], rows: readonly unknown[]): void {
  writer.write({ count: rows.length, columns: columns.map((column) => dataOf(column, rows)) });
  writer.finish();
}

/** Rows as CSV (RFC 4180): named by the ids of the columns, times in Beijing time with their offset, without a byte order mark. */
export function csvOf(columns: readonly AnswerColumn[], rows: readonly unknown[]): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  const sink = {
    text: (text: string) => void pieces.push(Buffer.from(text, 'utf8')),
    bytes: (bytes: Uint8Array) => void pieces.push(bytes.slice()),
    close: () => undefined,
  };
  written(csvWriter(sink, columns, { heads: columns.map(({ id }) => id), bom: false }), columns, rows);
  return Uint8Array.from(Buffer.concat(pieces));
}

/** Rows as Parquet with typed columns, and what holds for all in its key-value metadata. */
export function parquetOf(columns: readonly AnswerColumn[], rows: readonly unknown[], facts: Facts): Uint8Array<ArrayBuffer> {
  const into = new ByteWriter();
  written(parquetWriter(into, columns, 'en', facts), columns, rows);
  return into.getBytes();
}
