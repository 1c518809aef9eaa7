import { GRAVITY_MS2, MS_PER_MPH } from './constants.ts';
import { shortColumn } from './lent-columns.ts';
import { type MovesVehicle, scaledTractivePower } from './moves-power.ts';

/** Operating modes of running exhaust in their order (MOVES5 `operatingMode`; 26 and 36 are redundant). [C] */
export const OPERATING_MODES = [
  0, 1, 11, 12, 13, 14, 15, 16, 21, 22, 23, 24, 25, 27, 28, 29, 30, 33, 35, 37, 38, 39, 40,
] as const;

/** The number of an operating mode. */
export type OperatingMode = (typeof OPERATING_MODES)[number];

/** Braking thresholds [mph/s]; the weaker one must be passed in three consecutive seconds. */
const HARD_BRAKE = -2;
const SOFT_BRAKE = -1;

/** Mode of a second that is neither braking nor idle by its own speed [mph] and STP; lower bounds inclusive (emissions §7.1). [C] */
function runningMode(mph: number, stp: number): OperatingMode {
  if (mph < 25) {
    if (stp < 6) return stp < 0 ? 11 : stp < 3 ? 12 : 13;
    return stp < 9 ? 14 : stp < 12 ? 15 : 16;
  }
  if (mph < 50) {
    if (stp < 9) return stp < 0 ? 21 : stp < 3 ? 22 : stp < 6 ? 23 : 24;
    return stp < 12 ? 25 : stp < 18 ? 27 : stp < 24 ? 28 : stp < 30 ? 29 : 30;
  }
  if (stp < 18) return stp < 6 ? 33 : stp < 12 ? 35 : 37;
  return stp < 24 ? 38 : stp < 30 ? 39 : 40;
}

/**
 * Mode of a second: braking, then idle, then the table (MOVES5; emissions §7.1, E14). [C]
 * @param mph speed  @param stp scaled tractive power
 * @param brakeMphS acceleration of this second and the two before [mph/s], newest first, grade term included
 */
export function operatingMode(mph: number, stp: number, brakeMphS: readonly [number, number, number]): OperatingMode {
  const [now, before, earlier] = brakeMphS;
  return modeOf(mph, stp, now, before, earlier);
}

function modeOf(mph: number, stp: number, now: number, before: number, earlier: number): OperatingMode {
  if (now <= HARD_BRAKE || (now < SOFT_BRAKE && before < SOFT_BRAKE && earlier < SOFT_BRAKE)) return 0;
  if (mph >= -1 && mph < 1) return 1;
  return runningMode(mph, stp);
}

/**
 * Modes of a speed trace [km/h] at 1 Hz; acceleration is that since the second before, 0 at the first and after a gap.
 * NaN speed gives −1 (no mode), and so do the seconds after it whose acceleration is not known.
 */
export function operatingModes(
  timeSec: Float64Array,
  speedKmh: Float64Array,
  vehicle: MovesVehicle,
  gradePct?: Float64Array,
): Int16Array {
  const modes = shortColumn(speedKmh.length, -1);
  const perMph = GRAVITY_MS2 / MS_PER_MPH;
  let now = 0;
  let before = 0;
  let earlier = 0;
  let lastMs = Number.NaN;
  for (let i = 0; i < speedKmh.length; i += 1) {
    const speedMs = (speedKmh[i] as number) / 3.6;
    const grade = gradePct === undefined ? 0 : (gradePct[i] as number);
    const joined = i > 0 && (timeSec[i] as number) - (timeSec[i - 1] as number) === 1;
    const accel = joined ? speedMs - lastMs : 0;
    lastMs = speedMs;
    earlier = joined ? before : 0;
    before = joined ? now : 0;
    now = Number.isNaN(accel) ? 0 : accel / MS_PER_MPH + (grade === 0 ? 0 : perMph * Math.sin(Math.atan(grade / 100)));
    if (Number.isNaN(speedMs) || Number.isNaN(accel)) continue;
    modes[i] = modeOf(speedMs / MS_PER_MPH, scaledTractivePower(vehicle, speedMs, accel, grade), now, before, earlier);
  }
  return modes;
}
