import { type JudgedTrace, validAt } from '@plume/ingest/emissions';
import type { TankEvent } from './day-summary.ts';
import type { NetRows } from './level-plateau.ts';
import type { LevelStep } from './level-steps.ts';
import type { TankLimits, TankNumbers } from './tank-limits.ts';

/** Changes of a tank. */
export interface TankChanges {
  readonly events: readonly TankEvent[];
  /** What they added in all [%], net of what was used meanwhile. */
  readonly netPct: number;
}

/** Steps as events: near ones of one kind joined, rises that creep left out, each with its litres and place. */
export function tankChanges(
  trace: JudgedTrace,
  rows: NetRows,
  steps: readonly LevelStep[],
  limits: TankLimits,
  parameters: TankNumbers,
): TankChanges {
  const whole = merged(rows, steps, parameters).filter((step) => !rises(step) || !creeps(rows, step, limits, parameters));
  return {
    events: whole.map((step) => eventOf(trace, rows, step, limits, parameters)),
    netPct: whole.reduce((sum, step) => sum + step.afterPct - step.beforePct, 0),
  };
}

/** Changes in one direction less than 30 min apart are one. */
function merged(rows: NetRows, steps: readonly LevelStep[], parameters: TankNumbers): LevelStep[] {
  const out: LevelStep[] = [];
  for (const step of steps) {
    const last = out.at(-1);
    const near =
      last !== undefined && (rows.toSec[step.before] as number) - (rows.fromSec[last.after] as number) < parameters.mergeS;
    if (last !== undefined && near && last.standing === step.standing && rises(last) === rises(step))
      out[out.length - 1] = { ...step, before: last.before, beforePct: last.beforePct, silent: last.silent || step.silent };
    else out.push(step);
  }
  return out;
}

function rises(step: LevelStep): boolean {
  return step.afterPct > step.beforePct;
}

function durationS(rows: NetRows, step: LevelStep): number {
  return (rows.fromSec[step.after] as number) - (rows.toSec[step.before] as number);
}

/** A rise that takes more than 20 min for the least size of a refill is warmth or a sticking gauge. */
function creeps(rows: NetRows, step: LevelStep, limits: TankLimits, parameters: TankNumbers): boolean {
  const perLeast = (durationS(rows, step) * limits.risePct) / (step.afterPct - step.beforePct);
  return !step.silent && perLeast > parameters.refillWithinS;
}

function eventOf(trace: JudgedTrace, rows: NetRows, step: LevelStep, limits: TankLimits, parameters: TankNumbers): TankEvent {
  const shift = (r: number): number => (rows.netPct[r] as number) - (rows.levelPct[r] as number);
  const litres = limits.tankL === null ? null : (Math.abs(step.afterPct - step.beforePct) / 100) * limits.tankL;
  const sample = rows.sample[step.after] as number;
  const lon = validAt(trace.columns.lonDeg, sample);
  const lat = validAt(trace.columns.latDeg, sample);
  const place = Number.isNaN(lon + lat) ? { lonDeg: null, latDeg: null } : { lonDeg: lon, latDeg: lat };
  return {
    kind: kindOf(rows, step, litres, limits, parameters),
    fromSec: rows.toSec[step.before] as number,
    toSec: rows.fromSec[step.after] as number,
    beforePct: step.beforePct - shift(step.before),
    afterPct: step.afterPct - shift(step.after),
    litres,
    standing: step.standing,
    ...place,
  };
}

function kindOf(
  rows: NetRows,
  step: LevelStep,
  litres: number | null,
  limits: TankLimits,
  parameters: TankNumbers,
): TankEvent['kind'] {
  if (rises(step)) return 'refill';
  if (limits.kind === 'urea') return 'drain';
  const slow = litres !== null && step.standing && !step.silent && litres <= (parameters.leakLpm * durationS(rows, step)) / 60;
  return slow ? 'drain' : 'theft';
}
