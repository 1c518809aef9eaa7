/** Big-endian WORD at `at`; the caller has checked the bounds (bytes beyond the end read as 0). */
export function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

/** Big-endian DWORD at `at`, unsigned. */
export function u32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) * 0x100_0000 +
    (((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number))
  );
}

/** Writes an unsigned big-endian number of `width` bytes. */
export function putUint(bytes: Uint8Array, at: number, width: number, value: number): void {
  let rest = value;
  for (let i = width - 1; i >= 0; i -= 1) {
    bytes[at + i] = rest % 0x100;
    rest = Math.floor(rest / 0x100);
  }
}

/** BCC: XOR of the bytes from `from` up to but not including `end` (GB 17691-2018 Annex Q, check code). */
export function xorOf(bytes: Uint8Array, from: number, end: number): number {
  let sum = 0;
  let at = from;
  for (const fours = end - 3; at < fours; at += 4) {
    sum ^= (bytes[at] as number) ^ (bytes[at + 1] as number) ^ (bytes[at + 2] as number) ^ (bytes[at + 3] as number);
  }
  for (; at < end; at += 1) sum ^= bytes[at] as number;
  return sum;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0').toUpperCase());

/** Capital hex of the bytes from `from` to `end`, without separators. */
export function toHex(bytes: Uint8Array, from = 0, end: number = bytes.length): string {
  let text = '';
  for (let at = from; at < end; at += 1) text += HEX[bytes[at] as number];
  return text;
}

/** One byte as two capital hex digits. */
export function hexByte(byte: number): string {
  return HEX[byte & 0xff] as string;
}

/** Bytes of hex text; spaces, line ends, colons, commas and `0x` are allowed. Otherwise says what is wrong. */
export function parseHex(text: string): { ok: true; bytes: Uint8Array } | { ok: false; reason: string } {
  const digits = text.replace(/0x|[\s:,-]/giu, '');
  const bad = digits.search(/[^0-9a-f]/iu);
  if (bad >= 0) return { ok: false, reason: `digit ${bad + 1} is not hexadecimal; give the frame as hex, for example 2323054C…` };
  if (digits.length === 0) return { ok: false, reason: 'no bytes given; give the frame as hex, for example 2323054C…' };
  if (digits.length % 2 === 1)
    return { ok: false, reason: `${digits.length} hex digits are an odd number; a digit is missing or too many` };
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return { ok: true, bytes };
}

const NUL = 0x00;
const SPACE = 0x20;
const LAST_PRINTABLE = 0x7e;

/** ASCII text without NUL and spaces at either end; any other byte that is not printable becomes `?`, so the text is safe to store and print. */
export function asciiText(bytes: Uint8Array, from: number, end: number): string {
  let first = from;
  let last = end;
  while (last > first && (bytes[last - 1] === NUL || bytes[last - 1] === SPACE)) last -= 1;
  while (first < last && (bytes[first] === NUL || bytes[first] === SPACE)) first += 1;
  let text = '';
  for (let at = first; at < last; at += 1) {
    const byte = bytes[at] as number;
    text += byte >= SPACE && byte <= LAST_PRINTABLE ? String.fromCharCode(byte) : '?';
  }
  return text;
}

/** Whether all bytes from `from` to `end` are `byte`. */
export function allBytesAre(bytes: Uint8Array, from: number, end: number, byte: number): boolean {
  for (let at = from; at < end; at += 1) if (bytes[at] !== byte) return false;
  return true;
}

/** A copy of the bytes from `from` to `end` in memory of its own. (`slice` of a Node Buffer would share memory.) */
export function copyOf(bytes: Uint8Array, from: number, end: number): Uint8Array {
  const copy = new Uint8Array(end - from);
  copy.set(bytes.subarray(from, end));
  return copy;
}
