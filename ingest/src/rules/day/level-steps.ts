import { medianNet, movingPlateau, type NetRows, type Plateau, plateauFrom } from './level-plateau.ts';
import type { TankLimits, TankNumbers } from './tank-limits.ts';

/** Rows first … last during which the truck did not leave its place. */
export interface Stop {
  readonly first: number;
  readonly last: number;
  /** Whether it is known to have stood; else it is only not known to have moved. */
  readonly standing: boolean;
}

/** A change of level from one settled level to another, net of what was used. */
export interface LevelStep {
  /** Last row of the level before, first row of the level after. */
  readonly before: number;
  readonly after: number;
  readonly beforePct: number;
  readonly afterPct: number;
  readonly standing: boolean;
  /** Whether nothing was heard while it happened. */
  readonly silent: boolean;
}

/** What a stop says. */
export interface StopSteps {
  readonly steps: readonly LevelStep[];
  /** First row of a change that was not confirmed; null: none. */
  readonly pendingFrom: number | null;
}

interface Run {
  readonly rows: NetRows;
  readonly stop: Stop;
  readonly limits: TankLimits;
  readonly parameters: TankNumbers;
  readonly arrival: Plateau | null;
  readonly departure: Plateau | null;
}

/**
 * Changes of level while a truck stood (emissions §5.5): a settled level, readings that leave it, and the next level that settles and
 * persists. The level before stays what it was until a change is large enough, so that small ones add up. Not taken for changes: a shift
 * between the moving and the standing truck (a slope), a change that is gone when the truck moves again, and a jump at the minute
 * the engine is switched, or to and fro (a gauge without supply).
 */
export function stopSteps(rows: NetRows, stop: Stop, limits: TankLimits, parameters: TankNumbers): StopSteps {
  const arrival = stop.first > 0 ? movingPlateau(rows, stop.first - 1, -1, parameters) : null;
  const departure = stop.last + 1 < rows.count ? movingPlateau(rows, stop.last + 1, 1, parameters) : null;
  const run: Run = { rows, stop, limits, parameters, arrival, departure };
  const found: LevelStep[] = [];
  let reference = firstReference(run);
  let settledSince = stop.first;
  let lastNear = reference.row;
  let anchored = false;
  for (let j = stop.first; j <= stop.last; ) {
    const span = (rows.toSec[j] as number) - (rows.fromSec[settledSince] as number);
    if (Math.abs((rows.netPct[j] as number) - reference.netPct) <= limits.openPct) {
      lastNear = j;
      if (!anchored && span >= 0.85 * parameters.plateauS && lastNear - settledSince >= 1) {
        reference = { netPct: medianNet(rows, settledSince, j), row: j };
        anchored = true;
      }
      j += 1;
      continue;
    }
    const next = nextPlateau(run, j);
    if (next === null) return { steps: kept(found, run), pendingFrom: lastNear + 1 };
    const change = next.netPct - reference.netPct;
    const last = found.at(-1);
    const goesOn = last !== undefined && continues(run, last, lastNear, next, change);
    if (!goesOn && change < limits.risePct && -change < limits.fallPct) {
      // Too small so far, or a stray reading: go on against the same level.
      j = Math.max(j, next.first) + 1;
      continue;
    }
    if (!next.confirmed) return { steps: kept(found, run), pendingFrom: lastNear + 1 };
    if (goesOn) found[found.length - 1] = { ...last, after: next.first, afterPct: next.netPct };
    else if (change > 0 || stop.standing) found.push(stepOf(run, reference.netPct, lastNear, next));
    reference = { netPct: next.netPct, row: next.first };
    settledSince = next.first;
    lastNear = next.first;
    anchored = next.last > next.first;
    j = Math.max(j, next.first) + 1;
  }
  return { steps: kept(found, run), pendingFrom: null };
}

/** Whether a confirmed level goes on, less than half an hour later, in the direction of the change before it. */
function continues({ rows, limits, parameters }: Run, last: LevelStep, lastNear: number, next: Plateau, change: number): boolean {
  const sameWay = change * (last.afterPct - last.beforePct) > 0 && Math.abs(change) > limits.openPct;
  return sameWay && next.confirmed && (rows.toSec[lastNear] as number) - (rows.fromSec[last.after] as number) < parameters.mergeS;
}

/**
 * The level a stop begins with, and the row it was last seen at: that of the moving truck when the first reading agrees, or when the
 * shift is still there once the truck moves again, or goes on; else the first reading, as the truck may stand on a slope.
 */
function firstReference({ rows, stop, limits, parameters, arrival, departure }: Run): { netPct: number; row: number } {
  const own = rows.netPct[stop.first] as number;
  const standing = { netPct: own, row: stop.first };
  if (arrival === null) return standing;
  const moving = { netPct: arrival.netPct, row: stop.first - 1 };
  const shift = own - arrival.netPct;
  if (Math.abs(shift) <= limits.openPct) return moving;
  if (departure !== null) {
    const stays = (departure.netPct - arrival.netPct) * Math.sign(shift) > parameters.returnPct;
    return stays ? moving : standing;
  }
  const goesOn = rows.netPct[Math.min(stop.last, stop.first + 5)] as number;
  return shift > 0 && goesOn - own > limits.openPct ? moving : standing;
}

/** The next settled level of a stop from a row on; at its end also one that the departing truck bears out. */
function nextPlateau({ rows, stop, limits, parameters, departure }: Run, from: number): Plateau | null {
  for (let e = from; e <= stop.last; e += 1) {
    const found = plateauFrom(rows, e, stop.last, limits.settledPct, parameters);
    if (found === null) continue;
    if (found.confirmed || departure === null) return found;
    const agrees = Math.abs(departure.netPct - found.netPct) <= parameters.returnPct;
    return agrees ? { ...found, confirmed: departure.confirmed } : { ...departure, first: stop.last + 1 };
  }
  return departure === null ? null : { ...departure, first: stop.last + 1 };
}

function stepOf({ rows, stop, parameters }: Run, beforePct: number, before: number, next: Plateau): LevelStep {
  let silent = false;
  for (let r = before; r < next.first; r += 1)
    if ((rows.fromSec[r + 1] as number) - (rows.toSec[r] as number) > parameters.plateauS) silent = true;
  return { before, after: next.first, beforePct, afterPct: next.netPct, standing: stop.standing, silent };
}

/** Steps without those of a gauge that lost or regained its supply, and those that were undone. */
function kept(steps: readonly LevelStep[], { rows, parameters, arrival, departure }: Run): LevelStep[] {
  const size = (step: LevelStep): number => step.afterPct - step.beforePct;
  const sudden = (step: LevelStep): boolean =>
    (rows.fromSec[step.after] as number) - (rows.toSec[step.before] as number) <= SUDDEN_S;
  const switched = (step: LevelStep): boolean => rows.engine[step.before] !== rows.engine[step.after];
  const dropped = new Set<LevelStep>(steps.filter((step) => sudden(step) && switched(step)));
  for (const [i, step] of steps.entries()) {
    const next = steps[i + 1];
    if (next === undefined || dropped.has(step)) continue;
    if (sudden(step) && sudden(next) && Math.abs(size(step) + size(next)) <= parameters.returnPct) {
      dropped.add(step);
      dropped.add(next);
    }
  }
  const rest = steps.filter((step) => !dropped.has(step));
  if (departure === null) return rest;
  const [only] = rest;
  if (only !== undefined && rest.length === 1 && arrival !== null && !undone(only, departure.netPct, parameters)) {
    // A slope under the standing truck is in one of its two levels: the moving truck has none.
    const sloped = Math.abs(departure.netPct - arrival.netPct - size(only)) > parameters.returnPct;
    return sloped ? [{ ...only, beforePct: arrival.netPct, afterPct: departure.netPct }] : rest;
  }
  let later = 0;
  const stays: LevelStep[] = [];
  for (const step of [...rest].reverse()) {
    const then = departure.netPct - later;
    later += size(step);
    if (!undone(step, then, parameters)) stays.unshift(step);
  }
  return stays;
}

/** Whether the level afterwards is again that before a step. */
function undone(step: LevelStep, then: number, parameters: TankNumbers): boolean {
  return Math.abs(then - step.beforePct) <= parameters.returnPct && Math.abs(then - step.afterPct) > parameters.returnPct;
}

/** A level that leaves and settles within this [s] was not pumped. */
const SUDDEN_S = 120;
