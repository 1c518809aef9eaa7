import {
  byteColumn,
  type Derived,
  ENGINE,
  hasNumber,
  holdLimitS,
  JUDGED,
  percentile,
  type Stretch,
  validOf,
} from '@plume/ingest/emissions';
import type { Parameters } from '../catalogue/parameters.ts';

/** Why there is no qualified time: a day without samples, a channel that its conditions need was not sent, or samples too far apart. */
export type NoQualifiedTime = 'noSamples' | 'noNox' | 'noCoolant' | 'noScrTemp' | 'noLoad' | 'periodTooLong';

/** 1 for each sample of the trace that lies in qualified time, or why that cannot be said. */
export type QualifiedTime =
  | { readonly reason: NoQualifiedTime; readonly marks: null }
  | { readonly reason: null; readonly marks: Uint8Array };

/**
 * Qualified time of a day (emissions §4): engine on, coolant ≥ 70 °C, SCR inlet ≥ 220 °C for the last 60 s, power ≥ 10 % of rated (where
 * power is not known: fuel ≥ 20 % of its 95th percentile over the day's running engine), downstream NOx valid, no regeneration. The lead-in
 * counts for the 60 s alone.
 */
export function qualifiedTime(derived: Derived, range: Stretch, parameters: Parameters): QualifiedTime {
  const { on } = ENGINE;
  const { valid } = JUDGED;
  const { trace } = derived;
  const { count, timeSec, engine, columns } = trace;
  const p = parameters.day;
  if (range.from === range.to) return none('noSamples');
  if (trace.periodS > p.longestPeriodS) return none('periodTooLong');
  if (columns.noxDownPpm === undefined) return none('noNox');
  if (columns.coolantTempC === undefined) return none('noCoolant');
  if (columns.scrInTempC === undefined) return none('noScrTemp');
  const load = loadOf(derived, range, parameters);
  if (load === null) return none('noLoad');
  const marks = byteColumn(count);
  const { codes } = columns.noxDownPpm;
  const coolantTempC = validOf(trace, 'coolantTempC');
  const scrInTempC = validOf(trace, 'scrInTempC');
  const filter = columns.dpfTempC?.valid ?? scrInTempC;
  const joined = holdLimitS(trace.periodS);
  let hotSince = Number.NaN;
  let before = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i += 1) {
    const time = timeSec[i] as number;
    if (!((scrInTempC[i] as number) >= p.qualifiedScrInC)) hotSince = Number.NaN;
    else if (Number.isNaN(hotSince) || time - before > joined) hotSince = time;
    before = time;
    if (i < range.from || !(time - hotSince >= p.qualifiedScrS)) continue;
    if (codes[i] !== valid || engine[i] !== on) continue;
    if (!((load.values[i] as number) >= load.least)) continue;
    if (!((coolantTempC[i] as number) >= parameters.quality.coolantHotC) || (filter[i] as number) > p.regenerationC) continue;
    marks[i] = 1;
  }
  return { reason: null, marks };
}

function none(reason: NoQualifiedTime): QualifiedTime {
  return { reason, marks: null };
}

/** What tells the load of each sample, and how much of it qualifies. */
interface Load {
  readonly values: Float64Array;
  readonly least: number;
}

function loadOf(derived: Derived, range: Stretch, { day }: Parameters): Load | null {
  const rated = derived.vehicle.ratedPowerKw;
  if (rated !== null && hasNumber(derived.powerKw, range.from, range.to))
    return { values: derived.powerKw, least: day.qualifiedPower * rated };
  const { trace, fuelKgh } = derived;
  const running: number[] = [];
  for (let i = range.from; i < range.to; i += 1)
    if (trace.engine[i] === ENGINE.on && !Number.isNaN(fuelKgh[i] as number)) running.push(fuelKgh[i] as number);
  if (running.length === 0) return null;
  return { values: fuelKgh, least: day.qualifiedFuel * percentile(running, day.qualifiedFuelPercentile) };
}
