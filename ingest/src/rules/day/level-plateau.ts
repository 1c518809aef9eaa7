import { type LevelRows, MOTION } from './level-rows.ts';
import { rowMedian } from './row-median.ts';
import type { TankNumbers } from './tank-limits.ts';

/** Rows of a tank with what was used put back in: without a change this stays level, whatever is burnt. */
export interface NetRows extends LevelRows {
  /** Level + what was used since the first sample, in per cent of the tank. */
  readonly netPct: Float64Array;
}

/** A level that held over some rows, first … last. */
export interface Plateau {
  readonly netPct: number;
  readonly first: number;
  readonly last: number;
  /** Whether it was heard for long enough to confirm a change. */
  readonly confirmed: boolean;
}

/** Fewest rows in motion that a level is taken from. */
const LEAST_MOVING_ROWS = 3;
/** Rows at least in motion that confirm a change. */
const CONFIRMING_ROWS = 5;

/** Puts back what was used of a tank of that size [L]. */
export function netRows(rows: LevelRows, tankL: number): NetRows {
  const netPct = new Float64Array(rows.count);
  for (let r = 0; r < rows.count; r += 1) netPct[r] = (rows.levelPct[r] as number) + (100 * (rows.usedL[r] as number)) / tankL;
  return { ...rows, netPct };
}

/** Median of the net level over the rows first … last that pass. */
export function medianNet(rows: NetRows, first: number, last: number, passes?: (row: number) => boolean): number {
  return rowMedian(rows.netPct, first, last, passes);
}

/** The settled level that begins at a row of a stop (… end): readings of 10 minutes, or what there is of them, within the band; else null. */
export function plateauFrom(
  rows: NetRows,
  first: number,
  end: number,
  settledPct: number,
  parameters: TankNumbers,
): Plateau | null {
  const { netPct, fromSec, toSec } = rows;
  let last = first;
  let least = netPct[first] as number;
  let greatest = least;
  while (last < end && (toSec[last + 1] as number) - (fromSec[first] as number) <= parameters.plateauS) {
    last += 1;
    least = Math.min(least, netPct[last] as number);
    greatest = Math.max(greatest, netPct[last] as number);
    if (greatest - least > settledPct) return null;
  }
  const level = medianNet(rows, first, last);
  // Rows are minutes: ten of them span a little over nine.
  const whole = (toSec[last] as number) - (fromSec[first] as number) >= 0.85 * parameters.confirmS;
  const held = last < end && Math.abs((netPct[last + 1] as number) - level) <= settledPct;
  return { netPct: level, first, last, confirmed: whole || (held && farEnough(rows, first, last + 1, parameters)) };
}

function farEnough(rows: NetRows, first: number, last: number, parameters: TankNumbers): boolean {
  return (rows.toSec[last] as number) - (rows.fromSec[first] as number) >= parameters.confirmS;
}

/** The level of the moving truck in the 20 minutes before a row (step −1) or after one (1): up to ten of its rows; null with less than three. */
export function movingPlateau(rows: NetRows, from: number, step: 1 | -1, parameters: TankNumbers): Plateau | null {
  const { motion, fromSec, count } = rows;
  const picked: number[] = [];
  const most = Math.round(parameters.plateauS / 60);
  const start = fromSec[Math.min(count - 1, Math.max(0, from))] as number;
  for (let r = from; r >= 0 && r < count && picked.length < most; r += step) {
    if (Math.abs((fromSec[r] as number) - start) > 2 * parameters.plateauS) break;
    if (motion[r] === MOTION.moving) picked.push(r);
  }
  if (picked.length < LEAST_MOVING_ROWS) return null;
  const [first, last] = [Math.min(...picked), Math.max(...picked)];
  const netPct = medianNet(rows, first, last, (r) => motion[r] === MOTION.moving);
  return { netPct, first, last, confirmed: picked.length >= CONFIRMING_ROWS };
}
