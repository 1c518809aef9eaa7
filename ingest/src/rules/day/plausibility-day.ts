import {
  type Channel,
  type Derived,
  ENGINE,
  JUDGED,
  type JudgedTrace,
  STUCK_CHANNELS,
  type Stretch,
  type ValuesOf,
  validOf,
} from '@plume/ingest/emissions';
import type { Parameters } from '../catalogue/parameters.ts';
import { coldStarts } from './cold-starts.ts';
import type { PlausibilityDay } from './day-summary.ts';
import { flatStretch } from './flat-signal.ts';
import { jointDistribution } from './joint-distribution.ts';
import { overruns } from './overruns.ts';
import type { PLAUSIBILITY_PARAMETERS } from './plausibility-parameters.ts';
import { type CopyFinding, scaledCopy } from './scaled-copy.ts';

type Numbers = ValuesOf<typeof PLAUSIBILITY_PARAMETERS>;
type BySecond = Pick<
  PlausibilityDay,
  | 'reason'
  | 'stuckShare'
  | 'stuckS'
  | 'flatSdPpm'
  | 'flatFromSec'
  | 'copyCv'
  | 'copyR2'
  | 'copyFromSec'
  | 'copyTested'
  | 'overruns'
  | 'overrunsHigh'
  | 'starts'
  | 'startsTooEarly'
>;

/** What is said of the tests by the second when there is nothing to take them from. */
const NOT_TAKEN: Omit<BySecond, 'reason'> = {
  stuckShare: {},
  stuckS: 0,
  flatSdPpm: null,
  flatFromSec: null,
  copyCv: null,
  copyR2: null,
  copyFromSec: null,
  copyTested: 0,
  overruns: 0,
  overrunsHigh: 0,
  starts: 0,
  startsTooEarly: 0,
};

/**
 * Measures of the plausibility tests on NOx over the samples of a day (emissions §5.4). `judged` is the trace before its NOx is put back
 * in time, `derived` the one after, with the same samples. Each test looks at what the others do not: readings that repeat are T1's and
 * count in no other, so that two tests that speak are two pieces of evidence. Tests by the second (T1 – T5) are not taken
 * when the samples lie more than 10 s apart.
 */
export function plausibilityDay(
  judged: JudgedTrace,
  derived: Derived,
  range: Stretch,
  parameters: Pick<Parameters, 'quality' | 'plausibility'>,
): PlausibilityDay {
  const numbers = parameters.plausibility;
  const slow = judged.periodS > numbers.longestPeriodS;
  const seconds: BySecond = slow ? { reason: 'periodTooLong', ...NOT_TAKEN } : bySecond(judged, derived, range, parameters);
  return {
    ...seconds,
    ...hotReadings(judged, range, derived.coverS, parameters.quality.coolantHotC),
    ...sameBothSides(derived, range, numbers),
    joint: jointDistribution(derived.trace, range, derived.coverS),
  };
}

function bySecond(
  judged: JudgedTrace,
  derived: Derived,
  range: Stretch,
  { quality, plausibility }: Pick<Parameters, 'quality' | 'plausibility'>,
): BySecond {
  const { coverS } = derived;
  const flat = flatStretch(judged, range, coverS, plausibility);
  const copy = steadiest(judged, derived, range, plausibility);
  const dry = overruns(judged, range, quality.overrunSpeedKmh, plausibility);
  const cold = coldStarts(judged, range, coverS, plausibility);
  return {
    reason: null,
    ...stuckReadings(judged, range, coverS),
    flatSdPpm: flat?.sdPpm ?? null,
    flatFromSec: flat?.fromSec ?? null,
    copyCv: copy.best?.cv ?? null,
    copyR2: copy.best?.r2 ?? null,
    copyFromSec: copy.best?.fromSec ?? null,
    copyTested: copy.tested,
    overruns: dry.events,
    overrunsHigh: dry.high,
    starts: cold.starts,
    startsTooEarly: cold.early,
  };
}

/** A copy may be made at once or with a delay: looked for before and after the sensors are put back in time. */
function steadiest(judged: JudgedTrace, derived: Derived, range: Stretch, numbers: Numbers): CopyFinding {
  const asSent = scaledCopy(judged, range, derived.coverS, numbers);
  const { noxUpPpm, noxDownPpm } = derived.trace.columns;
  if (noxUpPpm === judged.columns.noxUpPpm && noxDownPpm === judged.columns.noxDownPpm) return asSent;
  const putBack = scaledCopy(derived.trace, range, derived.coverS, numbers);
  const better = putBack.best !== null && (asSent.best === null || putBack.best.cv < asSent.best.cv);
  return { tested: asSent.tested, best: better ? putBack.best : asSent.best };
}

/**
 * T1: share of the running time in which a channel repeats one reading. NOx in overrun is left out: air without NOx may read the same
 * for long.
 */
function stuckReadings(trace: JudgedTrace, range: Stretch, coverS: Float64Array): Pick<BySecond, 'stuckShare' | 'stuckS'> {
  const { on } = ENGINE;
  const { stuck } = JUDGED;
  const { engine, columns } = trace;
  let stuckS = 0;
  for (let i = range.from; i < range.to; i += 1) if (engine[i] === on) stuckS += coverS[i] as number;
  const shares: Partial<Record<Channel, number>> = {};
  if (stuckS === 0) return { stuckShare: shares, stuckS };
  const fuelRateLph = validOf(trace, 'fuelRateLph');
  for (const channel of STUCK_CHANNELS) {
    const codes = columns[channel]?.codes;
    if (codes === undefined) continue;
    const nox = channel === 'noxUpPpm' || channel === 'noxDownPpm';
    let s = 0;
    for (let i = range.from; i < range.to; i += 1)
      if (codes[i] === stuck && !(nox && fuelRateLph[i] === 0)) s += coverS[i] as number;
    shares[channel] = s / stuckS;
  }
  return { stuckShare: shares, stuckS };
}

/** T6, T8's share of odd readings, and T9, over the hot running engine. A reading that repeats is there: it is T1's, not T9's. */
function hotReadings(
  trace: JudgedTrace,
  range: Stretch,
  coverS: Float64Array,
  hotC: number,
): Pick<PlausibilityDay, 'hotMeanPpm' | 'hotMeanS' | 'noxOddShare' | 'hotS' | 'hotInvalidS'> {
  const { on } = ENGINE;
  const { valid, missing, stuck } = JUDGED;
  const { engine, columns } = trace;
  const codes = columns.noxDownPpm?.codes ?? null;
  const noxDownPpm = validOf(trace, 'noxDownPpm');
  const coolantTempC = validOf(trace, 'coolantTempC');
  let hotS = 0;
  let hotInvalidS = 0;
  let oddS = 0;
  let validS = 0;
  let sum = 0;
  for (let i = range.from; i < range.to; i += 1) {
    if (engine[i] !== on) continue;
    const s = coverS[i] as number;
    const code = codes === null ? missing : (codes[i] as number);
    const ppm = noxDownPpm[i] as number;
    if (code === valid) {
      validS += s;
      sum += s * ppm;
    }
    if (!((coolantTempC[i] as number) >= hotC)) continue;
    hotS += s;
    if (code !== valid && code !== stuck) hotInvalidS += s;
    if (code !== valid || ppm < 0) oddS += s;
  }
  return {
    hotMeanPpm: validS > 0 ? sum / validS : null,
    hotMeanS: validS,
    noxOddShare: codes === null || hotS === 0 ? null : oddS / hotS,
    hotS,
    hotInvalidS,
  };
}

/** T7: seconds above 250 °C with both sensors, as 20 s means, and those whose means differ by no more than a tenth. */
function sameBothSides(derived: Derived, range: Stretch, numbers: Numbers): Pick<PlausibilityDay, 'ratioS' | 'ratioOneS'> {
  const { on } = ENGINE;
  const { trace, coverS } = derived;
  const { timeSec, engine } = trace;
  const noxUpPpm = validOf(trace, 'noxUpPpm');
  const noxDownPpm = validOf(trace, 'noxDownPpm');
  const scrInTempC = validOf(trace, 'scrInTempC');
  let ratioS = 0;
  let ratioOneS = 0;
  for (let i = range.from; i < range.to; ) {
    const until = (Math.floor((timeSec[i] as number) / numbers.meanS) + 1) * numbers.meanS;
    let seconds = 0;
    let up = 0;
    let down = 0;
    for (; i < range.to && (timeSec[i] as number) < until; i += 1) {
      if (engine[i] !== on || !((scrInTempC[i] as number) > numbers.scrHotC)) continue;
      const before = noxUpPpm[i] as number;
      const after = noxDownPpm[i] as number;
      if (Number.isNaN(before + after)) continue;
      const s = coverS[i] as number;
      seconds += s;
      up += s * before;
      down += s * after;
    }
    if (seconds === 0 || seconds < numbers.meanS / 2 || up / seconds < numbers.copyLeastPpm) continue;
    ratioS += seconds;
    const ratio = down / up;
    if (ratio >= numbers.ratioLow && ratio <= numbers.ratioHigh) ratioOneS += seconds;
  }
  return { ratioS, ratioOneS };
}
