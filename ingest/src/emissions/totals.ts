import { HOUR_S } from './constants.ts';
import type { Derived } from './derive.ts';
import { ENGINE, validAt } from './engine-state.ts';
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

/** Adds the samples from … to (exclusive) up into `out` from place `at` on: the sums of `TOTALS_KEYS`, then the seconds of `KNOWN_KEYS`. */
export function addSums(derived: Derived, from: number, to: number, out: Float64Array, at = 0): void {
  const { coverS, noxGs, noxValid, co2Gs, fuelKgh, powerKw } = derived;
  const { engine } = derived.trace;
  const speed = derived.trace.columns.speedKmh;
  let engineOnS = 0;
  let noxValidS = 0;
  let noxG = 0;
  let co2G = 0;
  let fuelKg = 0;
  let workKwh = 0;
  let distanceKm = 0;
  let noxOfWorkG = 0;
  let workOfNoxKwh = 0;
  let noxOfFuelG = 0;
  let fuelOfNoxKg = 0;
  let noxOfDistanceG = 0;
  let distanceOfNoxKm = 0;
  let stoppedS = 0;
  let fuelS = 0;
  let workS = 0;
  let distanceS = 0;
  let noxOfFuelS = 0;
  let noxOfWorkS = 0;
  let noxOfDistanceS = 0;
  for (let i = from; i < to; i += 1) {
    const s = coverS[i] as number;
    const km = (validAt(speed, i) * s) / HOUR_S;
    const kmKnown = km >= 0;
    if (kmKnown) {
      distanceKm += km;
      distanceS += s;
    }
    if (engine[i] !== ENGINE.on) {
      if (engine[i] === ENGINE.off) stoppedS += s;
      continue;
    }
    engineOnS += s;
    const fuel = ((fuelKgh[i] as number) * s) / HOUR_S;
    const kw = powerKw[i] as number;
    const fuelKnown = !Number.isNaN(fuel);
    const workKnown = !Number.isNaN(kw);
    const kwh = kw > 0 ? (kw * s) / HOUR_S : 0;
    if (fuelKnown) {
      fuelKg += fuel;
      fuelS += s;
      co2G += (co2Gs[i] as number) * s;
    }
    if (workKnown) {
      workKwh += kwh;
      workS += s;
    }
    const nox = (noxGs[i] as number) * s;
    if (noxValid[i] !== 1 || Number.isNaN(nox)) continue;
    noxValidS += s;
    noxG += nox;
    if (fuelKnown) {
      noxOfFuelG += nox;
      fuelOfNoxKg += fuel;
      noxOfFuelS += s;
    }
    if (workKnown) {
      noxOfWorkG += nox;
      workOfNoxKwh += kwh;
      noxOfWorkS += s;
    }
    if (kmKnown) {
      noxOfDistanceG += nox;
      distanceOfNoxKm += km;
      noxOfDistanceS += s;
    }
  }
  const sums = [
    engineOnS,
    noxValidS,
    noxG,
    co2G,
    fuelKg,
    workKwh,
    distanceKm,
    noxOfWorkG,
    workOfNoxKwh,
    noxOfFuelG,
    fuelOfNoxKg,
    noxOfDistanceG,
    distanceOfNoxKm,
    fuelS + stoppedS,
    workS + stoppedS,
    distanceS,
    noxOfFuelS,
    noxOfWorkS,
    noxOfDistanceS,
  ];
  for (let k = 0; k < sums.length; k += 1) out[at + k] = (out[at + k] as number) + (sums[k] as number);
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
