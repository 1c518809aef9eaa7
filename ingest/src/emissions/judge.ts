import { ENGINE, engineStates } from './engine-state.ts';
import { JUDGED } from './judged.ts';
import { byteColumn } from './lent-columns.ts';
import { markNoxReadiness, NOX_CHANNELS } from './nox-ready.ts';
import { QUALITY_PARAMETERS, type QualityParameters } from './quality-parameters.ts';
import { runningPeriodOf } from './running-period.ts';
import { valuesOf } from './sourced.ts';
import { markStuck, STUCK_CHANNELS } from './stuck.ts';
import type { Channel, Column, Trace } from './trace.ts';

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
  const judged: Partial<Record<Channel, Column>> = { ...trace.columns };
  const fresh = (channel: Channel): Uint8Array | null => {
    const column = judged[channel];
    if (column === undefined) return null;
    const codes = column.codes === trace.columns[channel]?.codes ? copyOf(column.codes) : column.codes;
    judged[channel] = { values: column.values, codes };
    return codes;
  };
  for (const channel of NOX_CHANNELS) {
    const codes = fresh(channel);
    if (codes) markNoxReadiness(trace, channel, engine, periodS, parameters, codes);
  }
  for (const channel of STUCK_CHANNELS) {
    const codes = fresh(channel);
    if (codes) markStuck(trace, channel, engine, periodS, parameters, codes);
  }
  for (const channel of NOX_CHANNELS) {
    const codes = fresh(channel);
    if (codes) exclude(trace, engine, parameters, codes);
  }
  return { count: trace.count, timeSec: trace.timeSec, columns: judged, engine, periodS, notChecked: notCheckedOf(trace) };
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
  const coolant = trace.columns.coolantTempC;
  for (let i = 0; i < trace.count; i += 1) {
    if (codes[i] !== JUDGED.valid) continue;
    const cold =
      coolant !== undefined && coolant.codes[i] === JUDGED.valid && (coolant.values[i] as number) < parameters.coolantHotC;
    if (cold || engine[i] !== ENGINE.on) codes[i] = JUDGED.excluded;
  }
}
