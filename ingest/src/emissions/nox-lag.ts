import { ENGINE } from './engine-state.ts';
import type { JudgedTrace } from './judge.ts';
import { JUDGED } from './judged.ts';
import { gridPlaces, type LagSums, lagSums, meanOf, onGrid } from './lag-grid.ts';
import { byteColumn, floatColumn } from './lent-columns.ts';
import { NOX_CHANNELS, type NoxChannel } from './nox-ready.ts';
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
  return findNoxLags(trace, [channel])[channel] ?? null;
}

/** The delays of several NOx sensors of one trace; absent or null where there is none to be said. */
export function findNoxLags(
  trace: JudgedTrace,
  channels: readonly NoxChannel[] = NOX_CHANNELS,
): Readonly<Partial<Record<NoxChannel, NoxLag | null>>> {
  const { timeSec, engine, columns } = trace;
  const { fuelRateLph } = columns;
  if (fuelRateLph === undefined) return {};
  const places = gridPlaces(timeSec, MAX_LAG_S);
  const sumsOf = places === null ? bySample(timeSec, fuelRateLph.valid, engine) : byGrid(places, fuelRateLph.valid, engine);
  const found: Partial<Record<NoxChannel, NoxLag | null>> = {};
  for (const channel of channels) {
    const column = columns[channel];
    if (column !== undefined) found[channel] = bestOf(sumsOf(column.valid));
  }
  return found;
}

/** Sums over the pairs of fuel and a NOx channel at each lag from 0 on. */
type SumsOf = (nox: Float64Array) => LagSums[];

function byGrid(places: Int32Array, fuel: Float64Array, engine: Uint8Array): SumsOf {
  const fuelOnGrid = onGrid(fuel, engine, places);
  return (nox) => lagSums(fuelOnGrid, onGrid(nox, null, places), MAX_LAG_S);
}

/** The same sample by sample: for times that fit no grid. */
function bySample(timeSec: Float64Array, fuel: Float64Array, engine: Uint8Array): SumsOf {
  const x = centred(fuel, engine);
  return (nox) => {
    const y = centred(nox, null);
    return Array.from({ length: MAX_LAG_S + 1 }, (_, lagS) => sumsAt(timeSec, x, y, lagS));
  };
}

function bestOf(sums: readonly LagSums[]): NoxLag | null {
  let best: NoxLag | null = null;
  for (const [lagS, each] of sums.entries()) {
    const found = correlation(lagS, each);
    if (found === null || found.pairs < LEAST_PAIRS || found.correlation < LEAST_CORRELATION) continue;
    if (best === null || found.correlation > best.correlation) best = found;
  }
  return best;
}

/** Values (of a running engine, where its state is given) about their mean, so that nothing cancels; NaN where a sample does not count. */
function centred(values: Float64Array, engine: Uint8Array | null): Float64Array {
  const mean = meanOf(values, engine);
  return values.map((value, i) => (engine === null || engine[i] === ENGINE.on ? value - mean : Number.NaN));
}

/** Sums over the pairs of a lag. */
function sumsAt(timeSec: Float64Array, fuel: Float64Array, nox: Float64Array, lagS: number): LagSums {
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
  return { pairs, sx, sy, sxx, syy, sxy };
}

function correlation(lagS: number, { pairs, sx, sy, sxx, syy, sxy }: LagSums): NoxLag | null {
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
  const values = floatColumn(count, Number.NaN);
  const codes = byteColumn(count, JUDGED.missing);
  const valid = floatColumn(count, Number.NaN);
  let j = 0;
  for (let i = 0; i < count; i += 1) {
    const due = (timeSec[i] as number) + lagS;
    while (j + 1 < count && Math.abs((timeSec[j + 1] as number) - due) <= Math.abs((timeSec[j] as number) - due)) j += 1;
    if (Math.abs((timeSec[j] as number) - due) > reach) continue;
    values[i] = column.values[j] as number;
    codes[i] = column.codes[j] as number;
    valid[i] = column.valid[j] as number;
  }
  return { values, codes, valid };
}

/** A judged trace whose NOx channels are put back in time. */
export function alignNox(trace: JudgedTrace, lags: { readonly up?: number; readonly down?: number }): JudgedTrace {
  const columns = { ...trace.columns };
  if (columns.noxUpPpm) columns.noxUpPpm = aligned(columns.noxUpPpm, trace.timeSec, lags.up ?? 0, trace.periodS);
  if (columns.noxDownPpm) columns.noxDownPpm = aligned(columns.noxDownPpm, trace.timeSec, lags.down ?? 0, trace.periodS);
  return { ...trace, columns };
}
