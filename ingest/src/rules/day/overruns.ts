import { ENGINE, holdLimitS, type JudgedTrace, type Stretch, type ValuesOf, validOf } from '@plume/ingest/emissions';
import type { PLAUSIBILITY_PARAMETERS } from './plausibility-parameters.ts';

/** Overrun events, and how the downstream sensor took them. */
export interface Overruns {
  readonly events: number;
  /** Events in which it did not fall below 20 ppm. */
  readonly high: number;
}

/** Below this fuel flow [L/h], one step of the signal, nothing is injected. */
const NO_FUEL_LPH = 0.05;

/**
 * T4 (emissions §5.4): in overrun the engine pumps air, so a real sensor falls. An event is a turning engine without fuel for more than
 * 10 s, on the road above the speed of overrun where that is known. It counts when there is a valid reading 10 s after its beginning
 * or later, up to 4 s after its end, as the reading lags; any one below 20 ppm from the beginning on will do. Take the trace before
 * its NOx is put back in time.
 */
export function overruns(
  trace: JudgedTrace,
  range: Stretch,
  overrunSpeedKmh: number,
  parameters: ValuesOf<typeof PLAUSIBILITY_PARAMETERS>,
): Overruns {
  const { timeSec, engine, columns } = trace;
  let events = 0;
  let high = 0;
  if (columns.noxDownPpm === undefined || columns.fuelRateLph === undefined) return { events, high };
  const noxDownPpm = validOf(trace, 'noxDownPpm');
  const fuelRateLph = validOf(trace, 'fuelRateLph');
  const speedKmh = validOf(trace, 'speedKmh');
  const longestStep = Math.max(holdLimitS(trace.periodS), parameters.overrunS);
  const dry = (i: number): boolean =>
    engine[i] === ENGINE.on && (fuelRateLph[i] as number) <= NO_FUEL_LPH && !((speedKmh[i] as number) <= overrunSpeedKmh);
  for (let i = range.from; i < range.to; i += 1) {
    if (!((fuelRateLph[i] as number) <= NO_FUEL_LPH) || !dry(i)) continue;
    const first = i;
    while (i + 1 < range.to && dry(i + 1) && (timeSec[i + 1] as number) - (timeSec[i] as number) <= longestStep) i += 1;
    const beganSec = timeSec[first] as number;
    const endedSec = timeSec[i] as number;
    if (!(endedSec - beganSec > parameters.overrunS)) continue;
    let lowest = Number.POSITIVE_INFINITY;
    let lateEnough = false;
    for (let j = first; j < trace.count && (timeSec[j] as number) <= endedSec + parameters.overrunReachS; j += 1) {
      const ppm = noxDownPpm[j] as number;
      if (Number.isNaN(ppm)) continue;
      if (ppm < lowest) lowest = ppm;
      if ((timeSec[j] as number) >= beganSec + parameters.overrunS) lateEnough = true;
    }
    if (!lateEnough) continue;
    events += 1;
    if (lowest >= parameters.overrunPpm) high += 1;
  }
  return { events, high };
}
