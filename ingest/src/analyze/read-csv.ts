import type { Channel } from '@plume/ingest/emissions';
import { CHANNEL_UNITS, type ColumnPlan, planColumns, unitFits } from './columns.ts';
import { csvRows, decodeText, findDelimiter } from './csv-text.ts';
import type { DataFile } from './data-file.ts';
import { bad, good, type Outcome } from './outcome.ts';
import { secondsOfText, type TimeForm } from './time-text.ts';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const DECIMAL_COMMA = /^[+-]?\d+,\d+$/;
/** What loggers write for a value they do not have. */
const MISSING = new Set(['', '-', '--', 'na', 'n/a', 'nan', 'null', 'none', '#n/a']);

/** Reads a CSV of samples: delimiter, header and units row are found; the columns are those of the map or named like signals. */
export function readCsv(bytes: Uint8Array, map: ReadonlyMap<string, string>, offsetS: number): Outcome<DataFile> {
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
  const plan = planColumns(headers, map);
  if (!plan.ok) return plan;
  const reader = new RowReader(plan.value, headers, offsetS);
  const problem = named ? null : reader.row(first.value.fields, first.value.line);
  if (problem !== null) return bad(problem);
  let second = named;
  for (const { fields, line } of rows) {
    if (fields.length === 1 && fields[0] === '') continue;
    const isUnits = second && fields.every((field) => field === '' || isWord(field)) && fields.some((field) => field !== '');
    second = false;
    const error = isUnits ? unitProblem(plan.value, headers, fields, line) : reader.row(fields, line);
    if (error !== null) return bad(error);
  }
  return reader.finish('CSV', encoding === 'UTF-8' ? [] : [`read as ${encoding}`]);
}

/** Neither a number, a time nor a sign for missing: part of a header or units row. */
function isWord(field: string): boolean {
  return !MISSING.has(field.toLowerCase()) && !NUMBER.test(field) && !DECIMAL_COMMA.test(field) && secondsOfText(field) === null;
}

function unitProblem(plan: ColumnPlan, headers: readonly string[], units: readonly string[], line: number): string | null {
  for (const { channel, column } of plan.channels) {
    const unit = units[column] ?? '';
    if (!unitFits(channel, unit))
      return `line ${line}: column "${headers[column]}" is in ${unit}, but ${channel} must be in ${CHANNEL_UNITS.get(channel)}. Convert it, or delete the units row if it is wrong.`;
  }
  return null;
}

/** Takes rows in, column by column, growing as they come. */
class RowReader {
  #times: number[] = [];
  #values: number[][];
  #form: TimeForm | null = null;
  #plan: ColumnPlan;
  #headers: readonly string[];
  #offsetS: number;

  constructor(plan: ColumnPlan, headers: readonly string[], offsetS: number) {
    this.#plan = plan;
    this.#headers = headers;
    this.#offsetS = offsetS;
    this.#values = plan.channels.map(() => []);
  }

  /** Takes a row; the sentence to show when it is bad. */
  row(fields: readonly string[], line: number): string | null {
    const text = fields[this.#plan.time] ?? '';
    const time = secondsOfText(text, this.#offsetS);
    if (time === null)
      return `${this.#where(line, this.#plan.time)}: "${text}" is no time. Understood are epoch seconds or milliseconds, seconds from the start, hh:mm:ss, and dates like 2026-11-20 08:00:00 or 2026-11-20T08:00:00+08:00.`;
    if (this.#form !== null && time.form !== this.#form)
      return `${this.#where(line, this.#plan.time)}: "${text}" is ${time.form}, the rows before are ${this.#form}.`;
    this.#form = time.form;
    for (const [k, { channel, column }] of this.#plan.channels.entries()) {
      const field = fields[column] ?? '';
      const value = NUMBER.test(field) ? Number(field) : MISSING.has(field.toLowerCase()) ? Number.NaN : null;
      if (value === null)
        return DECIMAL_COMMA.test(field)
          ? `${this.#where(line, column)}: "${field}" has a decimal comma. Export the file with decimal points.`
          : `${this.#where(line, column)}: "${field}" is no number for ${channel}. Leave a missing value empty.`;
      this.#values[k]?.push(value);
    }
    this.#times.push(time.seconds);
    return null;
  }

  finish(format: DataFile['format'], notes: readonly string[]): Outcome<DataFile> {
    if (this.#times.length === 0) return bad('there are no rows of data behind the header.');
    const entries = this.#plan.channels.map(({ channel }, k) => [channel, Float64Array.from(this.#values[k] ?? [])] as const);
    return good({
      format,
      timeSec: Float64Array.from(this.#times),
      timeForm: this.#form ?? 'epoch seconds',
      values: Object.fromEntries(entries) as DataFile['values'],
      columns: this.#plan.channels.map(({ channel, column }) => ({
        channel: channel as Channel,
        name: this.#headers[column] ?? '',
      })),
      unused: this.#plan.unused,
      notes,
    });
  }

  #where(line: number, column: number): string {
    return `line ${line}, column ${column + 1} (${this.#headers[column] ?? '?'})`;
  }
}
