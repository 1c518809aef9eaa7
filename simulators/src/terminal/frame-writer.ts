import { BODIES, COMMAND, encodeFrame, findSignal, LAYOUTS } from '@plume/ingest/protocol';
import type { Reading } from '../truck/readings.ts';
import { writeBeijingTime } from './wire-time.ts';

/** Bytes before the data unit, and of the check code behind it (GB 17691-2018 Annex Q). */
export const HEADER_BYTES = 24;
const LENGTH_AT = 22;
export const COMMAND_AT = 2;

/** One field of a body: where, how wide, and what goes in. */
interface Slot {
  readonly at: number;
  readonly width: number;
  /** Place in the reading; -1 for a field that is no signal. */
  readonly signal: number;
  /** What a field that is no signal holds; -1 for the location status. */
  readonly fixed: number;
}

const WIDTH: Readonly<Record<string, number>> = { u8: 1, u16: 2, u32: 4 };

/** Codes of a smoke sensor without a fault or an alarm; its other fields that are no signal are not available. */
const FIXED: Readonly<Record<string, number>> = { smokeFaultCode: 0, absorptionAlarm: 0, backPressureAlarm: 0, location: -1 };

/** A body of the field tables, turned into what a loop needs. */
class BodyWriter {
  readonly bytes: number;
  readonly type: number;
  #slots: readonly Slot[];

  constructor(type: number) {
    const table = BODIES.find((body) => body.type === type);
    if (table === undefined) throw new RangeError(`no body of type ${type}`);
    let at = 0;
    this.#slots = table.fields.map((field) => {
      const width = WIDTH[field.type] ?? 0;
      const slot = {
        at,
        width,
        signal: field.signal ? findSignal(field.id) : -1,
        fixed: FIXED[field.id] ?? 2 ** (8 * width) - 1,
      };
      at += width;
      return slot;
    });
    this.bytes = table.bytes;
    this.type = type;
  }

  write(into: Uint8Array, start: number, reading: Reading): void {
    for (const { at, width, signal, fixed } of this.#slots) {
      const raw = signal >= 0 ? (reading.raw[signal] ?? Number.NaN) : fixed >= 0 ? fixed : reading.noFix ? 1 : 0;
      const to = start + at;
      if (width === 1) {
        into[to] = raw >= 0 ? raw : 0xff;
      } else if (width === 2) {
        const word = raw >= 0 ? raw : 0xffff;
        into[to] = word >>> 8;
        into[to + 1] = word;
      } else {
        const word = raw >= 0 ? raw : 0xffff_ffff;
        into[to] = word >>> 24;
        into[to + 1] = word >>> 16;
        into[to + 2] = word >>> 8;
        into[to + 3] = word;
      }
    }
  }
}

/** Computes the check code of the frame that fills `bytes` from `start` to `end`, and stores it in the last byte. */
export function sealFrame(bytes: Uint8Array, start: number, end: number): void {
  let check = 0;
  for (let i = start + COMMAND_AT; i < end - 1; i += 1) check ^= bytes[i] ?? 0;
  bytes[end - 1] = check;
}

/**
 * Writes real-time frames of one truck straight from readings, without an object a record. Byte for byte what
 * `encodeRealtime` makes of the same values; the field tables and layouts are the protocol's own.
 */
export class FrameWriter {
  readonly layout: 'A' | 'B' | 'H';
  #header: Uint8Array;
  #bodies: readonly BodyWriter[];
  #head: number;
  #gap: number;
  #recordBytes: number;

  constructor(vin: string, softwareVersion: number, layout: 'A' | 'B' | 'H', bodyTypes: readonly number[]) {
    const row = LAYOUTS.find(({ id }) => id === layout);
    if (row === undefined) throw new RangeError(`no layout ${layout}`);
    this.layout = layout;
    this.#header = encodeFrame({ command: COMMAND.realtime, vin, softwareVersion, data: new Uint8Array(0) }).subarray(
      0,
      HEADER_BYTES,
    );
    this.#bodies = bodyTypes.map((type) => new BodyWriter(type));
    this.#head = row.headBytes;
    this.#gap = row.gapBytes;
    this.#recordBytes = this.#bodies.reduce((sum, body) => sum + 1 + row.gapBytes + body.bytes, 0);
  }

  /** Bytes of a frame with this many records. */
  frameBytes(records: number): number {
    return HEADER_BYTES + this.#head + records * this.#recordBytes + 1;
  }

  /** Begins a frame at `start`; records are added with `record`, then it is sealed with `finish`. */
  begin(into: Uint8Array, start: number, records: number, timeSec: number, seq: number): void {
    into.set(this.#header, start);
    const length = this.#head + records * this.#recordBytes;
    into[start + LENGTH_AT] = length >>> 8;
    into[start + LENGTH_AT + 1] = length;
    const data = start + HEADER_BYTES;
    writeBeijingTime(into, data, timeSec);
    if (this.layout !== 'A') {
      into[data + 6] = seq >>> 8;
      into[data + 7] = seq;
    }
  }

  /** Writes record `index` of the frame at `start`. `timeSec` counts in layout H, `seq` in layout A. */
  record(into: Uint8Array, start: number, index: number, reading: Reading, timeSec: number, seq: number): void {
    let at = start + HEADER_BYTES + this.#head + index * this.#recordBytes;
    for (const body of this.#bodies) {
      into[at] = body.type;
      if (this.layout === 'H') {
        writeBeijingTime(into, at + 1, timeSec);
      } else if (this.layout === 'A') {
        into[at + 1] = seq >>> 8;
        into[at + 2] = seq;
      }
      body.write(into, at + 1 + this.#gap, reading);
      at += 1 + this.#gap + body.bytes;
    }
  }

  /** Seals the frame at `start`. */
  finish(into: Uint8Array, start: number, records: number): void {
    sealFrame(into, start, start + this.frameBytes(records));
  }
}
