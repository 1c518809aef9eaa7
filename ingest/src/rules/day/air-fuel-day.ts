import { bsfcRef, type Derived, ENGINE, type VehicleFacts, validOf } from '@plume/ingest/emissions';
import type { AirFuelDay } from './day-summary.ts';

const HOUR_S = 3600;
/** Classes of load, as in the learned map. */
export const AIR_FUEL_CLASSES = 20;
/** Sums of a class: seconds, air, fuel. */
const FIELDS = 3;

/** Fuel flow at rated power [kg/h], the base of load; null without rated power. */
export function fullFuelKgh(vehicle: VehicleFacts): number | null {
  return vehicle.ratedPowerKw === null ? null : vehicle.ratedPowerKw * bsfcRef(vehicle).value;
}

/** Air and fuel by load over the running seconds that tell both, for trucks of the model that send no air flow (emissions §2.2 fallback 3). */
export function airFuelDay(day: Derived): AirFuelDay[] | null {
  const { on } = ENGINE;
  const { trace, coverS, fuelKgh } = day;
  const { count, engine } = trace;
  const air = validOf(trace, 'airFlowKgh');
  const full = fullFuelKgh(day.vehicle);
  if (trace.columns.airFlowKgh === undefined || full === null || !(full > 0)) return null;
  const sums = new Float64Array(AIR_FUEL_CLASSES * FIELDS);
  for (let i = 0; i < count; i += 1) {
    const fuel = fuelKgh[i] as number;
    const flow = air[i] as number;
    if (!(fuel > 0 && flow > 0) || engine[i] !== on) continue;
    const at = Math.min(AIR_FUEL_CLASSES - 1, Math.floor((fuel / full) * AIR_FUEL_CLASSES)) * FIELDS;
    const s = coverS[i] as number;
    sums[at] = (sums[at] as number) + s;
    sums[at + 1] = (sums[at + 1] as number) + (flow * s) / HOUR_S;
    sums[at + 2] = (sums[at + 2] as number) + (fuel * s) / HOUR_S;
  }
  const classes: AirFuelDay[] = [];
  for (let k = 0; k < AIR_FUEL_CLASSES; k += 1) {
    const [seconds = 0, airKg = 0, fuelKg = 0] = sums.subarray(k * FIELDS, (k + 1) * FIELDS);
    if (seconds > 0) classes.push({ load: (k + 0.5) / AIR_FUEL_CLASSES, seconds, airKg, fuelKg });
  }
  return classes;
}
