import { createHash } from 'node:crypto';
import type { RuleId } from './finding.ts';

/** Id of a finding: the first 16 hex digits of SHA-256 of `vin|rule|date`; the same finding keeps it through every recomputation. */
export function findingId(vin: string, rule: RuleId, date: string): string {
  return createHash('sha256').update(`${vin}|${rule}|${date}`).digest('hex').slice(0, 16);
}
