import { allBytesAre, asciiText, copyOf, u16 } from './bytes.ts';
import { formatDtc } from './dtc.ts';
import type { ObdBlock } from './messages.ts';
import { DTC_BYTES, DTC_COUNT_AT, IUPR_COUNTERS, MAX_DTCS, OBD_HEAD_BYTES } from './tables/obd-body.ts';
import { readVin } from './vin.ts';

const PROTOCOL_AT = 0;
const MIL_AT = 1;
const SUPPORTED_AT = 2;
const READY_AT = 4;
const VIN_AT = 6;
const CALID_AT = 23;
const CVN_AT = 41;
const IUPR_AT = 59;
const INVALID = 0xfe;
const ASCII_ZERO = 0x30;

/** Where the VIN of an OBD block stands in it. */
export const OBD_VIN_AT = VIN_AT;

/** Bytes that are nothing but one kind of padding: 00, '0' or FF. */
function isPadding(bytes: Uint8Array, from: number, end: number): boolean {
  const first = bytes[from] as number;
  return (first === 0 || first === ASCII_ZERO || first === 0xff) && allBytesAre(bytes, from, end, first);
}

function readMil(code: number): boolean | null {
  if (code === 0) return false;
  return code === 1 ? true : null;
}

/** 18 × 3030 is what devices without counters send; 18 × FFFF says not available. */
function readIupr(body: Uint8Array): number[] | null {
  if (allBytesAre(body, IUPR_AT, DTC_COUNT_AT, ASCII_ZERO) || allBytesAre(body, IUPR_AT, DTC_COUNT_AT, 0xff)) return null;
  return IUPR_COUNTERS.map((_, i) => u16(body, IUPR_AT + 2 * i));
}

function readDtcs(protocol: number | null, body: Uint8Array): string[] | null {
  const count = body[DTC_COUNT_AT] as number;
  if (count > MAX_DTCS) return null;
  const codes: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const code = formatDtc(protocol, body, OBD_HEAD_BYTES + DTC_BYTES * i);
    if (code !== null) codes.push(code);
  }
  return codes;
}

/** Reads the OBD block of `length` bytes at `at` (GB 17691-2018 Annex Q table Q.6). Text fields are printable; the block itself is kept beside. */
export function readObd(bytes: Uint8Array, at: number, length: number, timeSec: number, field: string): ObdBlock {
  const body = copyOf(bytes, at, at + length);
  const code = body[PROTOCOL_AT] as number;
  const protocol = code >= INVALID ? null : code;
  const calId = isPadding(body, CALID_AT, CVN_AT) ? '' : asciiText(body, CALID_AT, CVN_AT);
  return {
    timeSec,
    protocol,
    mil: readMil(body[MIL_AT] as number),
    supported: u16(body, SUPPORTED_AT),
    ready: u16(body, READY_AT),
    vin: readVin(body, VIN_AT).vin,
    calId: calId === '' ? null : calId,
    cvn: isPadding(body, CVN_AT, IUPR_AT) ? null : body.slice(CVN_AT, IUPR_AT),
    iupr: readIupr(body),
    dtcs: readDtcs(protocol, body),
    body,
    field,
  };
}
