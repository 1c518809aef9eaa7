import type { Derived, ValuesOf } from '@plume/ingest/emissions';
import type { Parameters } from '../catalogue/parameters.ts';
import type { TruckFacts } from '../day/day-input.ts';
import { qualifiedTime } from '../day/qualified-time.ts';
import type { Sight } from './alarm.ts';
import type { ALARM_PARAMETERS } from './alarm-parameters.ts';

/** Means of downstream NOx over the blocks of 20 s that were qualified, ascending. */
export interface NoxBlocks {
  readonly count: number;
  /** End of each block [epoch s]. */
  readonly endSec: Float64Array;
  readonly ppm: Float64Array;
}

/** Level [ppm] above which a stage is high, guard included; null for a stage without one. */
export function noxLevel(stage: TruckFacts['stage'], parameters: ValuesOf<typeof ALARM_PARAMETERS>): number | null {
  const level =
    stage === 'IV' ? parameters.noxIVPpm : stage === 'V' ? parameters.noxVPpm : stage === 'VI' ? parameters.noxVIPpm : null;
  return level === null ? null : level * parameters.noxGuard;
}

/**
 * 20 s means over qualified time (emissions §4, as R-C1 has it). Blocks lie at multiples of 20 s of epoch time, so that they are the same
 * whenever the watch is asked; null when the qualified time cannot be told.
 */
export function noxBlocks(derived: Derived, parameters: Parameters): NoxBlocks | null {
  const { trace, coverS } = derived;
  const { marks } = qualifiedTime(derived, { from: 0, to: trace.count }, parameters);
  const nox = trace.columns.noxDownPpm;
  if (marks === null || nox === undefined) return null;
  const { noxBlockS, noxBlockFill } = parameters.alarms;
  const endSec = new Float64Array(trace.count);
  const ppm = new Float64Array(trace.count);
  let count = 0;
  let place = Number.NaN;
  let seconds = 0;
  let sum = 0;
  for (let i = 0; i <= trace.count; i += 1) {
    const at = i < trace.count ? Math.floor((trace.timeSec[i] as number) / noxBlockS) : Number.NaN;
    if (at !== place) {
      if (seconds >= noxBlockFill * noxBlockS) {
        endSec[count] = (place + 1) * noxBlockS;
        ppm[count] = sum / seconds;
        count += 1;
      }
      place = at;
      seconds = 0;
      sum = 0;
    }
    if (i === trace.count || marks[i] !== 1) continue;
    const s = coverS[i] as number;
    seconds += s;
    sum += s * (nox.values[i] as number);
  }
  return { count, endSec, ppm };
}

/**
 * Sustained NOx at a time: the mean of the last 5 minutes' worth of qualified 20 s means, within the last 10 minutes, against the level. Over
 * when that mean is below nine tenths of it, or 10 minutes have no qualified time.
 */
export function seeNox(
  blocks: NoxBlocks | null,
  atSec: number,
  periodS: number,
  level: number | null,
  parameters: ValuesOf<typeof ALARM_PARAMETERS>,
): Sight {
  if (blocks === null || level === null) return { sees: 'over' };
  const wanted = Math.round(parameters.noxMeanS / parameters.noxBlockS);
  let n = 0;
  let sum = 0;
  let firstEnd = Number.NaN;
  for (let b = blocks.count - 1; b >= 0 && n < wanted; b -= 1) {
    const end = blocks.endSec[b] as number;
    // A sample stands for the period after it: the last one of a block completes it.
    if (end > atSec + periodS) continue;
    if (end <= atSec - parameters.noxReachS) break;
    n += 1;
    sum += blocks.ppm[b] as number;
    firstEnd = end;
  }
  if (n === 0) return { sees: 'over' };
  if (n < wanted) return { sees: 'nothing' };
  const meanPpm = sum / n;
  if (meanPpm > level)
    return { sees: 'holds', sinceSec: firstEnd - parameters.noxBlockS, figures: { meanPpm, guardedPpm: level } };
  return { sees: meanPpm < parameters.noxEndShare * level ? 'over' : 'nothing' };
}
