import {
  getQuality,
  QUALITY,
  QUALITY_BYTES,
  type SampleColumns,
  SIGNAL_COUNT,
  SIGNALS,
  type SignalId,
  signalIndex,
} from '@plume/ingest/protocol';
import { JUDGED } from './judged.ts';
import { byteColumn, floatColumn, unfilledColumn } from './lent-columns.ts';

/** Channels that only files of measuring campaigns have, with their units. */
export const CAMPAIGN_CHANNELS = {
  /** Wet exhaust mass flow of a flow meter. */
  exhaustFlowKgh: 'kg/h',
  /** Wet oxygen of the NOx sensor. */
  o2Pct: '%',
  /** Absolute pressure and temperature in the intake manifold. */
  intakePressureKpa: 'kPa',
  intakeTempC: '°C',
} as const;

/** What a trace can hold: the catalogue's signals, and those of measuring campaigns. */
export type Channel = SignalId | keyof typeof CAMPAIGN_CHANNELS;

/** One channel of a trace. */
export interface Column {
  /** Physical values in the channel's unit; NaN where there is none. A value may stay beside a code that forbids its use. */
  readonly values: Float64Array;
  /** What each value is fit for, see `JUDGED`; valid ones are numbers. Nobody changes them once the column is made. */
  readonly codes: Uint8Array;
  /** The values that are valid, NaN elsewhere: what arithmetic is done with. */
  readonly valid: Float64Array;
}

/** A channel of values and what each is fit for. */
export function columnOf(values: Float64Array, codes: Uint8Array): Column {
  const count = values.length;
  let i = 0;
  while (i < count && (codes[i] === JUDGED.valid || Number.isNaN(values[i]))) i += 1;
  // Mostly no value stands beside a code that forbids its use.
  if (i === count) return { values, codes, valid: values };
  const valid = floatColumn(count, Number.NaN);
  valid.set(values.subarray(0, i));
  for (; i < count; i += 1) if (codes[i] === JUDGED.valid) valid[i] = values[i] as number;
  return { values, codes, valid };
}

/** The samples of one truck in time order, as columns; channels that have no value at all are absent. */
export interface Trace {
  readonly count: number;
  /** Epoch seconds UTC, strictly ascending. */
  readonly timeSec: Float64Array;
  readonly columns: Readonly<Partial<Record<Channel, Column>>>;
}

/** Stored samples as they are read: raw integers, and row-major quality codes. */
export interface RawSamples extends Pick<SampleColumns, 'count' | 'timeSec' | 'values' | 'quality'> {
  /** Absent: values lie row by row. Else they lie signal by signal, each of which has room for so many rows. */
  readonly columnRows?: number;
}

/** Where the value of a signal stands in a row of samples: at row × rowStep + signal × signalStep. */
export function valueLayout({ columnRows }: Pick<RawSamples, 'columnRows'>): { rowStep: number; signalStep: number } {
  return columnRows === undefined ? { rowStep: SIGNAL_COUNT, signalStep: 1 } : { rowStep: 1, signalStep: columnRows };
}

/** The catalogue's signals that the figures rest on. */
export const EMISSION_SIGNALS: readonly SignalId[] = [
  'speedKmh',
  'baroKpa',
  'netTorquePct',
  'frictionTorquePct',
  'engineRpm',
  'fuelRateLph',
  'noxUpPpm',
  'noxDownPpm',
  'ureaLevelPct',
  'airFlowKgh',
  'scrInTempC',
  'scrOutTempC',
  'dpfDeltaKpa',
  'coolantTempC',
  'fuelLevelPct',
  'lonDeg',
  'latDeg',
  'odometerKm',
  'pmMgM3',
  'opacityPct',
  'lightAbsorptionPerM',
  'ambientTempC',
  'ureaInjectionMlh',
  'dpfTempC',
];

/** What the wire said, in the words of the judgement. */
const OF_WIRE: readonly number[] = (() => {
  const codes = new Array<number>(8).fill(JUDGED.error);
  codes[QUALITY.ok] = JUDGED.missing;
  codes[QUALITY.notSent] = JUDGED.missing;
  codes[QUALITY.na] = JUDGED.missing;
  codes[QUALITY.notReady] = JUDGED.notReady;
  codes[QUALITY.outOfRange] = JUDGED.outOfRange;
  return codes;
})();

/** How a raw integer becomes physical: (raw + shift) / divisor, both exact, so that the quotient is rounded once only. */
interface Conversion {
  readonly shift: number;
  readonly divisor: number;
  /** 1 / divisor where that is exact too: a product takes half the time. */
  readonly factor: number | null;
}

/** Every scale of the catalogue is 1 over a whole or half number, every offset a whole number of steps; a test compares with `toPhysical`. */
const CONVERSIONS: readonly Conversion[] = SIGNALS.map(({ scale, offset }) => {
  const divisor = Math.round(2 / scale) / 2;
  return { shift: Math.round(offset / scale), divisor, factor: Number.isInteger(Math.log2(divisor)) ? 1 / divisor : null };
});

/** Rows taken at once where values are not yet signal by signal, so that they stay in the cache while the channels are picked out. */
const BLOCK_ROWS = 8;

/**
 * Turns stored samples into a trace. Rows may be in any order; of rows with the same second the first given counts
 * (stored samples have unique seconds).
 */
export function traceOf(samples: RawSamples, signals: readonly SignalId[] = EMISSION_SIGNALS): Trace {
  const order = timeOrder(samples.timeSec, samples.count);
  const count = order === null ? samples.count : order.length;
  const found: { readonly id: SignalId; readonly index: number; values: Float64Array | null }[] = signals.map((id) => ({
    id,
    index: signalIndex(id),
    values: null,
  }));
  // Whether the values of a signal lie as they are wanted; those that had to be gathered are the trace's own.
  const ready = samples.columnRows !== undefined && order === null;
  if (ready) {
    for (const each of found) {
      const first = each.index * samples.columnRows;
      const raw = samples.values.subarray(first, first + count);
      if (hasNumber(raw)) each.values = raw;
    }
  } else {
    for (let from = 0; from < count; from += BLOCK_ROWS) {
      const to = Math.min(count, from + BLOCK_ROWS);
      for (const each of found) {
        if (each.values !== null) gather(samples, order, from, to, each.index, each.values);
        else if (hasValue(samples, order, from, to, each.index)) {
          // The first value of a channel: it has a column, and the rows before it too.
          each.values = unfilledColumn(count);
          gather(samples, order, 0, to, each.index, each.values);
        }
      }
    }
  }
  const timeSec = unfilledColumn(count);
  for (let i = 0; i < count; i += 1) timeSec[i] = samples.timeSec[order === null ? i : (order[i] as number)] as number;
  const columns: Partial<Record<Channel, Column>> = {};
  for (const { id, index, values } of found)
    if (values !== null) columns[id] = physical(samples, order, index, values, ready ? unfilledColumn(count) : values);
  return { count, timeSec, columns };
}

/** Whether any of some rows has a value of a signal. */
function hasValue(samples: RawSamples, order: Uint32Array | null, from: number, to: number, index: number): boolean {
  const raw = samples.values;
  const { rowStep, signalStep } = valueLayout(samples);
  const first = index * signalStep;
  for (let i = from; i < to; i += 1) {
    const row = order === null ? i : (order[i] as number);
    if (!Number.isNaN(raw[first + row * rowStep])) return true;
  }
  return false;
}

/** Takes the raw values of a signal from some rows. */
function gather(
  samples: RawSamples,
  order: Uint32Array | null,
  from: number,
  to: number,
  index: number,
  values: Float64Array,
): void {
  const raw = samples.values;
  const { rowStep, signalStep } = valueLayout(samples);
  const first = index * signalStep;
  for (let i = from; i < to; i += 1) {
    const row = order === null ? i : (order[i] as number);
    values[i] = raw[first + row * rowStep] as number;
  }
}

/** Whether any of the values from … to (exclusive) is a number. */
export function hasNumber(values: Float64Array, from = 0, to: number = values.length): boolean {
  for (let i = from; i < to; i += 1) if (!Number.isNaN(values[i])) return true;
  return false;
}

/** The column of a signal from its raw values in order of time, into `values`; what has none is coded by what the wire said. */
function physical(
  samples: RawSamples,
  order: Uint32Array | null,
  index: number,
  raw: Float64Array,
  values: Float64Array,
): Column {
  const { shift, divisor, factor } = CONVERSIONS[index] as Conversion;
  const count = raw.length;
  const codes = byteColumn(count);
  for (let i = 0; i < count; i += 1) {
    const value = raw[i] as number;
    // A missing value stays NaN through the conversion.
    values[i] = factor === null ? (value + shift) / divisor : (value + shift) * factor;
    if (!Number.isNaN(value)) continue;
    const row = order === null ? i : (order[i] as number);
    codes[i] = OF_WIRE[getQuality(samples.quality, row * QUALITY_BYTES, index)] as number;
  }
  // What is not valid off the wire has no value.
  return { values, codes, valid: values };
}

/** The rows in time order without repeated seconds; null when they are so already. */
function timeOrder(timeSec: Float64Array, count: number): Uint32Array | null {
  let sorted = true;
  for (let i = 1; i < count && sorted; i += 1) sorted = (timeSec[i] as number) > (timeSec[i - 1] as number);
  if (sorted) return null;
  const order = Uint32Array.from({ length: count }, (_, row) => row);
  order.sort((a, b) => (timeSec[a] as number) - (timeSec[b] as number) || a - b);
  return order.filter((row, i) => i === 0 || timeSec[row] !== timeSec[order[i - 1] as number]);
}
