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

/**
 * Lowers the threshold in steps of 1 % until at least half of the windows pass, not below the floor.
 * @param passes whether a window passes at a threshold, as a share of rated power
 */
export function lowerThreshold(
  count: number,
  rule: ThresholdRule,
  passes: (window: number, threshold: number) => boolean,
): Validity {
  const valid = new Uint8Array(count);
  let validCount = 0;
  let pct = rule.startPct;
  for (; ; pct -= 1) {
    validCount = 0;
    for (let k = 0; k < count; k += 1) {
      const ok = passes(k, pct / 100) ? 1 : 0;
      valid[k] = ok;
      validCount += ok;
    }
    if (validCount >= rule.leastShare * count || pct - 1 < rule.floorPct) break;
  }
  const enough = count > 0 && validCount >= rule.leastShare * count;
  return { valid, validCount, validShare: count === 0 ? 0 : validCount / count, thresholdPct: pct, enough };
}
