import { SIGNAL_COUNT } from './signals.ts';

/** Why a signal has a value or none, as the wire said it. Three bits each; `ok` alone goes with a value. */
export const QUALITY = { ok: 0, notSent: 1, na: 2, error: 3, reserved: 4, notReady: 5, outOfRange: 6 } as const;

/** Name of a quality code. */
export type QualityName = keyof typeof QUALITY;

/** A quality code, 0 … 6. */
export type QualityCode = (typeof QUALITY)[QualityName];

/** Names in the order of the codes. */
export const QUALITY_NAMES: readonly QualityName[] = ['ok', 'notSent', 'na', 'error', 'reserved', 'notReady', 'outOfRange'];

const BITS = 3;
const CODE_MASK = 0b111;

/** Bytes of one sample's quality codes: 29 × 3 bits, rounded up; the last bit is 0. */
export const QUALITY_BYTES: number = Math.ceil((SIGNAL_COUNT * BITS) / 8);

/** Reads the code of the signal `index` from the `QUALITY_BYTES` that begin at `rowOffset`. Bit position is 3 × index, least significant first; a code may straddle two bytes. */
export function getQuality(bytes: Uint8Array, rowOffset: number, index: number): number {
  const bit = BITS * index;
  const at = rowOffset + (bit >> 3);
  return (((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)) >> (bit & 7)) & CODE_MASK;
}

/** Writes the code of the signal `index` into the `QUALITY_BYTES` that begin at `rowOffset`, leaving every other code as it is. */
export function setQuality(bytes: Uint8Array, rowOffset: number, index: number, code: number): void {
  const bit = BITS * index;
  const at = rowOffset + (bit >> 3);
  const shift = bit & 7;
  bytes[at] = ((bytes[at] ?? 0) & ~(CODE_MASK << shift)) | (code << shift);
  if (shift > 8 - BITS) {
    const low = 8 - shift;
    bytes[at + 1] = ((bytes[at + 1] ?? 0) & ~(CODE_MASK >> low)) | (code >> low);
  }
}

/** The quality bytes of a sample in which every signal has the same code. */
export function uniformQuality(code: QualityCode): Uint8Array {
  const bytes = new Uint8Array(QUALITY_BYTES);
  for (let index = 0; index < SIGNAL_COUNT; index += 1) setQuality(bytes, 0, index, code);
  return bytes;
}
