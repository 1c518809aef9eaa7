import type { Channel, JudgedCounts } from '@plume/ingest/emissions';
import { noTotals } from '@plume/ingest/emissions';
import { type Overrides, type Parameters, parametersWith } from '../catalogue/parameters.ts';
import type { RuleContext } from '../context.ts';
import type { FleetReference, TruckFacts } from '../day/day-input.ts';
import type { ChannelDay, DaySummary, TankDay, TankEvent, TankMark, WindowDay } from '../day/day-summary.ts';
import { FACTS } from '../day/test-kit.ts';
import type { Clear, Found, NotEvaluated, Outcome, RuleId } from '../finding.ts';
import { judgeDay } from './judge-day.ts';

/** The date of the tests' newest day. */
export const TODAY = '2026-11-24';
export const NUMBERS: Parameters = parametersWith();

/** The day so many days before today. */
export function daysAgo(count: number): string {
  return new Date(Date.parse(`${TODAY}T00:00:00Z`) - count * 86_400_000).toISOString().slice(0, 10);
}

/** Beginning of a Beijing day [epoch s]. */
export function secondsOf(date: string): number {
  return Date.parse(`${date}T00:00:00+08:00`) / 1000;
}

/** Facts of a truck of 250 kW and a stage. */
export function facts(stage: TruckFacts['stage'], more: Partial<TruckFacts> = {}): TruckFacts {
  return { ...FACTS, stage, hasDpf: true, ...more };
}

/** Windows at given values: rows of [g/kWh, how many]. */
export function windows(rows: readonly (readonly [gPerKwh: number, count: number])[], more: Partial<WindowDay> = {}): WindowDay {
  const sorted = [...rows].sort(([a], [b]) => a - b);
  const valid = sorted.reduce((sum, [, count]) => sum + count, 0);
  const total = sorted.reduce((sum, [value, count]) => sum + value * count, 0);
  return {
    count: valid,
    valid,
    validShare: 1,
    thresholdPct: 20,
    void: valid === 0 ? 'noWindows' : null,
    class: 'A',
    reference: { value: 20, assumed: false },
    references: 6,
    p90: sorted.at(-1)?.[0] ?? null,
    mean: valid === 0 ? null : total / valid,
    max: sorted.at(-1)?.[0] ?? null,
    histogram: sorted.flatMap(([value, count]) => [Math.floor(value * 100 + 1e-6), count]),
    worst: valid === 0 ? null : { fromSec: 1000, toSec: 2000 },
    dropped: { engineOff: 0, ambient: 0, altitude: 0, coolant: 0, noNox: 0, noPower: 0 },
    ...more,
  };
}

/** Windows that no method gave, and why. */
export function noWindows(reason: WindowDay['void'], own: WindowDay['class'] = null): WindowDay {
  return windows([], { void: reason, class: own, reference: null, references: null });
}

/** A channel that was valid throughout. */
export function channel(counts: Partial<JudgedCounts> = { valid: 20_000 }): ChannelDay {
  const all = { valid: 0, missing: 0, error: 0, outOfRange: 0, notReady: 0, stuck: 0, implausible: 0, excluded: 0, ...counts };
  const sum = Object.values(all).reduce((total, each) => total + each, 0);
  const rate = sum === 0 ? null : all.valid / sum;
  return { counts: all, validRate: rate, hotValidRate: rate, effectiveRate: rate };
}

const CHANNELS: readonly Channel[] = [
  'speedKmh',
  'engineRpm',
  'fuelRateLph',
  'airFlowKgh',
  'noxUpPpm',
  'noxDownPpm',
  'dpfDeltaKpa',
];

/** Channels of a day, some of them never sent. */
export function channels(...missing: readonly Channel[]): DaySummary['quality']['channels'] {
  return Object.fromEntries(CHANNELS.map((id) => [id, channel(missing.includes(id) ? { missing: 20_000 } : undefined)]));
}

/** A settled level. */
export function mark(levelPct: number, timeSec: number): TankMark {
  return { timeSec, levelPct, odometerKm: null, fuelTotalL: null, lonDeg: 87.3, latDeg: 44, drivenPct: levelPct, stepPct: 0.4 };
}

/** A tank over a day that began at one level and ended at another without events. */
export function tank(
  date: string,
  fromPct: number,
  toPct: number,
  fuelL: number,
  distanceKm: number,
  more: Partial<TankDay> = {},
): TankDay {
  return {
    reason: null,
    first: mark(fromPct, secondsOf(date) + 21_600),
    last: mark(toPct, secondsOf(date) + 64_800),
    events: [],
    usedPct: fromPct - toPct,
    minPct: Math.min(fromPct, toPct),
    maxPct: Math.max(fromPct, toPct),
    fuelL,
    distanceKm,
    frozenS: 0,
    ...more,
  };
}

/** A refill a little before 18:00 of a day, 16 km from where the truck parks. */
export function refill(date: string, beforePct: number, afterPct: number, litres: number): TankEvent {
  const at = secondsOf(date) + 64_000;
  return { kind: 'refill', fromSec: at, toSec: at + 300, beforePct, afterPct, litres, standing: true, lonDeg: 87.5, latDeg: 44 };
}

/** A day of a healthy China V truck: 8 h, 350 km, 105 L, both tanks filled up in the evening, windows at 1.8 g/kWh, every test passed. Parts may be put in place of its own. */
export function healthyDay(date: string = TODAY, more: Partial<DaySummary> = {}): DaySummary {
  const from = secondsOf(date);
  const used = (100 * 0.045 * 105) / 45;
  return {
    formula: '1',
    date,
    facts: facts('V'),
    samples: 28_800,
    firstSec: from + 21_600,
    lastSec: from + 64_800,
    periodS: 1,
    quality: {
      engineOnS: 28_000,
      received: 28_000,
      due: 28_200,
      transmissionRate: 0.993,
      channels: channels(),
      gaps: 1,
      gapS: 200,
      longestGapS: 200,
      lateShare: 0,
      clockErrorS: 1,
      conflicts: 0,
      noxValidShare: 0.95,
      hotS: 26_000,
    },
    method: {
      flow: 'airFlow',
      flowClass: 'A',
      workClass: 'A',
      fuelClass: 'B',
      torque: { kind: 'net', confirmed: true, idleSamples: 400, overrunSamples: 300, bsfcGPerKwh: 205, reason: 'idleOverrun' },
      lagDownS: 2,
      lagUpS: 2,
      modesOf: null,
      notChecked: [],
    },
    totals: noTotals(),
    work: windows([[1.8, 10_000]]),
    co2: windows([[1.8, 10_000]], { class: 'B' }),
    fuel: windows([[1.8, 10_000]], { class: 'B' }),
    bins: {
      windows: 20_000,
      bin1Windows: 3000,
      bin1GPerHour: 40,
      bin1Enough: true,
      bin2Windows: 17_000,
      bin2GPerKwh: 1.8,
      bin2Enough: true,
    },
    operation: [],
    modes: [],
    ppm: { reason: null, qualifiedS: 20_000, all: [30, 20_000], highLoad: [30, 6000], highLoadS: 6000 },
    scr: {
      seconds: 18_000,
      upG: 1000,
      downG: 200,
      efficiency: 0.8,
      byTemp: [],
      removedG: 800,
      demandL: 1.47,
      injectedL: 1.5,
      dosedL: 1.5,
      distanceKm: 340,
      fuelL: 100,
      dosableShare: 1,
    },
    nh3: { dosingRatio: 1.02, riseWithDosing: -0.4, seconds: 9000 },
    ureaTank: tank(date, 80, 80, 105, 350, { usedPct: used, events: [refill(date, 80 - used, 80, (used * 45) / 100)] }),
    fuelTank: tank(date, 80, 80, 105, 350, { usedPct: 26.25, events: [refill(date, 53.75, 80, 105)] }),
    plausibility: {
      reason: null,
      stuckShare: { fuelRateLph: 0, airFlowKgh: 0, noxUpPpm: 0, noxDownPpm: 0.001, scrInTempC: 0 },
      stuckS: 28_000,
      flatSdPpm: 24,
      flatFromSec: from + 30_000,
      copyCv: null,
      copyR2: null,
      copyFromSec: null,
      copyTested: 6,
      overruns: 12,
      overrunsHigh: 0,
      starts: 1,
      startsTooEarly: 0,
      hotMeanPpm: 150,
      hotMeanS: 24_000,
      ratioS: 18_000,
      ratioOneS: 200,
      joint: null,
      noxOddShare: 0.02,
      hotS: 26_000,
      hotInvalidS: 1000,
    },
    smoke: { source: null, seconds: 0, meanMgM3: null, medianMgM3: null, highShare: null, visibleEvents: 0, massG: null },
    dpf: {
      samples: 9000,
      median: 18.5,
      highFlowSamples: 5000,
      lowDropShare: 0,
      offsetKpa: 0,
      firstMedian: 18.4,
      lastMedian: 18.6,
    },
    obd: { readings: 20, milOn: 0, dtcs: [], milSec: null },
    tamperSec: [],
    trips: [],
    tripRest: null,
    place: { positionShare: 0.99, longestLostS: 60, lostFromSec: null, lostToSec: null, box: null },
    airFuel: null,
    ...more,
  };
}

/** Some of a part of a day in place of its own: `part(day, 'scr', { seconds: 0 })`. */
export function part<K extends keyof DaySummary>(day: DaySummary, key: K, more: Partial<DaySummary[K]>): DaySummary {
  const own: unknown = day[key];
  return { ...day, [key]: typeof own === 'object' && own !== null ? { ...own, ...more } : more };
}

/** So many days up to today, the newest last. */
export function history(
  count: number,
  make: (date: string, daysBefore: number) => DaySummary = (date) => healthyDay(date),
): DaySummary[] {
  return Array.from({ length: count }, (_, i) => make(daysAgo(count - 1 - i), count - 1 - i));
}

/** What stage 2 is asked of some days. */
export function contextOf(days: readonly DaySummary[], more: Partial<RuleContext> = {}): RuleContext {
  const newest = days.at(-1);
  return {
    date: TODAY,
    facts: newest?.facts ?? facts('V'),
    days,
    reference: null,
    inService: true,
    lastSampleSec: secondsOf(TODAY) + 64_800,
    fittedSec: secondsOf('2026-01-01'),
    untilSec: secondsOf(TODAY) + 86_400,
    ...more,
  };
}

/** A reference of ten trucks of the test truck's model. */
export function reference(more: Partial<FleetReference> = {}): FleetReference {
  return {
    id: 'r1',
    month: '2026-11',
    engineModel: 'WP10',
    stage: 'V',
    trucks: 10,
    truckDays: 200,
    bin1GPerHour: 40,
    ureaLPer100Km: 1.4,
    noxOddShare: 0.03,
    joint: null,
    airFuel: null,
    ...more,
  };
}

/** What one rule says of a context. */
export function said(rule: RuleId, context: RuleContext, overrides: Overrides = {}): Outcome {
  const outcome = judgeDay(context, parametersWith(overrides)).find((each) => each.rule === rule);
  if (outcome === undefined) throw new Error(`${rule} said nothing`);
  return outcome;
}

/** The same, of some days. */
export function saidOf(rule: RuleId, days: readonly DaySummary[], more: Partial<RuleContext> = {}): Outcome {
  return said(rule, contextOf(days, more));
}

/** A finding, or the test fails with what was said in its place. */
export function foundIn(outcome: Outcome): Found {
  if (outcome.outcome !== 'found') throw new Error(`not found: ${JSON.stringify(outcome)}`);
  return outcome;
}

/** A verdict of "clear", or the test fails. */
export function clearIn(outcome: Outcome): Clear {
  if (outcome.outcome !== 'clear') throw new Error(`not clear: ${JSON.stringify(outcome)}`);
  return outcome;
}

/** The reason why a rule could not be asked; the test fails when it could. */
export function reasonIn(outcome: Outcome): NotEvaluated['reason'] {
  if (outcome.outcome !== 'notEvaluated') throw new Error(`evaluated: ${JSON.stringify(outcome)}`);
  return outcome.reason;
}
