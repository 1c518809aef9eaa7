import type { StationRow } from '@plume/db';
import { type NewStep, type StepValue, stepRow } from '@plume/ingest/rules';
import { type ColumnLeftOut, columnsLeftOut } from '../fleet-import/record-files.ts';
import { writtenDay } from '../fleet-import/written-time.ts';
import { unitFault } from '../inspections/import-columns.ts';
import { type CaseColumn, columnOfHead } from './import-columns.ts';

/** Rows above the data in which the heads are looked for: titles stand there. */
const HEAD_ROWS = 10;

/** Something wrong with one cell, in both languages. */
export interface RowFault {
  /** As the spreadsheet counts, from 1. */
  readonly row: number;
  /** Head of the column as the file has it, or as it is called where the file has none. */
  readonly column: string;
  readonly zh: string;
  readonly en: string;
}

/** A row as it was read: which case is meant, and the steps that it brings. */
export interface ImportRow {
  readonly row: number;
  readonly find: { readonly case: string; readonly plate: string; readonly vin: string };
  readonly steps: readonly NewStep[];
  readonly faults: readonly RowFault[];
  /** The head of the column that fills a field of a step. */
  headOf(step: string, field: string): string;
}

/** What a file holds. */
export interface CaseFileRead {
  readonly rows: readonly ImportRow[];
  readonly columnsLeftOut: readonly ColumnLeftOut[];
}

/** The rows of a file; null: no row has heads that name a truck or a case, and a repair or a retest. */
export function readRows(rows: readonly (readonly string[])[], stations: readonly StationRow[]): CaseFileRead | null {
  const at = rows.slice(0, HEAD_ROWS).findIndex((row) => {
    const found = row.flatMap((head) => columnOfHead(head) ?? []);
    return found.some(({ step }) => step === 'find') && found.some(({ step }) => step !== 'find');
  });
  const heads = rows[at];
  if (heads === undefined) return null;
  const columns = heads.map((head) => ({ head, column: columnOfHead(head) }));
  const data = rows.slice(at + 1);
  return {
    rows: data.flatMap((cells, i) =>
      cells.every((cell) => cell.trim() === '') ? [] : [readRow(at + i + 2, columns, cells, stations)],
    ),
    columnsLeftOut: columnsLeftOut(heads, data, (i) => columns[i]?.column !== undefined),
  };
}

type Heads = readonly { readonly head: string; readonly column: CaseColumn | undefined }[];

const YES = ['1', '是', 'yes', 'true', '√', '已上传'];
const NO = ['0', '否', 'no', 'false', '未上传'];

function readRow(row: number, heads: Heads, cells: readonly string[], stations: readonly StationRow[]): ImportRow {
  const faults: RowFault[] = [];
  const find = { case: '', plate: '', vin: '' };
  const values: Record<'repair' | 'retest', Record<string, StepValue>> = { repair: {}, retest: {} };
  const days: Record<'repair' | 'retest', string> = { repair: '', retest: '' };
  heads.forEach(({ head, column }, i) => {
    const text = (cells[i] ?? '').trim();
    if (column === undefined || text === '') return;
    const { step, field } = column;
    if (step === 'find') {
      if (field === 'case' || field === 'plate' || field === 'vin') find[field] = text;
      return;
    }
    if (field === 'day') {
      days[step] = writtenDay(text);
      return;
    }
    // A number under the head of another unit is another number.
    const wrongUnit = field === 'noxPpm' || field === 'lightAbsorptionPerM' ? unitFault(head, field) : null;
    const read = wrongUnit ?? readCell(step, field, text, stations);
    if ('value' in read) values[step][field] = read.value;
    else faults.push({ row, column: head, ...read });
  });
  const steps = (['repair', 'retest'] as const)
    .filter((kind) => days[kind] !== '' || Object.keys(values[kind]).length > 0)
    .map((kind): NewStep => ({ kind, day: days[kind], values: values[kind], note: null }));
  const headOf = (step: string, field: string): string => {
    const own = heads.find(({ column }) => column?.step === step && column.field === field);
    if (own) return own.head;
    return stepRow(step === 'retest' ? 'retest' : 'repair').fields.find(({ name }) => name === field)?.zh ?? field;
  };
  return { row, find, steps, faults, headOf };
}

type Read = { readonly value: StepValue } | { readonly zh: string; readonly en: string };

function readCell(step: 'repair' | 'retest', field: string, text: string, stations: readonly StationRow[]): Read {
  const row = stepRow(step).fields.find(({ name }) => name === field);
  switch (row?.kind) {
    case 'mStation':
    case 'iStation': {
      const kind = row.kind === 'mStation' ? 'M' : 'I';
      const station = stations.find((each) => each.kind === kind && each.name === text && each.retired_at === null);
      return station
        ? { value: station.id }
        : { zh: `没有在用的 ${kind} 站“${text}”`, en: `there is no ${kind} station "${text}" in use` };
    }
    case 'day':
      return { value: writtenDay(text) };
    case 'flag': {
      const lower = text.toLowerCase();
      if (YES.includes(lower)) return { value: true };
      return NO.includes(lower) ? { value: false } : { zh: '须为是或否', en: 'must be yes or no' };
    }
    case 'number': {
      const value = Number(text);
      return Number.isFinite(value) ? { value } : { zh: '须为数字', en: 'must be a number' };
    }
    case 'choice': {
      const lower = text.toLowerCase();
      const one = row.choices?.find((each) =>
        [each.value, each.zh, each.en, each.zh.replace(/ *\(.*\)$/, '')].some((name) => name.toLowerCase() === lower),
      );
      return one
        ? { value: one.value }
        : {
            zh: `须为：${row.choices?.map((each) => each.zh).join('、')}`,
            en: `must be one of: ${row.choices?.map((each) => each.en).join(', ')}`,
          };
    }
    default:
      return { value: text };
  }
}
