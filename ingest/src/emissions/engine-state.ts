import { byteColumn } from './lent-columns.ts';
import type { QualityParameters } from './quality-parameters.ts';
import type { Channel, Column, Trace } from './trace.ts';

/** Whether the engine runs, as far as a sample tells. */
export const ENGINE = { off: 0, on: 1, unknown: 2 } as const;

/** The valid values of a channel, NaN where there is none; all NaN of one that a trace does not have. */
export function validOf(trace: Pick<Trace, 'count' | 'columns'>, channel: Channel): Float64Array {
  const column = trace.columns[channel];
  if (column !== undefined) return column.valid;
  if (nothing.length < trace.count) nothing = new Float64Array(2 * trace.count).fill(Number.NaN);
  return nothing.subarray(0, trace.count);
}

/** Of a channel that is not there; nobody writes to it. */
let nothing = new Float64Array(0);

/** The value of a column at a sample when it is valid, else NaN. */
export function validAt(column: Column | undefined, i: number): number {
  return column?.valid[i] ?? Number.NaN;
}

/** The value of a column at a sample, whatever its judgement; NaN where there is none. */
export function valueAt(column: Column | undefined, i: number): number {
  return column === undefined ? Number.NaN : (column.values[i] as number);
}

/** State of the engine at each sample, see `ENGINE`: by engine speed, by fuel flow where that is missing. */
export function engineStates(trace: Trace, parameters: QualityParameters): Uint8Array {
  const { on, off, unknown } = ENGINE;
  const { engineOnRpm } = parameters;
  const states = byteColumn(trace.count);
  const engineRpm = validOf(trace, 'engineRpm');
  const fuelRateLph = validOf(trace, 'fuelRateLph');
  for (let i = 0; i < states.length; i += 1) {
    const rpm = engineRpm[i] as number;
    if (rpm >= engineOnRpm) states[i] = on;
    else if (Number.isNaN(rpm)) states[i] = (fuelRateLph[i] as number) > 0 ? on : unknown;
    else states[i] = off;
  }
  return states;
}
