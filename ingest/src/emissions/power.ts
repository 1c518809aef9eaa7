import { HOUR_S } from './constants.ts';

/** What the torque signal of a truck states: net at the flywheel, or indicated (friction not yet taken off). */
export type TorqueKind = 'net' | 'indicated';

/** N·m of one kW at one revolution a minute: 30 000/π. */
const NM_RPM_PER_KW = 30_000 / Math.PI;

/** Net torque [N·m] of an indicated one: friction and parasitic losses [% of reference] taken off (SPN 513, 514, 2978; emissions §2.5, E5). [C] */
export function netTorqueOfIndicatedNm(actualPct: number, frictionPct: number, referenceNm: number, parasiticPct = 0): number {
  return ((actualPct - frictionPct - parasiticPct) / 100) * referenceNm;
}

/** Net torque [N·m] of a net percentage (emissions §2.5). [C] */
export function netTorqueNm(netPct: number, referenceNm: number): number {
  return (netPct / 100) * referenceNm;
}

/** Power [kW] = torque [N·m] × speed [1/min] × π/30/1000 (emissions §2.5, E5). Negative in overrun. [C] */
export function powerKw(torqueNm: number, rpm: number): number {
  return (torqueNm * rpm) / NM_RPM_PER_KW;
}

/** Work [kWh] of a power held for some seconds; only positive power is work (emissions §2.5). [C] */
export function workKwh(power: number, seconds: number): number {
  return power > 0 ? (power * seconds) / HOUR_S : 0;
}

/** Reference torque [N·m] from rated power [kW] and rated speed [1/min] when the truck's own is not known (emissions §2.5). [M] */
export function referenceTorqueGuessNm(ratedPowerKw: number, ratedRpm: number, reserve: number): number {
  return ((ratedPowerKw * 9549) / ratedRpm) * reserve;
}
