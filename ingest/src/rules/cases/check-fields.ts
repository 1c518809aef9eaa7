import type { Day } from './calendar.ts';
import { type Refusal, refuse } from './refusal.ts';
import { type FieldRow, TEXT_CHARS } from './step-fields.ts';

/** A value of a field. */
export type StepValue = string | number | boolean | null | { readonly [key: string]: unknown };
export type StepValues = Readonly<Record<string, StepValue>>;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether a text is a date of the calendar. */
export function isDay(value: unknown): value is Day {
  if (typeof value !== 'string' || !DAY.test(value)) return false;
  const ms = Date.parse(value);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(value);
}

function numberFault(row: FieldRow, field: string, value: StepValue): Refusal | null {
  const whole = row.kind !== 'number';
  const least = row.kind === 'count' ? 1 : 0;
  const most = row.max ?? Number.MAX_SAFE_INTEGER;
  if (typeof value !== 'number' || !Number.isFinite(value) || (whole && !Number.isInteger(value)))
    return refuse(field, whole ? '须为整数' : '须为数字', whole ? 'must be a whole number' : 'must be a number');
  if (value < least || value > most)
    return refuse(field, `须在 ${least} 至 ${most} 之间`, `must be between ${least} and ${most}`);
  return null;
}

function textFault(row: FieldRow, field: string, value: StepValue): Refusal | null {
  const most = row.max ?? TEXT_CHARS;
  if (typeof value !== 'string' || value.trim() === '') return refuse(field, '须为文字', 'must be a text');
  if (value.length > most) return refuse(field, `不得超过 ${most} 字`, `must not have more than ${most} characters`);
  // Line ends are wanted in longer texts; other control characters are not.
  if (/[^\P{Cc}\n]|\p{Cs}/u.test(value)) return refuse(field, '含有控制字符', 'must not contain control characters');
  return null;
}

function fault(row: FieldRow, value: StepValue, today: Day): Refusal | null {
  const field = `values.${row.name}`;
  switch (row.kind) {
    case 'day':
    case 'later':
      if (!isDay(value)) return refuse(field, '须为日期，如 2026-11-24', 'must be a date such as 2026-11-24');
      return row.kind === 'day' && value > today
        ? refuse(field, `不得晚于今天 (${today})`, `must not be later than today (${today})`)
        : null;
    case 'choice':
      return row.choices?.some((each) => each.value === value)
        ? null
        : refuse(field, '不在可选项内', `must be one of ${(row.choices ?? []).map((each) => each.value).join(', ')}`);
    case 'flag':
      return typeof value === 'boolean' ? null : refuse(field, '须为是或否', 'must be true or false');
    case 'count':
    case 'number':
      return numberFault(row, field, value);
    case 'mStation':
    case 'iStation':
      return typeof value === 'number' && Number.isInteger(value) && value > 0
        ? null
        : refuse(field, '须选择站点', 'must be the number of a station');
    case 'officer':
    case 'text':
      return textFault(row, field, value);
    case 'figures':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
        ? null
        : refuse(field, '须为 JSON 对象', 'must be a JSON object');
  }
}

/** Everything that is wrong with the values of a step by themselves: what is missing, unknown, or out of its bounds. */
export function checkFields(rows: readonly FieldRow[], values: StepValues, today: Day): Refusal[] {
  const unknown = Object.keys(values).filter((name) => !rows.some((row) => row.name === name));
  return [
    ...unknown.map((name) => refuse(`values.${name}`, '此步骤没有该项', 'is no field of this step')),
    ...rows.flatMap((row) => {
      const value = values[row.name] ?? null;
      if (value === null) return row.required ? [refuse(`values.${row.name}`, '必填', 'is needed')] : [];
      const found = fault(row, value, today);
      return found ? [found] : [];
    }),
  ];
}
