import { contradictions, NewVehicleBody, ParametersBody } from '../routes/vehicle-parameters.ts';
import { TerminalId } from '../schemas.ts';
import { type CellKind, columnLetter, fieldOfHead, IMPORT_COLUMNS, type ImportColumn, type ImportField } from './columns.ts';
import { MAX_ROWS } from './limits.ts';
import type { FileFault } from './read-table.ts';
import { writtenDay } from './written-time.ts';

/** What can be wrong with a cell. Pages say it in their language; `says` is the sentence for programs. */
export type CellCode =
  | 'required'
  | 'notNumber'
  | 'range'
  | 'vin'
  | 'terminal'
  | 'stage'
  | 'yesNo'
  | 'date'
  | 'text'
  | 'twice'
  | 'plateTaken'
  | 'terminalElsewhere'
  | 'terminalRevoked'
  | 'terminalNew'
  | 'otherDistrict';

/** Something wrong with one cell. */
export interface CellFault {
  /** As the spreadsheet counts, from 1. */
  readonly row: number;
  /** Letter of the column; null: the file has no such column. */
  readonly column: string | null;
  readonly field: ImportField;
  readonly code: CellCode;
  readonly value: string;
  /** What the sentence is filled with: a range, another row, another truck. */
  readonly more: Readonly<Record<string, string | number>>;
  readonly says: string;
}

/** A row whose cells are plausible, each by itself. What was left empty is absent. */
export interface CheckedRow {
  readonly row: number;
  readonly vin: string;
  readonly identity: Readonly<Partial<Record<'plate' | 'plateColor' | 'district' | 'enterprise' | 'useType', string>>>;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly fittedAt: string | null;
  readonly terminalId: string | null;
}

/** The rows of a file, or why there are none to be had. */
export type CheckedTable =
  | {
      readonly ok: true;
      readonly columns: readonly { readonly column: string; readonly head: string; readonly field: ImportField | null }[];
      readonly rows: readonly CheckedRow[];
      readonly faults: readonly CellFault[];
      /** Rows that hold anything, and those of them that are wrong. */
      readonly count: number;
      readonly wrongRows: ReadonlySet<number>;
      readonly letterOf: (field: ImportField) => string | null;
    }
  | { readonly ok: false; readonly code: FileFault; readonly detail: string };

/** The head may stand below a title. */
const HEAD_WITHIN = 10;
const STAGES: Readonly<Record<string, string>> = {
  国四: 'IV',
  国五: 'V',
  国六: 'VI',
  IV: 'IV',
  V: 'V',
  VI: 'VI',
  '4': 'IV',
  '5': 'V',
  '6': 'VI',
  国IV: 'IV',
  国V: 'V',
  国VI: 'VI',
};
const YES_NO: Readonly<Record<string, boolean>> = {
  是: true,
  有: true,
  YES: true,
  Y: true,
  TRUE: true,
  '1': true,
  否: false,
  无: false,
  没有: false,
  NO: false,
  N: false,
  FALSE: false,
  '0': false,
};
const IDENTITY = ['plate', 'plateColor', 'district', 'enterprise', 'useType'] as const;
type Parsed =
  | { readonly value: string | number | boolean }
  | { readonly code: CellCode; readonly says: string; readonly more?: CellFault['more'] };

function parseCell(column: ImportColumn, text: string): Parsed {
  const { field } = column;
  if (field === 'vin') {
    const vin = NewVehicleBody.shape.vin.safeParse(text);
    return vin.success ? { value: vin.data } : { code: 'vin', says: 'must be 17 letters and digits' };
  }
  if (field === 'terminalId')
    return TerminalId.safeParse(text).success
      ? { value: text }
      : { code: 'terminal', says: 'must be 1 to 64 letters, digits, "_" or "-"' };
  return (PARSE[column.kind] ?? parseText)(column, text);
}

function parseText({ field }: ImportColumn, text: string): Parsed {
  const shapes: Readonly<Record<string, { safeParse(value: unknown): { success: boolean } }>> = {
    ...NewVehicleBody.shape,
    ...ParametersBody.shape,
  };
  return shapes[field]?.safeParse(text).success
    ? { value: text }
    : { code: 'text', says: 'is too long, or has characters that cannot be shown' };
}

function parseNumber({ field }: ImportColumn, text: string): Parsed {
  const number = Number(text.normalize('NFKC').replaceAll(/[\s,]/g, ''));
  if (!Number.isFinite(number)) return { code: 'notNumber', says: 'must be a number' };
  const shapes: Readonly<
    Record<string, { safeParse(value: unknown): { success: boolean; error?: { issues: { message: string }[] } } }>
  > = ParametersBody.shape;
  const read = shapes[field]?.safeParse(number);
  if (read?.success) return { value: number };
  const says = read?.error?.issues[0]?.message ?? 'is not plausible';
  const [, min = '', max = '', unit = ''] = / between (\S+) and (\S+) (\S+) for/.exec(says) ?? [];
  return { code: 'range', says, more: { min, max, unit } };
}

function parseDate(_column: ImportColumn, text: string): Parsed {
  const iso = writtenDay(text);
  const back = new Date(`${iso}T00:00:00Z`);
  const real =
    /^\d{4}-\d{2}-\d{2}$/.test(iso) &&
    !Number.isNaN(back.getTime()) &&
    back.toISOString().startsWith(iso) &&
    iso >= '1990-01-01' &&
    iso <= '2100-01-01';
  return real ? { value: iso } : { code: 'date', says: 'must be a date such as 2026-11-24' };
}

function parseStage(_column: ImportColumn, text: string): Parsed {
  // NFKC makes Ⅴ a V.
  const stage = STAGES[text.normalize('NFKC').toUpperCase().replaceAll(/\s/g, '')];
  return stage === undefined ? { code: 'stage', says: 'must be IV, V or VI' } : { value: stage };
}

function parseYesNo(_column: ImportColumn, text: string): Parsed {
  const value = YES_NO[text.normalize('NFKC').toUpperCase().trim()];
  return value === undefined ? { code: 'yesNo', says: 'must be yes or no' } : { value };
}

const PARSE: Readonly<Partial<Record<CellKind, (column: ImportColumn, text: string) => Parsed>>> = {
  number: parseNumber,
  date: parseDate,
  stage: parseStage,
  yesNo: parseYesNo,
};

/** Reads the head and every cell of a table by itself, and tells rows of one VIN, plate or terminal apart. */
export function checkTable(rows: readonly (readonly string[])[]): CheckedTable {
  const headAt = rows.slice(0, HEAD_WITHIN).findIndex((row) => row.some((cell) => fieldOfHead(cell) === 'vin'));
  if (headAt < 0) return { ok: false, code: 'noVin', detail: '' };
  const columns = (rows[headAt] ?? []).map((head, i) => ({ column: columnLetter(i), head, field: fieldOfHead(head) ?? null }));
  const seen = new Set<string>();
  // The first of two columns of one meaning counts; the other is told as one that is not used.
  const used = columns.map((each) => {
    const field = each.field !== null && !seen.has(each.field) ? each.field : null;
    if (field !== null) seen.add(field);
    return { ...each, field };
  });
  const body = rows
    .slice(headAt + 1)
    .map((cells, i) => ({ cells, row: headAt + 2 + i }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  if (body.length === 0) return { ok: false, code: 'empty', detail: '' };
  if (body.length > MAX_ROWS) return { ok: false, code: 'tooManyRows', detail: String(MAX_ROWS) };
  const letterOf = (field: ImportField) => used.find((each) => each.field === field)?.column ?? null;
  const faults: CellFault[] = [];
  const checked = body.map(({ cells, row }) => checkRow(cells, row, used, letterOf, faults));
  faults.push(...repeated(checked, letterOf));
  const wrongRows = new Set(faults.map(({ row }) => row));
  const good = checked.filter((row): row is CheckedRow => row !== null && !wrongRows.has(row.row));
  return { ok: true, columns: used, rows: good, faults, count: body.length, wrongRows, letterOf };
}

function checkRow(
  cells: readonly string[],
  row: number,
  columns: readonly { readonly field: ImportField | null }[],
  letterOf: (field: ImportField) => string | null,
  faults: CellFault[],
): CheckedRow | null {
  const values = new Map<string, string | number | boolean>();
  for (const [i, { field }] of columns.entries()) {
    const text = cells[i] ?? '';
    const column = IMPORT_COLUMNS.find((each) => each.field === field);
    if (!column || text === '') continue;
    const parsed = parseCell(column, text);
    if ('value' in parsed) values.set(column.field, parsed.value);
    else
      faults.push({
        row,
        column: letterOf(column.field),
        field: column.field,
        code: parsed.code,
        value: text.slice(0, 100),
        more: parsed.more ?? {},
        says: parsed.says,
      });
  }
  for (const { field, says, min, max, unit } of contradictions(Object.fromEntries(values)))
    faults.push({
      row,
      column: letterOf(field),
      field,
      code: 'range',
      value: String(values.get(field)),
      more: { min, max, unit },
      says,
    });
  const vin = values.get('vin');
  if (typeof vin !== 'string') {
    if (!faults.some((fault) => fault.row === row && fault.field === 'vin')) faults.push(missing(row, 'vin', letterOf));
    return null;
  }
  const texts = (fields: readonly string[]) =>
    Object.fromEntries(fields.flatMap((field) => (values.has(field) ? [[field, values.get(field)]] : [])));
  return {
    row,
    vin,
    identity: texts(IDENTITY) as CheckedRow['identity'],
    parameters: texts(
      IMPORT_COLUMNS.filter((each: ImportColumn) => each.parameter).map(({ field }) => field),
    ) as CheckedRow['parameters'],
    fittedAt: (values.get('fittedAt') as string | undefined) ?? null,
    terminalId: (values.get('terminalId') as string | undefined) ?? null,
  };
}

/** A cell that must not be empty. */
export function missing(row: number, field: ImportField, letterOf: (field: ImportField) => string | null): CellFault {
  return { row, column: letterOf(field), field, code: 'required', value: '', more: {}, says: 'must not be empty' };
}

/** Every row but the first of those that name one VIN, plate or terminal. */
function repeated(rows: readonly (CheckedRow | null)[], letterOf: (field: ImportField) => string | null): CellFault[] {
  const faults: CellFault[] = [];
  const first = new Map<string, number>();
  for (const row of rows) {
    if (row === null) continue;
    const named = [
      ['vin', row.vin],
      ['plate', row.identity.plate],
      ['terminalId', row.terminalId],
    ] as const;
    for (const [field, value] of named) {
      if (value === undefined || value === null) continue;
      const before = first.get(`${field} ${value}`);
      if (before === undefined) first.set(`${field} ${value}`, row.row);
      else
        faults.push({
          row: row.row,
          column: letterOf(field),
          field,
          code: 'twice',
          value,
          more: { other: before },
          says: `stands in row ${before} already`,
        });
    }
  }
  return faults;
}
