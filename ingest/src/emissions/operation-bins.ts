import { HOUR_S } from './constants.ts';
import type { Derived } from './derive.ts';
import { ENGINE, validAt } from './engine-state.ts';

/** Upper bounds of speed [km/h] and power [share of rated] (CARB REAL bins 3–14; emissions §1.6). [M] */
export const SPEED_EDGES_KMH: readonly number[] = [16, 40, 64];
export const POWER_EDGES: readonly number[] = [0.25, 0.5];
/** Below this speed [km/h] a running engine stands still: the bin of its own (REAL bin 2). [M] */
const STANDSTILL_KMH = 1;

/** Number of bins: standstill, then power classes within speed classes. */
export const OPERATION_BIN_COUNT = 1 + (SPEED_EDGES_KMH.length + 1) * (POWER_EDGES.length + 1);

/** Index of the bin of a second: 0 standstill, else 1 + 3 × speed class + power class (16 km/h is the second speed class, 25 % the first power class), −1 when a value is not known. */
export function operationBin(speedKmh: number, powerShare: number): number {
  if (Number.isNaN(speedKmh)) return -1;
  if (speedKmh < STANDSTILL_KMH) return 0;
  if (Number.isNaN(powerShare)) return -1;
  return 1 + from(speedKmh, SPEED_EDGES_KMH) * (POWER_EDGES.length + 1) + upTo(powerShare, POWER_EDGES);
}

/** Class of a value whose lower bounds belong to it. */
function from(value: number, edges: readonly number[]): number {
  let k = 0;
  while (k < edges.length && value >= (edges[k] as number)) k += 1;
  return k;
}

/** Class of a value whose upper bounds belong to it. */
function upTo(value: number, edges: readonly number[]): number {
  let k = 0;
  while (k < edges.length && value > (edges[k] as number)) k += 1;
  return k;
}

/** Sums of one bin over the seconds with a valid NOx mass. */
export interface OperationBin {
  readonly seconds: number;
  readonly noxG: number;
  readonly workKwh: number;
  readonly fuelKg: number;
  readonly distanceKm: number;
}

/** Sums kept side by side while adding up, in the order of `OperationBin`. */
const FIELDS = 5;

/** Sums by speed and power over the running seconds with a valid NOx mass (emissions §7.1). Seconds whose bin is not known are left out. */
export function operationBins(derived: Derived): OperationBin[] {
  const { trace, coverS, noxGs, noxValid, powerKw, fuelKgh, vehicle } = derived;
  const speedKmh = trace.columns.speedKmh;
  const sums = new Float64Array(OPERATION_BIN_COUNT * FIELDS);
  const rated = vehicle.ratedPowerKw ?? Number.NaN;
  for (let i = 0; i < trace.count; i += 1) {
    const nox = noxGs[i] as number;
    if (noxValid[i] !== 1 || trace.engine[i] !== ENGINE.on || Number.isNaN(nox)) continue;
    const speed = validAt(speedKmh, i);
    const kw = powerKw[i] as number;
    const bin = operationBin(speed, kw / rated);
    if (bin < 0) continue;
    const at = bin * FIELDS;
    const s = coverS[i] as number;
    const fuel = fuelKgh[i] as number;
    sums[at] = (sums[at] as number) + s;
    sums[at + 1] = (sums[at + 1] as number) + nox * s;
    if (kw > 0) sums[at + 2] = (sums[at + 2] as number) + (kw * s) / HOUR_S;
    if (fuel > 0) sums[at + 3] = (sums[at + 3] as number) + (fuel * s) / HOUR_S;
    sums[at + 4] = (sums[at + 4] as number) + (speed * s) / HOUR_S;
  }
  return Array.from({ length: OPERATION_BIN_COUNT }, (_, bin) => {
    const [seconds = 0, noxG = 0, workKwh = 0, fuelKg = 0, distanceKm = 0] = sums.subarray(bin * FIELDS, (bin + 1) * FIELDS);
    return { seconds, noxG, workKwh, fuelKg, distanceKm };
  });
}
