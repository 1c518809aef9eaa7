import type { FigureId } from '../catalogue/figures.ts';
import type { Caveat, Reason } from '../catalogue/reasons.ts';
import { ruleRow } from '../catalogue/rules.ts';
import type { Clear, Found, Level, NotEvaluated, RuleId } from '../finding.ts';

/** Figures of a verdict: every one has its text and unit in the catalogue. */
export type Said = Readonly<Partial<Record<FigureId, number | string | null>>>;

/** What a finding may leave out. */
export type FoundParts = Partial<Pick<Found, 'limit' | 'class' | 'days' | 'stretches'>> & {
  readonly caveats?: readonly Caveat[];
};

/** A rule speaks; its cause is the catalogue's. */
export function found(rule: RuleId, level: Level, figures: Said, parts: FoundParts = {}): Found {
  return {
    outcome: 'found',
    rule,
    level,
    cause: ruleRow(rule).cause,
    limit: parts.limit ?? null,
    class: parts.class ?? null,
    figures: { ...figures },
    days: parts.days ?? [],
    stretches: parts.stretches ?? [],
    caveats: [...new Set(parts.caveats ?? [])],
  };
}

/** A rule was asked and does not speak. */
export function clear(rule: RuleId, figures: Said = {}): Clear {
  return { outcome: 'clear', rule, figures: { ...figures } };
}

/** A rule cannot be asked. */
export function notEvaluated(rule: RuleId, reason: Reason, figures: Said = {}): NotEvaluated {
  return { outcome: 'notEvaluated', rule, reason, figures: { ...figures } };
}
