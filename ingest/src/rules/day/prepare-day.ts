import {
  alignNox,
  type BoundaryConditions,
  type Derived,
  derive,
  derivedWithin,
  findNoxLags,
  findTorqueKind,
  type JudgedTrace,
  judge,
  judgedWithin,
  type NoxLag,
  PEMS_BOUNDARY,
  runningPeriodOf,
  type Stretch,
  type Trace,
  type TruckWindows,
  traceOf,
  traceWithin,
  truckWindows,
} from '@plume/ingest/emissions';
import type { Parameters } from '../catalogue/parameters.ts';
import type { DayAround, DayInput } from './day-input.ts';
import { DAY_SIGNALS } from './day-signals.ts';
import { firstFrom } from './first-from.ts';
import { learnedMap } from './learned-map.ts';

/** Sampling period [s] of a day with less than two samples. */
const SOLE_PERIOD_S = 1;

/** NOx lags of a day; null: not found. */
export interface Lags {
  readonly down: NoxLag | null;
  readonly up: NoxLag | null;
}

/** A day judged and derived sample by sample, with its windows: what every figure of it is made from. */
export interface PreparedDay {
  /** Samples from the lead-in on. */
  readonly trace: Trace;
  /** Those of the day itself. */
  readonly range: Stretch;
  readonly periodS: number;
  readonly judged: JudgedTrace;
  readonly judgedDay: JudgedTrace;
  readonly lags: Lags;
  readonly derived: Derived;
  readonly day: Derived;
  readonly windows: TruckWindows;
}

/** Judges a day and makes its windows. Samples before the lead-in or from the end of the day on are not looked at. */
export function prepareDay(input: DayInput, parameters: Parameters): PreparedDay {
  return prepareTrace(traceOf(input.samples, DAY_SIGNALS), input, parameters);
}

/** The same of a trace at hand, which may have channels that are never stored. */
export function prepareTrace(all: Trace, input: DayAround, parameters: Parameters): PreparedDay {
  const trace = traceWithin(
    all,
    firstFrom(all.timeSec, input.fromSec - parameters.day.leadInS),
    firstFrom(all.timeSec, input.toSec),
  );
  const range = { from: firstFrom(trace.timeSec, input.fromSec), to: trace.count };
  const periodS = runningPeriodOf(trace, range.from, parameters.quality) ?? SOLE_PERIOD_S;
  const judged = judge(trace, { periodS, parameters: parameters.quality });
  const judgedDay = judgedWithin(judged, range.from, range.to);
  const { noxDownPpm: down = null, noxUpPpm: up = null } = findNoxLags(judgedDay);
  const lags = { down, up };
  const derived = deriveDay(input, judged, judgedDay, range, lags);
  const day = derivedWithin(derived, range.from, range.to);
  const windows = truckWindows(day, { boundary: boundaryOf(parameters), threshold: thresholdOf(parameters) });
  return { trace, range, periodS, judged, judgedDay, lags, derived, day, windows };
}

function deriveDay(input: DayAround, judged: JudgedTrace, judgedDay: JudgedTrace, range: Stretch, lags: Lags): Derived {
  const aligned = alignNox(judged, { down: lags.down?.lagS ?? 0, up: lags.up?.lagS ?? 0 });
  return derive(aligned, input.facts, {
    airFuelMap: learnedMap(input.reference, input.facts),
    torque: findTorqueKind(judgedDay, input.facts),
    decideFrom: range.from,
  });
}

/** Conditions of the windows (emissions §3.1). */
export function boundaryOf({ day, quality }: Parameters): BoundaryConditions {
  return {
    ...PEMS_BOUNDARY,
    minAmbientC: day.minAmbientC,
    maxAmbientC: day.maxAmbientC,
    maxAltitudeM: day.maxAltitudeM,
    minCoolantC: quality.coolantHotC,
  };
}

function thresholdOf({ day }: Parameters) {
  return { startPct: day.thresholdStartPct, floorPct: day.thresholdFloorPct, leastShare: day.leastValidShare };
}
