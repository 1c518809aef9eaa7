import { GRAVITY_MS2, MS_PER_MPH } from './constants.ts';
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

/** Upper bounds of STP (exclusive) with the mode below them, per speed class; the last row has none. */
const LOW: readonly (readonly [below: number, mode: OperatingMode])[] = [
  [0, 11],
  [3, 12],
  [6, 13],
  [9, 14],
  [12, 15],
  [Number.POSITIVE_INFINITY, 16],
];
const MIDDLE: readonly (readonly [below: number, mode: OperatingMode])[] = [
  [0, 21],
  [3, 22],
  [6, 23],
  [9, 24],
  [12, 25],
  [18, 27],
  [24, 28],
  [30, 29],
  [Number.POSITIVE_INFINITY, 30],
];
const HIGH: readonly (readonly [below: number, mode: OperatingMode])[] = [
  [6, 33],
  [12, 35],
  [18, 37],
  [24, 38],
  [30, 39],
  [Number.POSITIVE_INFINITY, 40],
];

/** Mode of a second that is neither braking nor idle by its own speed [mph] and STP; lower bounds inclusive (emissions §7.1). [C] */
function runningMode(mph: number, stp: number): OperatingMode {
  const table = mph < 25 ? LOW : mph < 50 ? MIDDLE : HIGH;
  return table.find(([below]) => stp < below)?.[1] ?? 40;
}

/**
 * Mode of a second: braking, then idle, then the table (MOVES5; emissions §7.1, E14). [C]
 * @param mph speed  @param stp scaled tractive power
 * @param brakeMphS acceleration of this second and the two before [mph/s], newest first, grade term included
 */
export function operatingMode(mph: number, stp: number, brakeMphS: readonly [number, number, number]): OperatingMode {
  if (isBraking(brakeMphS)) return 0;
  if (mph >= -1 && mph < 1) return 1;
  return runningMode(mph, stp);
}

function isBraking(brakeMphS: readonly [number, number, number]): boolean {
  return brakeMphS[0] <= HARD_BRAKE || brakeMphS.every((each) => each < SOFT_BRAKE);
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
): Int8Array {
  const modes = new Int8Array(speedKmh.length).fill(-1);
  const brakes: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < speedKmh.length; i += 1) {
    const speedMs = (speedKmh[i] as number) / 3.6;
    const grade = gradePct?.[i] ?? 0;
    const joined = i > 0 && (timeSec[i] as number) - (timeSec[i - 1] as number) === 1;
    const before = (speedKmh[i - 1] ?? Number.NaN) / 3.6;
    const accel = joined ? speedMs - before : 0;
    const slope = (GRAVITY_MS2 / MS_PER_MPH) * Math.sin(Math.atan(grade / 100));
    if (!joined) brakes.fill(0);
    brakes[2] = brakes[1];
    brakes[1] = brakes[0];
    brakes[0] = Number.isNaN(accel) ? 0 : accel / MS_PER_MPH + slope;
    if (Number.isNaN(speedMs) || Number.isNaN(accel)) continue;
    modes[i] = operatingMode(speedMs / MS_PER_MPH, scaledTractivePower(vehicle, speedMs, accel, grade), brakes);
  }
  return modes;
}
