import { ENGINE } from './engine-state.ts';
import type { JudgedTrace } from './judge.ts';
import { JUDGED } from './judged.ts';
import type { NoxChannel } from './nox-ready.ts';
import type { Column } from './trace.ts';

/** Longest delay [s] that is looked for between engine and NOx sensor (emissions §2.1). [M] */
export const MAX_LAG_S = 10;
/** Fewest pairs of samples a lag is found from. [eng] */
const LEAST_PAIRS = 600;
/** Weakest correlation that tells a lag. [eng] */
const LEAST_CORRELATION = 0.3;

/** Delay of a NOx sensor behind the engine. */
export interface NoxLag {
  /** [s] */
  readonly lagS: number;
  /** Correlation with the fuel flow at that lag. */
  readonly correlation: number;
  readonly pairs: number;
}

/**
 * Delay 0 … 10 s at which a NOx sensor correlates best with the fuel flow on hot seconds (emissions §2.1); find it once and keep it
 * per truck. Null when there are less than 600 pairs or none correlates by 0.3: then nothing is to be shifted.
 */
export function findNoxLag(trace: JudgedTrace, channel: NoxChannel = 'noxDownPpm'): NoxLag | null {
  const nox = trace.columns[channel];
  const fuel = trace.columns.fuelRateLph;
  if (nox === undefined || fuel === undefined) return null;
  const pairs = pairsOf(trace, nox, fuel);
  let best: NoxLag | null = null;
  for (let lagS = 0; lagS <= MAX_LAG_S; lagS += 1) {
    const found = correlationAt(trace.timeSec, pairs, lagS);
    if (found === null || found.pairs < LEAST_PAIRS || found.correlation < LEAST_CORRELATION) continue;
    if (best === null || found.correlation > best.correlation) best = found;
  }
  return best;
}

/** Fuel and NOx about their means, so that nothing cancels; NaN where a sample does not count. */
interface Pairs {
  readonly fuel: Float64Array;
  readonly nox: Float64Array;
}

function pairsOf({ count, engine }: JudgedTrace, nox: Column, fuel: Column): Pairs {
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    x[i] = fuel.codes[i] === JUDGED.valid && engine[i] === ENGINE.on ? (fuel.values[i] as number) : Number.NaN;
    y[i] = nox.codes[i] === JUDGED.valid ? (nox.values[i] as number) : Number.NaN;
  }
  return { fuel: centred(x), nox: centred(y) };
}

function centred(values: Float64Array): Float64Array {
  let sum = 0;
  let n = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    sum += value;
    n += 1;
  }
  const mean = n === 0 ? 0 : sum / n;
  for (let i = 0; i < values.length; i += 1) values[i] = (values[i] as number) - mean;
  return values;
}

function correlationAt(timeSec: Float64Array, { fuel, nox }: Pairs, lagS: number): NoxLag | null {
  const count = fuel.length;
  let pairs = 0;
  let sx = 0;
  let sy = 0;
  let sxx = 0;
  let syy = 0;
  let sxy = 0;
  let j = 0;
  for (let i = 0; i < count; i += 1) {
    const due = (timeSec[i] as number) + lagS;
    while (j < count && (timeSec[j] as number) < due) j += 1;
    if (j === count) break;
    const x = fuel[i] as number;
    const y = nox[j] as number;
    const product = x * y;
    if (Number.isNaN(product) || timeSec[j] !== due) continue;
    pairs += 1;
    sx += x;
    sy += y;
    sxx += x * x;
    syy += y * y;
    sxy += product;
  }
  const xx = sxx - (sx * sx) / pairs;
  const yy = syy - (sy * sy) / pairs;
  if (!(xx > 0 && yy > 0)) return null;
  return { lagS, correlation: (sxy - (sx * sy) / pairs) / Math.sqrt(xx * yy), pairs };
}

/**
 * A channel with each value put back to the engine second it belongs to: the sample that came `lagS` later, or the nearest one within
 * half a period; where there is none the value is missing. A lag below half a period changes nothing.
 */
export function aligned(column: Column, timeSec: Float64Array, lagS: number, periodS: number): Column {
  const reach = periodS / 2;
  if (lagS < reach) return column;
  const count = column.values.length;
  const values = new Float64Array(count).fill(Number.NaN);
  const codes = new Uint8Array(count).fill(JUDGED.missing);
  let j = 0;
  for (let i = 0; i < count; i += 1) {
    const due = (timeSec[i] as number) + lagS;
    while (j + 1 < count && Math.abs((timeSec[j + 1] as number) - due) <= Math.abs((timeSec[j] as number) - due)) j += 1;
    if (Math.abs((timeSec[j] as number) - due) > reach) continue;
    values[i] = column.values[j] as number;
    codes[i] = column.codes[j] as number;
  }
  return { values, codes };
}

/** A judged trace whose NOx channels are put back in time. */
export function alignNox(trace: JudgedTrace, lags: { readonly up?: number; readonly down?: number }): JudgedTrace {
  const columns = { ...trace.columns };
  if (columns.noxUpPpm) columns.noxUpPpm = aligned(columns.noxUpPpm, trace.timeSec, lags.up ?? 0, trace.periodS);
  if (columns.noxDownPpm) columns.noxDownPpm = aligned(columns.noxDownPpm, trace.timeSec, lags.down ?? 0, trace.periodS);
  return { ...trace, columns };
}
