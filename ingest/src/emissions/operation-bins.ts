import type { Derived } from './derive.ts';
import { validOf } from './engine-state.ts';
import { shortColumn } from './lent-columns.ts';
import { SUMS_LENGTH, sumsByBin, totalsFrom } from './totals.ts';

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

/** Sums of a day by operation bin, as `sumsByBin` gives them (emissions §7.1). Seconds whose bin is not known are left out. */
export function operationSums(derived: Derived): Float64Array {
  const { trace, powerKw, vehicle } = derived;
  const speedKmh = validOf(trace, 'speedKmh');
  const rated = vehicle.ratedPowerKw ?? Number.NaN;
  const bins = shortColumn(trace.count);
  for (let i = 0; i < bins.length; i += 1) bins[i] = operationBin(speedKmh[i] as number, (powerKw[i] as number) / rated);
  return sumsByBin(derived, bins, OPERATION_BIN_COUNT);
}

/** Of the sums by bin those over the running seconds with a valid NOx mass. */
export function operationBins(sums: Float64Array): OperationBin[] {
  return Array.from({ length: OPERATION_BIN_COUNT }, (_, bin) => {
    const { noxValidS, noxG, workOfNoxKwh, fuelOfNoxKg, distanceOfNoxKm } = totalsFrom(sums, bin * SUMS_LENGTH);
    return { seconds: noxValidS, noxG, workKwh: workOfNoxKwh, fuelKg: fuelOfNoxKg, distanceKm: distanceOfNoxKm };
  });
}
