import { createHash } from 'node:crypto';
import { encodeRealtime, type SignalBodyInput, type SignalId } from '@plume/ingest/protocol';

/** Samples in one message. */
export const SAMPLES = 10;
/** Every so many messages of a terminal one is broken as a whole, and one has a broken second frame behind a good one. */
const BROKEN_EVERY = 17;
const HALF_BROKEN_EVERY = 23;

export type Format = 'A' | 'H' | 'json';

/** What a sample must be in the database: signal id → raw integer. */
export type RawValues = Readonly<Partial<Record<SignalId, number>>>;

/** A message whose content can be told from its number alone. */
export interface KnownMessage {
  readonly number: number;
  readonly payload: Uint8Array;
  /** Samples that must be stored once it is acknowledged, with their epoch seconds. Empty for a broken message. */
  readonly samples: readonly { readonly timeSec: number; readonly raw: RawValues }[];
  /** It, or a part of it, must be in the ledger once it is acknowledged. */
  readonly hasRefusal: boolean;
}

/** Raw integers of a sample: another for each terminal, message and second. Scales: protocol §5, type 02. */
function rawOf(terminal: number, timeSec: number): RawValues {
  const mixed = (factor: number, range: number): number => (((timeSec % 1_000_003) * factor + terminal * 7919) >>> 0) % range;
  return {
    speedKmh: mixed(31, 20_000),
    engineRpm: 4_800 + mixed(17, 15_000),
    fuelRateLph: mixed(13, 900),
    noxDownPpm: 4_001 + mixed(29, 9_000),
    coolantTempC: 60 + mixed(3, 80),
    odometerKm: 1_000_000 + (timeSec % 1_000_003),
  };
}

const JSON_SCALES: Readonly<Record<string, readonly [scale: number, offset: number]>> = {
  speedKmh: [1 / 256, 0],
  engineRpm: [0.125, 0],
  fuelRateLph: [0.05, 0],
  noxDownPpm: [0.05, -200],
  coolantTempC: [1, -40],
  odometerKm: [0.1, 0],
};

function frame(vin: string, layout: 'A' | 'H', seq: number, samples: KnownMessage['samples'], reissue: boolean): Uint8Array {
  const records = samples.map(({ timeSec, raw }) => {
    const body: SignalBodyInput = { type: 0x02, values: {}, raw: { ...raw, location: 1 } };
    return { timeSec, bodies: [body] };
  });
  return encodeRealtime({
    vin,
    layout,
    sendTimeSec: (samples.at(-1)?.timeSec ?? 0) + 1,
    seq: (seq % 60_000) + 1,
    records,
    reissue,
  });
}

function json(seq: number, samples: KnownMessage['samples']): Uint8Array {
  const rows = samples.map(({ timeSec, raw }) => {
    const values = Object.entries(raw).map(([id, value]) => {
      const [scale, offset] = JSON_SCALES[id] ?? [1, 0];
      return [id, value * scale + offset];
    });
    return { t: timeSec * 1000, ...Object.fromEntries(values) };
  });
  return Buffer.from(JSON.stringify({ v: 1, seq, samples: rows }));
}

function spoilt(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy[copy.length - 1] = (copy[copy.length - 1] ?? 0) ^ 0xff;
  return copy;
}

/** What makes the messages of a terminal what they are. */
export interface Maker {
  readonly index: number;
  readonly vin: string;
  readonly format: Format;
  /** Epoch seconds of its first sample. */
  readonly beginSec: number;
}

/** The n-th message of a terminal: ten seconds of samples, one a second; some are broken, wholly or in part. A re-issue is the same as command 03. */
export function knownMessage({ index, vin, format, beginSec }: Maker, number: number, reissue = false): KnownMessage {
  const samples = Array.from({ length: SAMPLES }, (_, i) => {
    const timeSec = beginSec + number * SAMPLES + i;
    return { timeSec, raw: rawOf(index, timeSec) };
  });
  const broken = number % BROKEN_EVERY === BROKEN_EVERY - 1;
  if (format === 'json') {
    const payload = json(number, samples);
    return broken
      ? { number, payload: payload.subarray(0, payload.length - 3), samples: [], hasRefusal: true }
      : { number, payload, samples, hasRefusal: false };
  }
  if (broken) return { number, payload: spoilt(frame(vin, format, number, samples, reissue)), samples: [], hasRefusal: true };
  if (number % HALF_BROKEN_EVERY === HALF_BROKEN_EVERY - 1) {
    const half = samples.slice(0, SAMPLES / 2);
    const rest = spoilt(frame(vin, format, number, samples.slice(SAMPLES / 2), reissue));
    return { number, payload: Buffer.concat([frame(vin, format, number, half, reissue), rest]), samples: half, hasRefusal: true };
  }
  return { number, payload: frame(vin, format, number, samples, reissue), samples, hasRefusal: false };
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
