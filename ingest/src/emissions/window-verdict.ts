import { unfilledColumn } from './lent-columns.ts';
import { percentileInPlace } from './stats/percentile.ts';
import type { MethodClass } from './vehicle.ts';
import type { WindowResult } from './windows.ts';

/** Figures over the valid windows [g/kWh]; null when there are none. */
export interface WindowSummary {
  readonly p90: number;
  readonly mean: number;
  readonly max: number;
}

/** 90th percentile (linear interpolation, for display), mean and maximum of the valid windows; null without any. */
export function summarise(result: WindowResult): WindowSummary | null {
  if (result.validCount === 0) return null;
  const values = validValues(result);
  let sum = 0;
  let max = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < values.length; k += 1) {
    const value = values[k] as number;
    sum += value;
    if (value > max) max = value;
  }
  return { p90: percentileInPlace(values, 0.9), mean: sum / values.length, max };
}

function validValues({ gPerKwh, valid, validCount }: WindowResult): Float64Array {
  const values = unfilledColumn(validCount);
  let n = 0;
  for (let k = 0; k < gPerKwh.length; k += 1) {
    if (valid[k] !== 1) continue;
    values[n] = gPerKwh[k] as number;
    n += 1;
  }
  return values;
}

/** How many valid windows keep a limit. */
export interface WithinLimit {
  readonly within: number;
  readonly valid: number;
  readonly share: number | null;
  /** At least 90 % of the valid windows keep it, by count (emissions §3.1 rule 5); null when the result is void. */
  readonly passes: boolean | null;
}

/** Counts valid windows with e/divisor ≤ limit [g/kWh]; the divisor is the guard factor where one is to be used. */
export function withinLimit(result: WindowResult, limitGPerKwh: number, divisor = 1): WithinLimit {
  let within = 0;
  for (let k = 0; k < result.spans.count; k += 1)
    if (result.valid[k] === 1 && (result.gPerKwh[k] as number) / divisor <= limitGPerKwh) within += 1;
  const valid = result.validCount;
  return {
    within,
    valid,
    share: valid === 0 ? null : within / valid,
    passes: result.void === null ? within * 10 >= valid * 9 : null,
  };
}

/** Class of a window result (emissions §4): the mass's own, B when the reference is assumed, B for fuel and CO2 windows. */
export function windowClass(result: WindowResult, massClass: MethodClass | null): MethodClass | null {
  if (massClass === null) return null;
  if (massClass === 'C') return 'C';
  return result.kind !== 'work' || result.reference?.assumed !== false ? 'B' : massClass;
}
