import { ENGINE } from './engine-state.ts';
import type { JudgedTrace } from './judge.ts';
import { GAP_LIMIT_S } from './period.ts';

/** Samples from … to (exclusive) of a trace. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Trips of a trace, from engine state: a trip begins with the first sample of a running engine and ends with the last one before the
 * engine was off, or nothing was heard, for more than 600 s. A trip belongs to the day it starts on (architecture, "The evaluator").
 */
export function tripsOf(trace: JudgedTrace): Stretch[] {
  const trips: Stretch[] = [];
  let from = -1;
  let last = -1;
  for (let i = 0; i < trace.count; i += 1) {
    if (trace.engine[i] !== ENGINE.on) continue;
    if (from >= 0 && (trace.timeSec[i] as number) - (trace.timeSec[last] as number) > GAP_LIMIT_S) {
      trips.push({ from, to: last + 1 });
      from = -1;
    }
    if (from < 0) from = i;
    last = i;
  }
  if (from >= 0) trips.push({ from, to: last + 1 });
  return trips;
}
