/**
 * Every reason for which something a terminal sent is not stored, with what it means and what the terminal's maker does about it.
 * `stage` tells who says it: `decode` while reading the bytes, `check` once they are read. Closed: verdicts, the ledger and the documents use it.
 */
export const REJECT_CODES = {
  BAD_FRAME: {
    stage: 'decode',
    zh: '不是有效的数据包',
    en: 'bytes that begin no frame',
    action: 'send whole frames that start with 23 23, or one JSON object; nothing before, between or after',
  },
  BAD_CHECKSUM: {
    stage: 'decode',
    zh: '校验码错误',
    en: 'the check byte (BCC) differs',
    action: 'XOR every byte from the command to the last data byte; send the record again',
  },
  BAD_LENGTH: {
    stage: 'decode',
    zh: '长度错误',
    en: 'a length that does not fit the bytes, or a data unit of the wrong size',
    action: 'compare the length word with the data unit; send whole frames',
  },
  UNKNOWN_COMMAND: {
    stage: 'decode',
    zh: '未知命令单元',
    en: 'a command this service does not read',
    action: 'use commands 01 to 06',
  },
  UNKNOWN_LAYOUT: {
    stage: 'decode',
    zh: '数据单元无法识别',
    en: 'a data unit that is neither layout A, B nor H',
    action: 'send the protocol document of the terminal to the operator of the service',
  },
  ENCRYPTED: {
    stage: 'decode',
    zh: '数据已加密',
    en: 'the encryption byte is not 01',
    action: 'send plain data (01); use TLS to protect the link',
  },
  BAD_TIME: {
    stage: 'decode',
    zh: '时间无效',
    en: 'a date that does not exist, or a time without offset',
    action: 'send six binary bytes of Beijing time, or ISO 8601 with an offset, or epoch milliseconds',
  },
  BAD_VIN: {
    stage: 'decode',
    zh: '车辆识别号无效',
    en: 'a VIN that is not 17 letters and digits',
    action: 'write the VIN of the truck into the terminal',
  },
  BAD_JSON: {
    stage: 'decode',
    zh: '不是有效的JSON',
    en: 'text that is not JSON in UTF-8',
    action: 'send RFC 8259 JSON: UTF-8, no byte order mark, no lone surrogates',
  },
  BAD_SHAPE: {
    stage: 'decode',
    zh: '消息结构错误',
    en: 'JSON that is not a message of version 1',
    action: 'send {"v":1,"samples":[…]} as the schema says',
  },
  BAD_VALUE: {
    stage: 'decode',
    zh: '数值类型错误',
    en: 'a value that is no number a sensor can give',
    action: 'send a finite number, or null when there is no value',
  },
  TOO_MANY_SAMPLES: {
    stage: 'decode',
    zh: '样本过多',
    en: 'more samples than one message may carry',
    action: 'send at most 3,600 samples a message',
  },
  NO_VEHICLE: {
    stage: 'check',
    zh: '终端当时未绑定车辆',
    en: 'no truck was assigned to the terminal at that time',
    action: 'nothing on the terminal; the operator enters the assignment and the record is taken in',
  },
  WRONG_VEHICLE: {
    stage: 'check',
    zh: '车辆识别号与绑定车辆不符',
    en: 'the VIN is not that of the assigned truck',
    action: 'correct the VIN in the terminal, or the assignment',
  },
  CLOCK_OFFSET: {
    stage: 'check',
    zh: '终端时钟偏移',
    en: 'a live stream with a clock that is steadily wrong',
    action: 'set the clock (Beijing time, UTC+8); see clock rules',
  },
  TIME_FUTURE: { stage: 'check', zh: '时间在未来', en: 'a sample time more than 5 minutes ahead', action: 'set the clock' },
  TIME_TOO_OLD: {
    stage: 'check',
    zh: '时间过早',
    en: 'a sample time older than the service takes',
    action: 'set the clock; ask the operator when a backlog is real',
  },
  NOT_KEPT: {
    stage: 'check',
    zh: '已超过保存期限',
    en: 'a sample time whose records are no longer kept',
    action: 'nothing on the terminal; the figures of that day stand as they were evaluated',
  },
  CONFLICT: {
    stage: 'check',
    zh: '与已存数据冲突',
    en: 'another value is already stored for the same second',
    action: 'send each second once with the same values; keep the record as it was first sent',
  },
  POISON: {
    stage: 'check',
    zh: '无法入库',
    en: 'a record the database refuses',
    action: 'nothing on the terminal; the operator is told',
  },
} as const satisfies Record<string, { stage: 'decode' | 'check'; zh: string; en: string; action: string }>;

/** A code of `REJECT_CODES`. */
export type RejectCode = keyof typeof REJECT_CODES;

/** Decode failures that a later decoder may mend. */
const MENDABLE: ReadonlySet<RejectCode> = new Set(['ENCRYPTED', 'UNKNOWN_COMMAND', 'UNKNOWN_LAYOUT']);

/** Whether a message refused for this reason is quarantined: kept whole, so that it can be taken in again. */
export function isQuarantined(code: RejectCode): boolean {
  return REJECT_CODES[code].stage === 'check' || MENDABLE.has(code);
}
