import { BEIJING_OFFSET_S } from '@plume/ingest/protocol/catalogue';
import { ByteLines, PACKED_WORDS, packedText, pack as packInto } from '../byte-lines.ts';
import { CellText } from '../cell-text.ts';
import { type Batch, type ColumnData, type ExportColumn, headOf, type Language, noteOf } from '../column.ts';
import type { FileSink, TableWriter } from '../writer.ts';
import { type CellValue, inlineText, lettersOf, MOST_SHEET_ROWS, STYLE, type Style, Workbook } from './workbook.ts';

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
const NUMBER_OPEN = '"><v>';
const ROW_END = packedText('</row>');
const CELL_END = packedText('</v></c>');
const PIECE_BYTES = 1_048_576;

/** The cells of a column, as XML. */
class CellXml {
  readonly #start: Int32Array;
  /** What is between the place of a cell and its value where it is no plain number; a text has its own. */
  readonly #open: Int32Array | null;
  readonly #isPlain: boolean;
  readonly #text: CellText;

  constructor(column: ExportColumn, index: number) {
    const { wire } = column;
    const style =
      wire === 'time' ? ` s="${STYLE.time}"` : wire === 'date' ? ` s="${STYLE.date}"` : wire === 'bool' ? ' t="b"' : '';
    this.#start = packedText(`<c r="${lettersOf(index)}`);
    this.#isPlain = style === '' && wire !== 'text' && wire !== 'quality' && wire !== 'constant';
    this.#open = style === '' ? null : packedText(`"${style}><v>`);
    this.#text = new CellText(column, {
      text: wire === 'date' ? dateXml : textXml,
      time: wire === 'time' ? putSpreadsheetTime() : undefined,
    });
  }

  /** Writes the cell of a row, unless it has no value. `line`: the packed number of the row; `opened`: with what opens a plain number behind it. */
  put(data: ColumnData, row: number, line: Int32Array, opened: Int32Array, out: ByteLines): void {
    const before = out.at;
    out.packed(this.#start, 0);
    out.packed(this.#isPlain ? opened : line, 0);
    if (this.#open !== null) out.packed(this.#open, 0);
    if (!this.#text.put(data, row, out)) out.at = before;
    else if (this.#isPlain || this.#open !== null) out.packed(CELL_END, 0);
  }
}

function textXml(value: string): string {
  return `" t="inlineStr">${inlineText(value)}</c>`;
}

function dateXml(value: string): string {
  return String(Date.parse(value) / 1000 / DAY_S + SPREADSHEET_EPOCH_DAYS);
}

/** Writes Beijing times as spreadsheets count them, in days and parts of a day. What part of a day a second is (to 10⁻¹¹, half a microsecond) is made once. */
function putSpreadsheetTime(): (timeSec: number, out: ByteLines) => void {
  const parts = new Int32Array(DAY_S * PACKED_WORDS);
  const dayText = new Int32Array(PACKED_WORDS);
  let day = Number.NaN;
  return (timeSec, out) => {
    const local = timeSec + BEIJING_OFFSET_S;
    const of = Math.floor(local / DAY_S);
    const second = local - of * DAY_S;
    if (!Number.isInteger(second)) {
      out.ascii(String(local / DAY_S + SPREADSHEET_EPOCH_DAYS));
      return;
    }
    if (of !== day) {
      day = of;
      packInto(String(of + SPREADSHEET_EPOCH_DAYS), dayText, 0);
    }
    out.packed(dayText, 0);
    if (second === 0) return;
    const place = second * PACKED_WORDS;
    if (parts[place] === 0) packInto((second / DAY_S).toFixed(11).slice(1).replace(/0+$/, ''), parts, place);
    out.packed(parts, place);
  };
}

const widthOf = ({ wire, id }: ExportColumn): number => (wire === 'time' ? 20 : id === 'vin' ? 21 : wire === 'quality' ? 40 : 13);

/**
 * A workbook: the data with a head that stays in sight, on as many sheets as its rows need, and a sheet that says what each column means and
 * what holds for all. Times are cells in Beijing time, which their heads say.
 */
export function xlsxWriter(sink: FileSink, columns: readonly ExportColumn[], language: Language, facts: Facts): TableWriter {
  const book = new Workbook(sink);
  const cells = columns.map((column, index) => new CellXml(column, index));
  const number = new Int32Array(PACKED_WORDS);
  const opened = new Int32Array(PACKED_WORDS);
  // While rows of one are packed, the next are written into the other.
  let out = new ByteLines();
  let beside = new ByteLines();
  let packing: Promise<void> = Promise.resolve();
  let rows = 0;
  let sheets = 0;
  let line = MOST_SHEET_ROWS;
  const pack = async () => {
    await packing;
    packing = book.rows(out.take());
    // What it throws is thrown where it is waited for.
    packing.catch(() => undefined);
    [out, beside] = [beside, out];
  };
  const nextSheet = async () => {
    if (sheets > 0) await pack();
    await packing;
    sheets += 1;
    book.begin(sheets === 1 ? WORDS.data[language] : `${WORDS.data[language]} ${sheets}`, columns.map(widthOf), 1);
    book.values(
      1,
      columns.map((column) => headOf(column, language)),
      STYLE.head,
    );
    line = 1;
  };
  const putRow = (data: readonly ColumnData[], row: number) => {
    const text = String(line);
    packInto(text, number, 0);
    packInto(text + NUMBER_OPEN, opened, 0);
    out.packed(ROW, 0);
    out.packed(number, 0);
    out.packed(ROW_OPEN, 0);
    for (let index = 0; index < cells.length; index += 1)
      (cells[index] as CellXml).put(data[index] as ColumnData, row, number, opened, out);
    out.packed(ROW_END, 0);
  };
  return {
    async write(batch: Batch) {
      for (let row = 0; row < batch.count; ) {
        if (line >= MOST_SHEET_ROWS) await nextSheet();
        const end = Math.min(batch.count, row + MOST_SHEET_ROWS - line);
        for (; row < end && out.at < PIECE_BYTES; row += 1) {
          line += 1;
          putRow(batch.columns, row);
        }
        if (out.at >= PIECE_BYTES) await pack();
      }
      rows += batch.count;
    },
    async finish() {
      if (sheets === 0) await nextSheet();
      await pack();
      await packing;
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
