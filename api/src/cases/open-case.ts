import {
  AGAIN_DAYS,
  type AuditEntry,
  auditStep,
  type CaseLead,
  type CaseWhole,
  type Db,
  type LeadWhole,
  newestCaseOf,
  openCase,
  type Step,
  troubleOf,
} from '@plume/db';
import {
  CASE_TYPE_OF_CAUSE,
  CAUSES,
  type CaseOrigin,
  type CaseSource,
  type CaseType,
  daysFrom,
  openedCase,
  type Priority,
  type StepContext,
} from '@plume/ingest/rules';
import { recordStep } from './record-step.ts';
import { type CaseTrigger, triggerOfLeads } from './trigger.ts';

/** Who opens a case, and when. */
export interface Opener {
  readonly actor: string;
  readonly atMs: number;
  readonly context: StepContext;
  readonly officer: string | null;
  readonly priority: Priority;
  readonly note: string | null;
  entry(action: string, id: AuditEntry['objectId'], detail: AuditEntry['detail']): AuditEntry;
}

/** What became of a request to open a case. `recent`: one that was closed lately is to be opened again instead. */
export type Opened =
  | { readonly outcome: 'opened' | 'attached' | 'reopened'; readonly id: number }
  | { readonly outcome: 'recent'; readonly before: CaseWhole }
  | { readonly outcome: 'exists'; readonly before: CaseWhole }
  | { readonly outcome: 'changed' };

/** A case to open by hand or from an inspection; the caller has checked the truck. */
export interface CaseRequest {
  readonly vehicleId: number;
  readonly type: CaseType;
  readonly origin: CaseOrigin;
  /** Number of the inspection that it is opened from. */
  readonly originId: string | null;
  readonly source: CaseSource;
  readonly trigger: CaseTrigger;
  readonly leads: readonly CaseLead[];
  /** Decisions on the leads, in the same transaction. */
  readonly before: readonly Step[];
}

async function insert(db: Db, request: CaseRequest, opener: Opener): Promise<Opened> {
  const { context, actor, atMs } = opener;
  const { firstDay } = request.trigger;
  const facts = openedCase(
    {
      type: request.type,
      priority: opener.priority,
      officer: opener.officer,
      day: context.today,
      beganDay: firstDay !== '' && firstDay < context.today ? firstDay : context.today,
    },
    context,
  );
  const { vehicleId, type, origin, originId, source } = request;
  const values = { type, origin, source, ...(originId === null ? {} : { originId }), leads: request.leads.map(({ id }) => id) };
  try {
    const id = await openCase(
      db,
      {
        vehicleId,
        type,
        origin,
        originId,
        source,
        facts,
        trigger: { ...request.trigger },
        step: { kind: 'open', day: context.today, atMs, actor, values, note: opener.note },
        leads: request.leads,
      },
      request.before,
      (made) => [auditStep(opener.entry('case.open', made, { vehicle: vehicleId, ...values, note: opener.note }))],
    );
    return { outcome: 'opened', id };
  } catch (error) {
    // Somebody opened one of the same type at the same moment, or decided on a lead.
    if (troubleOf(error) === 'collision') return { outcome: 'changed' };
    throw error;
  }
}

/** Opens a case by hand or from an inspection; one of the type that is open, or was closed lately after treatment, is told instead. */
export async function openOne(db: Db, request: CaseRequest, opener: Opener): Promise<Opened> {
  const before = await newestCaseOf(db, request.vehicleId, request.type);
  if (before && before.state !== 'closed') return { outcome: 'exists', before };
  if (before && isRecent(before, opener.context.today)) return { outcome: 'recent', before };
  return await insert(db, request, opener);
}

/** Whether a case was closed after treatment so lately that trouble of the same type opens it again. */
export function isRecent(row: CaseWhole, today: string): boolean {
  return (
    row.type !== 'offline' &&
    row.closed_reason === 'compliant' &&
    row.closed_day !== null &&
    daysFrom(row.closed_day, today) <= AGAIN_DAYS
  );
}

/** The type of case that a lead opens. */
export function typeOfLead(lead: LeadWhole): CaseType {
  const cause = CAUSES.find((each) => each === lead.cause);
  return cause === undefined ? 'fault' : CASE_TYPE_OF_CAUSE[cause];
}

/**
 * Brings leads of one truck and type to a case: the open one takes them, one that was closed lately is opened again when `reopen` says so, else
 * a new one is opened. `before` holds the decisions on the leads.
 */
export async function openFromLeads(
  db: Db,
  leads: readonly LeadWhole[],
  seen: readonly CaseLead[],
  opener: Opener,
  before: readonly Step[],
  reopen: boolean,
): Promise<Opened> {
  const [first] = leads;
  if (!first) return { outcome: 'changed' };
  const type = typeOfLead(first);
  const known = await newestCaseOf(db, first.vehicle_id, type);
  const again = known !== undefined && isRecent(known, opener.context.today);
  if (known && (known.state !== 'closed' || again)) {
    if (again && !reopen) return { outcome: 'recent', before: known };
    const kind = again ? 'reopen' : 'attach';
    const values = again ? { reason: 'again' } : {};
    const taken = await recordStep(db, opener.context, {
      caseId: known.id,
      version: known.version,
      step: { kind, day: opener.context.today, values, note: opener.note },
      actor: opener.actor,
      atMs: opener.atMs,
      leads: seen,
      before,
      entry: () => opener.entry(`case.${kind}`, String(known.id), { ...values, leads: seen.map(({ id }) => id) }),
    });
    if (taken.outcome !== 'done') return { outcome: 'changed' };
    return { outcome: again ? 'reopened' : 'attached', id: known.id };
  }
  return await insert(
    db,
    {
      vehicleId: first.vehicle_id,
      type,
      origin: 'lead',
      originId: null,
      source: 'remoteObd',
      trigger: triggerOfLeads(leads, first.district),
      leads: seen,
      before,
    },
    opener,
  );
}
