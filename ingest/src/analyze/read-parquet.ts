import { parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import { planColumns } from './columns.ts';
import type { DataFile } from './data-file.ts';
import { bad, good, type Outcome } from './outcome.ts';
import { secondsOfNumber, secondsOfText, type TimeForm } from './time-text.ts';

/** The four bytes a Parquet file begins and ends with. */
const MAGIC = [0x50, 0x41, 0x52, 0x31] as const;

/** Whether a file is Parquet, by its first bytes. */
export function isParquet(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/** Compressions that are read without another package. */
const READABLE = new Set(['UNCOMPRESSED', 'SNAPPY']);

/** Reads a Parquet file of samples: flat columns of numbers, times as timestamps, numbers or text. */
export async function readParquet(
  bytes: Uint8Array,
  map: ReadonlyMap<string, string>,
  offsetS: number,
): Promise<Outcome<DataFile>> {
  if (bytes.length < 12 || !MAGIC.every((byte, i) => bytes[bytes.length - 4 + i] === byte))
    return bad('the Parquet file is cut short: its end is missing. Copy it again.');
  // A copy of its own: bytes of a small file lie in a buffer shared with others.
  const file = new Uint8Array(bytes).buffer;
  try {
    const metadata = await parquetMetadataAsync(file);
    const headers = parquetSchema(metadata).children.map(({ element }) => element.name);
    const plan = planColumns(headers, map);
    if (!plan.ok) return plan;
    const { time, channels, unused } = plan.value;
    const names = [time, ...channels.map(({ column }) => column)].map((column) => headers[column] ?? '');
    for (const group of metadata.row_groups)
      for (const { meta_data: meta } of group.columns)
        if (meta !== undefined && names.includes(meta.path_in_schema[0] ?? '') && !READABLE.has(meta.codec))
          return bad(
            `column ${meta.path_in_schema.join('.')} is compressed with ${meta.codec}. Write the file with Snappy or without compression.`,
          );
    const rows: unknown[][] = [];
    await parquetRead({
      file,
      metadata,
      columns: [...new Set(names)],
      rowFormat: 'object',
      onComplete: (read) => collect(read, names, rows),
    });
    return fill(rows, names, { headers, unused, channels, offsetS });
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
  readonly offsetS: number;
}

function fill(rows: readonly unknown[][], names: readonly string[], target: Target): Outcome<DataFile> {
  if (rows.length === 0) return bad('the file has no rows.');
  const timeSec = new Float64Array(rows.length);
  const columns = target.channels.map(() => new Float64Array(rows.length));
  let form: TimeForm | null = null;
  for (const [r, row] of rows.entries()) {
    const time = timeOf(row[0], target.offsetS);
    if (time === null) return bad(`row ${r + 1}, column ${names[0]}: ${show(row[0])} is no time.`);
    if (form !== null && time.form !== form)
      return bad(`row ${r + 1}, column ${names[0]}: ${time.form}, the rows before are ${form}.`);
    form = time.form;
    timeSec[r] = time.seconds;
    for (const [k, column] of columns.entries()) {
      const value = numberOf(row[k + 1]);
      if (value === null)
        return bad(`row ${r + 1}, column ${names[k + 1]}: ${show(row[k + 1])} is no number for ${target.channels[k]?.channel}.`);
      column[r] = value;
    }
  }
  return good({
    format: 'Parquet',
    timeSec,
    timeForm: form ?? 'epoch seconds',
    values: Object.fromEntries(target.channels.map(({ channel }, k) => [channel, columns[k]])),
    columns: target.channels.map(({ channel, column }) => ({ channel, name: target.headers[column] ?? '' })),
    unused: target.unused,
    notes: [],
  });
}

function timeOf(value: unknown, offsetS: number): { seconds: number; form: TimeForm } | null {
  if (value instanceof Date) return { seconds: value.getTime() / 1000, form: 'date and time' };
  if (typeof value === 'bigint') return secondsOfNumber(Number(value));
  if (typeof value === 'number') return Number.isFinite(value) ? secondsOfNumber(value) : null;
  return typeof value === 'string' ? secondsOfText(value, offsetS) : null;
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
