import { type Derived, type JudgedTrace, type Stretch, validAt } from '@plume/ingest/emissions';
import type { TankDay, TankMark } from './day-summary.ts';
import { movingSteps, silentSteps } from './level-moves.ts';
import { medianNet, movingPlateau, type NetRows, netRows } from './level-plateau.ts';
import { levelRows, MOTION } from './level-rows.ts';
import { type LevelStep, type Stop, stopSteps } from './level-steps.ts';
import { movedBetween } from './moved.ts';
import { noTank } from './not-evaluated.ts';
import { rowMedian } from './row-median.ts';
import { tankChanges } from './tank-events.ts';
import { type TankFacts, type TankKind, type TankLimits, type TankNumbers, tankLimits } from './tank-limits.ts';

/** What the steps of a day are found in. */
interface Level {
  readonly trace: JudgedTrace;
  readonly rows: NetRows;
  readonly limits: TankLimits;
  readonly parameters: TankNumbers;
  readonly stops: readonly Stop[];
  readonly steps: readonly LevelStep[];
}

/**
 * A tank over the samples of a day (emissions §5.5): refills, thefts and drains between the first and the last settled level, and those
 * levels, so that a change over night or under way at midnight is found from the marks of two days (`overnight`) and none is found
 * twice. Only samples of the range are looked at. Litres are null when the tank's size is not known.
 */
export function tankDay(derived: Derived, range: Stretch, kind: TankKind, facts: TankFacts, parameters: TankNumbers): TankDay {
  const { trace, coverS } = derived;
  if (trace.columns[kind === 'fuel' ? 'fuelLevelPct' : 'ureaLevelPct'] === undefined) return noTank('noReadings');
  const minutes = levelRows(trace, range, coverS, kind, parameters);
  if (minutes.count === 0) {
    return { ...noTank(minutes.frozenS > 0 ? 'frozen' : 'noReadings'), frozenS: minutes.frozenS };
  }
  const limits = tankLimits(kind, facts, minutes.stepPct, parameters);
  const rows = netRows(minutes, limits.reckonedL);
  const found = allSteps(trace, rows, limits, parameters);
  const level: Level = { trace, rows, limits, parameters, stops: found.stops, steps: found.steps };
  const firstAt = settledRow(level, 0, found.end, 1);
  const lastAt = settledRow(level, found.end, 0, -1);
  if (firstAt === null || lastAt === null || firstAt > lastAt) return { ...noTank('notSettled'), frozenS: minutes.frozenS };
  const first = markAt(level, firstAt, 1);
  const last = markAt(level, lastAt, -1);
  const steps = found.steps.filter((step) => step.before >= firstAt && step.after <= lastAt);
  const changes = tankChanges(trace, rows, steps, limits, parameters);
  const extremes = extremesOf(rows);
  return {
    reason: null,
    first,
    last,
    events: changes.events,
    usedPct: first.levelPct - last.levelPct + changes.netPct,
    minPct: extremes.least,
    maxPct: extremes.greatest,
    ...usedBetween(level, firstAt, lastAt),
    frozenS: minutes.frozenS,
  };
}

/** All changes of a day in order, and the last row before one that was still under way at its end. */
function allSteps(
  trace: JudgedTrace,
  rows: NetRows,
  limits: TankLimits,
  parameters: TankNumbers,
): { stops: Stop[]; steps: LevelStep[]; end: number } {
  const joined = (r: number): boolean => staysPut(trace, rows, r, parameters);
  const stops = stopsOf(rows, joined);
  const steps: LevelStep[] = [];
  let end = rows.count - 1;
  for (const stop of stops) {
    const found = stopSteps(rows, stop, limits, parameters);
    steps.push(...found.steps);
    if (found.pendingFrom !== null && stop.last === rows.count - 1) end = found.pendingFrom - 1;
  }
  for (const step of silentSteps(rows, joined, limits, parameters))
    if (!steps.some((other) => other.before < step.after && step.before < other.after)) steps.push(step);
  const apart = (a: number, b: number): boolean =>
    rows.blindS[a] !== rows.blindS[b] || steps.some((step) => step.before < b && a < step.after);
  steps.push(...movingSteps(rows, apart, limits, parameters));
  steps.sort((a, b) => a.before - b.before || a.after - b.after);
  return { stops, steps, end };
}

/** Whether the truck was at the same place from a row to the next. */
function staysPut(trace: JudgedTrace, rows: NetRows, r: number, parameters: TankNumbers): boolean {
  const { motion, movedS, sample, fromSec, toSec } = rows;
  if (motion[r] === MOTION.moving || motion[r + 1] === MOTION.moving || movedS[r] !== movedS[r + 1]) return false;
  if ((fromSec[r + 1] as number) - (toSec[r] as number) <= parameters.bridgeS) return true;
  return movedBetween(trace, sample[r] as number, sample[r + 1] as number, parameters) === false;
}

/** Rows that were spent at one place. */
function stopsOf(rows: NetRows, joined: (r: number) => boolean): Stop[] {
  const stops: Stop[] = [];
  for (let r = 0; r < rows.count; r += 1) {
    if (rows.motion[r] === MOTION.moving) continue;
    const first = r;
    while (r + 1 < rows.count && joined(r)) r += 1;
    let standing = true;
    for (let k = first; k <= r; k += 1) if (rows.motion[k] !== MOTION.standing) standing = false;
    stops.push({ first, last: r, standing });
  }
  return stops;
}

/** The first row from one end on (… to) whose next 10 minutes towards the other lie together; null: none. */
function settledRow(level: Level, from: number, to: number, step: 1 | -1): number | null {
  for (let r = from; (to - r) * step >= 0; r += step) if (windowAt(level, r, step) !== null) return r;
  return null;
}

/** The rows of the 10 minutes from a row on in that direction when the level was settled over them. */
function windowAt({ rows, limits, parameters, steps }: Level, r: number, step: 1 | -1): { first: number; last: number } | null {
  let end = r;
  let least = rows.netPct[r] as number;
  let greatest = least;
  let moving = rows.motion[r] !== MOTION.standing;
  for (let k = r + step; k >= 0 && k < rows.count; k += step) {
    if (Math.abs((rows.fromSec[k] as number) - (rows.fromSec[r] as number)) > parameters.plateauS && end !== r) break;
    if (moving !== (rows.motion[k] !== MOTION.standing)) break;
    moving = rows.motion[k] !== MOTION.standing;
    end = k;
    least = Math.min(least, rows.netPct[k] as number);
    greatest = Math.max(greatest, rows.netPct[k] as number);
  }
  const [first, last] = [Math.min(r, end), Math.max(r, end)];
  if (steps.some((change) => change.before < last && first < change.after)) return null;
  if (moving) return last - first + 1 >= LEAST_MOVING_ROWS ? { first, last } : null;
  return last > first && greatest - least <= limits.settledPct ? { first, last } : null;
}

const LEAST_MOVING_ROWS = 5;

/** The settled level at a row; rows after it (step 1) or before it (−1) tell it. */
function markAt(level: Level, r: number, step: 1 | -1): TankMark {
  const { rows, limits, trace } = level;
  const window = windowAt(level, r, step) ?? { first: r, last: r };
  const shift = (rows.netPct[r] as number) - (rows.levelPct[r] as number);
  const levelPct =
    limits.tankL === null
      ? rowMedian(rows.levelPct, window.first, window.last)
      : medianNet(rows, window.first, window.last) - shift;
  const sample = rows.sample[r] as number;
  const drivenPct = drivenAt(level, r, step, levelPct, shift);
  const sloped = drivenPct !== null && Math.abs(drivenPct - levelPct) > level.parameters.returnPct;
  return {
    timeSec: (step === 1 ? rows.fromSec[r] : rows.toSec[r]) as number,
    levelPct: sloped ? drivenPct : clamp(levelPct),
    odometerKm: orNull(validAt(trace.columns.odometerKm, sample)),
    fuelTotalL: orNull(validAt(trace.columns.fuelTotalL, sample)),
    lonDeg: orNull(validAt(trace.columns.lonDeg, sample)),
    latDeg: orNull(validAt(trace.columns.latDeg, sample)),
    drivenPct,
    stepPct: rows.stepPct,
  };
}

/** What the moving truck showed after the stop of a row (step 1) or before it (−1), as a level at that row. */
function drivenAt(
  { rows, stops, steps, parameters }: Level,
  r: number,
  step: 1 | -1,
  levelPct: number,
  shift: number,
): number | null {
  const stop = stops.find((each) => each.first <= r && r <= each.last);
  if (stop === undefined) return clamp(levelPct);
  const driven =
    step === 1 ? movingPlateau(rows, stop.last + 1, 1, parameters) : movingPlateau(rows, stop.first - 1, -1, parameters);
  if (driven === null || driven.first < 0) return null;
  let between = 0;
  for (const change of steps) {
    const inside =
      step === 1 ? change.before >= r && change.after <= driven.last : change.after <= r && change.before >= driven.first;
    if (inside) between += change.afterPct - change.beforePct;
  }
  return clamp(driven.netPct - step * between - shift);
}

function clamp(pct: number): number {
  return Math.min(100, Math.max(0, pct));
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** Least and greatest level, each the median of five rows, so that no stray reading is one. */
function extremesOf(rows: NetRows): { least: number; greatest: number } {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  const length = Math.min(5, rows.count);
  for (let first = 0; first + length <= rows.count; first += 1) {
    const level = rowMedian(rows.levelPct, first, first + length - 1);
    least = Math.min(least, level);
    greatest = Math.max(greatest, level);
  }
  return { least, greatest };
}

/** Share of the way over which the fuel must have been measured. */
const MEASURED_SHARE = 0.5;

/**
 * Fuel and distance between two rows: by the counters where both rows have them, else as measured by the second, with the way over which
 * nothing was measured at the same rate.
 */
function usedBetween({ trace, rows }: Level, first: number, last: number): Pick<TankDay, 'fuelL' | 'distanceKm'> {
  const [i, j] = [rows.sample[first] as number, rows.sample[last] as number];
  const rise = (column: (typeof trace.columns)['odometerKm']): number => {
    const by = validAt(column, j) - validAt(column, i);
    return by >= 0 ? by : Number.NaN;
  };
  const over = (sums: Float64Array): number => (sums[last] as number) - (sums[first] as number);
  const [measuredKm, otherKm] = [over(rows.fuelKm), over(rows.otherKm)];
  const odometer = rise(trace.columns.odometerKm);
  const distanceKm = Number.isNaN(odometer) ? (trace.columns.speedKmh === undefined ? null : measuredKm + otherKm) : odometer;
  const counted = rise(trace.columns.fuelTotalL);
  if (!Number.isNaN(counted)) return { fuelL: counted, distanceKm };
  if (trace.columns.fuelRateLph === undefined) return { fuelL: null, distanceKm };
  const measuredL = over(rows.fuelL);
  if (otherKm === 0) return { fuelL: measuredL, distanceKm };
  const enough = measuredKm >= MEASURED_SHARE * (measuredKm + otherKm);
  return { fuelL: enough ? (measuredL * (measuredKm + otherKm)) / measuredKm : null, distanceKm };
}
