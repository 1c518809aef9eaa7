import type { RuleSettings } from '@plume/db/evaluation';

/** The settings in force on a Beijing day: the newest recorded that have begun; null: those of the product. */
export function settingsOn(history: readonly RuleSettings[], day: string): RuleSettings | null {
  return history.findLast(({ validFrom }) => validFrom <= day) ?? null;
}
