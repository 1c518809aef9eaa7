import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';

/** Kinds of numbers in a packed column, little-endian: whole numbers of 4 bytes with and without sign, of 8 bytes, doubles, plain bytes. */
const KINDS = ['u8', 'i32', 'u32', 'i64', 'f64'] as const;
type Kind = (typeof KINDS)[number];
const WIDTH: Readonly<Record<Kind, number>> = { u8: 1, i32: 4, u32: 4, i64: 8, f64: 8 };
/** The least number of each kind, which no signal has, stands for null. */
const NULL_I32 = -(2 ** 31);
const NULL_I64 = -(2n ** 63n);

/** Numbers as text: base64 of raw deflate (RFC 1951) of little-endian numbers. In `i32` and `i64` the least number stands for null. */
export const PackedColumn = z.strictObject({ kind: z.enum(KINDS), data: z.base64() });
export type PackedColumn = z.infer<typeof PackedColumn>;

/** Packs numbers; NaN is null and needs a signed kind or `f64`. Throws a RangeError for a number that the kind cannot hold. */
export function packColumn(kind: Kind, values: ArrayLike<number>): PackedColumn {
  const bytes = new Uint8Array(values.length * WIDTH[kind]);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i += 1) write(view, kind, i * WIDTH[kind], values[i] as number);
  return { kind, data: deflateRawSync(bytes, { level: 9 }).toString('base64') };
}

/** The numbers of a packed column, null as NaN; an error in words when it does not hold just `count` of them. */
export function unpackColumn(column: PackedColumn, count: number): Float64Array | string {
  const bytes = unpackBytes(column.data, count * WIDTH[column.kind]);
  if (typeof bytes === 'string') return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: count }, (_, i) => read(view, column.kind, i * WIDTH[column.kind]));
}

/** Packs bytes as they are. */
export function packBytes(bytes: Uint8Array): string {
  return deflateRawSync(bytes, { level: 9 }).toString('base64');
}

/** Packed bytes again; an error in words when they are not just `length`. Never takes more memory than that. */
export function unpackBytes(data: string, length: number): Uint8Array | string {
  try {
    const bytes = inflateRawSync(Buffer.from(data, 'base64'), { maxOutputLength: Math.max(1, length) });
    return bytes.length === length ? bytes : `holds ${bytes.length} bytes, not ${length}`;
  } catch (error) {
    return `cannot be unpacked (${error instanceof Error ? error.message : String(error)})`;
  }
}

function write(view: DataView, kind: Kind, at: number, value: number): void {
  const missing = Number.isNaN(value);
  if (!fits(kind, value)) throw new RangeError(`${value} does not fit a column of ${kind}`);
  if (kind === 'u8') view.setUint8(at, value);
  else if (kind === 'i32') view.setInt32(at, missing ? NULL_I32 : value, true);
  else if (kind === 'u32') view.setUint32(at, value, true);
  else if (kind === 'i64') view.setBigInt64(at, missing ? NULL_I64 : BigInt(value), true);
  else view.setFloat64(at, value, true);
}

function fits(kind: Kind, value: number): boolean {
  if (kind === 'f64') return true;
  if (Number.isNaN(value)) return kind === 'i32' || kind === 'i64';
  if (kind === 'u8') return Number.isInteger(value) && value >= 0 && value <= 0xff;
  if (kind === 'u32') return Number.isInteger(value) && value >= 0 && value < 2 ** 32;
  if (kind === 'i32') return Number.isInteger(value) && value > NULL_I32 && value < 2 ** 31;
  return Number.isSafeInteger(value);
}

function read(view: DataView, kind: Kind, at: number): number {
  if (kind === 'u8') return view.getUint8(at);
  if (kind === 'u32') return view.getUint32(at, true);
  if (kind === 'f64') return view.getFloat64(at, true);
  if (kind === 'i32') {
    const value = view.getInt32(at, true);
    return value === NULL_I32 ? Number.NaN : value;
  }
  const value = view.getBigInt64(at, true);
  return value === NULL_I64 ? Number.NaN : Number(value);
}
