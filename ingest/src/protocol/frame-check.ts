import { u16 } from './bytes.ts';
import { COMMAND_AT, HEADER_BYTES, LENGTH_AT, MIN_FRAME_BYTES, START_BYTE, VIN_AT } from './tables/header.ts';
import { VIN_BYTES } from './vin.ts';

/** Why no frame begins at a place: no `23 23`, a header that cannot be one, bytes that end too early, a wrong check byte. */
export const NO_FRAME = { noStart: -1, implausible: -2, incomplete: -3, checksum: -4 } as const;

const LAST_COMMAND = 0x08;
const FIRST_USER_COMMAND = 0x80;
const LAST_USER_COMMAND = 0xfe;
const FIRST_PRINTABLE = 0x20;
const LAST_PRINTABLE = 0x7e;

/** Whether the header at `at` could be one: a command in use, and a VIN field of printable text or NUL. Asked only when looking for a start among other bytes. */
export function plausibleHeader(bytes: Uint8Array, at: number): boolean {
  const command = bytes[at + COMMAND_AT] as number;
  if (command < 1 || command > LAST_USER_COMMAND || (command > LAST_COMMAND && command < FIRST_USER_COMMAND)) return false;
  for (let i = at + VIN_AT; i < at + VIN_AT + VIN_BYTES; i += 1) {
    const byte = bytes[i] as number;
    if (byte !== 0 && (byte < FIRST_PRINTABLE || byte > LAST_PRINTABLE)) return false;
  }
  return true;
}

/** Whether `23 23` stands at `at`. */
export function startsAt(bytes: Uint8Array, at: number, end: number): boolean {
  return at + 1 < end && bytes[at] === START_BYTE && bytes[at + 1] === START_BYTE;
}

/** Length of the whole frame whose header is at `at`, as its length word says. The header must be there. */
export function claimedLength(bytes: Uint8Array, at: number): number {
  return MIN_FRAME_BYTES + u16(bytes, at + LENGTH_AT);
}

/** Whether the whole header lies before `end`. */
export function hasHeader(at: number, end: number): boolean {
  return at + HEADER_BYTES <= end;
}
