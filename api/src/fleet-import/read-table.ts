import { parse } from 'csv-parse/sync';
import { unzipSync, zipSync } from 'fflate';
import readExcel from 'read-excel-file/node';
import { MAX_CELL, MAX_COLUMNS, MAX_UNPACKED_BYTES } from './limits.ts';

/** A file as rows of texts, or the code of what is wrong with it and a figure that says more. */
export type TableRead =
  | { readonly ok: true; readonly format: 'xlsx' | 'csv'; readonly encoding: string | null; readonly rows: string[][] }
  | { readonly ok: false; readonly code: FileFault; readonly detail: string };

/** Why a file cannot be read at all. */
export type FileFault =
  | 'empty'
  | 'oldExcel'
  | 'notText'
  | 'notWorkbook'
  | 'badCsv'
  | 'tooBig'
  | 'tooManyColumns'
  | 'tooManyRows'
  | 'noVin';

const fault = (code: FileFault, detail = ''): TableRead => ({ ok: false, code, detail });
const starts = (bytes: Uint8Array, ...first: number[]) => first.every((byte, i) => bytes[i] === byte);

/** Reads a workbook (.xlsx, its first sheet) or a CSV file (UTF-8, UTF-16 or GB18030; comma, semicolon or tab); which it is tells its content. */
export async function readTable(bytes: Uint8Array): Promise<TableRead> {
  if (bytes.length === 0) return fault('empty');
  if (starts(bytes, 0xd0, 0xcf, 0x11, 0xe0)) return fault('oldExcel');
  const read = starts(bytes, 0x50, 0x4b) ? await readWorkbook(bytes) : readCsv(bytes);
  if (read.ok && read.rows.some((row) => row.length > MAX_COLUMNS)) return fault('tooManyColumns', String(MAX_COLUMNS));
  return read;
}

async function readWorkbook(bytes: Uint8Array): Promise<TableRead> {
  try {
    const parts = unpack(bytes);
    if (parts === null) return fault('tooBig', String(MAX_UNPACKED_BYTES));
    const sheets = await readExcel(Buffer.from(zipSync(parts, { level: 0 })));
    const rows = (sheets[0]?.data ?? []).map((row) => row.map(cellText));
    return { ok: true, format: 'xlsx', encoding: null, rows };
  } catch (cause) {
    return fault('notWorkbook', cause instanceof Error ? cause.message.slice(0, 200) : '');
  }
}

/**
 * The parts of a workbook that hold cells; null: together they are larger than one may be. No part comes to more than its size in the
 * directory of the archive (APPNOTE 4.3.12), whatever its data hold, so that what is summed here is what memory has to hold.
 */
function unpack(bytes: Uint8Array): Record<string, Uint8Array> | null {
  let total = 0;
  const parts = unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      if (!/\.(xml|rels)$/i.test(name)) return false;
      total += originalSize;
      return total <= MAX_UNPACKED_BYTES;
    },
  });
  return total > MAX_UNPACKED_BYTES ? null : parts;
}

/** A cell as a person would have typed it. A date of a workbook has no zone. */
function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : dateText(value.toISOString());
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(12)));
  if (typeof value === 'boolean') return value ? '1' : '0';
  return String(value).trim().slice(0, MAX_CELL);
}

/** A date, a date with its time to the minute, or a time alone: a workbook keeps that as a fraction of its day zero. */
function dateText(iso: string): string {
  const [day = '', clock = ''] = [iso.slice(0, 10), iso.slice(11, 16)];
  if (day < '1901') return clock;
  return clock === '00:00' ? day : `${day} ${clock}`;
}

function decode(bytes: Uint8Array): { text: string; encoding: string } | null {
  const utf16 = starts(bytes, 0xff, 0xfe) ? 'utf-16le' : starts(bytes, 0xfe, 0xff) ? 'utf-16be' : null;
  // UTF-8 is strict enough that GB18030 text with any Chinese in it never passes for it.
  for (const encoding of utf16 === null ? ['utf-8', 'gb18030'] : [utf16]) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      if (!text.includes('\u0000')) return { text, encoding };
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
  return null;
}

/** The separator that the first lines have most of. */
function separatorOf(text: string): string {
  const head = text.slice(0, 4000);
  const count = (separator: string) => head.split(separator).length;
  return [';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best), ',');
}

function readCsv(bytes: Uint8Array): TableRead {
  const decoded = decode(bytes);
  if (decoded === null) return fault('notText');
  try {
    const rows: string[][] = parse(decoded.text, {
      delimiter: separatorOf(decoded.text),
      bom: true,
      relax_column_count: true,
      skip_empty_lines: false,
      trim: true,
      max_record_size: 100_000,
    });
    return {
      ok: true,
      format: 'csv',
      encoding: decoded.encoding,
      rows: rows.map((row) => row.map((cell) => cell.slice(0, MAX_CELL))),
    };
  } catch (cause) {
    return fault('badCsv', cause instanceof Error ? cause.message.slice(0, 200) : '');
  }
}
