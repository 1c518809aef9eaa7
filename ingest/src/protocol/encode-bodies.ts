import { BODY, bodyOf } from './bodies.ts';
import { putUint } from './bytes.ts';
import { encodeDtc } from './dtc.ts';
import { type Field, notAvailable, withOffsets } from './fields.ts';
import { findSignal, SIGNALS, type SignalId } from './signals.ts';
import { DTC_BYTES, DTC_COUNT_AT, MAX_DTCS, OBD_HEAD_BYTES } from './tables/obd-body.ts';
import { encodeText } from './text.ts';

/** A body of fields: signals in physical units. A signal that is missing or null is sent as not available (FF…). */
export interface SignalBodyInput {
  readonly type: 0x02 | 0x80 | 0x81;
  readonly values: Partial<Record<SignalId, number | null>>;
  /** Fields that are no signal (location, smokeTempC, smokeFaultCode, backPressureKpa, absorptionAlarm, backPressureAlarm, smokeNoxPpm), in physical units. */
  readonly extra?: Readonly<Record<string, number | null>>;
  /** Raw codes that go out as they are, by field id: error and reserved codes, NOx 0000, the last fix of a lost GPS. */
  readonly raw?: Readonly<Record<string, number>>;
}

/** The content of an OBD block. */
export interface ObdInput {
  /** 0 ISO 15765, 1 ISO 27145, 2 SAE J1939; null is sent as FE. */
  readonly protocol: number | null;
  readonly mil: boolean | null;
  readonly supported: number;
  readonly ready: number;
  readonly vin: string;
  readonly calId: string;
  /** Text (padded with '0') or up to 18 bytes (padded with 00). */
  readonly cvn: string | Uint8Array;
  /** 18 counters; null is sent as all '0' (3030), as terminals do that have none. */
  readonly iupr: readonly number[] | null;
  /** Codes as the decoder prints them; null is sent as count FE. */
  readonly dtcs: readonly string[] | null;
}

/** One information body to send: fields, an OBD block, or an OBD block that is already bytes. */
export type BodyInput =
  | SignalBodyInput
  | { readonly type: 0x01; readonly obd: ObdInput }
  | { readonly type: 0x01; readonly body: Uint8Array };

const LIMITS: Readonly<Record<number, number>> = { 1: 0xfa, 2: 0xfaff, 4: 0xfaff_ffff };
const NO_FIX = 0x01;
const ASCII_ZERO = 0x30;

function rawOf(field: Field, width: number, input: SignalBodyInput, positionKnown: boolean): number {
  const given = input.raw?.[field.id];
  if (given !== undefined) return given;
  if (field.id === 'location') return input.extra?.location ?? (positionKnown ? 0 : NO_FIX);
  const index = field.signal ? findSignal(field.id) : -1;
  const value = index >= 0 ? input.values[SIGNALS[index]?.id as SignalId] : input.extra?.[field.id];
  if (value === undefined || value === null || Number.isNaN(value)) return notAvailable(width);
  const signal = SIGNALS[index];
  const low = signal?.rawMin ?? 0;
  const high = signal?.rawMax ?? LIMITS[width] ?? 0;
  const raw = Math.floor((value - (field.offset ?? 0)) / (field.scale ?? 1) + 0.5);
  return Math.min(high, Math.max(low, raw));
}

function encodeSignals(input: SignalBodyInput): Uint8Array {
  const table = bodyOf(input.type);
  if (table === undefined) throw new RangeError(`no body of type ${input.type}`);
  const bytes = new Uint8Array(table.bytes);
  const positionKnown = typeof input.values.lonDeg === 'number' && typeof input.values.latDeg === 'number';
  for (const field of withOffsets(table.fields))
    putUint(bytes, field.at, field.width, rawOf(field, field.width, input, positionKnown));
  return bytes;
}

function encodeObd(obd: ObdInput): Uint8Array {
  const dtcs = obd.dtcs ?? [];
  if (dtcs.length > MAX_DTCS) throw new RangeError(`${dtcs.length} trouble codes; a block holds at most ${MAX_DTCS}`);
  if (obd.iupr !== null && obd.iupr.length !== 18) throw new RangeError('iupr needs 18 counters');
  const bytes = new Uint8Array(OBD_HEAD_BYTES + DTC_BYTES * dtcs.length);
  bytes[0] = obd.protocol ?? 0xfe;
  bytes[1] = obd.mil === null ? 0xfe : Number(obd.mil);
  putUint(bytes, 2, 2, obd.supported);
  putUint(bytes, 4, 2, obd.ready);
  encodeText(bytes, 6, 17, obd.vin, 0);
  encodeText(bytes, 23, 18, obd.calId, ASCII_ZERO);
  if (typeof obd.cvn === 'string') encodeText(bytes, 41, 18, obd.cvn, ASCII_ZERO);
  else bytes.set(obd.cvn.subarray(0, 18), 41);
  for (let i = 0; i < 18; i += 1) putUint(bytes, 59 + 2 * i, 2, obd.iupr?.[i] ?? 0x3030);
  bytes[DTC_COUNT_AT] = obd.dtcs === null ? 0xfe : dtcs.length;
  dtcs.forEach((code, i) => {
    bytes.set(encodeDtc(code), OBD_HEAD_BYTES + DTC_BYTES * i);
  });
  return bytes;
}

/** The bytes of one body, without its type byte. Values are rounded and clamped to the valid range; throws a RangeError for input that has no wire form. */
export function encodeBody(input: BodyInput): Uint8Array {
  if (input.type !== BODY.obd) return encodeSignals(input);
  return 'obd' in input ? encodeObd(input.obd) : input.body;
}
