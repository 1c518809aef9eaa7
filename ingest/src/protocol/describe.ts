import { bodyOf } from './bodies.ts';
import { hexByte, parseHex, u16, xorOf } from './bytes.ts';
import { SampleColumns } from './columns.ts';
import { decodeJson } from './decode-json.ts';
import { decodeNative } from './decode-native.ts';
import { describeFields, type FieldDescription, plainField } from './describe-fields.ts';
import { formatDtc } from './dtc.ts';
import { claimedLength, hasHeader, startsAt } from './frame-check.ts';
import type { LayoutId } from './layouts.ts';
import type { DecodeProfile, MessagePart, Rejection } from './messages.ts';
import { recognise } from './recognise.ts';
import { looksNative, type Segment, splitFrames } from './split.ts';
import { CONTROL_UNITS } from './tables/control-units.ts';
import {
  COMMAND,
  COMMAND_AT,
  COMMAND_NAMES,
  ENCRYPTION_AT,
  ENCRYPTION_NONE,
  HEADER_BYTES,
  HEADER_FIELDS,
  VIN_AT,
} from './tables/header.ts';
import { DTC_BYTES, OBD_HEAD_BYTES } from './tables/obd-body.ts';

/** A run of fields that belong together: header, data unit head, one body, check byte. */
export interface SectionDescription {
  readonly zh: string;
  readonly en: string;
  readonly offset: number;
  readonly length: number;
  readonly fields: readonly FieldDescription[];
}

/** One frame, or a stretch of bytes that is none (`ok` false). */
export interface FrameDescription {
  readonly field: string;
  readonly ok: boolean;
  readonly offset: number;
  readonly length: number;
  readonly command: { readonly code: number; readonly zh: string; readonly en: string } | null;
  readonly vin: string | null;
  readonly layout: LayoutId | null;
  /** Records it gives when it comes from a terminal. */
  readonly records: { readonly samples: number; readonly obd: number; readonly controls: number };
  readonly sections: readonly SectionDescription[];
  readonly problems: readonly Rejection[];
}

/** Everything about some bytes: frames in order and what is wrong with the whole. */
export interface MessageDescription {
  readonly format: 'native' | 'json' | 'none';
  readonly bytes: number;
  readonly frames: readonly FrameDescription[];
  readonly problems: readonly Rejection[];
}

const PROFILE: DecodeProfile = { recordPeriodS: 1 };

function section(zh: string, en: string, offset: number, end: number, fields: FieldDescription[]): SectionDescription {
  return { zh, en, offset, length: end - offset, fields };
}

function rawSection(bytes: Uint8Array, from: number, end: number, note: string): SectionDescription {
  return section('未解码', 'undecoded', from, end, [
    plainField(bytes, from, end, { id: 'undecoded', zh: '未解码字节', en: 'undecoded bytes' }, null, note),
  ]);
}

function dtcFields(bytes: Uint8Array, at: number, end: number): FieldDescription[] {
  const protocol = bytes[at] as number;
  const fields: FieldDescription[] = [];
  for (let code = at + OBD_HEAD_BYTES; code + DTC_BYTES <= end; code += DTC_BYTES) {
    fields.push(
      plainField(
        bytes,
        code,
        code + DTC_BYTES,
        { id: `dtc[${fields.length}]`, zh: '故障码', en: 'trouble code' },
        formatDtc(protocol, bytes, code),
      ),
    );
  }
  return fields;
}

/** The data unit of a report: head, then each body with what stands before it, then what no reader explains. */
function reportSections(bytes: Uint8Array, start: number, end: number, vinAt: number): SectionDescription[] {
  const found = recognise(bytes, start, end, vinAt, undefined);
  if (found === undefined) return end > start ? [rawSection(bytes, start, end, 'neither layout A, B nor H')] : [];
  const { layout, walk } = found;
  const seq = { id: 'seq', zh: '流水号', en: 'sequence number' };
  const time = {
    id: layout.ownTime ? 'sendTime' : 'time',
    zh: layout.ownTime ? '发送时间' : '数据采集时间',
    en: layout.ownTime ? 'send time' : 'time of the data',
    type: 'time' as const,
    source: layout.source,
  };
  const head = describeFields([time], bytes, start);
  if (layout.seqAt >= 0)
    head.push(plainField(bytes, start + layout.seqAt, start + layout.seqAt + 2, seq, u16(bytes, start + layout.seqAt)));
  const sections = [section('数据单元', `data unit, layout ${layout.id} (${layout.en})`, start, start + layout.headBytes, head)];
  for (let i = 0; i < walk.count; i += 1) {
    const [typeAt, at] = [walk.typeAt[i] as number, walk.bodyAt[i] as number];
    const next = i + 1 < walk.count ? (walk.typeAt[i + 1] as number) : walk.end;
    const table = bodyOf(bytes[typeAt] as number);
    if (table === undefined) continue;
    const fields = [
      plainField(bytes, typeAt, typeAt + 1, { id: 'type', zh: '信息类型', en: 'information type' }, bytes[typeAt] as number),
    ];
    if (layout.ownTime)
      fields.push(...describeFields([{ ...time, id: 'sampleTime', zh: '采集时间', en: 'sample time' }], bytes, typeAt + 1));
    else if (layout.gapBytes > 0) fields.push(plainField(bytes, typeAt + 1, typeAt + 3, seq, u16(bytes, typeAt + 1)));
    fields.push(...describeFields(table.fields, bytes, at));
    if (table.kind === 'obd') fields.push(...dtcFields(bytes, at, next));
    sections.push(section(table.zh, `body[${i}] ${table.en}`, typeAt, next, fields));
  }
  if (walk.end < end)
    sections.push(rawSection(bytes, walk.end, end, 'user-defined body that is not known; kept in the original'));
  return sections;
}

function dataSections(bytes: Uint8Array, from: number, start: number, end: number): SectionDescription[] {
  const command = bytes[from + COMMAND_AT] as number;
  if (bytes[from + ENCRYPTION_AT] !== ENCRYPTION_NONE) return end > start ? [rawSection(bytes, start, end, 'encrypted')] : [];
  if (command === COMMAND.realtime || command === COMMAND.reissue) return reportSections(bytes, start, end, from + VIN_AT);
  const unit = CONTROL_UNITS[command];
  if (unit === undefined || end === start) return end > start ? [rawSection(bytes, start, end, 'command not read here')] : [];
  return [
    section(
      '数据单元',
      `data unit of ${COMMAND_NAMES[command]?.en ?? 'the command'}`,
      start,
      end,
      describeFields(unit.fields, bytes.subarray(0, end), start),
    ),
  ];
}

/** Sections of whatever of a frame is there: header, data unit as far as the length word and the bytes go, check byte. */
function frameSections(bytes: Uint8Array, from: number, limit: number): SectionDescription[] {
  const start = from + HEADER_BYTES;
  const end = from + claimedLength(bytes, from) - 1;
  const sections = [section('数据包头', 'header', from, start, describeFields(HEADER_FIELDS, bytes, from))];
  if (end >= limit)
    return start < limit ? [...sections, rawSection(bytes, start, limit, 'the frame is cut short here')] : sections;
  sections.push(...dataSections(bytes, from, start, end));
  const computed = xorOf(bytes, from + COMMAND_AT, end);
  const note =
    computed === bytes[end] ? 'correct' : `wrong: the XOR of bytes ${from + COMMAND_AT} to ${end - 1} is ${hexByte(computed)}`;
  return [
    ...sections,
    section('校验', 'check', end, end + 1, [
      plainField(bytes, end, end + 1, { id: 'bcc', zh: '校验码', en: 'check byte (BCC)' }, bytes[end] as number, note),
    ]),
  ];
}

function describeSegment(
  bytes: Uint8Array,
  segment: Segment,
  field: string,
  part: MessagePart | undefined,
  problems: readonly Rejection[],
): FrameDescription {
  const { from, end } = segment;
  const readable = startsAt(bytes, from, bytes.length) && hasHeader(from, end);
  const code = readable ? (bytes[from + COMMAND_AT] as number) : null;
  const names = code === null ? undefined : COMMAND_NAMES[code];
  return {
    field,
    ok: segment.frame && problems.length === 0,
    offset: from,
    length: end - from,
    command: code === null ? null : { code, zh: names?.zh ?? '未知', en: names?.en ?? 'unknown' },
    vin: part?.vin ?? null,
    layout: part?.layout ?? null,
    records: { samples: part?.rowCount ?? 0, obd: part?.obd.length ?? 0, controls: part?.controls.length ?? 0 },
    sections: readable ? frameSections(bytes, from, end) : [rawSection(bytes, from, end, 'no frame begins here')],
    problems,
  };
}

function describeJson(bytes: Uint8Array): MessageDescription {
  const columns = new SampleColumns();
  const message = decodeJson(bytes, columns);
  const problems = [...message.rejections, ...message.parts.flatMap((part) => part.rejections)];
  return { format: 'json', bytes: bytes.length, frames: [], problems };
}

/** Describes bytes, or their hex text, field by field. Broken input gives `problems` that say what is wrong, where, and what to do; it never throws. */
export function describeMessage(input: Uint8Array | string): MessageDescription {
  const parsed = typeof input === 'string' ? parseHex(input) : { ok: true as const, bytes: input };
  if (!parsed.ok)
    return {
      format: 'none',
      bytes: 0,
      frames: [],
      problems: [{ code: 'BAD_FRAME', field: '', reason: parsed.reason, records: 1 }],
    };
  const { bytes } = parsed;
  if (!looksNative(bytes)) return describeJson(bytes);
  const message = decodeNative(bytes, new SampleColumns(), PROFILE);
  const frames = splitFrames(bytes).map((segment, i) => {
    const field = `frame[${i}]`;
    const part = message.parts.find((one) => one.field === field);
    const problems = [...message.rejections.filter((one) => one.field === field), ...(part?.rejections ?? [])];
    return describeSegment(bytes, segment, field, part, problems);
  });
  return { format: 'native', bytes: bytes.length, frames, problems: frames.flatMap((frame) => frame.problems) };
}
