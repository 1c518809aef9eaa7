import { hexByte, parseHex, putUint, toHex } from './bytes.ts';

const PROTOCOL_ISO_15765 = 0;
const PROTOCOL_ISO_27145 = 1;
const PROTOCOL_J1939 = 2;
const LETTERS = 'PCBU';

/**
 * One trouble code of four bytes as text. OBD protocol 2: SAE J1939-73 DM1 (SPN bits 0–7, 8–15, then 16–18 with FMI, then CM and OC):
 * `SPN 4364 FMI 18 OC 3`, with ` CM 1` when the conversion bit is set. Protocol 0 and 1: SAE J2012 letter code, failure type and
 * status byte: `P1456-00 status AF`. Otherwise `raw 145600AF`. Four zero bytes are no code: null.
 */
export function formatDtc(protocol: number | null, bytes: Uint8Array, at: number): string | null {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  if ((a | b | c | d) === 0) return null;
  if (protocol === PROTOCOL_J1939) {
    const spn = a | (b << 8) | ((c >> 5) << 16);
    return `SPN ${spn} FMI ${c & 0x1f} OC ${d & 0x7f}${d > 0x7f ? ' CM 1' : ''}`;
  }
  if (protocol === PROTOCOL_ISO_15765 || protocol === PROTOCOL_ISO_27145) {
    return `${LETTERS[a >> 6]}${(a >> 4) & 0b11}${(a & 0xf).toString(16).toUpperCase()}${hexByte(b)}-${hexByte(c)} status ${hexByte(d)}`;
  }
  return `raw ${toHex(bytes, at, at + 4)}`;
}

const J1939_TEXT = /^SPN (\d+) FMI (\d+) OC (\d+)( CM 1)?$/u;
const J2012_TEXT = /^([PCBU])([0-3])([0-9A-F]{3})-([0-9A-F]{2}) status ([0-9A-F]{2})$/u;
const RAW_TEXT = /^raw ([0-9A-F]{8})$/u;

/** The four bytes of a code that `formatDtc` prints. Throws a RangeError for other text. */
export function encodeDtc(text: string): Uint8Array {
  const bytes = new Uint8Array(4);
  const j1939 = J1939_TEXT.exec(text);
  if (j1939) {
    const [spn, fmi, oc] = [Number(j1939[1]), Number(j1939[2]), Number(j1939[3])];
    if (spn > 0x7ffff || fmi > 0x1f || oc > 0x7f) throw new RangeError(`"${text}" is outside SPN 0–524287, FMI 0–31, OC 0–127`);
    return Uint8Array.of(spn & 0xff, (spn >> 8) & 0xff, ((spn >> 16) << 5) | fmi, oc | (j1939[4] ? 0x80 : 0));
  }
  const j2012 = J2012_TEXT.exec(text);
  if (j2012) {
    const [, letter = 'P', digit = '0', rest = '000', type = '00', status = '00'] = j2012;
    putUint(bytes, 0, 2, (LETTERS.indexOf(letter) << 14) | (Number(digit) << 12) | Number.parseInt(rest, 16));
    putUint(bytes, 2, 1, Number.parseInt(type, 16));
    putUint(bytes, 3, 1, Number.parseInt(status, 16));
    return bytes;
  }
  const raw = RAW_TEXT.exec(text);
  const parsed = raw ? parseHex(raw[1] ?? '') : undefined;
  if (parsed?.ok) return parsed.bytes;
  throw new RangeError(`"${text}" is no trouble code; write SPN 4364 FMI 18 OC 3, P1456-00 status AF or raw 145600AF`);
}
