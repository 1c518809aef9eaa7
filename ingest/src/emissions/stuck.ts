import { ENGINE } from './engine-state.ts';
import { JUDGED } from './judged.ts';
import { holdLimitS } from './period.ts';
import type { QualityParameters } from './quality-parameters.ts';
import type { Channel, Column, Trace } from './trace.ts';

/** Channels in which a frozen reading is looked for (Cao 2025; emissions §2.1). */
export const STUCK_CHANNELS: readonly Channel[] = [
  'fuelRateLph',
  'airFlowKgh',
  'noxUpPpm',
  'noxDownPpm',
  'scrInTempC',
  'scrOutTempC',
];

/**
 * Marks readings that do not move while the engine does (emissions §2.1): more than 15 equal ones in a row at a running engine
 * whose speed varies by more than 2 % meanwhile; with slow uploads 15 or more while it changed by more than 100 rpm. Where no engine
 * speed is sent the fuel rate stands for it (emissions §5.4 T1 "rpm or fuel"), which must vary by more than 30 %. No fuel in overrun is no
 * fault, and a level idle is exempt because nothing varies then. With neither signal nothing is marked. A run ends at a missing
 * value, a stop of the engine and a gap.
 */
export function markStuck(
  trace: Trace,
  channel: Channel,
  engine: Uint8Array,
  periodS: number,
  parameters: QualityParameters,
  codes: Uint8Array,
): void {
  const { on } = ENGINE;
  const column = trace.columns[channel];
  const { engineRpm, fuelRateLph } = trace.columns;
  const mover = engineRpm ?? (channel === 'fuelRateLph' ? undefined : fuelRateLph);
  if (column === undefined || mover === undefined) return;
  const slow = periodS >= parameters.stuckSlowPeriodS;
  const least = slow ? parameters.stuckSlowSamples : parameters.stuckSamples + 1;
  const limit = holdLimitS(periodS);
  const { values } = column;
  const { timeSec, count } = trace;
  let first = 0;
  for (let i = 1; i <= count; i += 1) {
    const goes =
      i < count &&
      values[i] === values[first] &&
      engine[i] === on &&
      (timeSec[i] as number) - (timeSec[i - 1] as number) <= limit;
    if (goes) continue;
    if (i - first >= least && engine[first] === on && !(channel === 'fuelRateLph' && values[first] === 0))
      if (engineVaries(mover, engineRpm === undefined, first, i, slow, parameters)) mark(codes, first, i);
    first = i;
  }
}

function engineVaries(
  mover: Column,
  byFuel: boolean,
  from: number,
  to: number,
  slow: boolean,
  parameters: QualityParameters,
): boolean {
  let sum = 0;
  let n = 0;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i += 1) {
    if (mover.codes[i] !== JUDGED.valid) continue;
    const value = mover.values[i] as number;
    sum += value;
    n += 1;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (n < 2) return false;
  if (slow && !byFuel) return most - least > parameters.stuckSlowRpmSpan;
  const mean = sum / n;
  let squares = 0;
  for (let i = from; i < to; i += 1) if (mover.codes[i] === JUDGED.valid) squares += ((mover.values[i] as number) - mean) ** 2;
  return Math.sqrt(squares / n) > (byFuel ? parameters.stuckFuelCv : parameters.stuckRpmCv) * mean;
}

function mark(codes: Uint8Array, from: number, to: number): void {
  for (let i = from; i < to; i += 1) if (codes[i] === JUDGED.valid) codes[i] = JUDGED.stuck;
}
