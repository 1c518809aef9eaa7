import { JUDGED } from './judged.ts';
import { byteColumn } from './lent-columns.ts';
import type { QualityParameters } from './quality-parameters.ts';
import type { Column, Trace } from './trace.ts';

/** Whether the engine runs, as far as a sample tells. */
export const ENGINE = { off: 0, on: 1, unknown: 2 } as const;

/** State of the engine at each sample, see `ENGINE`: by engine speed, by fuel flow where that is missing. */
export function engineStates(trace: Trace, parameters: QualityParameters): Uint8Array {
  const states = byteColumn(trace.count);
  const rpm = trace.columns.engineRpm;
  const fuel = trace.columns.fuelRateLph;
  for (let i = 0; i < trace.count; i += 1) {
    if (rpm !== undefined && rpm.codes[i] === JUDGED.valid)
      states[i] = (rpm.values[i] as number) >= parameters.engineOnRpm ? ENGINE.on : ENGINE.off;
    else if (fuel !== undefined && fuel.codes[i] === JUDGED.valid && (fuel.values[i] as number) > 0) states[i] = ENGINE.on;
    else states[i] = ENGINE.unknown;
  }
  return states;
}

/** The value of a column at a sample, whatever its judgement; NaN where there is none. */
export function valueAt(column: Column | undefined, i: number): number {
  return column === undefined ? Number.NaN : (column.values[i] as number);
}

/** The value of a column at a sample when it is valid, else NaN. */
export function validAt(column: Column | undefined, i: number): number {
  return column !== undefined && column.codes[i] === JUDGED.valid ? (column.values[i] as number) : Number.NaN;
}
