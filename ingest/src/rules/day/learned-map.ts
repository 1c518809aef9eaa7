import type { AirFuelMap } from '@plume/ingest/emissions';
import { AIR_FUEL_CLASSES, fullFuelKgh } from './air-fuel-day.ts';
import type { FleetReference, TruckFacts } from './day-input.ts';

/** The reference's air to fuel by load as the flow method takes it; null when the reference or the truck's rated power does not give it. */
export function learnedMap(reference: FleetReference | null, facts: TruckFacts): AirFuelMap | null {
  const full = fullFuelKgh(facts);
  if (reference === null || reference.airFuel === null || reference.airFuel.length === 0 || full === null) return null;
  const ratio = new Array<number | null>(AIR_FUEL_CLASSES).fill(null);
  for (const { load, airToFuel } of reference.airFuel) {
    const k = Math.min(AIR_FUEL_CLASSES - 1, Math.floor(load * AIR_FUEL_CLASSES));
    if (k >= 0) ratio[k] = airToFuel;
  }
  return { fullFuelKgh: full, ratio, samples: [] };
}
