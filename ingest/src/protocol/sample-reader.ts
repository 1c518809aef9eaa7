import { BODIES, type BodyTable } from './bodies.ts';
import { u16, u32 } from './bytes.ts';
import type { SampleColumns } from './columns.ts';
import { classify, type Sentinel, withOffsets } from './fields.ts';
import { believable, LAT, LON, NO_FIX_BIT } from './position.ts';
import { QUALITY, QUALITY_BYTES, setQuality } from './quality.ts';
import { findSignal, SIGNAL_COUNT, SIGNALS } from './signals.ts';

/** The fields of one width of a body, as flat arrays: the inner loop touches nothing else. */
interface Group {
  readonly width: number;
  readonly count: number;
  readonly at: Int32Array;
  readonly signal: Int32Array;
  /** Lowest and highest raw code that is plainly a value; anything else goes the slow way. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly sentinel: readonly Sentinel[];
}

/** A body table turned into what the loop needs; done once. */
export interface SampleReader {
  /** Bit of this body in the set of bodies a sample already has. */
  readonly bit: number;
  readonly u8: Group;
  readonly u16: Group;
  readonly u32: Group;
  /** Ones except where this body's signals have their quality bits: AND makes them all `ok`. */
  readonly keep: Uint8Array;
  readonly locationAt: number;
}

/** The signal's largest raw value, which must lie below the codes of its field. */
function highest(width: number, sentinel: Sentinel, rawMax: number): number {
  if (classify(rawMax, width, sentinel) !== QUALITY.ok)
    throw new RangeError('the valid range of a signal reaches into the codes of its field');
  return rawMax;
}

function group(table: BodyTable, width: number): Group {
  const fields = withOffsets(table.fields).filter((field) => field.signal && field.width === width);
  const signals = fields.map((field) => findSignal(field.id));
  return {
    width,
    count: fields.length,
    at: Int32Array.from(fields, (field) => field.at),
    signal: Int32Array.from(signals),
    low: Float64Array.from(fields, (field, i) =>
      Math.max(SIGNALS[signals[i] ?? -1]?.rawMin ?? 0, field.sentinel === 'nox' ? 1 : 0),
    ),
    high: Float64Array.from(fields, (field, i) =>
      highest(width, field.sentinel ?? 'none', SIGNALS[signals[i] ?? -1]?.rawMax ?? 0),
    ),
    sentinel: fields.map((field) => field.sentinel ?? 'none'),
  };
}

function compile(table: BodyTable, bit: number): SampleReader {
  const keep = new Uint8Array(QUALITY_BYTES).fill(0xff);
  for (const field of table.fields) if (field.signal) setQuality(keep, 0, findSignal(field.id), QUALITY.ok);
  const locationAt = withOffsets(table.fields).find((field) => field.id === 'location')?.at ?? -1;
  return { bit, u8: group(table, 1), u16: group(table, 2), u32: group(table, 4), keep, locationAt };
}

const readers: readonly (SampleReader | undefined)[] = Array.from({ length: 256 }, (_, type) => {
  const index = BODIES.findIndex((table) => table.type === type && table.kind === 'signals');
  const table = BODIES[index];
  return table === undefined ? undefined : compile(table, 1 << index);
});

/** The reader of a body type that fills samples. */
export function sampleReader(type: number): SampleReader | undefined {
  return readers[type];
}

/** A code that is no plain value: null with its reason, or out of the signal's range. */
function missing(fields: Group, i: number, raw: number, columns: SampleColumns, row: number): void {
  const code = classify(raw, fields.width, fields.sentinel[i] as Sentinel);
  setQuality(columns.quality, row * QUALITY_BYTES, fields.signal[i] as number, code === QUALITY.ok ? QUALITY.outOfRange : code);
}

function checkPosition(location: number, columns: SampleColumns, row: number): void {
  const values = columns.values;
  const base = row * SIGNAL_COUNT;
  const lost = (location & NO_FIX_BIT) !== 0;
  if (!lost && believable(values[base + LON] as number, values[base + LAT] as number)) return;
  const code = lost ? QUALITY.na : QUALITY.outOfRange;
  if (lost || !Number.isNaN(values[base + LON])) columns.setMissing(row, LON, code);
  if (lost || !Number.isNaN(values[base + LAT])) columns.setMissing(row, LAT, code);
}

/** Reads the body at `at` into `row`, whose signals of this body must not have been sent before. The caller has checked the length. */
export function readSample(reader: SampleReader, bytes: Uint8Array, at: number, columns: SampleColumns, row: number): void {
  const values = columns.values;
  const quality = columns.quality;
  const base = row * SIGNAL_COUNT;
  const keep = reader.keep;
  for (let i = 0, q = row * QUALITY_BYTES; i < QUALITY_BYTES; i += 1, q += 1)
    quality[q] = (quality[q] as number) & (keep[i] as number);
  const ones = reader.u8;
  for (let i = 0; i < ones.count; i += 1) {
    const raw = bytes[at + (ones.at[i] as number)] as number;
    if (raw <= (ones.high[i] as number) && raw >= (ones.low[i] as number)) values[base + (ones.signal[i] as number)] = raw;
    else missing(ones, i, raw, columns, row);
  }
  const twos = reader.u16;
  for (let i = 0; i < twos.count; i += 1) {
    const raw = u16(bytes, at + (twos.at[i] as number));
    if (raw <= (twos.high[i] as number) && raw >= (twos.low[i] as number)) values[base + (twos.signal[i] as number)] = raw;
    else missing(twos, i, raw, columns, row);
  }
  const fours = reader.u32;
  for (let i = 0; i < fours.count; i += 1) {
    const raw = u32(bytes, at + (fours.at[i] as number));
    if (raw <= (fours.high[i] as number) && raw >= (fours.low[i] as number)) values[base + (fours.signal[i] as number)] = raw;
    else missing(fours, i, raw, columns, row);
  }
  if (reader.locationAt >= 0) checkPosition(bytes[at + reader.locationAt] as number, columns, row);
}
