import type { Text } from './catalogue/reasons.ts';
import { type Cause, type Figures, LEVELS, type Level } from './finding.ts';
import type { FoldedOutcome, JudgedDay, Lead, LeadFinding } from './leads.ts';

/** Why a lead changed, with its texts. */
export const LEAD_REASONS = {
  firstFinding: { zh: '首次发现', en: 'a first finding' },
  newFindings: { zh: '新增发现', en: 'further findings' },
  levelRaised: { zh: '级别升高', en: 'the level rose' },
  levelLowered: { zh: '重新计算后级别降低', en: 'the level fell by recomputation' },
  earlierFinding: { zh: '迟到数据带来更早的发现', en: 'an earlier finding came with late data' },
  findingsGone: { zh: '重新计算后部分发现消失', en: 'some findings went by recomputation' },
  clearDays: { zh: '连续有效评价日未再发现', en: 'enough evaluated days without a finding' },
  findingsAgain: { zh: '关闭后又有发现', en: 'findings before it would have closed' },
  mergedInto: { zh: '并入另一线索', en: 'became part of another lead' },
  nowClear: { zh: '重新计算后不再成立', en: 'by recomputation the rules do not speak any more' },
  nowNotEvaluated: { zh: '重新计算后无法评价', en: 'by recomputation the rules cannot be asked any more' },
  noFindings: { zh: '发现已不存在', en: 'the findings are gone' },
} as const satisfies Readonly<Record<string, Text>>;

export type LeadReason = keyof typeof LEAD_REASONS;

/** What became of a lead between two foldings. */
export interface LeadEvent {
  readonly kind: 'opened' | 'extended' | 'withdrawn' | 'closed' | 'reopened';
  readonly leadId: string;
  readonly vin: string;
  readonly cause: Cause;
  readonly reason: LeadReason;
  /** Numbers and words of the reason. */
  readonly figures: Figures;
  /** Id of the same lead before, when its first finding has changed; else null. */
  readonly formerId: string | null;
}

/**
 * What changed from one folding of a truck's leads to the next, each change with its reason. A lead is the same when it shares a finding
 * with one before, whatever its id: late data may bring an earlier first finding. Give the judged days of the second folding, so that
 * a withdrawal says whether its rules are now clear or cannot be asked. What became part of another lead, or goes on under another id,
 * is withdrawn with the reason `mergedInto`, which names its successor.
 */
export function compareLeads(before: readonly Lead[], after: readonly Lead[], judged: readonly JudgedDay[] = []): LeadEvent[] {
  const events: LeadEvent[] = [];
  const continued = new Set<string>();
  for (const lead of after) {
    const former = before.filter((each) => sharesFinding(each, lead));
    const [main, ...merged] = mainFirst(
      former.filter((each) => !continued.has(each.id)),
      lead.id,
    );
    for (const each of former) continued.add(each.id);
    if (main === undefined) events.push(...openedEvents(lead));
    else events.push(...changeEvents(main, lead));
    for (const each of merged) if (each.id !== lead.id) events.push(becamePart(each, lead));
  }
  for (const lead of before) if (!continued.has(lead.id)) events.push(withdrawn(lead, judged));
  return events;
}

function sharesFinding(a: Lead, b: Lead): boolean {
  return (
    a.vin === b.vin && a.cause === b.cause && a.findings.some((finding) => b.findings.some((each) => each.id === finding.id))
  );
}

/** Leads before, the one with the same id in front, else the oldest. */
function mainFirst(former: readonly Lead[], id: string): Lead[] {
  return [...former].sort((a, b) => Number(b.id === id) - Number(a.id === id) || (a.firstDay < b.firstDay ? -1 : 1));
}

function openedEvents(lead: Lead): LeadEvent[] {
  const first = lead.findings.find((each) => each.id === lead.id);
  const opened = event('opened', lead, 'firstFinding', { rule: first?.rule ?? null, level: lead.level, firstDay: lead.firstDay });
  return lead.state === 'closed' ? [opened, closed(lead)] : [opened];
}

function changeEvents(main: Lead, lead: Lead): LeadEvent[] {
  const events: LeadEvent[] = [];
  const formerId = main.id === lead.id ? null : main.id;
  const extended = (reason: LeadReason, figures: Figures): void => {
    events.push(event('extended', lead, reason, figures, events.length === 0 ? formerId : null));
  };
  const added = missingFrom(lead, main);
  const gone = missingFrom(main, lead);
  const raised = LEVELS.indexOf(lead.level) - LEVELS.indexOf(main.level);
  if (formerId !== null) extended('earlierFinding', { firstDay: lead.firstDay, firstDayBefore: main.firstDay });
  if (raised !== 0) extended(raised > 0 ? 'levelRaised' : 'levelLowered', levels(main.level, lead.level));
  if (added.length > 0) extended('newFindings', { findings: added.length, lastDay: lead.lastDay });
  if (gone.length > 0) extended('findingsGone', { findings: gone.length });
  if (main.state === 'open' && lead.state === 'closed') events.push(closed(lead));
  if (main.state === 'closed' && lead.state === 'open')
    events.push(event('reopened', lead, 'findingsAgain', { lastDay: lead.lastDay }));
  if (formerId !== null) events.push(becamePart(main, lead));
  return events;
}

/** The end of an id whose findings stand under that of its successor. */
function becamePart(former: Lead, lead: Lead): LeadEvent {
  return event('withdrawn', former, 'mergedInto', { lead: lead.id, firstDay: lead.firstDay });
}

function closed(lead: Lead): LeadEvent {
  return event('closed', lead, 'clearDays', { clearDays: lead.clearDays, lastDay: lead.lastDay, closedDay: lead.closedDay });
}

function withdrawn(lead: Lead, judged: readonly JudgedDay[]): LeadEvent {
  const now = lead.findings.map((finding) => outcomeNow(finding, judged));
  const count = (kind: FoldedOutcome['outcome']): number => now.filter((each) => each === kind).length;
  const figures = {
    findings: lead.findings.length,
    firstDay: lead.firstDay,
    lastDay: lead.lastDay,
    clear: count('clear'),
    notEvaluated: count('notEvaluated'),
  };
  const reason =
    figures.clear === 0 && figures.notEvaluated === 0
      ? 'noFindings'
      : figures.clear >= figures.notEvaluated
        ? 'nowClear'
        : 'nowNotEvaluated';
  return event('withdrawn', lead, reason, figures);
}

function outcomeNow({ rule, date }: LeadFinding, judged: readonly JudgedDay[]): FoldedOutcome['outcome'] | null {
  return judged.find((day) => day.date === date)?.outcomes.find((each) => each.rule === rule)?.outcome ?? null;
}

function missingFrom(a: Lead, b: Lead): LeadFinding[] {
  const ids = new Set(b.findings.map((each) => each.id));
  return a.findings.filter((each) => !ids.has(each.id));
}

function levels(from: Level, to: Level): Figures {
  return { levelBefore: from, level: to };
}

function event(
  kind: LeadEvent['kind'],
  { id, vin, cause }: Lead,
  reason: LeadReason,
  figures: Figures,
  formerId: string | null = null,
): LeadEvent {
  return { kind, leadId: id, vin, cause, reason, figures, formerId };
}
