import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RevisionRow } from '@plume/db';
import { beijingTexts } from '../exports/beijing-text.ts';
import { type CellValue, STYLE, type Style, Workbook } from '../exports/formats/workbook.ts';
import { FileSink } from '../exports/writer.ts';
import { type Text, text } from '../statistics/text.ts';
import { same } from './cells.ts';
import type { Cell, ReportContent, ReportTable, RevisionNote } from './content.ts';
import { scopeOf } from './periods.ts';

type Lang = 'zh' | 'en';

const WORDS = {
  unit: text('单位', 'unit'),
  figure: text('指标', 'figure'),
  definition: text('口径（公式）', 'definition (formula)'),
  source: text('来源', 'source'),
  definitions: text('口径说明', 'Definitions'),
  provenance: text('数据版本与修订', 'Data version'),
  none: text('—（', '— ('),
  noneEnd: text('）', ')'),
  title: text('报表', 'Report'),
  period: text('时段（北京时间自然日，首尾均含）', 'Period (Beijing days, both included)'),
  scope: text('范围', 'Scope'),
  grouped: text('区县与企业归属', 'District and enterprise'),
  groupedBy: text(
    '整个时段按本修订签发时登记的区县和企业归属；车辆此后变更归属的，由新的修订说明',
    'For the whole period those in the registry when this revision was issued; a truck that moves afterwards makes a new revision, which names it',
  ),
  zone: text('时区', 'Time zone'),
  zoneIs: text('北京时间（UTC+8）', 'Beijing time (UTC+8)'),
  summary: text('摘要', 'Summary'),
  revision: text('修订', 'Revision'),
  dataVersion: text('数据版本', 'Data version'),
  issued: text('出具时间', 'Issued at'),
  by: text('出具人', 'Issued by'),
  hash: text('SHA-256（冻结内容的规范 JSON，RFC 8785）', 'SHA-256 (canonical JSON of what is frozen, RFC 8785)'),
  newest: text('最新样本', 'Newest sample'),
  evaluated: text('最近计算', 'Evaluated at'),
  samples: text('样本', 'Samples'),
  truckDays: text('有数据的车日', 'Truck-days with data'),
  waiting: text('出具时等待重算的车日', 'Truck-days that waited to be evaluated anew'),
  formulas: text('公式版本', 'Versions of formulas'),
  rules: text('规则版本', 'Versions of rules'),
  program: text('程序', 'Program'),
  previous: text('环比对比期', 'Period before'),
  year: text('同比对比期', 'A year before'),
  notice: text('说明', 'Note'),
  why: text('修订原因', 'Why it was revised'),
  changed: text('变化的数字', 'Figures that changed'),
  changedOf: text('（列出前 {n} 项）', '(the first {n} are listed)'),
  table: text('表', 'Table'),
  row: text('行', 'Row'),
  column: text('列', 'Column'),
  from: text('原', 'was'),
  to: text('现', 'is'),
  first: text('首次出具', 'first issue'),
} as const satisfies Record<string, Text>;

function written(cell: Cell | null, lang: Lang): CellValue {
  if (cell === null) return null;
  if (typeof cell === 'number') return cell;
  if ('none' in cell) return `${WORDS.none[lang]}${cell.none[lang]}${WORDS.noneEnd[lang]}`;
  return cell[lang] === '' ? null : cell[lang];
}

const DIGITS = [STYLE.digits0, STYLE.digits1, STYLE.digits2, STYLE.digits3, STYLE.digits4] as const;

/** A figure is shown with three significant digits, as on the page, and kept whole. */
function styleOf(cell: Cell | null): Style {
  if (typeof cell !== 'number') return STYLE.plain;
  const decimals = Number.isInteger(cell) ? 0 : 2 - Math.floor(Math.log10(Math.abs(cell)));
  return DIGITS[Math.max(0, Math.min(DIGITS.length - 1, decimals))] ?? STYLE.plain;
}

const named = (name: Text, unit: string, lang: Lang) => (unit === '' ? name[lang] : `${name[lang]} (${unit})`);

/** Rows of a sheet, one after the other. */
class Lines {
  readonly #book: Workbook;
  #line = 0;

  constructor(book: Workbook) {
    this.#book = book;
  }

  add(values: readonly CellValue[], style: Style | readonly Style[] = STYLE.plain): void {
    this.#line += 1;
    this.#book.values(this.#line, values, style);
  }
}

function tableSheet(book: Workbook, table: ReportTable, lang: Lang): void {
  const widths = table.columns.map(({ name }) => Math.max(11, Math.min(24, name[lang].length * (lang === 'zh' ? 2 : 1) + 2)));
  book.begin(table.title[lang], [28, ...widths], 1, true);
  const lines = new Lines(book);
  lines.add([table.of[lang], ...table.columns.map(({ name, unit }) => named(name, unit, lang))], STYLE.head);
  for (const row of table.rows)
    lines.add([row.label[lang], ...row.cells.map((cell) => written(cell, lang))], [STYLE.plain, ...row.cells.map(styleOf)]);
  for (const note of table.notes) lines.add([note[lang]]);
}

/** What each figure means, and where it comes from; each once. */
export function definitionsOf({ tables }: ReportContent): { name: Text; unit: string; definition: Text; source: Text }[] {
  const found = new Map<string, { name: Text; unit: string; definition: Text; source: Text }>();
  const add = (id: string, name: Text, unit: string, definition: Text | null | undefined, source: Text | null | undefined) => {
    if (definition && !found.has(id)) found.set(id, { name, unit, definition, source: source ?? text('', '') });
  };
  for (const { rows, columns } of tables) {
    for (const { key, label, unit, definition, source } of rows) add(key, label, unit ?? '', definition, source);
    for (const { id, name, unit, definition, source } of columns) add(id, name, unit, definition, source);
  }
  return [...found.values()];
}

function definitionsSheet(book: Workbook, content: ReportContent, lang: Lang): void {
  book.begin(WORDS.definitions[lang], [30, 12, 90, 40], 1, true);
  const lines = new Lines(book);
  lines.add(
    [WORDS.figure, WORDS.unit, WORDS.definition, WORDS.source].map((each) => each[lang]),
    STYLE.head,
  );
  for (const { name, unit, definition, source } of definitionsOf(content))
    lines.add([name[lang], unit === '' ? null : unit, definition[lang], source[lang]], STYLE.wrapped);
}

/** Facts of a revision as pairs: what it is of, when and by whom it was issued, and what of the data it rests on. */
export function provenanceOf(content: ReportContent, revision: RevisionRow): { name: Text; value: Text }[] {
  const beijing = beijingTexts();
  const at = (iso: string | null) => same(iso === null ? '—' : beijing(Date.parse(iso) / 1000));
  const { report, data, compared } = content;
  const span = ({ from, to }: { from: string; to: string }) => same(from === to ? from : `${from} … ${to}`);
  const pairs: [Text, Text][] = [
    [WORDS.period, span(report)],
    [WORDS.scope, scopeOf(report)],
    [WORDS.grouped, WORDS.groupedBy],
    [WORDS.zone, WORDS.zoneIs],
    [WORDS.dataVersion, same(String(revision.id))],
    [WORDS.revision, same(String(revision.revision))],
    [WORDS.issued, at(revision.issued_at.toISOString())],
    [WORDS.by, same(revision.issued_by)],
    [WORDS.hash, same(revision.sha256)],
    [WORDS.newest, at(data.newestSample)],
    [WORDS.evaluated, at(data.evaluatedAt)],
    [WORDS.truckDays, same(String(data.truckDays))],
    [WORDS.samples, same(String(data.samples))],
    [WORDS.waiting, same(String(data.waiting))],
    [WORDS.formulas, same(data.formulas.join(', ') || '—')],
    [WORDS.rules, same(data.rules.join(', ') || '—')],
    [WORDS.previous, span(compared.previous)],
    [WORDS.year, span(compared.year)],
    [WORDS.program, same(`Plume ${data.plume}`)],
  ];
  return pairs.map(([name, value]) => ({ name, value }));
}

function provenanceSheet(
  book: Workbook,
  content: ReportContent,
  revision: RevisionRow,
  note: RevisionNote | null,
  lang: Lang,
): void {
  book.begin(WORDS.provenance[lang], [36, 34, 26, 22, 22, 12], 0, true);
  const lines = new Lines(book);
  lines.add([content.title[lang]], STYLE.title);
  for (const { name, value } of provenanceOf(content, revision)) lines.add([name[lang], value[lang]], [STYLE.head, STYLE.plain]);
  for (const notice of content.notices) lines.add([WORDS.notice[lang], notice[lang]], [STYLE.head, STYLE.plain]);
  lines.add([]);
  lines.add([WORDS.why[lang], note === null ? WORDS.first[lang] : null], [STYLE.head, STYLE.plain]);
  if (note === null) return;
  for (const { text: said } of note.causes) lines.add([null, said[lang]]);
  lines.add([]);
  const cut = note.changed > note.changes.length ? WORDS.changedOf[lang].replace('{n}', String(note.changes.length)) : '';
  lines.add([`${WORDS.changed[lang]} ${note.changed}${cut}`], STYLE.head);
  lines.add(
    [WORDS.table, WORDS.row, WORDS.column, WORDS.from, WORDS.to, WORDS.unit].map((each) => each[lang]),
    STYLE.head,
  );
  for (const { table, row, column, from, to, unit } of note.changes)
    lines.add([table[lang], row[lang], column[lang], written(from, lang), written(to, lang), unit]);
}

function summarySheet(book: Workbook, content: ReportContent, revision: RevisionRow, lang: Lang): void {
  book.begin(WORDS.summary[lang], [36, 100], 0, true);
  const lines = new Lines(book);
  lines.add([content.title[lang]], STYLE.title);
  lines.add([WORDS.summary[lang], content.summary[lang]], [STYLE.head, STYLE.wrapped]);
  for (const notice of content.notices) lines.add([WORDS.notice[lang], notice[lang]], [STYLE.head, STYLE.wrapped]);
  for (const { name, value } of provenanceOf(content, revision).slice(0, 9))
    lines.add([name[lang], value[lang]], [STYLE.head, STYLE.wrapped]);
}

/** A revision as a workbook: a sheet for each table, what the figures mean, and what they rest on. The same revision gives the same sheets for ever. */
export function reportWorkbook(content: ReportContent, revision: RevisionRow, note: RevisionNote | null, lang: Lang): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'plume-report-'));
  try {
    const path = join(folder, 'report.xlsx');
    const book = new Workbook(new FileSink(path));
    summarySheet(book, content, revision, lang);
    for (const table of content.tables) tableSheet(book, table, lang);
    definitionsSheet(book, content, lang);
    provenanceSheet(book, content, revision, note, lang);
    book.finish();
    return new Uint8Array(readFileSync(path));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
