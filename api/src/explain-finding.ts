import type { FindingDetail } from '@plume/db';
import { CAUSES, explain, type Found, LEVELS, RULE_IDS, statement } from '@plume/ingest/rules';

/** What an explanation is made of: a finding as it is stored. */
export interface StoredVerdict {
  readonly rule: string;
  readonly level: string;
  readonly cause: string;
  readonly class: string | null;
  readonly detail: FindingDetail;
}

/** What a stored finding says, in words. One of a rule, level or cause that this version does not have is told by its names alone. */
export function explanationOf(finding: StoredVerdict, lang: 'zh' | 'en'): string {
  const found = foundOf(finding);
  return found === null ? `${finding.rule} · ${finding.level} · ${finding.cause}` : explain(found, lang);
}

/** The same in one sentence with its numbers alone. */
export function statementOf(finding: StoredVerdict, lang: 'zh' | 'en'): string {
  const found = foundOf(finding);
  return found === null ? explanationOf(finding, lang) : statement(found, lang);
}

/** The rule's own words as they were before they were stored. */
function foundOf({ detail, ...finding }: StoredVerdict): Found | null {
  const rule = RULE_IDS.find((id) => id === finding.rule);
  const level = LEVELS.find((each) => each === finding.level);
  const cause = CAUSES.find((each) => each === finding.cause);
  const methodClass = (['A', 'B', 'C'] as const).find((each) => each === finding.class) ?? null;
  if (!rule || !level || !cause) return null;
  const limit = detail.limit && { ...detail.limit, mark: markOf(detail.limit.mark) };
  return { ...detail, outcome: 'found', rule, level, cause, class: methodClass, limit };
}

const MARKS = ['C', 'L', 'M+', 'M', 'M-', 'eng'] as const;

/** What is not known to be certain is shown as a guess. */
function markOf(text: string): (typeof MARKS)[number] {
  return MARKS.find((each) => each === text) ?? 'M-';
}
