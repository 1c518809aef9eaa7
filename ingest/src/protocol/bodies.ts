import type { Field } from './fields.ts';
import { tableWidth } from './fields.ts';
import { DTC_BYTES, DTC_COUNT_AT, MAX_DTCS, OBD_FIELDS, OBD_HEAD_BYTES } from './tables/obd-body.ts';
import { ENGINE_STREAM_FIELDS, SMOKE_FIELDS, SUPPLEMENT_FIELDS } from './tables/stream-bodies.ts';

/** Type bytes of the information bodies. */
export const BODY = { obd: 0x01, engineStream: 0x02, supplement: 0x80, smoke: 0x81 } as const;

/** First and last type byte that a user may define (自定义); a body there that no table explains is kept raw. */
export const USER_TYPE_FIRST = 0x80;
export const USER_TYPE_LAST = 0xfe;

/** One information body. A further dialect is one more row. */
export interface BodyTable {
  readonly type: number;
  readonly zh: string;
  readonly en: string;
  /** `signals`: a table of fields that fill a sample; `obd`: the OBD block. */
  readonly kind: 'signals' | 'obd';
  readonly fields: readonly Field[];
  /** Bytes after the type byte (and its seq or time); for `obd` without the list of codes. */
  readonly bytes: number;
  readonly source: string;
}

function body(
  type: number,
  zh: string,
  en: string,
  kind: BodyTable['kind'],
  fields: readonly Field[],
  source: string,
): BodyTable {
  return { type, zh, en, kind, fields, bytes: tableWidth(fields), source };
}

/** The bodies this service reads. */
export const BODIES: readonly BodyTable[] = [
  body(BODY.obd, 'OBD信息', 'OBD information', 'obd', OBD_FIELDS, 'GB 17691-2018 Annex Q table Q.6'),
  body(BODY.engineStream, '数据流信息', 'engine stream', 'signals', ENGINE_STREAM_FIELDS, 'GB 17691-2018 Annex Q table Q.7'),
  body(
    BODY.supplement,
    '补充数据',
    'supplementary data',
    'signals',
    SUPPLEMENT_FIELDS,
    'HJ 1239.3-2021 informative annex, type 80',
  ),
  body(BODY.smoke, '烟度数据', 'smoke and PM', 'signals', SMOKE_FIELDS, 'Shanghai in-use guide extension P-1, type 81'),
];

const byType: readonly (BodyTable | undefined)[] = Array.from({ length: 256 }, (_, type) =>
  BODIES.find((row) => row.type === type),
);
const fixedLength = Int32Array.from({ length: 256 }, (_, type) => byType[type]?.bytes ?? -1);

/** The body of a type byte, if one is known. */
export function bodyOf(type: number): BodyTable | undefined {
  return byType[type];
}

/** Length of the body of `type` that begins at `at` and may reach to `end`; -1 when the type is not known or the bytes do not suffice. */
export function bodyLength(type: number, bytes: Uint8Array, at: number, end: number): number {
  let length = fixedLength[type] as number;
  if (length < 0 || at + length > end) return -1;
  if (type === BODY.obd) {
    const codes = bytes[at + DTC_COUNT_AT] as number;
    length = OBD_HEAD_BYTES + (codes <= MAX_DTCS ? DTC_BYTES * codes : 0);
    if (at + length > end) return -1;
  }
  return length;
}
