import { guardFactor, type MethodClass } from '@plume/ingest/emissions';
import type { Parameters } from '../catalogue/parameters.ts';

/** Guard for uncertainty of a result of a class (emissions §4, E20): 1.281 for A and B with the product's numbers. */
export function guardOf(p: Parameters['verdicts'], methodClass: MethodClass | null): number {
  return guardFactor({
    sensor: p.uncertaintySensor,
    air: methodClass === 'C' ? p.uncertaintyAirC : p.uncertaintyAir,
    torque: p.uncertaintyTorque,
    fuel: p.uncertaintyFuel,
  });
}

/** Guard of a concentration alone: handbook's g, for the levels stand for a limit in g/kWh (R-C3). */
export function ppmGuard(p: Parameters['verdicts']): number {
  return guardOf(p, 'A');
}
