import {
  type AuditEntry,
  auditStep,
  correctInspection,
  correctInspectionSteps,
  type Db,
  getCase,
  type InspectionAuthor,
  type InspectionCorrection,
  type InspectionRow,
} from '@plume/db';
import { INSPECTION_RESULT_WORDS, INSPECTION_RESULTS } from '@plume/ingest/rules';
import { recordStep } from '../cases/record-step.ts';
import { stepContext } from '../cases/step-context.ts';

/** How often the case is read again when somebody takes a step of it at the same moment. */
const TRIES = 3;

/** A correction of a record, with what is written beside it. */
export interface CorrectionRequest {
  readonly before: InspectionRow;
  readonly correction: InspectionCorrection;
  readonly author: InspectionAuthor;
  /** Row of the audit trail of the record. */
  readonly entry: AuditEntry;
  /** Row of the audit trail of the case that was opened from it. */
  caseEntry(caseId: number, note: string): AuditEntry;
}

function resultWords(result: string): { zh: string; en: string } {
  const known = INSPECTION_RESULTS.find((each) => each === result);
  return known ? INSPECTION_RESULT_WORDS[known] : { zh: result, en: result };
}

/** What the case is told: what became of the record it rests on, why, and where it is read. */
function noteOf({ before, correction: m }: CorrectionRequest): string {
  const [from, to] = [resultWords(before.result), resultWords(m.content.result)];
  const version = m.version + 1;
  const deed = m.voided
    ? { zh: before.voided ? '撤回后又更正' : '已撤回', en: before.voided ? 'corrected after it was taken back' : 'taken back' }
    : { zh: before.voided ? '已恢复' : '已更正', en: before.voided ? 'brought back' : 'corrected' };
  const result =
    before.result === m.content.result ? { zh: to.zh, en: to.en } : { zh: `${from.zh} → ${to.zh}`, en: `${from.en} → ${to.en}` };
  return [
    `本案所依据的检查 ${m.id} ${deed.zh}（第 ${version} 版，结论：${result.zh}）。原因：${m.reason}`,
    `Inspection ${m.id}, from which this case was opened, was ${deed.en} (version ${version}, result: ${result.en}).`,
  ].join('\n');
}

/**
 * Corrects a record, or takes it back, and tells the case that was opened from it by a note, in one transaction. False when somebody was faster;
 * nothing is written then.
 */
export async function correctWithCase(db: Db, request: CorrectionRequest): Promise<boolean> {
  const { before, correction, author, entry } = request;
  if (before.version !== correction.version) return false;
  const caseId = before.case_id;
  if (caseId === null) return await correctInspection(db, correction, author, [auditStep(entry)]);
  const context = await stepContext(db, author.atMs);
  const note = noteOf(request);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const row = await getCase(db, caseId);
    if (!row) throw new Error(`inspection ${correction.id} names case ${caseId}, which is not there`);
    const taken = await recordStep(db, context, {
      caseId,
      version: row.version,
      step: { kind: 'note', day: context.today, values: {}, note },
      actor: author.actor,
      atMs: author.atMs,
      before: [...correctInspectionSteps(correction, author), auditStep(entry)],
      entry: () => request.caseEntry(caseId, note),
    });
    if (taken.outcome === 'done') return true;
    if (taken.outcome !== 'changed') throw new Error(`case ${caseId} takes no note: ${taken.outcome}`);
    // Either the case went on meanwhile, or the record did: then the correction is in conflict again, and says so.
  }
  return false;
}
