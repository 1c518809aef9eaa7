import type { TruckSpec } from './spec.ts';

/** Density of diesel fuel [kg/L], and of 32.5 % urea solution [kg/L] (handbook emissions §2.2, §5.1). */
export const FUEL_KG_PER_L = 0.835;
export const UREA_KG_PER_L = 1.09;
/** Lower heating value of diesel [kJ/kg]. */
export const FUEL_KJ_PER_KG = 42_800;
export const IDLE_RPM = 600;
/** Fast idle of the first minutes after a cold start. */
export const WARM_UP_RPM = 800;

/** 9549.3: kW = Nm × rpm / this (emissions §2.5). */
const NM_RPM_PER_KW = 9549.3;
/** Indicated specific fuel use [g/kWh]: 50 % indicated efficiency. */
const INDICATED_G_PER_KWH = 168;
/** Idle fuel of a 276 kW engine [kg/h]: 1.6 g CO2/s at 3.173 kg CO2/kg (emissions, simulator targets). */
const IDLE_FUEL_KGH = 1.815;
const MIDDLE_POWER_KW = 276;

/** The constants of one engine, from its plate. */
export interface Engine {
  readonly ratedKw: number;
  readonly referenceNm: number;
  /** Displacement [m³], 27.5 kW a litre. */
  readonly displacementM3: number;
  /** Auxiliary load at idle [kW]. */
  readonly idleLoadKw: number;
  /** Fuel per revolution speed that does no indicated work [g/h per rpm]: pumping, injection and heat at low load. */
  readonly standingGPerRpm: number;
  /** Warm idle and fast idle fuel flow [kg/h]. */
  readonly idleFuelKgh: number;
  readonly warmUpFuelKgh: number;
}

/** Friction torque as a share of the reference torque at an engine speed. */
export function frictionShare(rpm: number): number {
  return 0.048 + 0.018 * ((rpm - 600) / 1000);
}

/** Power [kW] of a torque [Nm] at an engine speed. */
export function powerKw(torqueNm: number, rpm: number): number {
  return (torqueNm * rpm) / NM_RPM_PER_KW;
}

/** Torque [Nm] of a power [kW] at an engine speed. */
export function torqueNm(kw: number, rpm: number): number {
  return (kw * NM_RPM_PER_KW) / rpm;
}

/** Builds the engine of a truck. */
export function engineOf(spec: TruckSpec): Engine {
  const size = spec.ratedPowerKw / MIDDLE_POWER_KW;
  const idleLoadKw = 1.2 * size;
  const idleFuelKgh = IDLE_FUEL_KGH * (0.7 + 0.3 * size);
  const indicatedIdleKw = idleLoadKw + powerKw(frictionShare(IDLE_RPM) * spec.referenceTorqueNm, IDLE_RPM);
  const standingGPerRpm = Math.max(0, (idleFuelKgh * 1000 - INDICATED_G_PER_KWH * indicatedIdleKw) / IDLE_RPM);
  const engine = {
    ratedKw: spec.ratedPowerKw,
    referenceNm: spec.referenceTorqueNm,
    displacementM3: spec.ratedPowerKw / 27_500,
    idleLoadKw,
    standingGPerRpm,
    idleFuelKgh,
    warmUpFuelKgh: 0,
  };
  return { ...engine, warmUpFuelKgh: fuelKgh(engine, idleLoadKw * 1.6, WARM_UP_RPM) };
}

/** Largest net power [kW] at an engine speed: constant torque up to the rated power. */
export function fullLoadKw(engine: Engine, rpm: number): number {
  return Math.min(engine.ratedKw, powerKw(engine.referenceNm * 0.98, rpm));
}

/** Power lost in the engine itself [kW]. */
export function frictionKw(engine: Engine, rpm: number): number {
  return powerKw(frictionShare(rpm) * engine.referenceNm, rpm);
}

/** Fuel flow [kg/h] at a net power [kW]; 0 in overrun, when friction alone takes the whole drag. */
export function fuelKgh(engine: Engine, netKw: number, rpm: number): number {
  const indicatedKw = netKw + frictionKw(engine, rpm);
  if (indicatedKw <= 0.4) return 0;
  return (INDICATED_G_PER_KWH * indicatedKw + engine.standingGPerRpm * rpm) / 1000;
}
