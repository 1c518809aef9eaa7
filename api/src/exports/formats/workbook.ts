import type { FileSink } from '../writer.ts';
import { ZipFile } from './zip.ts';

/** Styles of cells, by their place in the style sheet; `digits0` … `digits4` show a number with so many decimals and keep all of it. */
export const STYLE = {
  plain: 0,
  time: 1,
  head: 2,
  wrapped: 3,
  date: 4,
  title: 5,
  digits0: 6,
  digits1: 7,
  digits2: 8,
  digits3: 9,
  digits4: 10,
} as const;
export type Style = (typeof STYLE)[keyof typeof STYLE];

/** Rows of a sheet that the programs which open it can show. */
export const MOST_SHEET_ROWS = 1_048_576;
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
/** Longest text of a cell, and longest name of a sheet. */
const MOST_CHARS = 32_767;
const MOST_NAME_CHARS = 31;

const FORMATS: Readonly<Record<number, string>> = {
  164: 'yyyy\\-mm\\-dd\\ hh:mm:ss',
  165: 'yyyy\\-mm\\-dd',
  166: '#,##0.0',
  167: '#,##0.000',
  168: '#,##0.0000',
};
const WRAPPED = '<alignment vertical="top" wrapText="1"/>';
/** In the order of `STYLE`; 3 and 4 are the formats `#,##0` and `#,##0.00` that every program has (18.8.30). */
const CELL_STYLES: readonly { format?: number; font?: number; wrapped?: boolean }[] = [
  {},
  { format: 164 },
  { font: 1, wrapped: true },
  { wrapped: true },
  { format: 165 },
  { font: 2 },
  { format: 3 },
  { format: 166 },
  { format: 4 },
  { format: 167 },
  { format: 168 },
];

function cellStyle({ format = 0, font = 0, wrapped = false }: (typeof CELL_STYLES)[number]): string {
  const applied = [format > 0 && 'applyNumberFormat="1"', font > 0 && 'applyFont="1"', wrapped && 'applyAlignment="1"'];
  const head = [`<xf numFmtId="${format}" fontId="${font}" fillId="0" borderId="0" xfId="0"`, ...applied.filter(Boolean)].join(
    ' ',
  );
  return wrapped ? `${head}>${WRAPPED}</xf>` : `${head}/>`;
}

const STYLES = `${DECLARATION}<styleSheet xmlns="${MAIN}"><numFmts count="${Object.keys(FORMATS).length}">${Object.entries(
  FORMATS,
)
  .map(([id, code]) => `<numFmt numFmtId="${id}" formatCode="${code}"/>`)
  .join(
    '',
  )}</numFmts><fonts count="3"><font><sz val="11"/></font><font><b/><sz val="11"/></font><font><b/><sz val="14"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="${CELL_STYLES.length}">${CELL_STYLES.map(cellStyle).join('')}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;

/** A text as XML; control characters that XML cannot hold are left out. */
export function xmlText(value: string): string {
  return value
    .slice(0, MOST_CHARS)
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"]/g, (mark) => (mark === '&' ? '&amp;' : mark === '<' ? '&lt;' : mark === '>' ? '&gt;' : '&quot;'));
}

/** A text inside a cell; white space is told to be kept where a reader would not keep it. */
export function inlineText(value: string): string {
  return `<is><t${/^\s|\s$|[\t\n\r]/.test(value) ? ' xml:space="preserve"' : ''}>${xmlText(value)}</t></is>`;
}

/** A title as the name of a sheet: without the marks that none may have, at most 31 characters long, and cut between words where there are any. */
export function sheetName(title: string): string {
  const name = title.replace(/\s*[[\]:：*?/\\]+\s*/g, ' ').trim();
  if (name.length <= MOST_NAME_CHARS) return name;
  const end = name.lastIndexOf(' ', MOST_NAME_CHARS);
  return name.slice(0, end < MOST_NAME_CHARS / 2 ? MOST_NAME_CHARS : end);
}

/** Letters of a column: A, …, Z, AA, … */
export function lettersOf(index: number): string {
  let letters = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return letters;
}

/** A value of a cell: a number, a text, or nothing. */
export type CellValue = number | string | null;

/** One cell as XML; a text is never a formula. */
export function cellXml(at: string, value: CellValue, style: Style = STYLE.plain): string {
  const s = style === STYLE.plain ? '' : ` s="${style}"`;
  if (value === null) return '';
  if (typeof value === 'number') return `<c r="${at}"${s}><v>${value}</v></c>`;
  return `<c r="${at}"${s} t="inlineStr">${inlineText(value)}</c>`;
}

/** A workbook (Office Open XML, ECMA-376), written sheet after sheet as a stream. */
export class Workbook {
  readonly #sink: FileSink;
  readonly #zip: ZipFile;
  readonly #sheets: string[] = [];
  #end = '';

  constructor(sink: FileSink) {
    this.#sink = sink;
    this.#zip = new ZipFile(sink);
  }

  /** Begins a sheet; `widths` in characters. With `frozen` the first so many rows stay in sight; `print`: it is printed across, as wide as a page. */
  begin(name: string, widths: readonly number[], frozen: number, print = false): void {
    if (this.#sheets.length > 0) this.#zip.text(this.#end);
    this.#end = `</sheetData>${print ? '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>' : ''}</worksheet>`;
    this.#sheets.push(sheetName(name));
    this.#zip.begin(`xl/worksheets/sheet${this.#sheets.length}.xml`);
    const pane =
      frozen === 0
        ? ''
        : `<pane ySplit="${frozen}" topLeftCell="A${frozen + 1}" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/>`;
    const columns = widths.map((width, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`).join('');
    this.#zip.text(
      `${DECLARATION}<worksheet xmlns="${MAIN}">${print ? '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>' : ''}<sheetViews><sheetView workbookViewId="0"${this.#sheets.length === 1 ? ' tabSelected="1"' : ''}>${pane}</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>${columns}</cols><sheetData>`,
    );
  }

  /** A row of the open sheet, its cells as XML. */
  row(number: number, cells: string): void {
    this.#zip.text(`<row r="${number}">${cells}</row>`);
  }

  /** Whole rows of the open sheet as XML: until it is done they must not change, and nothing else may be written. */
  rows(xml: Uint8Array): Promise<void> {
    return this.#zip.bytes(xml);
  }

  /** A row of the open sheet from its values. */
  values(number: number, values: readonly CellValue[], style: Style | readonly Style[] = STYLE.plain): void {
    const styleOf = (index: number): Style => (typeof style === 'number' ? style : (style[index] ?? STYLE.plain));
    this.row(number, values.map((value, index) => cellXml(`${lettersOf(index)}${number}`, value, styleOf(index))).join(''));
  }

  finish(): void {
    if (this.#sheets.length > 0) this.#zip.text(this.#end);
    const numbered = this.#sheets.map((name, i) => ({ name, n: i + 1 }));
    this.#part(
      '[Content_Types].xml',
      `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>${numbered.map(({ n }) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`).join('')}</Types>`,
    );
    this.#part(
      '_rels/.rels',
      `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    );
    this.#part(
      'xl/workbook.xml',
      `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${numbered.map(({ name, n }) => `<sheet name="${xmlText(name)}" sheetId="${n}" r:id="rId${n}"/>`).join('')}</sheets></workbook>`,
    );
    this.#part(
      'xl/_rels/workbook.xml.rels',
      `<Relationships xmlns="${PACKAGE}/relationships">${numbered.map(({ n }) => `<Relationship Id="rId${n}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${n}.xml"/>`).join('')}<Relationship Id="rId0" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
    );
    this.#zip.begin('xl/styles.xml');
    this.#zip.text(STYLES);
    this.#zip.finish();
    this.#sink.close();
  }

  #part(name: string, xml: string): void {
    this.#zip.begin(name);
    this.#zip.text(DECLARATION + xml);
  }
}
