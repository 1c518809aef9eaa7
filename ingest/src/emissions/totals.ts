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

/** Sums over the samples from … to (exclusive). */
export function totalsOf(derived: Derived, from = 0, to: number = derived.trace.count): Totals {
  const sums = noTotals();
  const { trace, coverS, noxGs, noxValid, co2Gs, fuelKgh, powerKw } = derived;
  const speed = trace.columns.speedKmh;
  for (let i = from; i < to; i += 1) {
    const s = coverS[i] as number;
    const km = (validAt(speed, i) * s) / HOUR_S;
    if (km > 0) sums.distanceKm += km;
    if (trace.engine[i] !== ENGINE.on) continue;
    sums.engineOnS += s;
    const fuel = ((fuelKgh[i] as number) * s) / HOUR_S;
    const kw = powerKw[i] as number;
    const kwh = kw > 0 ? (kw * s) / HOUR_S : kw <= 0 ? 0 : Number.NaN;
    if (!Number.isNaN(fuel)) {
      sums.fuelKg += fuel;
      sums.co2G += (co2Gs[i] as number) * s;
    }
    if (!Number.isNaN(kwh)) sums.workKwh += kwh;
    const nox = (noxGs[i] as number) * s;
    if (noxValid[i] !== 1 || Number.isNaN(nox)) continue;
    sums.noxValidS += s;
    sums.noxG += nox;
    if (!Number.isNaN(fuel)) {
      sums.noxOfFuelG += nox;
      sums.fuelOfNoxKg += fuel;
    }
    if (!Number.isNaN(kwh)) {
      sums.noxOfWorkG += nox;
      sums.workOfNoxKwh += kwh;
    }
    if (!Number.isNaN(km)) {
      sums.noxOfDistanceG += nox;
      sums.distanceOfNoxKm += km;
    }
  }
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
