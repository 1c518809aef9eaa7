import { ALL_KNOWN, type Amounts, KNOWN } from './amounts.ts';
import { HOUR_S } from './constants.ts';
import type { Derived } from './derive.ts';
import { type Figure, quotient } from './figure.ts';

/**
 * Sums over a stretch of samples. Every specific figure has its own pair of sums, over the seconds in which both quantities were
 * known; so a missing speed does not distort g/kWh. Sums of stretches add up: totals of a day are the sum of its minutes.
 */
export interface Totals {
  /** Seconds with the engine running, and of those with a valid NOx mass. */
  readonly engineOnS: number;
  readonly noxValidS: number;
  /** NOx as NO2 [g] over the seconds with a valid reading. */
  readonly noxG: number;
  /** CO2 [g], fuel [kg], work [kWh], distance [km] over all seconds that tell them. */
  readonly co2G: number;
  readonly fuelKg: number;
  readonly workKwh: number;
  readonly distanceKm: number;
  /** NOx and its partner over the seconds in which both are known. */
  readonly noxOfWorkG: number;
  readonly workOfNoxKwh: number;
  readonly noxOfFuelG: number;
  readonly fuelOfNoxKg: number;
  readonly noxOfDistanceG: number;
  readonly distanceOfNoxKm: number;
}

type Sums = { -readonly [K in keyof Totals]: number };

/** The sums in the order in which they are added up side by side. */
export const TOTALS_KEYS: readonly (keyof Totals)[] = [
  'engineOnS',
  'noxValidS',
  'noxG',
  'co2G',
  'fuelKg',
  'workKwh',
  'distanceKm',
  'noxOfWorkG',
  'workOfNoxKwh',
  'noxOfFuelG',
  'fuelOfNoxKg',
  'noxOfDistanceG',
  'distanceOfNoxKm',
];

/** Seconds in which a sum was known, added up behind the sums: of fuel, work (both also known of a stopped engine) and distance, and of NOx with each. */
export const KNOWN_KEYS = ['fuel', 'work', 'distance', 'noxOfFuel', 'noxOfWork', 'noxOfDistance'] as const;

/** Length of what `addSums` fills. */
export const SUMS_LENGTH = TOTALS_KEYS.length + KNOWN_KEYS.length;

/** Places of the sums that a sample of which all is known adds to: each amount to its own sum, and to that of its pair with NOx. */
const PLACE = Object.fromEntries([...TOTALS_KEYS, ...KNOWN_KEYS].map((key, at) => [key, at])) as Readonly<
  Record<keyof Totals | (typeof KNOWN_KEYS)[number], number>
>;
/** Of such a sample six numbers are enough: the time it stands for, NOx, CO2, fuel, work and distance. */
const FULL_LENGTH = 6;

/** Adds the samples from … to (exclusive) up into `out` from place `at` on: the sums of `TOTALS_KEYS`, then the seconds of `KNOWN_KEYS`. */
export function addSums({ amounts, coverS }: Derived, from: number, to: number, out: Float64Array, at = 0): void {
  const { known, distanceKm, fuelKg, co2G, workKwh, noxG } = amounts;
  let s = 0;
  let nox = 0;
  let co2 = 0;
  let fuel = 0;
  let work = 0;
  let km = 0;
  const all = ALL_KNOWN;
  for (let i = from; i < to; i += 1) {
    if (known[i] !== all) {
      addSample(amounts, coverS, i, out, at);
      continue;
    }
    s += coverS[i] as number;
    nox += noxG[i] as number;
    co2 += co2G[i] as number;
    fuel += fuelKg[i] as number;
    work += workKwh[i] as number;
    km += distanceKm[i] as number;
  }
  if (s > 0) addFull(out, at, s, nox, co2, fuel, work, km);
}

/**
 * The same of each bin: `bins` names the one of every sample (below 0: in none), and the sums of bin b begin at b × `SUMS_LENGTH`.
 * @param count number of bins
 */
export function sumsByBin({ amounts, coverS }: Derived, bins: Int16Array, count: number): Float64Array {
  const { known, distanceKm, fuelKg, co2G, workKwh, noxG } = amounts;
  const out = new Float64Array(count * SUMS_LENGTH);
  const full = new Float64Array(count * FULL_LENGTH);
  const all = ALL_KNOWN;
  const width = FULL_LENGTH;
  for (let i = 0; i < bins.length; i += 1) {
    const bin = bins[i] as number;
    if (bin < 0) continue;
    if (known[i] !== all) {
      addSample(amounts, coverS, i, out, bin * SUMS_LENGTH);
      continue;
    }
    const at = bin * width;
    full[at] = (full[at] as number) + (coverS[i] as number);
    full[at + 1] = (full[at + 1] as number) + (noxG[i] as number);
    full[at + 2] = (full[at + 2] as number) + (co2G[i] as number);
    full[at + 3] = (full[at + 3] as number) + (fuelKg[i] as number);
    full[at + 4] = (full[at + 4] as number) + (workKwh[i] as number);
    full[at + 5] = (full[at + 5] as number) + (distanceKm[i] as number);
  }
  for (let bin = 0; bin < count; bin += 1) {
    const [s = 0, nox = 0, co2 = 0, fuel = 0, work = 0, km = 0] = full.subarray(bin * FULL_LENGTH, (bin + 1) * FULL_LENGTH);
    if (s > 0) addFull(out, bin * SUMS_LENGTH, s, nox, co2, fuel, work, km);
  }
  return out;
}

/** One sample of which not all is known. */
function addSample(amounts: Amounts, coverS: Float64Array, i: number, out: Float64Array, at: number): void {
  const bits = amounts.known[i] as number;
  const s = coverS[i] as number;
  const km = amounts.distanceKm[i] as number;
  if ((bits & KNOWN.distance) !== 0) {
    add(out, at + PLACE.distanceKm, km);
    add(out, at + PLACE.distance, s);
  }
  // Of a stopped engine fuel and work are known to be none.
  if ((bits & KNOWN.engineOff) !== 0) {
    add(out, at + PLACE.fuel, s);
    add(out, at + PLACE.work, s);
  }
  if ((bits & KNOWN.engineOn) === 0) return;
  const fuel = amounts.fuelKg[i] as number;
  const work = amounts.workKwh[i] as number;
  add(out, at + PLACE.engineOnS, s);
  if ((bits & KNOWN.fuel) !== 0) {
    add(out, at + PLACE.fuelKg, fuel);
    add(out, at + PLACE.co2G, amounts.co2G[i] as number);
    add(out, at + PLACE.fuel, s);
  }
  if ((bits & KNOWN.work) !== 0) {
    add(out, at + PLACE.workKwh, work);
    add(out, at + PLACE.work, s);
  }
  if ((bits & KNOWN.nox) === 0) return;
  const nox = amounts.noxG[i] as number;
  add(out, at + PLACE.noxValidS, s);
  add(out, at + PLACE.noxG, nox);
  if ((bits & KNOWN.fuel) !== 0) {
    add(out, at + PLACE.noxOfFuelG, nox);
    add(out, at + PLACE.fuelOfNoxKg, fuel);
    add(out, at + PLACE.noxOfFuel, s);
  }
  if ((bits & KNOWN.work) !== 0) {
    add(out, at + PLACE.noxOfWorkG, nox);
    add(out, at + PLACE.workOfNoxKwh, work);
    add(out, at + PLACE.noxOfWork, s);
  }
  if ((bits & KNOWN.distance) !== 0) {
    add(out, at + PLACE.noxOfDistanceG, nox);
    add(out, at + PLACE.distanceOfNoxKm, km);
    add(out, at + PLACE.noxOfDistance, s);
  }
}

function add(out: Float64Array, at: number, value: number): void {
  out[at] = (out[at] as number) + value;
}

/** Samples of which all is known. */
function addFull(
  out: Float64Array,
  at: number,
  s: number,
  nox: number,
  co2: number,
  fuel: number,
  work: number,
  km: number,
): void {
  const sums = [s, s, nox, co2, fuel, work, km, nox, work, nox, fuel, nox, km, s, s, s, s, s, s];
  for (let k = 0; k < SUMS_LENGTH; k += 1) out[at + k] = (out[at + k] as number) + (sums[k] as number);
}

/** Sums over the samples from … to (exclusive). */
export function totalsOf(derived: Derived, from = 0, to: number = derived.trace.count): Totals {
  const out = new Float64Array(SUMS_LENGTH);
  addSums(derived, from, to, out);
  return totalsFrom(out);
}

/** The totals that `addSums` filled in from place `at` on. */
export function totalsFrom(out: Float64Array, at = 0): Totals {
  const sums = noTotals();
  for (const [k, key] of TOTALS_KEYS.entries()) sums[key] = out[at + k] as number;
  return sums;
}

/** The sums of nothing. */
export function noTotals(): Sums {
  return {
    engineOnS: 0,
    noxValidS: 0,
    noxG: 0,
    co2G: 0,
    fuelKg: 0,
    workKwh: 0,
    distanceKm: 0,
    noxOfWorkG: 0,
    workOfNoxKwh: 0,
    noxOfFuelG: 0,
    fuelOfNoxKg: 0,
    noxOfDistanceG: 0,
    distanceOfNoxKm: 0,
  };
}

/** The sums of several stretches together. */
export function addTotals(parts: readonly Totals[]): Totals {
  const sums = noTotals();
  for (const part of parts) for (const key of Object.keys(sums) as (keyof Totals)[]) sums[key] += part[key];
  return sums;
}

/** Specific NOx, each Σg over Σ of its partner, never a mean of ratios (emissions §2.7). */
export interface Factors {
  readonly gPerKwh: Figure;
  readonly gPerKm: Figure;
  readonly gPerKgFuel: Figure;
  readonly gPerHour: Figure;
  /** Fuel for work [g/kWh]. */
  readonly bsfcGPerKwh: Figure;
}

/** Factors of some totals; no figure where work, distance, fuel or time is zero. */
export function factorsOf(totals: Totals): Factors {
  return {
    gPerKwh: quotient(totals.noxOfWorkG, totals.workOfNoxKwh, 'zeroWork'),
    gPerKm: quotient(totals.noxOfDistanceG, totals.distanceOfNoxKm, 'zeroDistance'),
    gPerKgFuel: quotient(totals.noxOfFuelG, totals.fuelOfNoxKg, 'zeroFuel'),
    gPerHour: quotient(totals.noxG * HOUR_S, totals.noxValidS, 'zeroTime'),
    bsfcGPerKwh: quotient(totals.fuelKg * 1000, totals.workKwh, 'zeroWork'),
  };
}
