import { BEIJING_OFFSET_S } from '@plume/ingest/protocol';
import { ByteLines, PACKED_WORDS, pack, packedText } from '../byte-lines.ts';
import { CellText } from '../cell-text.ts';
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

const ROW = packedText('<row r="');
const ROW_OPEN = packedText('">');
const ROW_END = packedText('</row>');
const CELL_END = packedText('</v></c>');
const PIECE_BYTES = 1_048_576;

/** The cells of a column, as XML. */
class CellXml {
  readonly #start: Int32Array;
  /** What is between the place of a cell and its number; a text has its own. */
  readonly #open: Int32Array | null;
  readonly #text: CellText;

  constructor(column: ExportColumn, index: number) {
    const { wire } = column;
    const style =
      wire === 'time' ? ` s="${STYLE.time}"` : wire === 'date' ? ` s="${STYLE.date}"` : wire === 'bool' ? ' t="b"' : '';
    this.#start = packedText(`<c r="${lettersOf(index)}`);
    this.#open = wire === 'text' || wire === 'quality' || wire === 'constant' ? null : packedText(`"${style}><v>`);
    this.#text = new CellText(column, { text: wire === 'date' ? dateXml : textXml, time: putSpreadsheetTime });
  }

  /** Writes the cell of a row, unless it has no value. `line`: the packed number of the row. */
  put(data: ColumnData, row: number, line: Int32Array, out: ByteLines): void {
    const before = out.at;
    out.packed(this.#start, 0);
    out.packed(line, 0);
    if (this.#open !== null) out.packed(this.#open, 0);
    if (!this.#text.put(data, row, out)) out.at = before;
    else if (this.#open !== null) out.packed(CELL_END, 0);
  }
}

function textXml(value: string): string {
  return `" t="inlineStr"><is><t xml:space="preserve">${xmlText(value)}</t></is></c>`;
}

function dateXml(value: string): string {
  return String(Date.parse(value) / 1000 / DAY_S + SPREADSHEET_EPOCH_DAYS);
}

function putSpreadsheetTime(timeSec: number, out: ByteLines): void {
  out.ascii(String((timeSec + BEIJING_OFFSET_S) / DAY_S + SPREADSHEET_EPOCH_DAYS));
}

const widthOf = ({ wire, id }: ExportColumn): number => (wire === 'time' ? 20 : id === 'vin' ? 21 : wire === 'quality' ? 40 : 13);

/**
 * A workbook: the data with a head that stays in sight, on as many sheets as its rows need, and a sheet that says what each column means and
 * what holds for all. Times are cells in Beijing time, which their heads say.
 */
export function xlsxWriter(path: string, columns: readonly ExportColumn[], language: Language, facts: Facts): TableWriter {
  const book = new Workbook(path);
  const cells = columns.map((column, index) => new CellXml(column, index));
  const out = new ByteLines();
  const number = new Int32Array(PACKED_WORDS);
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
        pack(String(line), number, 0);
        out.packed(ROW, 0);
        out.packed(number, 0);
        out.packed(ROW_OPEN, 0);
        for (let index = 0; index < cells.length; index += 1)
          (cells[index] as CellXml).put(batch.columns[index] as ColumnData, row, number, out);
        out.packed(ROW_END, 0);
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
