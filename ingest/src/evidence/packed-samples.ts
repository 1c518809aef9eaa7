import { type RawSamples, valueLayout } from '@plume/ingest/emissions';
import { findSignal, QUALITY_BYTES, SIGNAL_COUNT, SIGNALS, signalIndex } from '@plume/ingest/protocol';
import { z } from 'zod';
import { PackedColumn, packBytes, packColumn, unpackBytes, unpackColumn } from './packed-columns.ts';

/** More samples than any day has: 24 h and a lead-in at one a second. */
export const MAX_SAMPLES = 100_000;

/**
 * Stored samples of one truck in time order: seconds since 1970 (UTC), and for each signal that has any value a column of raw integers in
 * the signal's own resolution. `quality`: three bits a signal in the order of the catalogue.
 */
export const PackedSamples = z.strictObject({
  count: z.number().int().min(0).max(MAX_SAMPLES),
  timeSec: PackedColumn,
  signals: z.record(z.string(), PackedColumn),
  quality: z.base64(),
});
export type PackedSamples = z.infer<typeof PackedSamples>;

/** Packs samples; signals without any value are left out. */
export function packSamples(samples: RawSamples): PackedSamples {
  const { count, values } = samples;
  const { rowStep, signalStep } = valueLayout(samples);
  const signals: Record<string, PackedColumn> = {};
  for (const { id, storage } of SIGNALS) {
    const first = signalIndex(id) * signalStep;
    const column = Float64Array.from({ length: count }, (_, row) => values[first + row * rowStep] as number);
    if (column.some((value) => !Number.isNaN(value))) signals[id] = packColumn(storage === 'int8' ? 'i64' : 'i32', column);
  }
  return {
    count,
    timeSec: packColumn('u32', samples.timeSec.subarray(0, count)),
    signals,
    quality: packBytes(samples.quality.subarray(0, count * QUALITY_BYTES)),
  };
}

/** The samples again, or what is wrong with which part of them. */
export function unpackSamples(packed: PackedSamples): RawSamples | { readonly path: string; readonly says: string } {
  const { count } = packed;
  const timeSec = unpackColumn(packed.timeSec, count);
  if (typeof timeSec === 'string') return { path: 'timeSec', says: timeSec };
  const quality = unpackBytes(packed.quality, count * QUALITY_BYTES);
  if (typeof quality === 'string') return { path: 'quality', says: quality };
  const values = new Float64Array(count * SIGNAL_COUNT).fill(Number.NaN);
  for (const [id, column] of Object.entries(packed.signals)) {
    const index = findSignal(id);
    if (index < 0) return { path: `signals.${id}`, says: 'is no signal of the catalogue' };
    const numbers = unpackColumn(column, count);
    if (typeof numbers === 'string') return { path: `signals.${id}`, says: numbers };
    for (let row = 0; row < count; row += 1) values[row * SIGNAL_COUNT + index] = numbers[row] as number;
  }
  return { count, timeSec, values, quality };
}
