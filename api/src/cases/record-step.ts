import {
  type AuditEntry,
  auditStep,
  type CaseLead,
  type CaseStepRow,
  type CaseWhole,
  caseSteps,
  type Db,
  endLayUpStep,
  getCase,
  layUpStep,
  listOfficers,
  listStations,
  moveCase,
  newestRoadVerdict,
  type Step,
} from '@plume/db';
import {
  type CaseFacts,
  type NewStep,
  type Refusal,
  type StepContext,
  type StepKind,
  type StepValues,
  stepRow,
  takeStep,
} from '@plume/ingest/rules';
import { factsOf } from './stored-facts.ts';

/** A step of a case, as it is asked for. */
export interface StepRequest {
  readonly caseId: number;
  /** The version that its author saw. */
  readonly version: number;
  readonly step: NewStep;
  readonly actor: string;
  readonly atMs: number;
  /** The row of the audit trail. */
  entry(before: CaseWhole): AuditEntry;
  /** Leads whose findings the case is to rest on as well. */
  readonly leads?: readonly CaseLead[];
  /** Steps of the same transaction, before the case is looked at. */
  readonly before?: readonly Step[];
}

/** What became of it. */
export type StepOutcome =
  | { readonly outcome: 'done'; readonly version: number; readonly facts: CaseFacts }
  | { readonly outcome: 'refused'; readonly refusals: readonly Refusal[] }
  | { readonly outcome: 'changed'; readonly since: readonly CaseStepRow[]; readonly version: number }
  | { readonly outcome: 'absent' };

/** What of the values must be known to the registry, and is not. */
async function checkNames(db: Db, kind: StepKind, values: StepValues, district: string | null): Promise<Refusal[]> {
  const rows = stepRow(kind).fields.filter(({ name }) => values[name] != null);
  const refusals: Refusal[] = [];
  for (const { name, kind: field } of rows) {
    const value = values[name];
    if (field === 'officer' && !(await listOfficers(db, district)).some((each) => each.name === value))
      refusals.push({
        field: `values.${name}`,
        zh: '不是可登录、且管辖该区县的执法人员',
        en: 'is no officer who can sign in and sees this district',
      });
    if (field !== 'mStation' && field !== 'iStation') continue;
    const wanted = field === 'mStation' ? 'M' : 'I';
    const station = (await listStations(db)).find((each) => each.id === value);
    if (station === undefined || station.kind !== wanted)
      refusals.push({ field: `values.${name}`, zh: `没有该 ${wanted} 站`, en: `is no ${wanted} station that is entered` });
    else if (station.retired_at !== null)
      refusals.push({ field: `values.${name}`, zh: `${station.name} 已停用`, en: `${station.name} is retired` });
  }
  return refusals;
}

/** What a step writes beside the case itself. */
function alongside(row: CaseWhole, { step, actor }: StepRequest): Step[] {
  if (step.kind === 'layUp') return [layUpStep(row.vehicle_id, step.day, String(step.values.reason), actor)];
  return step.kind === 'resume' ? [endLayUpStep(row.vehicle_id, step.day, actor)] : [];
}

/** A case is not closed as compliant while the newest road check of its repair says that it is not repaired. */
async function checkRoad(db: Db, row: CaseWhole, step: NewStep): Promise<Refusal[]> {
  const { repairedDay } = factsOf(row);
  if (step.kind !== 'close' || step.values.reason !== 'compliant' || repairedDay === null) return [];
  if ((await newestRoadVerdict(db, row.id, repairedDay)) !== 'notRepaired') return [];
  const zh = '最新道路复核结论为“未修复”，不能以治理合格销案';
  return [
    { field: 'values.reason', zh, en: 'the newest road check says "not repaired": the case cannot be closed as compliant' },
  ];
}

/** Checks a step of a case without recording it. */
export async function tryStep(db: Db, row: CaseWhole, step: NewStep, context: StepContext) {
  const taken = takeStep(factsOf(row), step, context);
  if (!taken.ok) return taken;
  const unknown = [...(await checkNames(db, step.kind, step.values, row.district)), ...(await checkRoad(db, row, step))];
  return unknown.length > 0 ? ({ ok: false, refusals: unknown } as const) : taken;
}

/**
 * Records a step of a case, with its row of the audit trail in the same transaction. Nothing is written when the step is not in order or when
 * somebody was faster: then it answers what they did.
 */
export async function recordStep(db: Db, context: StepContext, request: StepRequest): Promise<StepOutcome> {
  const { caseId, version, step } = request;
  const row = await getCase(db, caseId);
  if (!row) return { outcome: 'absent' };
  const changed = async (): Promise<StepOutcome> => {
    const since = await caseSteps(db, caseId, version);
    return { outcome: 'changed', since, version: since.at(-1)?.seq ?? version };
  };
  if (row.version !== version) return await changed();
  const taken = await tryStep(db, row, step, context);
  if (!taken.ok) return { outcome: 'refused', refusals: taken.refusals };
  const { facts } = taken;
  const given = Object.fromEntries(Object.entries(step.values).filter(([, value]) => value !== null));
  const done = await moveCase(
    db,
    {
      caseId,
      version,
      fromState: row.state,
      facts,
      step: { kind: step.kind, day: step.day, atMs: request.atMs, actor: request.actor, values: given, note: step.note },
      added: step.kind === 'facts' ? given : null,
      leads: request.leads ?? [],
    },
    request.before ?? [],
    [...alongside(row, request), auditStep(request.entry(row))],
  );
  return done ? { outcome: 'done', version: version + 1, facts } : await changed();
}
