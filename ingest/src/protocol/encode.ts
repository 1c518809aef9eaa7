import { putUint, xorOf } from './bytes.ts';
import { type BodyInput, encodeBody } from './encode-bodies.ts';
import { type LayoutId, layoutOf } from './layouts.ts';
import { toRaw } from './signals.ts';
import {
  COMMAND,
  COMMAND_AT,
  ENCRYPTION_AT,
  ENCRYPTION_NONE,
  HEADER_BYTES,
  LENGTH_AT,
  MIN_FRAME_BYTES,
  START_BYTE,
  VERSION_AT,
  VIN_AT,
} from './tables/header.ts';
import { encodeText } from './text.ts';
import { TIME_BYTES, writeTime } from './time.ts';
import { VIN_BYTES } from './vin.ts';

/** A frame to send; software version and encryption are 1 unless told. A VIN shorter than 17 is padded with NUL. */
export interface FrameInput {
  readonly command: number;
  readonly vin: string;
  readonly softwareVersion?: number;
  readonly encryption?: number;
  readonly data: Uint8Array;
}

/** The bytes of a frame, check byte included. Throws a RangeError when the data unit is longer than 65,531 bytes or the VIN longer than 17. */
export function encodeFrame(frame: FrameInput): Uint8Array {
  if (frame.data.length > 65_531) throw new RangeError(`a data unit of ${frame.data.length} bytes; a frame holds at most 65531`);
  const bytes = new Uint8Array(MIN_FRAME_BYTES + frame.data.length);
  bytes[0] = START_BYTE;
  bytes[1] = START_BYTE;
  bytes[COMMAND_AT] = frame.command;
  encodeText(bytes, VIN_AT, VIN_BYTES, frame.vin, 0);
  bytes[VERSION_AT] = frame.softwareVersion ?? 1;
  bytes[ENCRYPTION_AT] = frame.encryption ?? ENCRYPTION_NONE;
  putUint(bytes, LENGTH_AT, 2, frame.data.length);
  bytes.set(frame.data, HEADER_BYTES);
  bytes[bytes.length - 1] = xorOf(bytes, COMMAND_AT, bytes.length - 1);
  return bytes;
}

/** One record of a real-time frame: a time (epoch seconds) and its bodies. */
export interface RecordInput {
  readonly timeSec: number;
  readonly bodies: readonly BodyInput[];
}

/** A real-time or re-issued report. `sendTimeSec` goes out in layout H only; A and B begin with the first record's time. */
export interface RealtimeInput {
  readonly vin: string;
  readonly softwareVersion?: number;
  /** Command 03 in place of 02. */
  readonly reissue?: boolean;
  readonly layout: LayoutId;
  readonly sendTimeSec: number;
  readonly seq: number;
  readonly records: readonly RecordInput[];
}

/** What a layout cannot say is an error of the caller: A needs evenly spaced records, B has one time only. */
function checkTimes(layout: LayoutId, records: readonly RecordInput[]): void {
  const first = records[0];
  if (first === undefined) throw new RangeError('a report needs at least one record');
  const step = layout === 'B' ? 0 : (records[1]?.timeSec ?? first.timeSec) - first.timeSec;
  if (layout === 'H' || records.every((record, i) => record.timeSec === first.timeSec + i * step)) return;
  throw new RangeError(
    layout === 'A'
      ? 'layout A carries one time: its records must be evenly spaced'
      : 'layout B carries one time: all its records must have it',
  );
}

/** A frame of command 02 or 03. In layout A each record counts the sequence number up by one; its bodies share it. Throws a RangeError for times the layout cannot carry. */
export function encodeRealtime(report: RealtimeInput): Uint8Array {
  checkTimes(report.layout, report.records);
  const layout = layoutOf(report.layout);
  const bodies = report.records.flatMap((record, i) =>
    record.bodies.map((input) => ({ record, seq: report.seq + i, type: input.type, bytes: encodeBody(input) })),
  );
  const size = bodies.reduce((sum, body) => sum + 1 + layout.gapBytes + body.bytes.length, layout.headBytes);
  const data = new Uint8Array(size);
  writeTime(data, 0, layout.ownTime ? report.sendTimeSec : (report.records[0]?.timeSec ?? report.sendTimeSec));
  if (layout.seqAt >= 0) putUint(data, layout.seqAt, 2, report.seq & 0xffff);
  let at = layout.headBytes;
  for (const body of bodies) {
    data[at] = body.type;
    if (layout.ownTime) writeTime(data, at + 1, body.record.timeSec);
    else if (layout.gapBytes > 0) putUint(data, at + 1, 2, body.seq & 0xffff);
    data.set(body.bytes, at + 1 + layout.gapBytes);
    at += 1 + layout.gapBytes + body.bytes.length;
  }
  return encodeFrame({
    command: report.reissue ? COMMAND.reissue : COMMAND.realtime,
    vin: report.vin,
    softwareVersion: report.softwareVersion ?? 1,
    data,
  });
}

/** What every control message carries. */
export interface ControlInput {
  readonly vin: string;
  readonly softwareVersion?: number;
  readonly timeSec: number;
  readonly seq: number;
}

function controlData(input: ControlInput, size: number): Uint8Array {
  const data = new Uint8Array(size);
  writeTime(data, 0, input.timeSec);
  putUint(data, TIME_BYTES, 2, input.seq & 0xffff);
  return data;
}

function controlFrame(
  command: number,
  input: { readonly vin: string; readonly softwareVersion?: number },
  data: Uint8Array,
): Uint8Array {
  return encodeFrame({ command, vin: input.vin, softwareVersion: input.softwareVersion ?? 1, data });
}

/** Command 01, vehicle login, with the 20 characters of the ICCID. */
export function encodeLogin(input: ControlInput & { readonly iccid: string }): Uint8Array {
  const data = controlData(input, 28);
  encodeText(data, 8, 20, input.iccid, 0);
  return controlFrame(COMMAND.login, input, data);
}

/** Command 04, vehicle logout. */
export function encodeLogout(input: ControlInput): Uint8Array {
  return controlFrame(COMMAND.logout, input, controlData(input, 8));
}

/** Command 05, terminal time sync, an empty data unit. */
export function encodeTimeSync(input: { readonly vin: string; readonly softwareVersion?: number }): Uint8Array {
  return controlFrame(COMMAND.timeSync, input, new Uint8Array(0));
}

/** Command 06, tamper alarm (HJ 1239.3-2021); without a position the location byte says no fix. */
export function encodeTamper(
  input: ControlInput & { readonly lonDeg: number | null; readonly latDeg: number | null },
): Uint8Array {
  const data = controlData(input, 17);
  const lon = input.lonDeg === null ? null : toRaw('lonDeg', input.lonDeg);
  const lat = input.latDeg === null ? null : toRaw('latDeg', input.latDeg);
  data[8] = lon === null || lat === null ? 1 : 0;
  putUint(data, 9, 4, lon ?? 0xffff_ffff);
  putUint(data, 13, 4, lat ?? 0xffff_ffff);
  return controlFrame(COMMAND.tamper, input, data);
}
