import { BEIJING_OFFSET_S } from '@plume/ingest/protocol';
import { type Batch, type ColumnData, type ExportColumn, headOf, type Language, noteOf, textOf } from '../column.ts';
import type { TableWriter } from '../writer.ts';
import { type CellValue, cellXml, lettersOf, MOST_SHEET_ROWS, STYLE, type Style, Workbook, xmlText } from './workbook.ts';

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

type Cell = (data: ColumnData, row: number, at: string) => string;

function cellOf(column: ExportColumn): Cell {
  const number = textOf(column);
  const texts = new Map<string, string>();
  const text = (value: string | null, at: string): string => {
    if (value === null) return '';
    let inside = texts.get(value);
    if (inside === undefined) {
      inside = `" t="inlineStr"><is><t xml:space="preserve">${xmlText(value)}</t></is></c>`;
      if (texts.size < 1000) texts.set(value, inside);
    }
    return `<c r="${at}${inside}`;
  };
  const date = (value: string | null, at: string) =>
    value === null ? '' : cellXml(at, Date.parse(value) / 1000 / DAY_S + SPREADSHEET_EPOCH_DAYS, STYLE.date);
  return (data, row, at) => {
    if (data.kind === 'constant') return text(data.value, at);
    if (data.kind === 'texts') return (column.wire === 'date' ? date : text)(data.values[row] ?? null, at);
    const value = data.values[row] as number;
    if (Number.isNaN(value)) return '';
    if (column.wire === 'time')
      return `<c r="${at}" s="${STYLE.time}"><v>${(value + BEIJING_OFFSET_S) / DAY_S + SPREADSHEET_EPOCH_DAYS}</v></c>`;
    if (column.wire === 'bool') return `<c r="${at}" t="b"><v>${value}</v></c>`;
    return `<c r="${at}"><v>${number(value)}</v></c>`;
  };
}

const widthOf = ({ wire, id }: ExportColumn): number => (wire === 'time' ? 20 : id === 'vin' ? 21 : wire === 'quality' ? 40 : 13);

/**
 * A workbook: the data with a head that stays in sight, on as many sheets as its rows need, and a sheet that says what each column means and
 * what holds for all. Times are cells in Beijing time, which their heads say.
 */
export function xlsxWriter(path: string, columns: readonly ExportColumn[], language: Language, facts: Facts): TableWriter {
  const book = new Workbook(path);
  const cells = columns.map(cellOf);
  const letters = columns.map((_, index) => lettersOf(index));
  let rows = 0;
  let sheets = 0;
  let line = MOST_SHEET_ROWS;
  const nextSheet = () => {
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
        let xml = '';
        for (let index = 0; index < cells.length; index += 1)
          xml += (cells[index] as Cell)(batch.columns[index] as ColumnData, row, `${letters[index]}${line}`);
        book.row(line, xml);
      }
      rows += batch.count;
    },
    finish() {
      if (sheets === 0) nextSheet();
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
