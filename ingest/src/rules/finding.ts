import type { Mark, MethodClass } from '@plume/ingest/emissions';

/** Every rule, in the order of the rules page. Numbers as in emissions §4 and §5; words for what has no number there. */
export const RULE_IDS = [
  'R-A1', 'R-A2', 'R-A3', 'R-A4', 'R-C1', 'R-C2', 'R-C3', 'R-E1', 'R-E2', 'R-U1', 'R-U2', 'R-U3', 'R-U4',
  'R-T1', 'R-T2', 'R-T3', 'R-T4', 'R-T5', 'R-T6', 'R-T7', 'R-T8', 'R-T9', 'R-TAMPER',
  'R-FUEL-REFILL', 'R-FUEL-THEFT', 'R-UREA-REFILL', 'R-UREA-DRAIN', 'R-UREA-LOW',
  'R-DPF', 'R-SMOKE', 'R-MIL', 'R-ALARM', 'R-OFFLINE', 'R-GPS', 'R-DATA', 'R-DRIFT',
] as const; // biome-ignore format: by group
export type RuleId = (typeof RULE_IDS)[number];

/**
 * How far a finding goes: `event` is a fact of the day and no reproach (refill); `attention` is shown on the truck; `suspected` and
 * `probable` are leads for the officer (疑似超标线索), `probable` with the guard for uncertainty and repeated over days; `fault` is a
 * repair or data lead that says nothing of a limit.
 */
export const LEVELS = ['event', 'attention', 'fault', 'suspected', 'probable'] as const;
export type Level = (typeof LEVELS)[number];

/** What findings are folded into one lead by: the officer sees one row a cause and truck. */
export const CAUSES = [
  'overLimit',
  'scrFault',
  'urea',
  'tamper',
  'sensor',
  'fuelTank',
  'particulate',
  'mil',
  'offline',
  'data',
] as const;
export type Cause = (typeof CAUSES)[number];

/** What a verdict says in numbers, each with its unit in the catalogue's text; null where not known. */
export type Figures = Readonly<Record<string, number | string | null>>;

/** Seconds that decided a verdict, for charts and evidence. */
export interface Stretch {
  readonly fromSec: number;
  readonly toSec: number;
}

/** A rule spoke. */
export interface Found {
  readonly outcome: 'found';
  readonly rule: RuleId;
  readonly level: Level;
  readonly cause: Cause;
  /** The limit that was used, its source and mark; null for rules without a limit. */
  readonly limit: { readonly value: number; readonly unit: string; readonly source: string; readonly mark: Mark } | null;
  readonly class: MethodClass | null;
  readonly figures: Figures;
  /** Days whose summaries decided it, the newest last; the evidence pack takes samples of up to three of them. */
  readonly days: readonly string[];
  readonly stretches: readonly Stretch[];
  /** Codes of what weakens it: `unverifiedLimit`, `ambientNotChecked`, `conflicts`, `assumedWorkRef`, `nh3Possible`, … */
  readonly caveats: readonly string[];
}

/** A rule was asked and did not speak. */
export interface Clear {
  readonly outcome: 'clear';
  readonly rule: RuleId;
  readonly figures: Figures;
}

/** A rule could not be asked: which precondition failed, and the figures that say so. */
export interface NotEvaluated {
  readonly outcome: 'notEvaluated';
  readonly rule: RuleId;
  /** A code such as `noUpstreamNox`, `tooLittleFuel`, `periodTooLong`, `noScr`; texts are in the catalogue. */
  readonly reason: string;
  readonly figures: Figures;
}

export type Outcome = Found | Clear | NotEvaluated;
