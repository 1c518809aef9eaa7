import {
  INSPECTION_ITEMS,
  INSPECTION_KIND_WORDS,
  INSPECTION_KINDS,
  INSPECTION_METHOD_WORDS,
  INSPECTION_METHODS,
  INSPECTION_RESULT_WORDS,
  INSPECTION_RESULTS,
  type InspectionFacts,
  type InspectionKind,
  type InspectionMethod,
  type InspectionResult,
  type MeasuredValue,
  USUAL_METHOD,
} from '@plume/ingest/rules';
import type { RowFault } from '../cases/import-rows.ts';
import { type ColumnLeftOut, columnsLeftOut, widthOf } from '../fleet-import/record-files.ts';
import { writtenDay, writtenTime } from '../fleet-import/written-time.ts';
import { type HeadRead, INSPECTION_COLUMNS, readHeads } from './import-columns.ts';
import { InspectionLimitSource, InspectionWords } from './inspection-schema.ts';

/** Rows above the data in which the heads are looked for: titles stand there. */
const HEAD_ROWS = 10;

/** A row as it was read; `facts` is null when a cell that it needs is missing or wrong. */
export interface InspectionRowRead {
  /** As the spreadsheet counts, from 1. */
  readonly row: number;
  readonly plate: string;
  readonly vin: string;
  readonly facts: InspectionFacts | null;
  readonly faults: readonly RowFault[];
  /** The head of the column that fills a field of a record. */
  headOf(field: string): string;
}

type Heads = readonly HeadRead[];

/** What a file holds. While a head is wrong no row can be trusted. */
export interface InspectionFileRead {
  readonly rows: readonly InspectionRowRead[];
  readonly headFaults: readonly RowFault[];
  readonly columnsLeftOut: readonly ColumnLeftOut[];
}

/** The rows of a file; null: no row has heads that name a truck and a result. */
export function readInspectionRows(rows: readonly (readonly string[])[]): InspectionFileRead | null {
  const at = rows.slice(0, HEAD_ROWS).findIndex((row) => {
    const found = new Set(readHeads(row).map(({ name }) => name));
    return (found.has('plate') || found.has('vin')) && found.has('result');
  });
  const headRow = rows[at];
  if (headRow === undefined) return null;
  const data = rows.slice(at + 1);
  const heads = readHeads(Array.from({ length: widthOf(headRow, data) }, (_, i) => headRow[i] ?? ''));
  return {
    rows: data.flatMap((cells, i) => (cells.every((cell) => cell.trim() === '') ? [] : [readRow(at + i + 2, heads, cells)])),
    headFaults: heads.flatMap(({ head, fault }) =>
      fault
        ? [{ row: at + 1, column: head, zh: `${fault.zh}。改好之前不写入任何行`, en: `${fault.en}. No row is written before` }]
        : [],
    ),
    columnsLeftOut: columnsLeftOut(headRow, data, (i) => heads[i]?.name !== undefined || heads[i]?.fault != null),
  };
}

const KIND_ALSO: Readonly<Record<InspectionKind, readonly string[]>> = {
  roadside: ['路检', '路查', '路检路查', '停放地抽测'],
  remoteSensing: ['遥感', '遥感监测', '遥感检测', '黑烟遥感'],
  annualTest: ['年检', '定期检验', '定检', '在用车检验'],
  depotCheck: ['入户', '入户检查', '入户抽测'],
  blackSmoke: ['黑烟', '黑烟车', '黑烟抓拍', '黑烟车抓拍', '抓拍'],
};
const RESULT_ALSO: Readonly<Record<InspectionResult, readonly string[]>> = {
  passed: ['合格', '达标', '通过', 'pass', '未超标', '1'],
  failed: ['不合格', '超标', '不达标', '未通过', 'fail', 'over', '0'],
  invalid: ['无效', '未判定'],
};

type Words = Readonly<Record<string, { readonly zh: string; readonly en: string }>>;

/** The value that a text means by its id, its words in either language, or other names. */
function choiceOf<T extends string>(
  text: string,
  values: readonly T[],
  words: Words,
  also?: Readonly<Record<T, readonly string[]>>,
): T | undefined {
  const lower = text.toLowerCase();
  const names = (value: T): string[] => {
    const { zh = '', en = '' } = words[value] ?? {};
    const bare = [zh, en].map((each) => each.replace(/ *\(.*\)$/, ''));
    return [value, zh, en, ...bare, ...(also?.[value] ?? [])].map((each) => each.toLowerCase());
  };
  return values.find((value) => names(value).includes(lower));
}

/** A number, also with commas between its thousands; a comma before decimals is none. */
const NUMBER = /^[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?(e[+-]?\d{1,2})?$/i;

/** What of a row is text, as the API takes it by hand. */
const TEXTS = {
  place: InspectionWords.place,
  organisation: InspectionWords.organisation,
  reportNo: InspectionWords.reportNo,
  note: InspectionWords.note,
  limitSource: InspectionLimitSource,
} as const;

/** Why a text is not taken; null: it is. */
function textFault(name: keyof typeof TEXTS, told: string): { zh: string; en: string } | null {
  const [issue] = TEXTS[name].safeParse(told).error?.issues ?? [];
  if (issue === undefined) return null;
  if (issue.code === 'too_big')
    return { zh: `不得超过 ${issue.maximum} 个字`, en: `must not be longer than ${issue.maximum} characters` };
  return { zh: '含有不可见的控制字符', en: 'must not contain control characters' };
}

function readRow(row: number, heads: Heads, cells: readonly string[]): InspectionRowRead {
  const text = (name: string): string => (cells[heads.findIndex((each) => each.name === name)] ?? '').trim();
  const headOf = (field: string): string => {
    const name = field.replace(/^values\./, '');
    return heads.find((each) => each.name === name)?.head ?? INSPECTION_COLUMNS.find((each) => each.name === name)?.zh ?? name;
  };
  const faults: RowFault[] = [];
  const wrong = (name: string, zh: string, en: string): void => {
    faults.push({ row, column: headOf(name), zh, en });
  };
  const chosen = <T extends string>(
    name: string,
    values: readonly T[],
    words: Words,
    also?: Readonly<Record<T, readonly string[]>>,
  ): T | undefined => {
    const told = text(name);
    const value = choiceOf(told, values, words, also);
    if (value === undefined) {
      const all = (language: 'zh' | 'en') => values.map((each) => words[each]?.[language]).join(language === 'zh' ? '、' : ', ');
      wrong(name, told === '' ? '未填写' : `须为：${all('zh')}`, told === '' ? 'is missing' : `must be one of: ${all('en')}`);
    }
    return value;
  };
  const number = (name: string): number | null => {
    const told = text(name).normalize('NFKC').replace(/\s/g, '');
    if (told === '') return null;
    const value = NUMBER.test(told) ? Number(told.replaceAll(',', '')) : Number.NaN;
    if (Number.isFinite(value)) return value;
    wrong(name, '须为数字', 'must be a number');
    return null;
  };
  const kind = chosen('kind', INSPECTION_KINDS, INSPECTION_KIND_WORDS, KIND_ALSO);
  const result = chosen('result', INSPECTION_RESULTS, INSPECTION_RESULT_WORDS, RESULT_ALSO);
  const method: InspectionMethod | undefined =
    text('method') === '' && kind !== undefined
      ? USUAL_METHOD[kind]
      : chosen('method', INSPECTION_METHODS, INSPECTION_METHOD_WORDS);
  for (const name of ['day', 'organisation']) if (text(name) === '') wrong(name, '未填写', 'is missing');
  for (const name of ['place', 'organisation', 'reportNo', 'note', 'limitSource'] as const) {
    const found = text(name) === '' ? null : textFault(name, text(name));
    if (found) wrong(name, found.zh, found.en);
  }
  const or = (name: string): string | null => text(name) || null;
  const values = INSPECTION_ITEMS.flatMap(({ id }): MeasuredValue[] => {
    const value = number(id);
    const limit = number(`${id}.limit`);
    if (value === null) {
      if (limit !== null && text(id) === '') wrong(`${id}.limit`, '有限值而无测量值', 'is a limit without a measured value');
      return [];
    }
    return [{ item: id, value, limit, limitSource: limit === null ? null : or('limitSource') }];
  });
  const facts: InspectionFacts | null =
    kind === undefined || result === undefined || method === undefined || faults.length > 0
      ? null
      : {
          kind,
          day: writtenDay(text('day')),
          time: text('time') === '' ? writtenTime(text('day')) : writtenTime(text('time')),
          place: or('place'),
          organisation: text('organisation'),
          method,
          values,
          result,
          reportNo: or('reportNo'),
          note: or('note'),
        };
  return {
    row,
    plate: text('plate'),
    vin: text('vin').normalize('NFKC').replace(/\s/g, '').toUpperCase(),
    facts,
    faults,
    headOf,
  };
}
