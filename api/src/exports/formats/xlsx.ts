import { BEIJING_OFFSET_S } from '@plume/ingest/protocol';
import { ByteLines, putNumber, putText } from '../byte-lines.ts';
import { type Batch, type ColumnData, type ExportColumn, headOf, type Language, noteOf } from '../column.ts';
import type { TableWriter } from '../writer.ts';
import { type CellValue, lettersOf, MOST_SHEET_ROWS, STYLE, type Style, Workbook, xmlText } from './workbook.ts';

const DAY_S = 86_400;
/** Days from 1899-12-30, the spreadsheets' zero, to 1970-01-01. */
const SPREADSHEET_EPOCH_DAYS = 25_569;
const WORDS = {
  data: { zh: '数据', en: 'Data' },
  definitions: { zh: '口径说明', en: 'Definitions' },
  column: { zh: '列', en: 'Column' },
  unit: { zh: '单位', en: 'Unit' },
  definition: { zh: '定义', en: 'Definition' },
  rows: { zh: '行数', en: 'Rows' },
  split: {
    zh: (sheets: number) => `一张表最多 ${MOST_SHEET_ROWS - 1} 行数据，因此分为 ${sheets} 张`,
    en: (sheets: number) => `A sheet holds ${MOST_SHEET_ROWS - 1} rows of data, so there are ${sheets} of them`,
  },
} as const;

/** What the sheet of definitions says beside the columns: pairs of a name and what holds. */
export type Facts = readonly (readonly [name: string, value: string])[];

/** Writes the cell of a row, unless it has no value. */
type Cell = (data: ColumnData, row: number, line: Uint8Array, out: ByteLines) => void;

const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const END = ascii('</v></c>');
const ROW = ascii('<row r="');
const ROW_OPEN = ascii('">');
const ROW_END = ascii('</row>');
const PIECE_BYTES = 262_144;

function cellOf(column: ExportColumn, index: number): Cell {
  const { wire } = column;
  const start = ascii(`<c r="${lettersOf(index)}`);
  const style = wire === 'time' ? ` s="${STYLE.time}"` : wire === 'date' ? ` s="${STYLE.date}"` : wire === 'bool' ? ' t="b"' : '';
  const open = ascii(`"${style}><v>`);
  const text = putText((value) => `" t="inlineStr"><is><t xml:space="preserve">${xmlText(value)}</t></is></c>`);
  const date = putText((value) => String(Date.parse(value) / 1000 / DAY_S + SPREADSHEET_EPOCH_DAYS));
  const number = putNumber(column);
  return (data, row, line, out) => {
    if (data.kind === 'numbers') {
      const value = data.values[row] as number;
      if (Number.isNaN(value)) return;
      begin(start, line, out);
      out.copy(open, 0, open.length);
      if (wire === 'time') out.ascii(String((value + BEIJING_OFFSET_S) / DAY_S + SPREADSHEET_EPOCH_DAYS));
      else number(value, out);
      out.copy(END, 0, END.length);
      return;
    }
    const value = data.kind === 'constant' ? data.value : (data.values[row] ?? null);
    if (value === null) return;
    begin(start, line, out);
    if (wire === 'date') {
      out.copy(open, 0, open.length);
      date(value, out);
      out.copy(END, 0, END.length);
    } else text(value, out);
  };
}

function begin(start: Uint8Array, line: Uint8Array, out: ByteLines): void {
  out.copy(start, 0, start.length);
  out.copy(line, 0, line.length);
}

const widthOf = ({ wire, id }: ExportColumn): number => (wire === 'time' ? 20 : id === 'vin' ? 21 : wire === 'quality' ? 40 : 13);

/**
 * A workbook: the data with a head that stays in sight, on as many sheets as its rows need, and a sheet that says what each column means and
 * what holds for all. Times are cells in Beijing time, which their heads say.
 */
export function xlsxWriter(path: string, columns: readonly ExportColumn[], language: Language, facts: Facts): TableWriter {
  const book = new Workbook(path);
  const cells = columns.map(cellOf);
  const out = new ByteLines();
  let rows = 0;
  let sheets = 0;
  let line = MOST_SHEET_ROWS;
  const nextSheet = () => {
    if (sheets > 0) book.rows(out.take());
    sheets += 1;
    book.begin(sheets === 1 ? WORDS.data[language] : `${WORDS.data[language]} ${sheets}`, columns.map(widthOf), 1);
    book.values(
      1,
      columns.map((column) => headOf(column, language)),
      STYLE.head,
    );
    line = 1;
  };
  return {
    write(batch: Batch) {
      for (let row = 0; row < batch.count; row += 1) {
        if (line >= MOST_SHEET_ROWS) nextSheet();
        line += 1;
        const number = ascii(String(line));
        out.copy(ROW, 0, ROW.length);
        out.copy(number, 0, number.length);
        out.copy(ROW_OPEN, 0, ROW_OPEN.length);
        for (let index = 0; index < cells.length; index += 1)
          (cells[index] as Cell)(batch.columns[index] as ColumnData, row, number, out);
        out.copy(ROW_END, 0, ROW_END.length);
        if (out.at >= PIECE_BYTES) book.rows(out.take());
      }
      rows += batch.count;
    },
    finish() {
      if (sheets === 0) nextSheet();
      book.rows(out.take());
      const notes = sheets > 1 ? [WORDS.split[language](sheets)] : [];
      definitionsSheet(book, columns, language, [
        ...facts,
        [WORDS.rows[language], String(rows)],
        ...notes.map((note) => ['', note] as const),
      ]);
      book.finish();
      return notes;
    },
  };
}

function definitionsSheet(book: Workbook, columns: readonly ExportColumn[], language: Language, facts: Facts): void {
  book.begin(WORDS.definitions[language], [30, 14, 90], 0);
  let line = 0;
  const row = (values: readonly CellValue[], style: readonly Style[]) => {
    line += 1;
    book.values(line, values, style);
  };
  const wrapped = [STYLE.wrapped, STYLE.wrapped, STYLE.wrapped];
  for (const [name, value] of facts) row([name, null, value], [STYLE.head, STYLE.plain, STYLE.wrapped]);
  row([], []);
  row([WORDS.column[language], WORDS.unit[language], WORDS.definition[language]], [STYLE.head, STYLE.head, STYLE.head]);
  for (const column of columns) {
    const { name, unit, definition } = noteOf(column, language);
    row([name, unit === '' ? null : unit, definition], wrapped);
  }
}
