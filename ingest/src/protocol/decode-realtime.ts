import { BODY, bodyLength, bodyOf } from './bodies.ts';
import { hexByte } from './bytes.ts';
import type { SampleColumns } from './columns.ts';
import type { Walk } from './layouts.ts';
import type { DecodeProfile, ObdBlock, Rejection } from './messages.ts';
import { readObd } from './obd.ts';
import { furthest, type Recognised, recognise } from './recognise.ts';
import { readSample, sampleReader } from './sample-reader.ts';
import { readTime, TIME_BYTES, timeTrouble } from './time.ts';

/** What a data unit of command 02 or 03 gave, besides its rows. */
export interface RealtimeResult {
  readonly layout: Recognised['layout'] | undefined;
  readonly undecodedBytes: number;
}

/** Bodies each sample of this frame already has, as bits; index from the first row of the frame. */
let bodiesOf = new Uint8Array(256);

function rowFor(columns: SampleColumns, firstRow: number, timeSec: number, bit: number, newest: number): number {
  if (timeSec <= newest) {
    for (let row = columns.count - 1; row >= firstRow; row -= 1) {
      if (columns.timeSec[row] === timeSec && ((bodiesOf[row - firstRow] as number) & bit) === 0) {
        bodiesOf[row - firstRow] = (bodiesOf[row - firstRow] as number) | bit;
        return row;
      }
    }
  }
  const row = columns.append(timeSec);
  const index = row - firstRow;
  if (index === bodiesOf.length) {
    const larger = new Uint8Array(2 * index);
    larger.set(bodiesOf);
    bodiesOf = larger;
  }
  bodiesOf[index] = bit;
  return row;
}

/** Records a walk holds: OBD blocks, and samples counted by the body type that occurs most. */
export function recordsIn(bytes: Uint8Array, walk: Walk): number {
  const count = new Map<number, number>();
  for (let i = 0; i < walk.count; i += 1) {
    const type = bytes[walk.typeAt[i] as number] as number;
    count.set(type, (count.get(type) ?? 0) + 1);
  }
  const obd = count.get(BODY.obd) ?? 0;
  count.delete(BODY.obd);
  return Math.max(1, obd + Math.max(0, ...count.values()));
}

function unknown(bytes: Uint8Array, start: number, end: number, field: string): Rejection {
  const { layout, walk } = furthest();
  const type = bytes[walk.end];
  const at = `${field}.data.body[${walk.count}]`;
  if (end - start <= layout.headBytes) {
    return {
      code: 'BAD_LENGTH',
      field: `${field}.data`,
      reason: `a data unit of ${end - start} bytes holds no information body; send time, sequence number and at least one body`,
      records: 1,
    };
  }
  const table = walk.count > 0 && type !== undefined && walk.end < end ? bodyOf(type) : undefined;
  if (table !== undefined && bodyLength(table.type, bytes, walk.end + 1 + layout.gapBytes, end) < 0) {
    const left = Math.max(0, end - walk.end - 1 - layout.gapBytes);
    return {
      code: 'BAD_LENGTH',
      field: at,
      reason: `type ${hexByte(table.type)} (${table.en}) needs ${table.bytes} bytes or more, ${left} are left (read as layout ${layout.id})`,
      records: recordsIn(bytes, walk),
    };
  }
  const stop =
    walk.count > 0
      ? `; layout ${layout.id} reads ${walk.count} bodies and then meets type ${hexByte(type ?? 0)} at byte ${walk.end}`
      : '';
  return {
    code: 'UNKNOWN_LAYOUT',
    field: `${field}.data`,
    reason: `the ${end - start} bytes of data are neither layout A, B nor H${stop}; ask the operator to add the terminal's dialect`,
    records: Math.max(1, recordsIn(bytes, walk)),
  };
}

function sameTime(bytes: Uint8Array, a: number, b: number): boolean {
  for (let i = 0; i < TIME_BYTES; i += 1) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}

/** Rejects the bodies of layout H without a real date; neighbours with the same six bytes are one record. */
function rejectBody(bytes: Uint8Array, walk: Walk, i: number, field: string, rejections: Rejection[]): void {
  const at = (walk.typeAt[i] as number) + 1;
  if (i > 0 && sameTime(bytes, at, (walk.typeAt[i - 1] as number) + 1)) return;
  rejections.push({ code: 'BAD_TIME', field: `${field}.data.body[${i}].sampleTime`, reason: timeTrouble(bytes, at), records: 1 });
}

/**
 * Decodes the data unit from `start` to `end`. Layout A: the i-th stream record was sampled at T + i × the profile's period, other bodies belong to
 * the record before them. B: all bodies at T. H: each at its own time. Bodies of the same second that fill different signals are one sample.
 */
export function decodeRealtime(
  bytes: Uint8Array,
  start: number,
  end: number,
  vinAt: number,
  columns: SampleColumns,
  profile: DecodeProfile,
  field: string,
  obd: ObdBlock[],
  rejections: Rejection[],
): RealtimeResult {
  const found = recognise(bytes, start, end, vinAt, profile.stickyLayout);
  if (found === undefined) {
    rejections.push(unknown(bytes, start, end, field));
    return { layout: undefined, undecodedBytes: 0 };
  }
  const { layout, walk } = found;
  const sendTime = readTime(bytes, start);
  if (!layout.ownTime && sendTime < 0) {
    rejections.push({
      code: 'BAD_TIME',
      field: `${field}.data.time`,
      reason: timeTrouble(bytes, start),
      records: recordsIn(bytes, walk),
    });
    return { layout, undecodedBytes: 0 };
  }
  const counted = layout.id === 'A';
  const firstRow = columns.count;
  let timeSec = sendTime;
  let streams = 0;
  let newest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < walk.count; i += 1) {
    const typeAt = walk.typeAt[i] as number;
    const type = bytes[typeAt] as number;
    if (layout.ownTime) {
      timeSec = readTime(bytes, typeAt + 1);
      if (timeSec < 0) {
        rejectBody(bytes, walk, i, field, rejections);
        continue;
      }
    } else if (counted && type === BODY.engineStream) {
      timeSec = Math.floor(sendTime + streams * profile.recordPeriodS);
      streams += 1;
    }
    const bodyAt = walk.bodyAt[i] as number;
    const reader = sampleReader(type);
    if (reader === undefined) {
      const next = i + 1 < walk.count ? (walk.typeAt[i + 1] as number) : walk.end;
      obd.push(readObd(bytes, bodyAt, next - bodyAt, counted ? sendTime : timeSec, `${field}.data.body[${i}]`));
      continue;
    }
    const row = rowFor(columns, firstRow, timeSec, reader.bit, newest);
    if (timeSec > newest) newest = timeSec;
    readSample(reader, bytes, bodyAt, columns, row);
  }
  return { layout, undecodedBytes: end - walk.end };
}
