import { ENGINE } from './engine-state.ts';
import { byteColumn, floatColumn, indexColumn } from './lent-columns.ts';

/** Sums over the pairs of a shift. */
export interface LagSums {
  readonly pairs: number;
  readonly sx: number;
  readonly sy: number;
  readonly sxx: number;
  readonly syy: number;
  readonly sxy: number;
}

/** A channel on a grid of whole seconds. */
export interface GridChannel {
  /** Values, 0 where there is none. */
  readonly values: Float64Array;
  /** 1 where there is a value. */
  readonly there: Uint8Array;
  /** Where unbroken values begin and end, begin and end by turns. */
  readonly runs: Int32Array;
}

/** A grid may have this many places a sample; what is sparser is quicker gone through sample by sample. */
const MOST_PLACES = 3;

/**
 * Place of each sample on a grid of whole seconds, one more than the last place behind them. Gaps longer than the longest shift shrink to
 * just above it: no pair lies across them. Null when times are no whole seconds, or too far apart for a grid to pay.
 */
export function gridPlaces(timeSec: Float64Array, longestShift: number): Int32Array | null {
  const count = timeSec.length;
  const places = indexColumn(count + 1);
  let place = 0;
  for (let i = 1; i < count; i += 1) {
    const step = (timeSec[i] as number) - (timeSec[i - 1] as number);
    if (!(step >= 1) || step !== Math.floor(step)) return null;
    place += step > longestShift ? longestShift + 1 : step;
    places[i] = place;
  }
  places[count] = place + 1;
  return count === 0 || place >= MOST_PLACES * count ? null : places;
}

/** Puts values of a channel (of a running engine, where its state is given) on a grid, about their mean, so that nothing cancels. NaN is no value. */
export function onGrid(values: Float64Array, engine: Uint8Array | null, places: Int32Array): GridChannel {
  const { on } = ENGINE;
  const count = places.length - 1;
  const length = places[count] as number;
  const grid = floatColumn(length);
  const there = byteColumn(length);
  const runs: number[] = [];
  const mean = meanOf(values, engine);
  let end = -1;
  for (let i = 0; i < count; i += 1) {
    const value = values[i] as number;
    if (Number.isNaN(value) || (engine !== null && engine[i] !== on)) continue;
    const at = places[i] as number;
    grid[at] = value - mean;
    there[at] = 1;
    if (at !== end) {
      if (end >= 0) runs.push(end);
      runs.push(at);
    }
    end = at + 1;
  }
  if (end >= 0) runs.push(end);
  return { values: grid, there, runs: Int32Array.from(runs) };
}

/** Mean of values (of a running engine, where its state is given) that are no NaN; 0 without any. */
export function meanOf(values: Float64Array, engine: Uint8Array | null): number {
  const { on } = ENGINE;
  let sum = 0;
  let n = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    if (Number.isNaN(value) || (engine !== null && engine[i] !== on)) continue;
    sum += value;
    n += 1;
  }
  return n === 0 ? 0 : sum / n;
}

/**
 * Sums over the places whose x has a y so many seconds later, for shifts of 0 to the longest. One shift differs from the next at the ends of
 * unbroken values alone, but for Σ x·y.
 */
export function lagSums(x: GridChannel, y: GridChannel, longestShift: number): LagSums[] {
  const found: LagSums[] = [];
  const ofX = momentsWhere(y, x);
  const ofY = momentsWhere(x, y);
  for (let shift = 0; shift <= longestShift; shift += 1) {
    if (shift > 0) {
      // What of x lies under the values of y moves on by one place to the left, what of y under those of x to the right.
      for (let k = 0; k < y.runs.length; k += 2) {
        add(ofX, x, (y.runs[k] as number) - shift, 1);
        add(ofX, x, (y.runs[k + 1] as number) - shift, -1);
      }
      for (let k = 0; k < x.runs.length; k += 2) {
        add(ofY, y, (x.runs[k] as number) + shift - 1, -1);
        add(ofY, y, (x.runs[k + 1] as number) + shift - 1, 1);
      }
    }
    const sxy = products(x.values, y.values, shift);
    found.push({ pairs: ofX.n, sx: ofX.sum, sy: ofY.sum, sxx: ofX.squares, syy: ofY.squares, sxy });
  }
  return found;
}

interface Moments {
  n: number;
  sum: number;
  squares: number;
}

/** Moments of a channel over the places where the other is too. */
function momentsWhere(other: GridChannel, { values, there }: GridChannel): Moments {
  const also = other.there;
  let n = 0;
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < values.length; at += 1) {
    if (also[at] !== 1 || there[at] !== 1) continue;
    const value = values[at] as number;
    n += 1;
    sum += value;
    squares += value * value;
  }
  return { n, sum, squares };
}

/** Takes the value at a place in (sign 1) or out (−1); outside the grid there is none. */
function add(moments: Moments, { values, there }: GridChannel, at: number, sign: 1 | -1): void {
  if (there[at] !== 1) return;
  const value = values[at] as number;
  moments.n += sign;
  moments.sum += sign * value;
  moments.squares += sign * value * value;
}

/** Σ x·y over a shift, by four running sums at once: one alone would wait for each addition before the next. */
function products(x: Float64Array, y: Float64Array, shift: number): number {
  const last = x.length - shift;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < last; i += 4) {
    a += (x[i] as number) * (y[i + shift] as number);
    b += (x[i + 1] as number) * (y[i + shift + 1] as number);
    c += (x[i + 2] as number) * (y[i + shift + 2] as number);
    d += (x[i + 3] as number) * (y[i + shift + 3] as number);
  }
  for (; i < last; i += 1) a += (x[i] as number) * (y[i + shift] as number);
  return a + b + c + d;
}
