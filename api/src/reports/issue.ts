import {
  type AuditEntry,
  type Db,
  type Job,
  type JobRunner,
  noteLook,
  REPORT_KINDS,
  type ReportKey,
  type ReportRow,
  reportOf,
  revisionContent,
  statFreshness,
  storeRevision,
  TryAgain,
} from '@plume/db';
import { canonicalJson, sha256OfJson } from '@plume/ingest/rules';
import { z } from 'zod';
import { addDays, beijingDate, startOfDate } from '../beijing-day.ts';
import { type Basis, BasisSchema, basisOf, filterOf, hashOfBasis } from './basis.ts';
import { buildReport, type Told } from './build.ts';
import { type ReportContent, ReportContentSchema } from './content.ts';
import { keptOf, requireKept } from './kept.ts';
import { noteOf } from './note.ts';
import { readSchedule } from './schedule.ts';

/** What orders a report. */
export const ReportOrder = z.object({
  kind: z.enum(REPORT_KINDS),
  from: z.string(),
  to: z.string(),
  district: z.string().nullable(),
  enterprise: z.string().nullable(),
  /** `make`: the report, unless there is one; `revise`: a revision, if a figure differs. */
  what: z.enum(['make', 'revise']),
  /** Made by itself: it waits for days that are to be evaluated anew. */
  waits: z.boolean(),
  /** Revision that it is to follow; tells one order from the next. */
  after: z.number().optional(),
});
export type ReportOrder = z.infer<typeof ReportOrder>;

/** What came of an order, as the result of its job. */
export interface ReportOutcome {
  readonly reportId: number;
  readonly revision: number;
  readonly dataVersion: number;
  /** False: there was one already, or not one figure differs. */
  readonly issued: boolean;
}

/** How often, and how long between, a report that is made by itself waits for days to be evaluated. */
const MOST_WAITS = 24;
const WAIT_MS = 300_000;
/** How often a report is begun again because data came while it was made. */
const MOST_ATTEMPTS = 3;
/** Who issues what nobody ordered. */
const BY_ITSELF = 'plume';

/** What making reports needs. */
export interface ReportDeps {
  readonly db: Db;
  readonly version: string;
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

class Cancelled extends Error {}

/** Makes ordered reports and revisions. Whatever happens meanwhile, there is one report for a period, and each revision follows the one before. */
export function reportRunner(deps: ReportDeps): JobRunner {
  return async (job, report) => {
    const told: Told = async (progress) => {
      deps.signal.throwIfAborted();
      if (!(await report(progress, ''))) throw new Cancelled();
    };
    try {
      return await carryOut(deps, job, told);
    } catch (error) {
      if (error instanceof Cancelled) return null;
      throw error;
    }
  };
}

async function carryOut({ db, version, clock }: ReportDeps, job: Job, told: Told): Promise<ReportOutcome> {
  const { what, waits, after: _after, ...key } = ReportOrder.parse(job.arguments);
  const known = await reportOf(db, key);
  if (known && what === 'make') return outcome(known, false);
  requireKept(key, await keptOf(db));
  const nowMs = clock();
  if (waits && job.attempts < MOST_WAITS) {
    const { waiting } = await statFreshness(db, filterOf(key), nowMs, key.from, key.to);
    if (waiting > 0) throw new TryAgain(`${waiting} truck-days wait to be evaluated`, WAIT_MS);
  }
  await told(0);
  const before = known ? await revisionBefore(db, known) : null;
  const now = await make(db, key, { nowMs, version, told }, before?.basis ?? null);
  const note = known && before ? noteOf(known.revision, before, now) : null;
  const basisSha256 = hashOfBasis(now.basis);
  const lookMs = await nextLook(db, nowMs);
  if (known && note === null) {
    await noteLook(db, known.report_id, { atMs: nowMs, nextMs: lookMs, changed: false, settled: basisSha256 });
    return outcome(known, false);
  }
  const sha256 = sha256OfJson(now.content);
  const issuedBy = job.ordered_by ?? BY_ITSELF;
  const after = known?.revision ?? 0;
  const stored = await storeRevision(
    db,
    {
      key,
      after,
      issuedMs: nowMs,
      issuedBy,
      content: canonicalJson(now.content),
      sha256,
      basis: now.basis,
      basisSha256,
      note,
      lookMs,
    },
    (id) => entryOf(nowMs, id, { ...key, revision: after + 1, sha256, by: issuedBy, changed: note?.changed ?? null }),
  );
  const row = await reportOf(db, key);
  if (!row) throw new Error('a report that was issued cannot be read back');
  return outcome(row, stored);
}

function outcome(row: ReportRow, issued: boolean): ReportOutcome {
  return { reportId: row.report_id, revision: row.revision, dataVersion: row.id, issued };
}

/** Content and what it rests on: made again while data come in between, so that all of its tables are of the same data. */
async function make(
  db: Db,
  key: ReportKey,
  made: { readonly nowMs: number; readonly version: string; readonly told: Told },
  known: Basis | null,
): Promise<{ content: ReportContent; basis: Basis }> {
  let basis = await basisOf(db, key, made.nowMs, known);
  for (let attempt = 1; ; attempt += 1) {
    // As it is read back: what a later program makes of it is what this one meant.
    const content = ReportContentSchema.parse(JSON.parse(canonicalJson(await buildReport(db, key, made))));
    const after = await basisOf(db, key, made.nowMs, known);
    if (hashOfBasis(after) === hashOfBasis(basis) || attempt >= MOST_ATTEMPTS) return { content, basis };
    basis = after;
  }
}

/** What the newest revision says, and what it rests on. */
export async function revisionBefore(db: Db, known: ReportRow): Promise<{ content: ReportContent; basis: Basis }> {
  const before = await revisionContent(db, known.report_id, known.revision);
  if (!before) throw new Error(`revision ${known.revision} of report ${known.report_id} is not there`);
  return { content: ReportContentSchema.parse(JSON.parse(before.content)), basis: BasisSchema.parse(before.basis) };
}

/** The next time at which reports are looked at: the daily minute of the schedule. */
export async function nextLook(db: Db, nowMs: number): Promise<number> {
  const { atMinute } = (await readSchedule(db)).schedule;
  const today = startOfDate(beijingDate(nowMs)) + atMinute * 60_000;
  return today > nowMs ? today : startOfDate(addDays(beijingDate(nowMs), 1)) + atMinute * 60_000;
}

function entryOf(atMs: number, objectId: AuditEntry['objectId'], detail: AuditEntry['detail']): AuditEntry {
  return {
    atMs,
    actorKind: 'system',
    actorId: null,
    actor: BY_ITSELF,
    address: null,
    action: 'report.issue',
    objectKind: 'report',
    objectId,
    outcome: 'done',
    detail,
  };
}
