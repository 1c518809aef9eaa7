import { parquetMetadataAsync, parquetRead, parquetSchema, type SchemaElement } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { bracketOf, planColumns } from './columns.ts';
import type { DataFile, ReadOptions } from './data-file.ts';
import { bad, good, type Outcome } from './outcome.ts';
import { TimeColumn, type TimeColumnOptions } from './time-column.ts';
import { AS_IT_IS, type Conversion, conversionOf, convert, tellConversion } from './units.ts';

/** The four bytes a Parquet file begins and ends with. */
const MAGIC = [0x50, 0x41, 0x52, 0x31] as const;

/** Whether a file is Parquet, by its first bytes. */
export function isParquet(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/** Compressions that are read. */
const READABLE: ReadonlySet<string> = new Set(['UNCOMPRESSED', ...Object.keys(compressors)]);

/** Reads a Parquet file of samples: flat columns of numbers, times as timestamps, numbers or text. */
export async function readParquet(bytes: Uint8Array, options: ReadOptions): Promise<Outcome<DataFile>> {
  if (bytes.length < 12 || !MAGIC.every((byte, i) => bytes[bytes.length - 4 + i] === byte))
    return bad('the Parquet file is cut short: its end is missing. Copy it again.');
  // A copy of its own: bytes of a small file lie in a buffer shared with others.
  const file = new Uint8Array(bytes).buffer;
  try {
    const metadata = await parquetMetadataAsync(file);
    const elements = parquetSchema(metadata).children.map(({ element }) => element);
    const headers = elements.map(({ name }) => name);
    const plan = planColumns(headers, options.map);
    if (!plan.ok) return plan;
    const { time, channels, unused } = plan.value;
    const timed = TimeColumn.of(timeOptions(elements[time], options.offsetS));
    if (!timed.ok) return timed;
    const conversions: Conversion[] = [];
    for (const { channel, column } of channels) {
      const header = headers[column] ?? '';
      const texts = { argument: options.units.get(channel), row: '', header: bracketOf(header) };
      const found = conversionOf(channel, header, texts, '');
      if (!found.ok) return found;
      conversions.push(found.value);
    }
    const names = [time, ...channels.map(({ column }) => column)].map((column) => headers[column] ?? '');
    for (const group of metadata.row_groups)
      for (const { meta_data: meta } of group.columns)
        if (meta !== undefined && names.includes(meta.path_in_schema[0] ?? '') && !READABLE.has(meta.codec))
          return bad(
            `column ${meta.path_in_schema.join('.')} is compressed with ${meta.codec}. Write the file with Zstandard, Snappy, GZIP, LZ4, Brotli or without compression.`,
          );
    const rows: unknown[][] = [];
    await parquetRead({
      file,
      metadata,
      compressors,
      columns: [...new Set(names)],
      rowFormat: 'object',
      onComplete: (read) => collect(read, names, rows),
    });
    return fill(rows, names, { headers, unused, channels, time: timed.value, conversions });
  } catch (error) {
    // Whatever the bytes make the reader stumble over: the file is not what it says.
    return bad(`the Parquet file cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function collect(read: readonly Readonly<Record<string, unknown>>[], names: readonly string[], rows: unknown[][]): void {
  for (const row of read) rows.push(names.map((name) => row[name]));
}

interface Target {
  readonly headers: readonly string[];
  readonly unused: readonly string[];
  readonly channels: readonly { readonly channel: DataFile['columns'][number]['channel']; readonly column: number }[];
  readonly time: TimeColumn;
  readonly conversions: readonly Conversion[];
}

function fill(rows: readonly unknown[][], names: readonly string[], target: Target): Outcome<DataFile> {
  if (rows.length === 0) return bad('the file has no rows.');
  const timeSec = new Float64Array(rows.length);
  const columns = target.channels.map(() => new Float64Array(rows.length));
  for (const [r, row] of rows.entries()) {
    const time = target.time.read(row[0], `row ${r + 1}`);
    if (!time.ok) return bad(`row ${r + 1}, column ${names[0]}: ${time.error}`);
    timeSec[r] = time.value;
    for (const [k, column] of columns.entries()) {
      const value = numberOf(row[k + 1]);
      if (value === null)
        return bad(`row ${r + 1}, column ${names[k + 1]}: ${show(row[k + 1])} is no number for ${target.channels[k]?.channel}.`);
      column[r] = value;
    }
  }
  for (const [k, column] of columns.entries()) convert(column, target.conversions[k] ?? AS_IT_IS);
  const converted = target.channels.flatMap(({ channel }, k) => {
    const conversion = target.conversions[k] ?? AS_IT_IS;
    return conversion.from === null ? [] : [tellConversion(channel, conversion)];
  });
  return good({
    format: 'Parquet',
    timeSec,
    timeForm: target.time.form ?? 'epoch seconds',
    values: Object.fromEntries(target.channels.map(({ channel }, k) => [channel, columns[k]])),
    columns: target.channels.map(({ channel, column }) => ({ channel, name: target.headers[column] ?? '' })),
    unused: target.unused,
    notes: [...converted, ...target.time.notes()],
  });
}

const PER_SECOND = { MILLIS: 1e3, MICROS: 1e6, NANOS: 1e9 } as const;

/**
 * What a column's type says of its times: a timestamp that is not adjusted to UTC is a local time (Parquet, LogicalTypes "TIMESTAMP"), as the
 * same text in a CSV is; a TIME is a time of day.
 */
function timeOptions(element: SchemaElement | undefined, offsetS: number): TimeColumnOptions {
  const name = element?.name ?? '';
  const type = element?.logical_type;
  return {
    name,
    unit: bracketOf(name),
    offsetS,
    ...(type?.type === 'TIMESTAMP' && !type.isAdjustedToUTC ? { naive: true } : {}),
    ...(type?.type === 'TIME' ? { clockPerS: PER_SECOND[type.unit] } : {}),
  };
}

/** The number of a cell; NaN when it is empty, null when it is none. */
function numberOf(value: unknown): number | null {
  if (value === null || value === undefined) return Number.NaN;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' ? value : null;
}

function show(value: unknown): string {
  return typeof value === 'string' ? `"${value.slice(0, 40)}"` : String(value);
}
