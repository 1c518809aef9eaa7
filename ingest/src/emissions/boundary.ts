import { altitudeM, FEET_PER_M } from './altitude.ts';
import { ENGINE, validOf } from './engine-state.ts';
import type { JudgedTrace } from './judge.ts';
import { byteColumn } from './lent-columns.ts';

/** Why a sample is outside the conditions of a method. */
export const OUTSIDE = { no: 0, engineOff: 1, ambient: 2, altitude: 3, coolant: 4 } as const;

/** Names in the order of the codes. */
export const OUTSIDE_NAMES: readonly (keyof typeof OUTSIDE)[] = ['no', 'engineOff', 'ambient', 'altitude', 'coolant'];

/** Conditions of a window method; null: not limited. */
export interface BoundaryConditions {
  readonly minAmbientC: number | null;
  /** Upper ambient temperature [°C] at sea level, and what each metre of altitude adds; the altitude is 0 where it is not known. */
  readonly maxAmbientC: number | null;
  readonly maxAmbientPerM: number;
  readonly maxAltitudeM: number | null;
  readonly minCoolantC: number | null;
}

/** GB 17691-2018 Annex K and HJ 857-2017 as remembered, with the altitude of a valid vehicle day (emissions §3.1, §4). [M] */
export const PEMS_BOUNDARY: BoundaryConditions = {
  minAmbientC: -7,
  maxAmbientC: 38,
  maxAmbientPerM: 0,
  maxAltitudeM: 2400,
  minCoolantC: 70,
};

/** 40 CFR 1036.530(c)(3)(iv), (v): 5 °C to −0.0014·h[ft] + 37.78, at most 5500 ft; the coolant is no condition. [C] */
export const EPA_BOUNDARY: BoundaryConditions = {
  minAmbientC: 5,
  maxAmbientC: 37.78,
  maxAmbientPerM: -0.0014 * FEET_PER_M,
  maxAltitudeM: 5500 / FEET_PER_M,
  minCoolantC: null,
};

/** Reason per sample, see `OUTSIDE`; the first that applies. A condition whose channel is not known is not checked. */
export function outside(trace: JudgedTrace, conditions: BoundaryConditions): Uint8Array {
  const { on } = ENGINE;
  const { count, engine } = trace;
  const reasons = byteColumn(count);
  const ambientTempC = validOf(trace, 'ambientTempC');
  const baroKpa = validOf(trace, 'baroKpa');
  const coolantTempC = validOf(trace, 'coolantTempC');
  const { minAmbientC, maxAmbientC, maxAmbientPerM, maxAltitudeM, minCoolantC } = conditions;
  // The channel has steps of 0.5 kPa and moves slowly: the power is taken once a step.
  let lastKpa = Number.NaN;
  let lastM = Number.NaN;
  for (let i = 0; i < count; i += 1) {
    const kPa = baroKpa[i] as number;
    if (kPa !== lastKpa) {
      lastKpa = kPa;
      lastM = altitudeM(kPa);
    }
    const ambient = ambientTempC[i] as number;
    if (engine[i] !== on) reasons[i] = OUTSIDE.engineOff;
    else if (minAmbientC !== null && ambient < minAmbientC) reasons[i] = OUTSIDE.ambient;
    else if (maxAmbientC !== null && ambient > maxAmbientC + maxAmbientPerM * (Number.isNaN(lastM) ? 0 : lastM))
      reasons[i] = OUTSIDE.ambient;
    else if (maxAltitudeM !== null && lastM > maxAltitudeM) reasons[i] = OUTSIDE.altitude;
    else if (minCoolantC !== null && (coolantTempC[i] as number) < minCoolantC) reasons[i] = OUTSIDE.coolant;
  }
  return reasons;
}

/** Conditions that could not be checked because their channel was never sent. */
export function uncheckedConditions(trace: JudgedTrace, conditions: BoundaryConditions): ('ambient' | 'altitude' | 'coolant')[] {
  const { ambientTempC, baroKpa, coolantTempC } = trace.columns;
  const unchecked: ('ambient' | 'altitude' | 'coolant')[] = [];
  if (ambientTempC === undefined && (conditions.minAmbientC !== null || conditions.maxAmbientC !== null))
    unchecked.push('ambient');
  if (baroKpa === undefined && conditions.maxAltitudeM !== null) unchecked.push('altitude');
  if (coolantTempC === undefined && conditions.minCoolantC !== null) unchecked.push('coolant');
  return unchecked;
}
