import { SIGNAL_TABLE } from './tables/signal-table.ts';

/** The frozen name of a signal: column of `samples`, JSON key, series name in the API. */
export type SignalId = (typeof SIGNAL_TABLE)[number]['id'];

/**
 * How well the meaning of a row is known: C certain (two independent sources or a frame checked), L likely (one source),
 * P product (a name of this service's JSON form, no wire field of a standard behind it).
 */
export type Certainty = 'C' | 'L' | 'P';

/** One signal of the catalogue: physical = raw × scale + offset, raw an integer within rawMin … rawMax. */
export interface Signal {
  readonly id: SignalId;
  readonly zh: string;
  readonly en: string;
  /** Unit as printed; '' for a code. */
  readonly unit: string;
  readonly scale: number;
  readonly offset: number;
  readonly rawMin: number;
  readonly rawMax: number;
  /** Column type of the stored raw integer. */
  readonly storage: 'int4' | 'int8';
  /** Digits after the point a display needs. */
  readonly decimals: number;
  /** Where the row comes from, with clause or table. */
  readonly source: string;
  readonly certainty: Certainty;
}

/** The catalogue in its frozen order: the index is the place of the quality code and of the value in a sample row. */
export const SIGNALS: readonly Signal[] = SIGNAL_TABLE;

/** Number of signals; 29. */
export const SIGNAL_COUNT: number = SIGNAL_TABLE.length;

const indexById: ReadonlyMap<string, number> = new Map(SIGNAL_TABLE.map((signal, index) => [signal.id, index]));

/** Index of a signal in the catalogue. */
export function signalIndex(id: SignalId): number {
  return indexById.get(id) ?? -1;
}

/** Index of any text in the catalogue, -1 when it is no signal id. Safe for hostile keys such as `__proto__`. */
export function findSignal(key: string): number {
  return indexById.get(key) ?? -1;
}

/** Smallest denominators that make each scale a ratio of integers, so that physical values are rounded once only. */
const DENOMINATORS = [1, 2, 5, 8, 10, 20, 32, 100, 256, 1_000_000];

interface Ratio {
  readonly numerator: number;
  readonly denominator: number;
  readonly shift: number;
}

const ratios: readonly Ratio[] = SIGNAL_TABLE.map(({ scale, offset }) => {
  const denominator = DENOMINATORS.find((d) => Math.abs(scale * d - Math.round(scale * d)) < 1e-9) ?? 1 / scale;
  return { numerator: Math.round(scale * denominator), denominator, shift: offset * denominator };
});

function rowOf(signal: number | Signal | SignalId): number {
  if (typeof signal === 'number') return signal;
  return signalIndex(typeof signal === 'string' ? signal : signal.id);
}

/** Physical value of a raw integer: the double nearest to raw × scale + offset (4964 of `noxDownPpm` is exactly 48.2). */
export function toPhysical(signal: number | Signal | SignalId, raw: number): number {
  const ratio = ratios[rowOf(signal)];
  if (ratio === undefined) throw new RangeError(`no such signal: ${String(signal)}`);
  return (raw * ratio.numerator + ratio.shift) / ratio.denominator;
}

/** Raw integer of a physical value, floor((x − offset) / scale + 0.5); null when that is outside the signal's valid range or no number. */
export function toRaw(signal: number | Signal | SignalId, value: number): number | null {
  const row = SIGNALS[rowOf(signal)];
  if (row === undefined) throw new RangeError(`no such signal: ${String(signal)}`);
  const raw = Math.floor((value - row.offset) / row.scale + 0.5);
  return raw >= row.rawMin && raw <= row.rawMax ? raw : null;
}
