import { JUDGED } from './judged.ts';
import { type Channel, type Column, columnOf, type Trace } from './trace.ts';
import { UNKNOWN_VEHICLE, type VehicleFacts } from './vehicle.ts';

/** A trace from plain numbers, 1 Hz from `t0` on unless times are given; null and NaN are missing. */
export function traceFrom(
  channels: Partial<Record<Channel, readonly (number | null)[]>>,
  times?: readonly number[],
  t0 = 1_700_000_000,
): Trace {
  const count = times?.length ?? Math.max(...Object.values(channels).map((values) => values.length));
  const timeSec = Float64Array.from({ length: count }, (_, i) => times?.[i] ?? t0 + i);
  const columns: Partial<Record<Channel, Column>> = {};
  for (const [channel, given] of Object.entries(channels) as [Channel, readonly (number | null)[]][]) {
    const values = Float64Array.from({ length: count }, (_, i) => given[i] ?? Number.NaN);
    const codes = Uint8Array.from(values, (value) => (Number.isNaN(value) ? JUDGED.missing : JUDGED.valid));
    columns[channel] = columnOf(values, codes);
  }
  return { count, timeSec, columns };
}

/** The same value n times. */
export function steady(n: number, value: number): number[] {
  return new Array<number>(n).fill(value);
}

/** A truck of 250 kW with everything known. */
export const TRUCK: VehicleFacts = {
  ...UNKNOWN_VEHICLE,
  stage: 'V',
  ratedPowerKw: 250,
  ratedRpm: 2000,
  referenceTorqueNm: 1500,
  torqueKind: 'net',
  workRefKwh: 10,
  bsfcRefKgPerKwh: 0.2,
  fuelDensityKgL: 0.835,
};

/** A repeatable source of numbers 0 ≤ x < 1 for tests (linear congruence modulo 2³¹ − 1). */
export function lehmer(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
