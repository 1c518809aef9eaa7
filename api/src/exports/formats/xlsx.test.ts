import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BEIJING_OFFSET_S } from '@plume/ingest/protocol/catalogue';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import type { Batch, ExportColumn, Wire } from '../column.ts';
import { FileSink } from '../writer.ts';
import { MOST_SHEET_ROWS } from './workbook.ts';
import { xlsxWriter } from './xlsx.ts';

const folder = mkdtempSync(join(tmpdir(), 'plume-xlsx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const both = { zh: '', en: '' };
const column = (id: string, wire: Wire): ExportColumn => ({ id, name: both, unit: '', definition: both, wire });
const BATCH = 1024;

/** Writes rows batch after batch, their columns in the same memory each time, and answers the XML of the sheets. */
async function sheetsOf(
  columns: readonly ExportColumn[],
  rows: number,
  batch: (from: number, count: number) => Batch['columns'],
): Promise<string[]> {
  const path = join(folder, 'book.xlsx');
  const writer = xlsxWriter(new FileSink(path), columns, 'en', []);
  for (let from = 0; from < rows; from += BATCH) {
    const count = Math.min(BATCH, rows - from);
    await writer.write({ count, columns: batch(from, count) });
  }
  await writer.finish();
  const files = unzipSync(readFileSync(path), { filter: ({ name }) => name.startsWith('xl/worksheets/') });
  return Object.values(files).map((bytes) => strFromU8(bytes));
}

describe('A workbook', () => {
  it('holds every row once and in order, on as many sheets as its rows need, though they are packed beside', async () => {
    const values = new Float64Array(BATCH);
    const [first = '', second = ''] = await sheetsOf([column('n', 'int4')], MOST_SHEET_ROWS + 1, (from, count) => {
      for (let i = 0; i < count; i += 1) values[i] = from + i;
      return [{ kind: 'numbers', values }];
    });
    const found: number[] = [];
    for (const sheet of [first, second])
      for (const [, line, value] of sheet.matchAll(/<row r="(\d+)"><c r="A\1"><v>(\d+)<\/v>/g)) {
        if (Number(line) - 2 !== found.length % (MOST_SHEET_ROWS - 1) || Number(value) !== found.length)
          throw new Error(`line ${line} holds ${value}`);
        found.push(Number(value));
      }
    expect(found.length).toBe(MOST_SHEET_ROWS + 1);
    expect(second).toContain(`<row r="3"><c r="A3"><v>${MOST_SHEET_ROWS}</v></c></row></sheetData>`);
  }, 60_000);

  it('tells each second of a day, and parts of seconds, as a cell that is that moment in Beijing', async () => {
    const from = Date.UTC(2026, 9, 31) / 1000 - BEIJING_OFFSET_S;
    const times = [...Array.from({ length: 86_401 }, (_, second) => from + second), from + 0.25];
    const values = new Float64Array(BATCH);
    const [sheet = ''] = await sheetsOf([column('time', 'time')], times.length, (at, count) => {
      values.set(times.slice(at, at + count));
      return [{ kind: 'numbers', values }];
    });
    const cells = [...sheet.matchAll(/<c r="A\d+" s="1"><v>([^<]+)<\/v>/g)].map(([, text]) => Number(text));
    // 2026-10-31 is day 46326 of the spreadsheets' count, in which 1970-01-01 is day 25569.
    const seconds = cells.map((days) => (days - 46_326) * 86_400);
    expect(seconds.length).toBe(times.length);
    const off = seconds.map((second, index) => Math.abs(second - ((times[index] as number) - from)));
    expect(Math.max(...off)).toBeLessThan(2e-6);
    expect([cells[0], cells[86_400]]).toEqual([46_326, 46_327]);
  });

  it('keeps the white space at the ends of a text, and says so of no other', async () => {
    const texts = ['plain', ' before', 'behind ', 'two\nlines', 'in  side', null, '<&>'];
    const [sheet = ''] = await sheetsOf([column('text', 'text')], texts.length, () => [{ kind: 'texts', values: texts }]);
    expect([...sheet.matchAll(/<is>(<t.*?>)([\s\S]*?)<\/t>/g)].slice(1).map(([, tag, text]) => [tag, text])).toEqual([
      ['<t>', 'plain'],
      ['<t xml:space="preserve">', ' before'],
      ['<t xml:space="preserve">', 'behind '],
      ['<t xml:space="preserve">', 'two\nlines'],
      ['<t>', 'in  side'],
      ['<t>', '&lt;&amp;&gt;'],
    ]);
  });
});
