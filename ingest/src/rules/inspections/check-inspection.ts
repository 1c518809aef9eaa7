import { isDay } from '../cases/check-fields.ts';
import { type Refusal, refuse } from '../cases/refusal.ts';
import { type InspectionPollutant, inspectionItem } from './items.ts';
import type { InspectionKind, InspectionMethod, InspectionResult } from './kinds.ts';

/** One measured value with the limit that the record was judged by. */
export interface MeasuredValue {
  readonly item: string;
  /** In the unit of its item. */
  readonly value: number;
  /** null: the record names none. */
  readonly limit: number | null;
  readonly limitSource: string | null;
}

/** What a record of an inspection says. Days are Beijing dates, times Beijing clock times `HH:mm`. */
export interface InspectionFacts {
  readonly kind: InspectionKind;
  readonly day: string;
  readonly time: string | null;
  readonly place: string | null;
  readonly organisation: string;
  readonly method: InspectionMethod;
  readonly values: readonly MeasuredValue[];
  readonly result: InspectionResult;
  readonly reportNo: string | null;
  readonly note: string | null;
}

/** No record is older: nothing of the kind was kept before. */
const FIRST_DAY = '2000-01-01';
const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;

function checkValue({ item, value, limit }: MeasuredValue, field: string): Refusal[] {
  const row = inspectionItem(item);
  if (!row) return [refuse(field, `没有项目“${item}”`, `there is no item "${item}"`)];
  const most = `${row.max} ${row.unit}`.trim();
  const wrong: Refusal[] = [];
  if (!Number.isFinite(value) || value < 0 || value > row.max)
    wrong.push(refuse(field, `须在 0 至 ${most} 之间`, `must be between 0 and ${most}`));
  if (limit !== null && !(limit > 0 && limit <= row.max))
    wrong.push(refuse(`${field}.limit`, `限值须大于 0，且不超过 ${most}`, `the limit must be above 0 and at most ${most}`));
  return wrong;
}

/** Pollutants that a record measured against a limit. */
export function pollutantsMeasured(values: readonly MeasuredValue[]): InspectionPollutant[] {
  return pollutantsWhere(values, ({ limit }) => limit !== null);
}

/** Pollutants of a record with a value above its limit; a value that equals the limit is not above it. */
export function pollutantsOver(values: readonly MeasuredValue[]): InspectionPollutant[] {
  return pollutantsWhere(values, ({ value, limit }) => limit !== null && value > limit);
}

function pollutantsWhere(values: readonly MeasuredValue[], which: (value: MeasuredValue) => boolean): InspectionPollutant[] {
  const found = values.filter(which).flatMap(({ item }) => inspectionItem(item)?.pollutant ?? []);
  return [...new Set(found)].sort();
}

/**
 * What is wrong with a record, each at its field: a date of the future, a clock time that is none, a value out of range, the same item twice, and a
 * result that its own values contradict. An empty list: it can be kept.
 */
export function checkInspection(facts: InspectionFacts, today: string): Refusal[] {
  const wrong: Refusal[] = [];
  if (!isDay(facts.day)) wrong.push(refuse('day', '须为日期，如 2026-11-24', 'must be a date such as 2026-11-24'));
  else if (facts.day > today) wrong.push(refuse('day', `不得晚于今天 (${today})`, `must not be later than today (${today})`));
  else if (facts.day < FIRST_DAY) wrong.push(refuse('day', `不得早于 ${FIRST_DAY}`, `must not be before ${FIRST_DAY}`));
  if (facts.time !== null && !CLOCK.test(facts.time))
    wrong.push(refuse('time', '须为时刻，如 14:30', 'must be a time such as 14:30'));
  const seen = new Set<string>();
  facts.values.forEach((each) => {
    const field = `values.${each.item}`;
    wrong.push(...checkValue(each, field));
    if (seen.has(each.item)) wrong.push(refuse(field, '该项目出现两次', 'is there twice'));
    seen.add(each.item);
  });
  if (wrong.length > 0) return wrong;
  const over = pollutantsOver(facts.values);
  if (facts.result === 'passed' && over.length > 0)
    wrong.push(refuse('result', '有测量值超过限值，结论不能为合格', 'a value is above its limit: the result cannot be passed'));
  // In remote sensing the values are all there is: whoever says "over" must say by what.
  if (facts.kind === 'remoteSensing' && facts.result === 'failed' && over.length === 0)
    wrong.push(refuse('result', '遥感超标须有超过限值的测量值', 'remote sensing over the limit needs a value above its limit'));
  return wrong;
}
