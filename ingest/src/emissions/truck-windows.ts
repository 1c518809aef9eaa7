import { type BoundaryConditions, OUTSIDE_NAMES, outside, PEMS_BOUNDARY } from './boundary.ts';
import { co2PerFuel } from './carbon.ts';
import { METHOD_DEFAULTS } from './constants.ts';
import type { Derived } from './derive.ts';
import { byteColumn } from './lent-columns.ts';
import type { Stretch } from './trips.ts';
import { bsfcRef, fuelRefKg, type VehicleFacts, workRef } from './vehicle.ts';
import { type SeriesRange, type WindowSeries, windowSeries } from './window-series.ts';
import type { ThresholdRule } from './window-validity.ts';
import {
  co2OfFuelWindows,
  fuelWindows,
  type WindowFacts,
  type WindowKind,
  type WindowResult,
  windowsWithin,
  workWindows,
} from './windows.ts';

/** CO2 of a kg of fuel [g] (emissions §2.6). */
const G_CO2_PER_KG_FUEL = 1000 * co2PerFuel(METHOD_DEFAULTS.fuelCarbonFraction.value);

/** Facts that all window methods take from the truck, with the method's defaults in place of what is not known. */
export function windowFacts(vehicle: VehicleFacts, threshold?: ThresholdRule): WindowFacts {
  const bsfc = bsfcRef(vehicle);
  const fuel = fuelRefKg(vehicle);
  return {
    ratedPowerKw: vehicle.ratedPowerKw,
    workRef: workRef(vehicle),
    fuelRef: fuel,
    bsfcKgPerKwh: bsfc.value,
    co2Ref: fuel === null ? null : { value: fuel.value * G_CO2_PER_KG_FUEL, assumed: fuel.assumed },
    co2GPerKwh: bsfc.value * G_CO2_PER_KG_FUEL,
    ...(threshold === undefined ? {} : { threshold }),
  };
}

/** Samples dropped before windowing, counted by the first reason that applied. */
export type Dropped = Readonly<Record<(typeof OUTSIDE_NAMES)[number] | 'noNox' | 'noPower' | 'noFuel', number>>;

/** The three moving-average windows of a stretch. */
export interface WindowSet {
  readonly work: WindowResult;
  readonly co2: WindowResult;
  readonly fuel: WindowResult;
}

/** The windows of a day, what they were made from, and what was dropped before. */
export interface TruckWindows extends WindowSet {
  readonly facts: WindowFacts;
  readonly workSeries: WindowSeries;
  readonly fuelSeries: WindowSeries;
  /** What the work windows dropped. */
  readonly dropped: Dropped;
}

/** Settings of the windows of a truck. */
export interface TruckWindowOptions extends SeriesRange {
  readonly boundary?: BoundaryConditions;
  readonly threshold?: ThresholdRule;
}

/**
 * Work-, CO2- and fuel-based windows over samples from … to of a truck (emissions §3.1, §3.2, §3.4), for a day or for one trip.
 * Dropped before windowing: outside the boundary conditions, no valid NOx mass, and (work windows) no power or (others) no fuel.
 */
export function truckWindows(derived: Derived, options: TruckWindowOptions = {}): TruckWindows {
  const { trace, coverS, noxGs, noxValid, powerKw, fuelKgh, vehicle } = derived;
  const reasons = outside(trace, options.boundary ?? PEMS_BOUNDARY);
  const from = options.from ?? 0;
  const to = options.to ?? trace.count;
  const forWork = byteColumn(trace.count);
  const forFuel = byteColumn(trace.count);
  const counts = new Float64Array(OUTSIDE_NAMES.length);
  let noNox = 0;
  let noPower = 0;
  let noFuel = 0;
  for (let i = from; i < to; i += 1) {
    const reason = reasons[i] as number;
    if (reason !== 0) counts[reason] = (counts[reason] as number) + 1;
    else if (noxValid[i] !== 1 || Number.isNaN(noxGs[i])) noNox += 1;
    else {
      if (Number.isNaN(powerKw[i])) noPower += 1;
      else {
        forWork[i] = 1;
        counts[0] = (counts[0] as number) + 1;
      }
      if (Number.isNaN(fuelKgh[i])) noFuel += 1;
      else forFuel[i] = 1;
    }
  }
  const rates = { timeSec: trace.timeSec, coverS, noxGs, powerKw, fuelKgh };
  // Mostly power and fuel are known in the same seconds: then one series serves both.
  const workSeries = windowSeries(rates, forWork, { from, to });
  const fuelSeries = noPower === 0 && noFuel === 0 ? workSeries : windowSeries(rates, forFuel, { from, to });
  const facts = windowFacts(vehicle, options.threshold);
  const fuel = fuelWindows(fuelSeries, facts);
  const byReason = Object.fromEntries(OUTSIDE_NAMES.map((name, code) => [name, counts[code] as number]));
  return {
    facts,
    work: workWindows(workSeries, facts),
    co2: co2OfFuelWindows(fuel, facts, G_CO2_PER_KG_FUEL),
    fuel,
    workSeries,
    fuelSeries,
    dropped: { ...(byReason as Record<(typeof OUTSIDE_NAMES)[number], number>), noNox, noPower, noFuel },
  };
}

/** The windows of one kind of a trip, out of those of its day: the same as windows over the trip's samples alone. */
export function tripWindow(day: TruckWindows, kind: WindowKind, { from, to }: Stretch): WindowResult {
  if (kind === 'work') return windowsWithin(day.work, day.workSeries, day.facts, from, to);
  const fuel = windowsWithin(day.fuel, day.fuelSeries, day.facts, from, to);
  return kind === 'fuel' ? fuel : co2OfFuelWindows(fuel, day.facts, G_CO2_PER_KG_FUEL);
}

/** The windows of a trip of all kinds. */
export function tripWindows(day: TruckWindows, trip: Stretch): WindowSet {
  const fuel = tripWindow(day, 'fuel', trip);
  return { work: tripWindow(day, 'work', trip), co2: co2OfFuelWindows(fuel, day.facts, G_CO2_PER_KG_FUEL), fuel };
}
