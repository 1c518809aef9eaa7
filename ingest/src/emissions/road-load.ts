import { GRAVITY_MS2 } from './constants.ts';

/** Air density [kg/m³] of the road-load formula. [M] */
const AIR_KG_M3 = 1.2;
/** Rotating masses as a share added to the mass. [M] */
const ROTATING = 1.05;
/** Efficiency from engine to wheels, and auxiliaries [kW]. [M] */
const DRIVELINE = 0.9;
const AUXILIARIES_KW = 6;

/** A vehicle on the road. */
export interface RoadVehicle {
  readonly massKg: number;
  /** Rolling resistance, 1. */
  readonly rolling: number;
  /** Drag area [m²]. */
  readonly dragM2: number;
}

/** Engine power [kW] for a speed [m/s], acceleration [m/s²] and grade [%] (emissions §7.1, E15). [M] parameters */
export function roadLoadKw(vehicle: RoadVehicle, speedMs: number, accelMs2: number, gradePct: number): number {
  const angle = Math.atan(gradePct / 100);
  const { massKg, rolling, dragM2 } = vehicle;
  const force =
    massKg * GRAVITY_MS2 * rolling * Math.cos(angle) +
    0.5 * AIR_KG_M3 * dragM2 * speedMs * speedMs +
    ROTATING * massKg * accelMs2 +
    massKg * GRAVITY_MS2 * Math.sin(angle);
  return (force * speedMs) / 1000 / DRIVELINE + AUXILIARIES_KW;
}
