import { medianNet, type NetRows } from './level-plateau.ts';
import { MOTION } from './level-rows.ts';
import type { LevelStep } from './level-steps.ts';
import type { TankLimits, TankNumbers } from './tank-limits.ts';

/** Rows at least on either side of a silence, or of half an hour on the way. */
const LEAST_ROWS = 5;

/**
 * Changes over silences of more than 10 minutes in which the truck moved, or may have: a rise of the reading itself, or a fall beyond what
 * may have been used, of the size that is asked on the way (emissions §5.5). Each side is the median of up to 10 minutes.
 */
export function silentSteps(
  rows: NetRows,
  joined: (row: number) => boolean,
  limits: TankLimits,
  parameters: TankNumbers,
): LevelStep[] {
  const { fromSec, toSec, netPct, levelPct, blindS, count } = rows;
  const found: LevelStep[] = [];
  for (let r = 0; r + 1 < count; r += 1) {
    if ((fromSec[r + 1] as number) - (toSec[r] as number) <= parameters.plateauS || joined(r)) continue;
    let first = r;
    while (first > 0 && (toSec[r] as number) - (fromSec[first - 1] as number) <= parameters.plateauS) first -= 1;
    let last = r + 1;
    while (last + 1 < count && (toSec[last + 1] as number) - (fromSec[r + 1] as number) <= parameters.plateauS) last += 1;
    if (last - r < LEAST_ROWS) continue;
    const beforePct = medianNet(rows, first, r);
    const afterPct = medianNet(rows, r + 1, last);
    const used = (netPct[r + 1] as number) - (levelPct[r + 1] as number) - ((netPct[r] as number) - (levelPct[r] as number));
    const known = blindS[r + 1] === blindS[r];
    const rise = afterPct - used - beforePct;
    const fall = beforePct - afterPct;
    if (rise >= limits.risePct || (known && limits.tankL !== null && fall >= Math.max(limits.fallPct, limits.motionFallPct)))
      found.push({ before: r, after: r + 1, beforePct, afterPct, standing: false, silent: true });
  }
  return found;
}

/**
 * Falls on the way that the engine did not burn: median levels of 10 minutes' driving, half an hour apart, whose difference exceeds what
 * was used by 8 % of the tank (emissions §5.5). `apart` says which of two rows have a change of another kind, or an unknown use, between them.
 * Needs the tank's size.
 */
export function movingSteps(
  rows: NetRows,
  apart: (row: number, other: number) => boolean,
  limits: TankLimits,
  parameters: TankNumbers,
): LevelStep[] {
  const { motion, fromSec, count } = rows;
  const found: LevelStep[] = [];
  if (limits.tankL === null) return found;
  const moving = (r: number): boolean => motion[r] === MOTION.moving;
  let best: LevelStep | null = null;
  let a = 0;
  for (let r = 0; r < count; r += 1) {
    const at = fromSec[r] as number;
    while (a < r && (fromSec[a] as number) < at - parameters.motionS - 2 * parameters.plateauS) a += 1;
    const before = within(rows, a, r, at - parameters.motionS - parameters.plateauS, at - parameters.motionS);
    const after = within(rows, r, count - 1, at, at + parameters.plateauS);
    let fall = 0;
    // Medians lie between the least and the greatest: mostly these tell that there is no such fall (the one asked for is above 0).
    const possible = before !== null && after !== null && before.most - after.least >= limits.motionFallPct;
    if (possible && !apart(before.first, after.last)) {
      const beforePct = medianNet(rows, before.first, before.last, moving);
      const afterPct = medianNet(rows, after.first, after.last, moving);
      fall = beforePct - afterPct;
      if (fall >= limits.motionFallPct && (best === null || fall > best.beforePct - best.afterPct))
        best = { before: before.last, after: r, beforePct, afterPct, standing: false, silent: false };
    }
    if (best !== null && (fall < limits.motionFallPct || r === count - 1)) {
      const overlaps = found.at(-1)?.after ?? -1;
      if (best.before >= overlaps) found.push(best);
      best = null;
    }
  }
  return found;
}

/** Rows of a span of time that are in motion, from the first to the last, and their least and greatest net level [%]. */
interface MovingRows {
  readonly first: number;
  readonly last: number;
  readonly least: number;
  readonly most: number;
}

/** Rows of a span of time, when at least five of them are in motion. */
function within(rows: NetRows, from: number, to: number, fromSec: number, toSec: number): MovingRows | null {
  let first = -1;
  let last = -1;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let n = 0;
  for (let r = from; r <= to; r += 1) {
    const at = rows.fromSec[r] as number;
    if (at < fromSec) continue;
    if (at > toSec) break;
    if (rows.motion[r] !== MOTION.moving) continue;
    if (first < 0) first = r;
    last = r;
    const net = rows.netPct[r] as number;
    if (net < least) least = net;
    if (net > most) most = net;
    n += 1;
  }
  return n < LEAST_ROWS ? null : { first, last, least, most };
}
