import { asciiText } from './bytes.ts';

/** Bytes of a VIN in a frame (ISO 3779). */
export const VIN_BYTES = 17;

/** The strict form of ISO 3779, without I, O and Q. */
export const STRICT_VIN = /^[A-HJ-NPR-Z0-9]{17}$/u;

/** What is taken as readable: real terminals send VINs with I, O and Q, so the registry decides, not the alphabet. */
const READABLE_VIN = /^[A-Z0-9]{17}$/u;

/** One character for the whole field, or six or more L: what unset and test terminals send. */
const PLACEHOLDER = /^(?:(.)\1*|L{6}.*)$/u;

/** The VIN field of a header or OBD block. */
export interface Vin {
  /** 17 capital letters and digits, or null. */
  readonly vin: string | null;
  readonly placeholder: boolean;
  /** What the field holds, printable, without padding. */
  readonly text: string;
}

function parseVin(bytes: Uint8Array, at: number): Vin {
  const text = asciiText(bytes, at, at + VIN_BYTES).toUpperCase();
  if (text === '' || PLACEHOLDER.test(text)) return { vin: null, placeholder: true, text };
  return { vin: READABLE_VIN.test(text) ? text : null, placeholder: false, text };
}

const CACHE_SLOTS = 4096;
const slotBytes = new Uint8Array(CACHE_SLOTS * VIN_BYTES);
const slots: (Vin | undefined)[] = new Array<Vin | undefined>(CACHE_SLOTS);

/** Reads the VIN field at `at`. The same bytes give the same object: a bounded cache saves building a string for every frame. */
export function readVin(bytes: Uint8Array, at: number): Vin {
  let hash = 0;
  for (let i = 0; i < VIN_BYTES; i += 1) hash = (Math.imul(hash, 31) + (bytes[at + i] as number)) | 0;
  const slot = (hash ^ (hash >>> 12)) & (CACHE_SLOTS - 1);
  const base = slot * VIN_BYTES;
  const cached = slots[slot];
  if (cached !== undefined) {
    let i = 0;
    while (i < VIN_BYTES && slotBytes[base + i] === bytes[at + i]) i += 1;
    if (i === VIN_BYTES) return cached;
  }
  const vin = parseVin(bytes, at);
  for (let i = 0; i < VIN_BYTES; i += 1) slotBytes[base + i] = bytes[at + i] as number;
  slots[slot] = vin;
  return vin;
}
