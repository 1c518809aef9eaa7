import type { Channel } from '@plume/ingest/emissions';
import { bracketOf, type ColumnPlan, planColumns } from './columns.ts';
import { csvRows, decodeText, findDelimiter } from './csv-text.ts';
import type { DataFile, ReadOptions } from './data-file.ts';
import { bad, good, type Outcome } from './outcome.ts';
import { TimeColumn } from './time-column.ts';
import { secondsOfText } from './time-text.ts';
import { AS_IT_IS, type Conversion, conversionOf, convert, tellConversion } from './units.ts';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const DECIMAL_COMMA = /^[+-]?\d+,\d+$/;
/** What loggers write for a value they do not have. */
const MISSING = new Set(['', '-', '--', 'na', 'n/a', 'nan', 'null', 'none', '#n/a']);

/** Reads a CSV of samples: delimiter, header and units row are found; the columns are those of the map or named like signals. */
export function readCsv(bytes: Uint8Array, options: ReadOptions): Outcome<DataFile> {
  const decoded = decodeText(bytes);
  if (!decoded.ok) return decoded;
  const { text, encoding } = decoded.value;
  if (text.trim() === '') return bad('the file is empty.');
  const delimiter = findDelimiter(text);
  if (delimiter === null)
    return bad('the first lines are not cut alike by comma, semicolon, tab or |. Is it a CSV? Remove lines before the header.');
  const rows = csvRows(text, delimiter);
  const first = rows.next();
  if (first.done) return bad('the file is empty.');
  const named = first.value.fields.some((field) => isWord(field));
  const headers = named ? first.value.fields : first.value.fields.map((_, i) => `column ${i + 1}`);
  const plan = planColumns(headers, options.map);
  if (!plan.ok) return plan;
  let reader: RowReader | null = null;
  const take = (fields: readonly string[], line: number): string | null => {
    if (reader === null) {
      const made = RowReader.of(plan.value, headers, options, [], '');
      if (!made.ok) return made.error;
      reader = made.value;
    }
    return reader.row(fields, line);
  };
  const problem = named ? null : take(first.value.fields, first.value.line);
  if (problem !== null) return bad(problem);
  let second = named;
  for (const { fields, line } of rows) {
    if (fields.length === 1 && fields[0] === '') continue;
    const isUnits = second && fields.every((field) => field === '' || isWord(field)) && fields.some((field) => field !== '');
    second = false;
    if (isUnits) {
      const made = RowReader.of(plan.value, headers, options, fields, `line ${line}: `);
      if (!made.ok) return made;
      reader = made.value;
      continue;
    }
    const error = take(fields, line);
    if (error !== null) return bad(error);
  }
  const read: RowReader | null = reader;
  if (read === null) return bad('there are no rows of data behind the header.');
  return read.finish('CSV', encoding === 'UTF-8' ? [] : [`read as ${encoding}`]);
}

/** Neither a number, a time nor a sign for missing: part of a header or units row. */
function isWord(field: string): boolean {
  return !MISSING.has(field.toLowerCase()) && !NUMBER.test(field) && !DECIMAL_COMMA.test(field) && secondsOfText(field) === null;
}

/** Takes rows in, column by column, growing as they come. */
class RowReader {
  #times: number[] = [];
  #values: number[][];
  #time: TimeColumn;
  #conversions: readonly Conversion[];
  #plan: ColumnPlan;
  #headers: readonly string[];

  private constructor(plan: ColumnPlan, headers: readonly string[], time: TimeColumn, conversions: readonly Conversion[]) {
    this.#plan = plan;
    this.#headers = headers;
    this.#time = time;
    this.#conversions = conversions;
    this.#values = plan.channels.map(() => []);
  }

  /** A reader for columns in the units that the arguments, a row of units and the names tell. */
  static of(
    plan: ColumnPlan,
    headers: readonly string[],
    options: ReadOptions,
    units: readonly string[],
    where: string,
  ): Outcome<RowReader> {
    const name = headers[plan.time] ?? '';
    const time = TimeColumn.of({ name, unit: units[plan.time] || bracketOf(name), offsetS: options.offsetS });
    if (!time.ok) return time;
    const conversions: Conversion[] = [];
    for (const { channel, column } of plan.channels) {
      const header = headers[column] ?? '';
      const texts = { argument: options.units.get(channel), row: units[column] ?? '', header: bracketOf(header) };
      const found = conversionOf(channel, header, texts, where);
      if (!found.ok) return found;
      conversions.push(found.value);
    }
    return good(new RowReader(plan, headers, time.value, conversions));
  }

  /** Takes a row; the sentence to show when it is bad. */
  row(fields: readonly string[], line: number): string | null {
    const time = this.#time.read(fields[this.#plan.time] ?? '', `line ${line}`);
    if (!time.ok) return `${this.#where(line, this.#plan.time)}: ${time.error}`;
    for (const [k, { channel, column }] of this.#plan.channels.entries()) {
      const field = fields[column] ?? '';
      const value = NUMBER.test(field) ? Number(field) : MISSING.has(field.toLowerCase()) ? Number.NaN : null;
      if (value === null)
        return DECIMAL_COMMA.test(field)
          ? `${this.#where(line, column)}: "${field}" has a decimal comma. Export the file with decimal points.`
          : `${this.#where(line, column)}: "${field}" is no number for ${channel}. Leave a missing value empty.`;
      this.#values[k]?.push(value);
    }
    this.#times.push(time.value);
    return null;
  }

  finish(format: DataFile['format'], notes: readonly string[]): Outcome<DataFile> {
    if (this.#times.length === 0) return bad('there are no rows of data behind the header.');
    const entries = this.#plan.channels.map(({ channel }, k) => {
      const values = Float64Array.from(this.#values[k] ?? []);
      convert(values, this.#conversions[k] ?? AS_IT_IS);
      return [channel, values] as const;
    });
    const converted = this.#plan.channels.flatMap(({ channel }, k) => {
      const conversion = this.#conversions[k] ?? AS_IT_IS;
      return conversion.from === null ? [] : [tellConversion(channel, conversion)];
    });
    return good({
      format,
      timeSec: Float64Array.from(this.#times),
      timeForm: this.#time.form ?? 'epoch seconds',
      values: Object.fromEntries(entries) as DataFile['values'],
      columns: this.#plan.channels.map(({ channel, column }) => ({
        channel: channel as Channel,
        name: this.#headers[column] ?? '',
      })),
      unused: this.#plan.unused,
      notes: [...notes, ...converted, ...this.#time.notes()],
    });
  }

  #where(line: number, column: number): string {
    return `line ${line}, column ${column + 1} (${this.#headers[column] ?? '?'})`;
  }
}
