import { ENGINE, engineStates, validOf } from './engine-state.ts';
import { JUDGED } from './judged.ts';
import { byteColumn } from './lent-columns.ts';
import { markNoxReadiness, NOX_CHANNELS } from './nox-ready.ts';
import { QUALITY_PARAMETERS, type QualityParameters } from './quality-parameters.ts';
import { runningPeriodOf } from './running-period.ts';
import { valuesOf } from './sourced.ts';
import { markStuck, STUCK_CHANNELS } from './stuck.ts';
import { type Channel, type Column, columnOf, type Trace } from './trace.ts';

/** Conditions of the judgement that could not be looked at, because the channel they need was never sent. */
export type NotChecked = 'coolant' | 'dewPoint' | 'stuck';

/** A trace after judgement. */
export interface JudgedTrace extends Trace {
  /** State of the engine at each sample, see `ENGINE`. */
  readonly engine: Uint8Array;
  /** Sampling period [s]. */
  readonly periodS: number;
  readonly notChecked: readonly NotChecked[];
}

/** Settings of a judgement. */
export interface JudgeOptions {
  /** Sampling period [s] when the terminal's profile tells it; else found from the samples. */
  readonly periodS?: number;
  readonly parameters?: Partial<QualityParameters>;
}

/**
 * Judges every value of a trace before any arithmetic (emissions §2.1). The order is: what the wire said, implausible, not ready,
 * stuck, excluded by condition; the first that applies stands. NOx is excluded, its value kept, while the engine is off or the
 * coolant below 70 °C. Values are left as they were measured; the input is not changed. Give some 15 min before the stretch of
 * interest, so that readiness and frozen readings are known at its beginning.
 */
export function judge(trace: Trace, options: JudgeOptions = {}): JudgedTrace {
  const parameters = valuesOf(QUALITY_PARAMETERS, options.parameters);
  const periodS = options.periodS ?? runningPeriodOf(trace, 0, parameters) ?? 1;
  const engine = engineStates(trace, parameters);
  const judged = new Map<Channel, Uint8Array>();
  for (const channel of new Set<Channel>([...NOX_CHANNELS, ...STUCK_CHANNELS])) {
    const codes = trace.columns[channel]?.codes;
    if (codes !== undefined) judged.set(channel, copyOf(codes));
  }
  for (const channel of NOX_CHANNELS) {
    const codes = judged.get(channel);
    if (codes) markNoxReadiness(trace, channel, engine, periodS, parameters, codes);
  }
  for (const channel of STUCK_CHANNELS) {
    const codes = judged.get(channel);
    if (codes) markStuck(trace, channel, engine, periodS, parameters, codes);
  }
  for (const channel of NOX_CHANNELS) {
    const codes = judged.get(channel);
    if (codes) exclude(trace, engine, parameters, codes);
  }
  const columns: Partial<Record<Channel, Column>> = { ...trace.columns };
  for (const [channel, codes] of judged) {
    const column = trace.columns[channel];
    if (column !== undefined) columns[channel] = columnOf(column.values, codes);
  }
  return { count: trace.count, timeSec: trace.timeSec, columns, engine, periodS, notChecked: notCheckedOf(trace) };
}

function copyOf(codes: Uint8Array): Uint8Array {
  const copy = byteColumn(codes.length);
  copy.set(codes);
  return copy;
}

/** Conditions of the judgement that could not be looked at with the channels a trace has. */
export function notCheckedOf({ columns }: Pick<Trace, 'columns'>): NotChecked[] {
  const { coolantTempC, scrInTempC, scrOutTempC, engineRpm, fuelRateLph } = columns;
  const notChecked: NotChecked[] = [];
  if (coolantTempC === undefined) notChecked.push('coolant');
  if (scrInTempC === undefined && scrOutTempC === undefined) notChecked.push('dewPoint');
  if (engineRpm === undefined && fuelRateLph === undefined) notChecked.push('stuck');
  return notChecked;
}

/** Excludes valid NOx readings of a stopped or cold engine; a coolant temperature that is not known is not checked. */
function exclude(trace: Trace, engine: Uint8Array, parameters: QualityParameters, codes: Uint8Array): void {
  const { on } = ENGINE;
  const { valid, excluded } = JUDGED;
  const { coolantHotC } = parameters;
  const coolantTempC = validOf(trace, 'coolantTempC');
  for (let i = 0; i < codes.length; i += 1) {
    if (codes[i] !== valid) continue;
    if ((coolantTempC[i] as number) < coolantHotC || engine[i] !== on) codes[i] = excluded;
  }
}
