import { ruleRow } from './catalogue/rules.ts';
import { CAUSES, type Cause, type Clear, type Found, LEVELS, type Level, type NotEvaluated, type RuleId } from './finding.ts';
import { findingId } from './finding-id.ts';

/** Of an outcome, what leads are folded from; a whole `Outcome` is one. */
export type FoldedOutcome =
  | Pick<Found, 'outcome' | 'rule' | 'level' | 'cause'>
  | Pick<Clear, 'outcome' | 'rule'>
  | Pick<NotEvaluated, 'outcome' | 'rule'>;

/** What leads are folded from: the outcomes of one truck on one day. */
export interface JudgedDay {
  readonly date: string;
  readonly outcomes: readonly FoldedOutcome[];
}

/** A finding that belongs to a lead. */
export interface LeadFinding {
  readonly id: string;
  readonly rule: RuleId;
  readonly date: string;
  readonly level: Level;
}

/** A lead (疑似超标线索 or a repair, urea, sensor, data lead): what the officer sees of one cause on one truck. */
export interface Lead {
  /** Id of its first finding. */
  readonly id: string;
  readonly vin: string;
  readonly cause: Cause;
  /** The highest level of its findings. */
  readonly level: Level;
  readonly firstDay: string;
  /** Day of its newest finding. */
  readonly lastDay: string;
  /** By day, then in the order of the rules. */
  readonly findings: readonly LeadFinding[];
  readonly state: 'open' | 'closed';
  /** Day on which it closed; null while open. */
  readonly closedDay: string | null;
  /** Evaluated days without a finding since the newest one. */
  readonly clearDays: number;
}

/**
 * Folds the outcomes of one truck into leads, one row a cause and stretch of time. A lead opens with a finding at the level from which
 * its rule makes one; findings of the same cause below that level, and of rules that never make one, are shown within it but neither open
 * nor keep it open. It closes after so many days (`closeAfterOn` a Beijing date: the number in force on it) on which every rule that keeps it open was evaluated and clear, days without a
 * verdict counting for neither side; a finding after that opens another. The days may come in any order.
 */
export function foldLeads(vin: string, days: readonly JudgedDay[], closeAfterOn: (date: string) => number): Lead[] {
  const sorted = [...days].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  return CAUSES.flatMap((cause) => foldCause(vin, cause, sorted, closeAfterOn)).sort(
    (a, b) => compare(a.firstDay, b.firstDay) || CAUSES.indexOf(a.cause) - CAUSES.indexOf(b.cause),
  );
}

interface Open {
  readonly findings: LeadFinding[];
  lastDay: string;
  clearDays: number;
}

function foldCause(vin: string, cause: Cause, days: readonly JudgedDay[], closeAfterOn: (date: string) => number): Lead[] {
  const leads: Lead[] = [];
  let open: Open | null = null;
  for (const { date, outcomes } of days) {
    const found = findingsOf(vin, cause, date, outcomes);
    const carrying = found.filter(makesLead);
    if (carrying.length > 0) {
      open ??= { findings: [], lastDay: date, clearDays: 0 };
      open.findings.push(...found);
      open.lastDay = date;
      open.clearDays = 0;
    } else if (open !== null) {
      open.findings.push(...found);
      if (isClear(open, outcomes)) open.clearDays += 1;
      if (open.clearDays >= closeAfterOn(date)) {
        leads.push(leadOf(vin, cause, open, date));
        open = null;
      }
    }
  }
  if (open !== null) leads.push(leadOf(vin, cause, open, null));
  return leads;
}

/** Whether all rules that a lead rests on were asked and clear. */
function isClear(open: Open, outcomes: readonly FoldedOutcome[]): boolean {
  const rules = new Set(open.findings.filter(makesLead).map((each) => each.rule));
  return [...rules].every((rule) => outcomes.find((each) => each.rule === rule)?.outcome === 'clear');
}

function findingsOf(vin: string, cause: Cause, date: string, outcomes: readonly FoldedOutcome[]): LeadFinding[] {
  return outcomes.flatMap((each) =>
    each.outcome === 'found' && each.cause === cause && each.level !== 'event'
      ? [{ id: findingId(vin, each.rule, date), rule: each.rule, date, level: each.level }]
      : [],
  );
}

function makesLead({ rule, level }: LeadFinding): boolean {
  const { leadFrom } = ruleRow(rule);
  return leadFrom !== null && LEVELS.indexOf(level) >= LEVELS.indexOf(leadFrom);
}

function leadOf(vin: string, cause: Cause, { findings, lastDay, clearDays }: Open, closedDay: string | null): Lead {
  const first = findings.find(makesLead) ?? findings[0];
  if (first === undefined) throw new RangeError('a lead without a finding');
  const level = findings.reduce<Level>(
    (most, each) => (LEVELS.indexOf(each.level) > LEVELS.indexOf(most) ? each.level : most),
    first.level,
  );
  const state = closedDay === null ? 'open' : 'closed';
  return { id: first.id, vin, cause, level, firstDay: first.date, lastDay, findings, state, closedDay, clearDays };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
