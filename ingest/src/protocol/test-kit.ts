import { readFileSync } from 'node:fs';
import { xorOf } from './bytes.ts';
import { SampleColumns } from './columns.ts';
import { decodeMessage } from './decode.ts';
import type { LayoutId } from './layouts.ts';
import type { DecodedMessage, DecodeProfile } from './messages.ts';
import { getQuality, QUALITY_BYTES, QUALITY_NAMES } from './quality.ts';
import { SIGNAL_COUNT, SIGNALS, type SignalId, toPhysical } from './signals.ts';

/** A decoded sample as a reader would write it down: physical values, or the reason why there is none; signals that were not sent are left out. */
export interface ReadableSample {
  readonly timeSec: number;
  readonly values: Partial<Record<SignalId, number | string>>;
}

export interface Decoded {
  readonly message: DecodedMessage;
  readonly columns: SampleColumns;
  readonly samples: readonly ReadableSample[];
}

export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function hexOf(bytes: Uint8Array): string {
  return [...bytes]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}

/** Samples of columns in readable form. */
export function readable(columns: SampleColumns): ReadableSample[] {
  return Array.from({ length: columns.count }, (_, row) => {
    const values: Partial<Record<SignalId, number | string>> = {};
    SIGNALS.forEach((signal, index) => {
      const raw = columns.values[row * SIGNAL_COUNT + index] ?? Number.NaN;
      const quality = QUALITY_NAMES[getQuality(columns.quality, row * QUALITY_BYTES, index)] ?? 'ok';
      if (quality !== 'notSent') values[signal.id] = quality === 'ok' ? toPhysical(index, raw) : quality;
    });
    return { timeSec: columns.timeSec[row] ?? Number.NaN, values };
  });
}

export function decode(payload: Uint8Array | string, profile: DecodeProfile = { recordPeriodS: 1 }): Decoded {
  const columns = new SampleColumns();
  const message = decodeMessage(typeof payload === 'string' ? new TextEncoder().encode(payload) : payload, columns, profile);
  return { message, columns, samples: readable(columns) };
}

/** All rejections of a message: of the whole and of its parts. */
export function rejectionsOf(message: DecodedMessage): DecodedMessage['rejections'] {
  return [...message.rejections, ...message.parts.flatMap((part) => part.rejections)];
}

/** The same frame with its length word and check byte made right again. */
export function reframe(bytes: Uint8Array, data: Uint8Array): Uint8Array {
  const frame = new Uint8Array(25 + data.length);
  frame.set(bytes.subarray(0, 22));
  frame[22] = data.length >> 8;
  frame[23] = data.length & 0xff;
  frame.set(data, 24);
  frame[24 + data.length] = xorOf(frame, 2, 24 + data.length);
  return frame;
}

/** A small seeded generator (mulberry32): the same numbers on every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface VectorObd {
  readonly time: string;
  readonly protocol: number;
  readonly mil: boolean | null;
  readonly supported: string;
  readonly ready: string;
  readonly vin: string | null;
  readonly calId: string | null;
  readonly cvn: string | null;
  readonly iupr: number[] | null;
  readonly dtcs: string[] | null;
}

export interface Vector {
  readonly name: string;
  readonly origin: 'capture' | 'worked-by-hand' | 'standard-example';
  readonly hex: string;
  readonly expect: {
    readonly command: number;
    readonly vin: string;
    readonly softwareVersion: number;
    readonly layouts: readonly LayoutId[];
    readonly seq?: number;
    readonly sendTime?: string;
    readonly extra?: Readonly<Record<string, number>>;
    readonly obd: readonly VectorObd[];
    readonly samples: readonly { readonly time: string; readonly values: Partial<Record<SignalId, number | string>> }[];
    readonly control?: {
      readonly kind: 'login' | 'logout' | 'timeSync' | 'tamper';
      readonly time: string | null;
      readonly seq: number | null;
      readonly detail: Record<string, unknown>;
    };
  };
  /** `identical`, or why encoding the expected values gives other bytes with the same meaning. */
  readonly reencode: string;
}

export interface BrokenVector {
  readonly name: string;
  readonly origin: string;
  readonly hex: string;
  readonly error: { readonly code: string; readonly field: string };
}

function load(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./vectors/${name}.json`, import.meta.url), 'utf8'));
}

export const VECTORS = ['captured', 'worked'].flatMap((name) => load(name) as Vector[]);
export const BROKEN = load('broken') as BrokenVector[];

export function seconds(iso: string): number {
  return Date.parse(iso) / 1000;
}

const HEADER = [0x23, 0x23, 0x02, ...new TextEncoder().encode('LZZ5CLVB0JA123456'), 1, 1];
const GAP: Readonly<Record<LayoutId, number>> = { A: 2, B: 0, H: 6 };

/** A random frame: any bytes in the bodies, with the codes at the edges of ranges far more often than chance would have them. */
export function randomFrame(random: () => number): { layout: LayoutId; frame: Uint8Array } {
  const below = (n: number): number => Math.floor(random() * n);
  const edge = [0x00, 0x01, 0x7f, 0x80, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff];
  const byte = (): number => (random() < 0.4 ? (edge[below(edge.length)] ?? 0) : below(256));
  const layout = (['A', 'B', 'H'] as const)[below(3)] ?? 'A';
  const moment = [20 + below(10), 1 + below(12), 1 + below(28), below(24), below(60), below(50)];
  const data = [...moment, ...(layout === 'A' ? [] : [byte(), byte()])];
  const bodies = 1 + below(12);
  for (let i = 0; i < bodies; i += 1) {
    const type = [0x02, 0x02, 0x02, 0x80, 0x81, 0x01][below(6)] ?? 0x02;
    const sampled = [...moment.slice(0, 5), below(4)];
    data.push(type, ...(GAP[layout] === 6 ? sampled : Array.from({ length: GAP[layout] }, byte)));
    const body = Array.from({ length: type === 0x02 ? 37 : type === 0x80 ? 17 : 18 }, byte);
    if (type === 0x02 && random() < 0.5)
      body.splice(24, 9, random() < 0.8 ? 0 : 1, 0x05, 0x34, byte(), byte(), 0x02, 0x9f, byte(), byte());
    if (type === 0x02 && random() < 0.05) body.splice(9 + 2 * below(2), 2, 0, 0);
    if (type === 0x01) {
      const codes = [0, 1, 3, 0xfe, 0xff][below(5)] ?? 0;
      data.push(...Array.from({ length: 95 }, byte), codes, ...Array.from({ length: codes < 0xfe ? 4 * codes : 0 }, byte));
    } else data.push(...body);
  }
  return { layout, frame: reframe(Uint8Array.from(HEADER), Uint8Array.from(data)) };
}
