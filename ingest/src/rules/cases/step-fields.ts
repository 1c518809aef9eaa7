import type { Text } from '../catalogue/reasons.ts';

/** One of several values of a field. */
export interface Choice extends Text {
  readonly value: string;
}

/**
 * A field of a step. `day`: a Beijing date not later than today (`later`: any); `mStation`, `iStation`: number of a station that is not retired;
 * `officer`: user name; `count`: whole number; `number`: any number from 0; `figures`: a JSON object.
 */
export interface FieldRow extends Text {
  readonly name: string;
  readonly kind:
    | 'day'
    | 'later'
    | 'text'
    | 'choice'
    | 'flag'
    | 'count'
    | 'number'
    | 'mStation'
    | 'iStation'
    | 'officer'
    | 'figures';
  readonly required: boolean;
  readonly choices?: readonly Choice[];
  /** Longest text, or largest number. */
  readonly max?: number;
  readonly unit?: string;
}

type More = Partial<Pick<FieldRow, 'choices' | 'max' | 'unit'>>;

/** A field that must be given. */
export function must(name: string, kind: FieldRow['kind'], zh: string, en: string, more: More = {}): FieldRow {
  return { name, kind, zh, en, required: true, ...more };
}

/** A field that may be left out. */
export function may(name: string, kind: FieldRow['kind'], zh: string, en: string, more: More = {}): FieldRow {
  return { name, kind, zh, en, required: false, ...more };
}

export function choice(value: string, zh: string, en: string): Choice {
  return { value, zh, en };
}

/** Longest text of a field without a bound of its own. */
export const TEXT_CHARS = 500;
/** Most working days that a deadline may have. */
export const MOST_WORKING_DAYS = 180;

/** Facts of the truck and its owner that a case needs and the registry does not hold. */
export const TRUCK_FIELDS: readonly FieldRow[] = [
  may('owner', 'text', '车主', 'owner', { max: 100 }),
  may('phone', 'text', '联系电话', 'phone', { max: 40 }),
  may('engineNumber', 'text', '发动机号', 'engine number', { max: 40 }),
  may('vehicleType', 'text', '车辆类型', 'kind of vehicle', { max: 60 }),
  may('grossMassKg', 'number', '总质量', 'gross mass', { max: 100_000, unit: 'kg' }),
  may('aftertreatment', 'text', '后处理装置', 'fitted after-treatment', { max: 200 }),
];

/** What a notice carries. */
export const NOTICE_FIELDS: readonly FieldRow[] = [
  must('number', 'text', '文书编号', 'number', { max: 60 }),
  must('kind', 'choice', '文书种类', 'kind', {
    choices: [
      choice('repairNotice', '超标维护修理告知书', 'notice to repair'),
      choice('rectification', '限期整改告知书', 'notice to rectify by a day'),
      choice('other', '其他', 'other'),
    ],
  }),
  must('channel', 'choice', '送达方式', 'channel', {
    choices: [
      choice('direct', '直接送达', 'by hand'),
      choice('mail', '邮寄', 'by post'),
      choice('phone', '电话', 'by phone'),
      choice('message', '短信/微信', 'by message'),
      choice('public', '公告', 'by public notice'),
    ],
  }),
  must('workingDays', 'count', '整改期限', 'deadline', { max: MOST_WORKING_DAYS, unit: '工作日 working days' }),
  may('receivedDay', 'day', '签收日期', 'received on'),
];
