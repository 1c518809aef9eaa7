import { EXHAUST_KG_PER_MOL, GAS_J_PER_MOL_K, HOUR_S, ZERO_C_IN_K } from './constants.ts';

/** Exhaust volume flow [m³/s] of a mass flow [kg/h] at a temperature [°C] and absolute pressure [kPa] (emissions §6, E13). [C] arithmetic */
export function exhaustM3s(exhaustKgh: number, tempC: number, pressureKpa: number): number {
  return ((exhaustKgh / HOUR_S) * GAS_J_PER_MOL_K * (tempC + ZERO_C_IN_K)) / (EXHAUST_KG_PER_MOL * pressureKpa * 1000);
}

/** Below this volume flow [m³/s] a filter's resistance says nothing (emissions §6). [eng] */
export const DPF_MIN_FLOW_M3S = 0.15;

/** Resistance of the filter [kPa/(m³/s)] = pressure drop / volume flow; null at or below 0.15 m³/s (emissions §6, E13). */
export function dpfResistance(deltaKpa: number, volumeM3s: number): number | null {
  return volumeM3s > DPF_MIN_FLOW_M3S ? deltaKpa / volumeM3s : null;
}
