import { METHOD_DEFAULTS } from './constants.ts';
import type { EmissionStage } from './nox-mass.ts';
import { referenceTorqueGuessNm, type TorqueKind } from './power.ts';

/** Facts of a truck that its figures rest on; null where the registry does not have them. */
export interface VehicleFacts {
  readonly stage: EmissionStage | null;
  readonly ratedPowerKw: number | null;
  readonly ratedRpm: number | null;
  readonly referenceTorqueNm: number | null;
  /** What the torque signal states, when somebody has settled it; null: found from the data. */
  readonly torqueKind: TorqueKind | null;
  /** Work of the engine's reference cycle [kWh]. */
  readonly workRefKwh: number | null;
  /** Fuel consumption over the reference cycle [kg/kWh]. */
  readonly bsfcRefKgPerKwh: number | null;
  readonly fuelDensityKgL: number | null;
  readonly displacementL: number | null;
}

/** A truck of which nothing is known. */
export const UNKNOWN_VEHICLE: VehicleFacts = {
  stage: null,
  ratedPowerKw: null,
  ratedRpm: null,
  referenceTorqueNm: null,
  torqueKind: null,
  workRefKwh: null,
  bsfcRefKgPerKwh: null,
  fuelDensityKgL: null,
  displacementL: null,
};

/**
 * Method classes (emissions §4): A measured air flow and confirmed torque; B flow from O2, fuel window, or an assumed reference work;
 * C speed-density, learned map.
 */
export type MethodClass = 'A' | 'B' | 'C';

/** The worse of some classes. */
export function worst(...classes: readonly MethodClass[]): MethodClass {
  return classes.includes('C') ? 'C' : classes.includes('B') ? 'B' : 'A';
}

/** A number and whether it is the truck's own or a method's default. */
export interface Assumed {
  readonly value: number;
  readonly assumed: boolean;
}

/** Fuel density [kg/L]. */
export function fuelDensity(vehicle: VehicleFacts): Assumed {
  return own(vehicle.fuelDensityKgL, METHOD_DEFAULTS.fuelDensityKgL.value);
}

/** Reference fuel consumption [kg/kWh]. */
export function bsfcRef(vehicle: VehicleFacts): Assumed {
  return own(vehicle.bsfcRefKgPerKwh, METHOD_DEFAULTS.bsfcRefKgPerKwh.value);
}

/** Reference work [kWh]: the engine's own, else 0.09 kWh per kW rated (class B at best; emissions §3.4, E21); null without rated power. */
export function workRef(vehicle: VehicleFacts): Assumed | null {
  if (vehicle.workRefKwh !== null) return { value: vehicle.workRefKwh, assumed: false };
  if (vehicle.ratedPowerKw === null) return null;
  return { value: METHOD_DEFAULTS.workRefKwhPerKw.value * vehicle.ratedPowerKw, assumed: true };
}

/** Reference fuel mass of the fuel window [kg] = reference work × reference consumption (emissions §3.4, E21); null without reference work. */
export function fuelRefKg(vehicle: VehicleFacts): Assumed | null {
  const work = workRef(vehicle);
  if (work === null) return null;
  const bsfc = bsfcRef(vehicle);
  return { value: work.value * bsfc.value, assumed: work.assumed || bsfc.assumed };
}

/** Reference torque [N·m]: the truck's own, else from rated power and speed; null without these. */
export function referenceTorque(vehicle: VehicleFacts): Assumed | null {
  if (vehicle.referenceTorqueNm !== null) return { value: vehicle.referenceTorqueNm, assumed: false };
  if (vehicle.ratedPowerKw === null || vehicle.ratedRpm === null) return null;
  const guess = referenceTorqueGuessNm(vehicle.ratedPowerKw, vehicle.ratedRpm, METHOD_DEFAULTS.torqueReserve.value);
  return { value: guess, assumed: true };
}

function own(value: number | null, byDefault: number): Assumed {
  return value === null ? { value: byDefault, assumed: true } : { value, assumed: false };
}
