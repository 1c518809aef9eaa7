import { type Text, text } from './text.ts';

/** When a truck is clean and known well enough to be proposed for exemption from the tailpipe test. */
export interface ExemptionCriteria {
  /** Beijing days up to the end of the period that are looked at. */
  readonly withinDays: number;
  readonly leastValidDays: number;
  readonly leastEffectivePct: number;
  /** Upper bound of the standardised factor ÷ in-use limit, at most. */
  readonly mostShareOfLimit: number;
}

/**
 * The product's own criteria. The Yangtze Delta draft and Shanghai exempt stably compliant trucks with connected terminals; the numbers they use
 * were on no page that could be read (emissions §1.4): all of these are engineering judgement and unverified.
 */
export const EXEMPTION_DEFAULTS: ExemptionCriteria = {
  withinDays: 180,
  leastValidDays: 60,
  leastEffectivePct: 75,
  mostShareOfLimit: 0.8,
};

/** Bounds of each number. */
export const EXEMPTION_BOUNDS: Readonly<Record<keyof ExemptionCriteria, { readonly least: number; readonly most: number }>> = {
  withinDays: { least: 30, most: 400 },
  leastValidDays: { least: 5, most: 400 },
  leastEffectivePct: { least: 0, most: 100 },
  mostShareOfLimit: { least: 0.1, most: 1 },
};

/** Where a site keeps its own numbers among the settings. */
export const EXEMPTION_KEY = 'statistics.exemption';

/** What each number asks for, in words. */
export const EXEMPTION_WORDS: Readonly<Record<keyof ExemptionCriteria, Text>> = {
  withinDays: text('考察的天数', 'days looked at'),
  leastValidDays: text('有有效 NOx 的天数不少于', 'days with a valid NOx mass, at least'),
  leastEffectivePct: text('传输有效率不低于 (%)', 'effective rate, at least (%)'),
  mostShareOfLimit: text('标准化因子上界 ÷ 在用限值不高于', 'upper bound of the standardised factor ÷ in-use limit, at most'),
};

/** What a truck must pass. */
export const EXEMPTION_CHECKS = ['validDays', 'effectiveRate', 'belowLimit', 'noFinding'] as const;
export type ExemptionCheck = (typeof EXEMPTION_CHECKS)[number];
