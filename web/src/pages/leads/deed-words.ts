import { w } from '../../i18n/words/leads.ts';
import type { LeadDetail } from './leads.ts';

type Decision = LeadDetail['decisions'][number];

/** What somebody did about a lead, in words: `驳回：误报`. */
export function deedWords(d: Decision): string {
  if (d.kind === 'dismiss')
    return w('dismissDone', { reason: d.reason !== null && w.has(d.reason) ? w(d.reason) : (d.reason ?? '') });
  if (d.kind === 'assign') return d.assignee === null ? w('unassignDone') : w('assignDone', { name: d.assignee });
  if (d.kind === 'snooze') return d.until === null ? w('snoozeEnd') : w('snoozeDone', { date: d.until });
  return w(`${d.kind}Done`);
}

/** Who did it. */
export function doerOf(d: Decision): string {
  return d.by.displayName ?? d.by.name;
}
