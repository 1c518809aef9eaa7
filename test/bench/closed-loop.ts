import type { LoadResult, LoadTerminal } from '@plume/simulators';
import type { Load } from './load.ts';

/** Messages each connection keeps in flight. */
export const WINDOW = 32;
const DAY_S = 86_400;
/** Back from today to where the first run's samples lie. */
const FIRST_DAYS_AGO = 20;

/** Midnight (UTC) of the day that the n-th run writes. Later runs write later days, as trucks do; −1 is the warm-up. */
export function dayOfRun(run: number): number {
  return (Math.floor(Date.now() / 1000 / DAY_S) - FIRST_DAYS_AGO + run) * DAY_S;
}

/** All terminals send ten records a message, as fast as they are acknowledged. */
export function runClosed(
  load: Load,
  mqttPort: number,
  terminals: readonly LoadTerminal[],
  startSec: number,
  seconds: number,
): Promise<LoadResult> {
  return load.run({ port: mqttPort, terminals, mode: { kind: 'closed', window: WINDOW }, seconds, startSec });
}

/** Throws when not everything was acknowledged: such a run says nothing. */
export function complete(result: LoadResult): LoadResult {
  if (result.cut > 0 || result.ackedMessages !== result.messages)
    throw new Error(
      `the load broke off: ${result.ackedMessages} of ${result.messages} messages acknowledged, ${result.cut} connections cut`,
    );
  return result;
}
