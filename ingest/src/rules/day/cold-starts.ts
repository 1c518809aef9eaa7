import { ENGINE, GAP_LIMIT_S, type JudgedTrace, type Stretch, type ValuesOf, validAt } from '@plume/ingest/emissions';
import type { PLAUSIBILITY_PARAMETERS } from './plausibility-parameters.ts';

type Numbers = ValuesOf<typeof PLAUSIBILITY_PARAMETERS>;

/** Starts of a cold engine. */
export interface ColdStarts {
  readonly starts: number;
  /** Those in which the downstream sensor gave plausible readings before it could be hot. */
  readonly early: number;
}

/** An engine-off sample no longer than this [s] before the first running one tells when the engine started. */
const START_KNOWN_S = 20;
/** Samples after the start within which the coolant must say that the engine is cold. */
const COOLANT_SAMPLES = 10;
/** Fewest seconds [s] that must have been watched for a start to count. */
const LEAST_WATCH_S = 30;
/** Readings above this [ppm] are none. */
const MOST_PPM = 3012.75;

/**
 * T5 (emissions §5.4): a ZrO2 sensor must be heated, and may be only in dry exhaust. Counted are starts whose coolant is at most 50 °C;
 * early are those in which the sensor gave, for 10 s or more, changing readings of at least 1 ppm within 60 s of the start or in exhaust
 * below 100 °C (the warmer of the two ends of the catalyst), up to the first time the exhaust is warmer, and 20 min at the most.
 * After a silence the time of the start is not known: then only the exhaust counts. Readings count as they were sent, fit or not; give
 * the trace before its NOx is put back in time.
 */
export function coldStarts(trace: JudgedTrace, range: Stretch, coverS: Float64Array, parameters: Numbers): ColdStarts {
  const { on, off } = ENGINE;
  const { engine, timeSec } = trace;
  let starts = 0;
  let early = 0;
  if (trace.columns.noxDownPpm === undefined) return { starts, early };
  for (let i = range.from; i < range.to; i += 1) {
    if (engine[i] !== on) continue;
    const stepS = i === 0 ? Number.POSITIVE_INFINITY : (timeSec[i] as number) - (timeSec[i - 1] as number);
    const wasOff = i > 0 && engine[i - 1] === off;
    if (!wasOff && stepS <= GAP_LIMIT_S) continue;
    if (!isCold(trace, i, range.to, parameters.coldStartC)) continue;
    const found = watch(trace, i, range.to, coverS, wasOff && stepS <= START_KNOWN_S, parameters);
    if (found === null) continue;
    starts += 1;
    if (found) early += 1;
  }
  return { starts, early };
}

function isCold(trace: JudgedTrace, start: number, to: number, coldC: number): boolean {
  for (let i = start; i < Math.min(to, start + COOLANT_SAMPLES); i += 1) {
    const coolant = validAt(trace.columns.coolantTempC, i);
    if (!Number.isNaN(coolant)) return coolant <= coldC;
  }
  return false;
}

/** Whether readings came too early after a start; null when too little was heard to tell. */
function watch(
  trace: JudgedTrace,
  start: number,
  to: number,
  coverS: Float64Array,
  timeKnown: boolean,
  parameters: Numbers,
): boolean | null {
  const { scrInTempC, scrOutTempC, noxDownPpm } = trace.columns;
  let watchedS = 0;
  let earlyS = 0;
  let before = Number.NaN;
  let changes = false;
  for (let i = start; i < to; i += 1) {
    const since = (trace.timeSec[i] as number) - (trace.timeSec[start] as number);
    if (since > parameters.startWatchS || trace.engine[i] !== ENGINE.on) break;
    const inlet = validAt(scrInTempC, i);
    const outlet = validAt(scrOutTempC, i);
    const exhaust = Number.isNaN(inlet) ? outlet : Number.isNaN(outlet) ? inlet : Math.max(inlet, outlet);
    const heating = timeKnown && since < parameters.earlyS;
    if (exhaust >= parameters.dewPointC && !heating) break;
    if (!heating && !(exhaust < parameters.dewPointC)) continue;
    const s = coverS[i] as number;
    watchedS += s;
    const ppm = noxDownPpm?.values[i] as number;
    if (!(ppm >= parameters.earlyLeastPpm && ppm <= MOST_PPM)) continue;
    earlyS += s;
    if (before !== ppm && !Number.isNaN(before)) changes = true;
    before = ppm;
  }
  if (watchedS < LEAST_WATCH_S) return null;
  return changes && earlyS >= parameters.earlyLeastS;
}
