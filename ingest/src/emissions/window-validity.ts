import { byteColumn } from './lent-columns.ts';

/** How windows are held to be valid: the share lowered step by step until half of them are (582/2011 Annex II App. 1; emissions §3.1). [M+] */
export interface ThresholdRule {
  /** First threshold [% of rated power], and the one below which the test is void. */
  readonly startPct: number;
  readonly floorPct: number;
  /** Share of windows that must be valid. */
  readonly leastShare: number;
}

/** Euro VI-A to C, China VI-a, HJ 857: 20 % lowered to 15 % (emissions §3.1). [M+] */
export const THRESHOLD_20_15: ThresholdRule = { startPct: 20, floorPct: 15, leastShare: 0.5 };
/** Euro VI-D and later, China VI-b: 10 % (emissions §3.1). [M+] */
export const THRESHOLD_10: ThresholdRule = { startPct: 10, floorPct: 10, leastShare: 0.5 };

/** Outcome of the lowering. */
export interface Validity {
  readonly valid: Uint8Array;
  readonly validCount: number;
  readonly validShare: number;
  /** Threshold used [%]; the floor when the test is void. */
  readonly thresholdPct: number;
  readonly enough: boolean;
}

/** Relative slack for a window that lies on its limit, so that no rounding step decides. */
const EDGE_TOLERANCE = 1e-9;

/**
 * Lowers the threshold in steps of 1 % until at least half of the windows reach it, not below the floor. A window that lies on the
 * threshold counts, as in E8 and as the duration form of the rule has it (D ≤ D_max).
 * @param levels highest threshold each window reaches, as a share of rated power; NaN reaches none
 */
export function lowerThreshold(levels: Float64Array, rule: ThresholdRule): Validity {
  const count = levels.length;
  let pct = rule.startPct;
  while (countReaching(levels, pct) < rule.leastShare * count && pct - 1 >= rule.floorPct) pct -= 1;
  const validCount = countReaching(levels, pct);
  const valid = byteColumn(count);
  const least = leastLevel(pct);
  for (let k = 0; k < count; k += 1) if ((levels[k] as number) >= least) valid[k] = 1;
  const enough = count > 0 && validCount >= rule.leastShare * count;
  return { valid, validCount, validShare: count === 0 ? 0 : validCount / count, thresholdPct: pct, enough };
}

function leastLevel(pct: number): number {
  return (pct / 100) * (1 - EDGE_TOLERANCE);
}

function countReaching(levels: Float64Array, pct: number): number {
  const least = leastLevel(pct);
  let count = 0;
  for (let k = 0; k < levels.length; k += 1) if ((levels[k] as number) >= least) count += 1;
  return count;
}
