import type { Sourced } from '@plume/ingest/emissions';
import { type Overrides, PARAMETERS, type ParameterKey, parameterRow } from './parameters.ts';

/** Why a number is refused: which one, what is wrong, and what to do. */
export interface OverrideError {
  readonly code: 'unknownNumber' | 'notANumber' | 'outsideRange' | 'contradicts';
  readonly field: string;
  readonly zh: string;
  readonly en: string;
}

/** Outcome of a check of numbers that a site wants to change. */
export type OverrideCheck =
  | { readonly ok: true; readonly overrides: Overrides }
  | { readonly ok: false; readonly errors: readonly OverrideError[] };

/** How far a number without bounds of its own may be changed, as a factor either way. [eng] */
const DEFAULT_FACTOR = 5;
/** The same for a temperature, as a span either way [°C]. [eng] */
const DEFAULT_SPAN_C = 50;

/** Every number by its key, in the order of the tables. */
export const PARAMETER_KEYS: readonly ParameterKey[] = Object.entries(PARAMETERS).flatMap(([group, table]) =>
  Object.keys(table).map((name) => `${group}.${name}` as ParameterKey),
);

/**
 * Bounds between which a change is believed, both included: the number's own, else from a fifth to five times its value (a temperature: 50 °C
 * either way), and at most 1 for a share.
 */
export function plausibleRange(key: ParameterKey): readonly [number, number] {
  const row = parameterRow(key);
  if (row.range !== undefined) return row.range;
  if (row.unit === '°C') return [row.value - DEFAULT_SPAN_C, row.value + DEFAULT_SPAN_C];
  const ends = [row.value / DEFAULT_FACTOR, row.value * DEFAULT_FACTOR].sort((a, b) => a - b) as [number, number];
  return isShare(row) ? [ends[0], Math.min(1, ends[1])] : ends;
}

function isShare(row: Sourced): boolean {
  return row.unit === '1' && row.value > 0 && row.value <= 1;
}

/** Checks what a site wants to change: known names, finite numbers, within their bounds, then that none contradicts another. All errors at once. */
export function checkOverrides(given: Readonly<Record<string, unknown>>): OverrideCheck {
  const errors: OverrideError[] = [];
  const overrides: Record<string, number> = {};
  for (const [field, value] of Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!isKey(field)) {
      errors.push({
        code: 'unknownNumber',
        field,
        zh: `没有名为“${field}”的参数；参数名见规则目录`,
        en: `there is no number "${field}"; names are in the rules catalogue`,
      });
      continue;
    }
    const [least, most] = plausibleRange(field);
    const { unit } = parameterRow(field);
    if (typeof value !== 'number' || !Number.isFinite(value))
      errors.push({
        code: 'notANumber',
        field,
        zh: `${field} 须为数字，取值 ${least} 至 ${most} ${unit}`,
        en: `${field} must be a number from ${least} to ${most} ${unit}`,
      });
    else if (value < least || value > most)
      errors.push({
        code: 'outsideRange',
        field,
        zh: `${field} = ${value} 超出可信范围，请取 ${least} 至 ${most} ${unit}`,
        en: `${field} = ${value} is not believed; give a value from ${least} to ${most} ${unit}`,
      });
    else overrides[field] = value;
  }
  if (errors.length === 0) errors.push(...contradictions(overrides));
  return errors.length > 0 ? { ok: false, errors } : { ok: true, overrides };
}

/** Numbers that must not be smaller than another one: else what the other asks for can never be met. */
const AT_LEAST: readonly (readonly [ParameterKey, ParameterKey])[] = [
  ['roadCheck.mostDaysAfter', 'roadCheck.days'],
  ['roadCheck.lookBackDays', 'roadCheck.days'],
];

function contradictions(overrides: Overrides): OverrideError[] {
  const inForce = (key: ParameterKey): number => overrides[key] ?? parameterRow(key).value;
  return AT_LEAST.filter(([larger, smaller]) => inForce(larger) < inForce(smaller)).map(([larger, smaller]) => ({
    code: 'contradicts' as const,
    field: larger in overrides ? larger : smaller,
    zh: `${larger} (${inForce(larger)}) 不得小于 ${smaller} (${inForce(smaller)})，请一并修改`,
    en: `${larger} (${inForce(larger)}) must not be smaller than ${smaller} (${inForce(smaller)}): change both`,
  }));
}

function isKey(field: string): field is ParameterKey {
  return (PARAMETER_KEYS as readonly string[]).includes(field);
}
