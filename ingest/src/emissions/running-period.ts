import { engineStates } from './engine-state.ts';
import { periodOf } from './period.ts';
import { QUALITY_PARAMETERS, type QualityParameters } from './quality-parameters.ts';
import { valuesOf } from './sourced.ts';
import type { Trace } from './trace.ts';

/**
 * Sampling period [s] of a trace from sample `from` on, by the steps between samples of a running engine: a parked truck reports more
 * seldom, and over a night its minutes outnumber the records of a slow terminal. By all steps where the engine never ran; null with
 * less than two samples.
 */
export function runningPeriodOf(
  trace: Trace,
  from = 0,
  parameters: QualityParameters = valuesOf(QUALITY_PARAMETERS),
): number | null {
  const times = trace.timeSec.subarray(from, trace.count);
  // `ENGINE.on` is the 1 that `among` asks for.
  const running = engineStates(trace, parameters).subarray(from);
  return periodOf(times, times.length, running) ?? periodOf(times);
}
