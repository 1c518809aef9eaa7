import type { SampleColumns } from './columns.ts';
import { JSON_VERSION, MAX_ABSOLUTE, MAX_SAMPLES, MAX_SEQ } from './json-limits.ts';
import { parseJson } from './json-text.ts';
import type { DecodedMessage, MessagePart, Rejection } from './messages.ts';
import { believable, LAT, LON } from './position.ts';
import { QUALITY } from './quality.ts';
import { findSignal, SIGNAL_COUNT, SIGNALS, signalIndex } from './signals.ts';
import { MAX_EPOCH_MS, MIN_EPOCH_MS, parseIsoTime } from './time.ts';

const NOX: ReadonlySet<number> = new Set([signalIndex('noxUpPpm'), signalIndex('noxDownPpm')]);
const scales = Float64Array.from(SIGNALS, (signal) => signal.scale);
const offsets = Float64Array.from(SIGNALS, (signal) => signal.offset);
const lows = Float64Array.from(SIGNALS, (signal) => signal.rawMin);
const highs = Float64Array.from(SIGNALS, (signal) => signal.rawMax);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function failed(code: Rejection['code'], field: string, reason: string, records = 1): DecodedMessage {
  return { format: 'json', parts: [], rejections: [{ code, field, reason, records }] };
}

/** Whole epoch seconds of `t`, or -1. */
function timeOf(t: unknown): number {
  if (typeof t === 'string') return parseIsoTime(t);
  return typeof t === 'number' && t >= MIN_EPOCH_MS && t <= MAX_EPOCH_MS ? Math.floor(t / 1000) : -1;
}

function timeReason(t: unknown): string {
  if (t === undefined) return 't is missing; give the sample time as ISO 8601 with offset or epoch milliseconds';
  if (typeof t === 'string')
    return 't is no real date with seconds and an offset between 1970 and 2099; send for example 2023-05-18T14:30:00+08:00';
  return typeof t === 'number'
    ? 't is outside 1970 to 2099 in epoch milliseconds'
    : 't is neither text nor a number; send ISO 8601 with offset or epoch milliseconds';
}

function valueReason(value: unknown): string {
  if (typeof value === 'number') return `a number beyond ±${MAX_ABSOLUTE} is no reading; send null when there is no value`;
  return `${Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`} is no number; send a finite number, or null when there is no value`;
}

/** The same rules as for the wire form: raw 0 of a NOx sensor is "not ready", a position outside the country is none. */
function setSignal(columns: SampleColumns, row: number, signal: number, value: number): void {
  const raw = Math.floor((value - (offsets[signal] as number)) / (scales[signal] as number) + 0.5);
  if (raw < (lows[signal] as number) || raw > (highs[signal] as number)) columns.setMissing(row, signal, QUALITY.outOfRange);
  else if (raw === 0 && NOX.has(signal)) columns.setMissing(row, signal, QUALITY.notReady);
  else columns.setValue(row, signal, raw);
}

function checkPosition(columns: SampleColumns, row: number): void {
  const lon = columns.values[row * SIGNAL_COUNT + LON] as number;
  const lat = columns.values[row * SIGNAL_COUNT + LAT] as number;
  if (believable(lon, lat)) return;
  if (!Number.isNaN(lon)) columns.setMissing(row, LON, QUALITY.outOfRange);
  if (!Number.isNaN(lat)) columns.setMissing(row, LAT, QUALITY.outOfRange);
}

/** Reads one sample into a new row. A sample with anything wrong leaves no row and one rejection. Returns the number of unknown keys. */
function readSample(sample: unknown, at: number, columns: SampleColumns, rejections: Rejection[]): number {
  const reject = (code: Rejection['code'], key: string, reason: string): number => {
    rejections.push({ code, field: `samples[${at}]${key}`, reason, records: 1 });
    return 0;
  };
  if (!isObject(sample)) return reject('BAD_VALUE', '', 'a sample is a JSON object with t and signals');
  const timeSec = timeOf(sample.t);
  if (timeSec < 0) return reject('BAD_TIME', '.t', timeReason(sample.t));
  const row = columns.append(timeSec);
  let unknownKeys = 0;
  for (const key in sample) {
    const signal = findSignal(key);
    if (signal < 0) {
      if (key !== 't') unknownKeys += 1;
      continue;
    }
    const value = sample[key];
    if (value === null) columns.setMissing(row, signal, QUALITY.na);
    else if (typeof value === 'number' && value >= -MAX_ABSOLUTE && value <= MAX_ABSOLUTE) setSignal(columns, row, signal, value);
    else {
      columns.truncate(row);
      return reject('BAD_VALUE', `.${key}`, valueReason(value));
    }
  }
  checkPosition(columns, row);
  return unknownKeys;
}

function shapeTrouble(message: Record<string, unknown>): DecodedMessage | undefined {
  if (message.v !== JSON_VERSION) return failed('BAD_SHAPE', 'v', 'v is not 1; this service reads messages of version 1');
  const { seq } = message;
  if (seq !== undefined && !(Number.isInteger(seq) && Number(seq) >= 0 && Number(seq) <= MAX_SEQ))
    return failed('BAD_SHAPE', 'seq', `seq is no whole number from 0 to ${MAX_SEQ}; leave it out if there is none`);
  return undefined;
}

/** Decodes a JSON message of version 1. A sample with a fault is rejected with its path, its neighbours are kept; a message of the wrong shape is rejected whole. Of a key given twice the last counts. */
export function decodeJson(payload: Uint8Array, columns: SampleColumns): DecodedMessage {
  const parsed = parseJson(payload);
  if (!parsed.ok) return { format: 'json', parts: [], rejections: [parsed.rejection] };
  const message = parsed.value;
  if (!isObject(message)) return failed('BAD_SHAPE', '', 'the message is not a JSON object; send {"v":1,"samples":[…]}');
  const wrong = shapeTrouble(message);
  if (wrong !== undefined) return wrong;
  const samples = message.samples;
  if (!Array.isArray(samples) || samples.length === 0)
    return failed('BAD_SHAPE', 'samples', 'samples is not an array with at least one sample');
  if (samples.length > MAX_SAMPLES)
    return failed(
      'TOO_MANY_SAMPLES',
      'samples',
      `${samples.length} samples; send at most ${MAX_SAMPLES} a message`,
      samples.length,
    );
  const firstRow = columns.count;
  const rejections: Rejection[] = [];
  let unknownKeys = 0;
  for (const key in message) if (key !== 'v' && key !== 'seq' && key !== 'samples') unknownKeys += 1;
  samples.forEach((sample: unknown, at) => {
    unknownKeys += readSample(sample, at, columns, rejections);
  });
  const part: MessagePart = {
    format: 'json',
    command: null,
    vin: null,
    placeholderVin: false,
    reissued: false,
    layout: null,
    firstRow,
    rowCount: columns.count - firstRow,
    obd: [],
    controls: [],
    rejections,
    undecodedBytes: 0,
    unknownKeys,
    field: '',
  };
  return { format: 'json', parts: [part], rejections: [] };
}
