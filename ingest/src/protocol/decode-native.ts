import { asciiText, hexByte, u16, u32 } from './bytes.ts';
import type { SampleColumns } from './columns.ts';
import { decodeRealtime, recordsIn } from './decode-realtime.ts';
import { tableWidth } from './fields.ts';
import type { LayoutId } from './layouts.ts';
import type { ControlRecord, DecodedMessage, DecodeProfile, MessagePart, ObdBlock, Rejection } from './messages.ts';
import { believable, NO_FIX_BIT } from './position.ts';
import { recognise } from './recognise.ts';
import { toPhysical } from './signals.ts';
import { frameEnd, splitFrames } from './split.ts';
import { CONTROL_UNITS } from './tables/control-units.ts';
import {
  COMMAND,
  COMMAND_AT,
  COMMAND_NAMES,
  ENCRYPTION_AT,
  ENCRYPTION_NONE,
  HEADER_BYTES,
  VERSION_AT,
  VIN_AT,
} from './tables/header.ts';
import { readTime, TIME_BYTES, timeTrouble } from './time.ts';
import { readVin, type Vin } from './vin.ts';

const FIELD_NAMES: readonly string[] = Array.from({ length: 64 }, (_, i) => `frame[${i}]`);
const SEQ_AT = TIME_BYTES;
const ICCID_AT = 8;
const LOCATION_AT = 8;
const LON_AT = 9;
const LAT_AT = 13;
/** Response flags of GB/T 32960, which stand where this protocol has the first character of the VIN. */
const GBT32960_FLAGS: readonly number[] = [0xfe, 0x01, 0x02, 0x03];

function tamperDetail(bytes: Uint8Array, start: number): Record<string, unknown> {
  const location = bytes[start + LOCATION_AT] as number;
  const [lon, lat] = [u32(bytes, start + LON_AT), u32(bytes, start + LAT_AT)];
  const fix = (location & NO_FIX_BIT) === 0 && believable(lon, lat);
  return { positionValid: fix, lonDeg: fix ? toPhysical('lonDeg', lon) : null, latDeg: fix ? toPhysical('latDeg', lat) : null };
}

/** The detail of a control unit beyond its time and sequence number. */
function detailOf(kind: ControlRecord['kind'], bytes: Uint8Array, start: number, end: number): Record<string, unknown> {
  switch (kind) {
    case 'login':
      return { iccid: asciiText(bytes, start + ICCID_AT, end) };
    case 'tamper':
      return tamperDetail(bytes, start);
    case 'logout':
    case 'timeSync':
      return {};
  }
}

function decodeControl(
  command: number,
  bytes: Uint8Array,
  from: number,
  start: number,
  end: number,
  field: string,
  controls: ControlRecord[],
  rejections: Rejection[],
): void {
  const unit = CONTROL_UNITS[command];
  const name = COMMAND_NAMES[command];
  if (unit === undefined) {
    const known = name === undefined ? '' : ` (${name.en})`;
    rejections.push({
      code: 'UNKNOWN_COMMAND',
      field: `${field}.command`,
      reason: `command ${hexByte(command)}${known} is not read here; use 01 to 06`,
      records: 1,
    });
    return;
  }
  const size = tableWidth(unit.fields);
  if (end - start !== size) {
    rejections.push({
      code: 'BAD_LENGTH',
      field: `${field}.data`,
      reason: `${name?.en ?? 'the data unit'} has ${end - start} bytes, its form has ${size}`,
      records: 1,
    });
    return;
  }
  const timeSec = size === 0 ? null : readTime(bytes, start);
  if (timeSec === -1) {
    rejections.push({ code: 'BAD_TIME', field: `${field}.data.time`, reason: timeTrouble(bytes, start), records: 1 });
    return;
  }
  const detail = { softwareVersion: bytes[from + VERSION_AT], ...detailOf(unit.kind, bytes, start, end) };
  controls.push({ kind: unit.kind, timeSec, seq: size === 0 ? null : u16(bytes, start + SEQ_AT), detail, field });
}

/** Why a frame is not read at all, whatever its data unit holds. */
function headerTrouble(
  bytes: Uint8Array,
  from: number,
  start: number,
  end: number,
  vin: Vin,
  field: string,
): Rejection | undefined {
  if (vin.vin === null && !vin.placeholder) {
    const command = bytes[from + COMMAND_AT] as number;
    const found =
      command === COMMAND.realtime || command === COMMAND.reissue
        ? recognise(bytes, start, end, from + VIN_AT, undefined)
        : undefined;
    const hint = GBT32960_FLAGS.includes(bytes[from + VIN_AT] as number)
      ? '; this looks like GB/T 32960, which is another protocol'
      : '';
    return {
      code: 'BAD_VIN',
      field: `${field}.vin`,
      reason: `"${vin.text}" is no VIN of 17 letters and digits${hint}; write the truck's VIN into the terminal`,
      records: found === undefined ? 1 : recordsIn(bytes, found.walk),
    };
  }
  const encryption = bytes[from + ENCRYPTION_AT] as number;
  if (encryption === ENCRYPTION_NONE) return undefined;
  return {
    code: 'ENCRYPTED',
    field: `${field}.encryption`,
    reason: `encryption byte ${hexByte(encryption)}: only plain data (01) is read; switch encryption off and use TLS`,
    records: 1,
  };
}

function decodeFrame(
  bytes: Uint8Array,
  from: number,
  frameEndAt: number,
  columns: SampleColumns,
  profile: DecodeProfile,
  field: string,
): MessagePart {
  const command = bytes[from + COMMAND_AT] as number;
  const vin = readVin(bytes, from + VIN_AT);
  const start = from + HEADER_BYTES;
  const end = frameEndAt - 1;
  const firstRow = columns.count;
  const obd: ObdBlock[] = [];
  const controls: ControlRecord[] = [];
  const rejections: Rejection[] = [];
  let layout: LayoutId | null = null;
  let undecodedBytes = 0;
  const trouble = headerTrouble(bytes, from, start, end, vin, field);
  if (trouble !== undefined) rejections.push(trouble);
  else if (command === COMMAND.realtime || command === COMMAND.reissue) {
    const result = decodeRealtime(bytes, start, end, from + VIN_AT, columns, profile, field, obd, rejections);
    layout = result.layout?.id ?? null;
    undecodedBytes = result.undecodedBytes;
  } else decodeControl(command, bytes, from, start, end, field, controls, rejections);
  return {
    format: 'native',
    command,
    vin: vin.vin,
    placeholderVin: vin.placeholder,
    reissued: command === COMMAND.reissue,
    layout,
    firstRow,
    rowCount: columns.count - firstRow,
    obd,
    controls,
    rejections,
    undecodedBytes,
    unknownKeys: 0,
    field,
  };
}

/** Decodes a payload of native frames: one, or several back to back. Stretches that are no frame become rejections; frames and stretches are numbered together, `frame[0]` first. */
export function decodeNative(payload: Uint8Array, columns: SampleColumns, profile: DecodeProfile): DecodedMessage {
  if (frameEnd(payload, 0) === payload.length) {
    return { format: 'native', parts: [decodeFrame(payload, 0, payload.length, columns, profile, 'frame[0]')], rejections: [] };
  }
  const parts: MessagePart[] = [];
  const rejections: Rejection[] = [];
  let sticky = profile;
  splitFrames(payload).forEach((segment, i) => {
    const field = FIELD_NAMES[i] ?? `frame[${i}]`;
    if (!segment.frame) {
      rejections.push({ ...segment.why, field, records: 1 });
      return;
    }
    const part = decodeFrame(payload, segment.from, segment.end, columns, sticky, field);
    if (part.layout !== null && part.layout !== sticky.stickyLayout)
      sticky = { recordPeriodS: profile.recordPeriodS, stickyLayout: part.layout };
    parts.push(part);
  });
  return { format: 'native', parts, rejections };
}
