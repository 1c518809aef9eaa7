import {
  type AuditEntry,
  addRoadCheckStep,
  auditStep,
  type CaseWhole,
  type ControlRow,
  type Db,
  getCase,
  listRoadChecks,
  orderOutdatedStep,
  roadCheckCases,
  roadControls,
  roadDays,
  roadJudgedDays,
  type Step,
  truckRepairs,
} from '@plume/db';
import { waitingDays } from '@plume/db/evaluation';
import {
  assembleRoadCheck,
  basisOf,
  chooseDays,
  type DaySummary,
  FORMULA_VERSION,
  type OtherRepair,
  type Parameters,
  plusDays,
  type RoadCheckInput,
  type RoadCheckResult,
  type RoadControl,
  type RoadSlice,
  type RoadSpan,
  roadBins,
  roadBsfc,
  roadCheck,
  roadSentence,
  roadSpan,
  type StepContext,
  type StepValues,
  type SummedRoadDay,
  sha256OfJson,
} from '@plume/ingest/rules';
import { beijingDate } from '../beijing-day.ts';
import { parametersOn } from '../rules-in-force.ts';
import { Keeper, type KeeperLog } from './keeper.ts';
import { recordStep } from './record-step.ts';
import { stepContext } from './step-context.ts';
import { factsOf } from './stored-facts.ts';
import { entryOf, KEEPER } from './system-entry.ts';

/** A repair of a case: into the workshop, and out of it. */
export interface RepairDays {
  readonly inDay: string;
  readonly doneDay: string;
}

/** The repairs of a case's truck. */
export interface CaseRepairs {
  /** The completed repair that the case stands behind; null: none, or it goes back to the workshop. */
  readonly standing: RepairDays | null;
  /** The newest of this round, whether or not the case still stands behind it. */
  readonly newest: RepairDays | null;
  /** All others of the truck, of earlier rounds and other cases too. */
  readonly others: readonly OtherRepair[];
}

/** Reads the repairs of a case's truck. */
export async function repairsOf(db: Db, row: CaseWhole): Promise<CaseRepairs> {
  const all = await truckRepairs(db, row.vehicle_id);
  const own = all.findLast((each) => each.case_id === row.id && each.this_round);
  const newest = own ? { inDay: own.in_day, doneDay: own.done_day } : null;
  return {
    standing: factsOf(row).repairedDay === null ? null : newest,
    newest,
    others: all
      .filter((each) => each !== own)
      .map((each) => ({ inDay: each.in_day, doneDay: each.done_day, sameRound: each.case_id === row.id && each.this_round })),
  };
}

/** Days before one that its outcomes look back to: a tank's history tells whether ammonia may have been read as NOx. */
const HISTORY_DAYS = 29;

/** The days that a road check would take now, and those that must be evaluated before it can. */
export interface RoadDays {
  readonly span: RoadSpan;
  readonly chosen: ReturnType<typeof chooseDays>;
  /** Days that wait to be evaluated, or were evaluated by other arithmetic, ascending. */
  readonly waiting: readonly string[];
  /** Of these the ones of other arithmetic that nobody has ordered yet. */
  readonly outdated: readonly string[];
}

/** Chooses the days of a road check: whole days only, up to yesterday. */
export async function readRoadDays(
  db: Db,
  vehicleId: number,
  repair: RepairDays,
  others: readonly OtherRepair[],
  today: string,
  p: Parameters['roadCheck'],
): Promise<RoadDays> {
  const span = roadSpan(repair, p, others);
  const yesterday = plusDays(today, -1);
  // Marks are read first: a day that is evaluated between the two reads is then looked at once more, and never taken as it was before.
  const marked = await waitingDays(db, vehicleId, plusDays(span.before.from, -HISTORY_DAYS), yesterday);
  const judged = await roadJudgedDays(db, vehicleId, span.before.from, yesterday);
  const chosen = chooseDays(
    judged.map((row) => ({ day: row.day, notValid: row.not_valid })),
    span,
    p,
  );
  const within = (day: string, history: number): boolean =>
    Object.values(chosen.looked).some(({ from, to }) => from <= to && day >= plusDays(from, -history) && day <= to);
  const outdated = judged.filter(({ day, formula }) => formula !== FORMULA_VERSION && within(day, 0)).map(({ day }) => day);
  const waiting = new Set([...marked.filter((day) => within(day, HISTORY_DAYS)), ...outdated]);
  return { span, chosen, waiting: [...waiting].sort(), outdated: outdated.filter((day) => !marked.includes(day)) };
}

/** What a road check rests on, and the days of its controls that are of other arithmetic. */
export interface RoadMaterialRead {
  readonly input: RoadCheckInput;
  readonly outdated: readonly { readonly vehicleId: number; readonly day: string }[];
}

/** Reads everything that a road check rests on: the chosen days, and untreated trucks over the same time. */
export async function readRoadCheck(
  db: Db,
  vehicleId: number,
  repair: RepairDays,
  { span, chosen }: RoadDays,
  parameters: Parameters,
): Promise<RoadMaterialRead> {
  const p = parameters.roadCheck;
  const read = async (days: readonly string[]): Promise<SummedRoadDay[]> =>
    (await roadDays(db, vehicleId, days)).map((row) => ({ ...row, summary: row.summary as DaySummary }));
  const before = await read(chosen.before);
  const after = await read(chosen.after);
  const [firstBefore, lastBefore] = [chosen.before[0], chosen.before.at(-1)];
  const [firstAfter, lastAfter] = [chosen.after[0], chosen.after.at(-1)];
  const both = [...before, ...after];
  const rows =
    firstBefore === undefined || lastBefore === undefined || firstAfter === undefined || lastAfter === undefined
      ? []
      : await roadControls(db, {
          vehicleId,
          basis: basisOf(both),
          before: { from: firstBefore, to: lastBefore },
          after: { from: firstAfter, to: lastAfter },
          leastDays: p.controlDays,
          most: p.mostControls,
          formula: FORMULA_VERSION,
        });
  const controls = rows.length === 0 ? [] : controlsOf(rows, basisOf(both), roadBsfc(both, basisOf(both)).value);
  const ofControls = new Map(rows.map((row) => [row.vehicle_id, row.outdated]));
  return {
    input: assembleRoadCheck({ repair, span, before, after, notValid: chosen.notValid, controls }, parameters),
    outdated: [...ofControls].flatMap(([id, days]) => days.map((day) => ({ vehicleId: id, day }))),
  };
}

/** A control's factor is compared with itself alone: the truck's own reference consumption serves for all. */
function controlsOf(rows: readonly ControlRow[], basis: RoadCheckInput['basis'], bsfc: number): RoadControl[] {
  const ids = [...new Set(rows.map((row) => row.vehicle_id))];
  return ids.map((vehicleId) => {
    const of = (period: ControlRow['period']) => rows.filter((row) => row.vehicle_id === vehicleId && row.period === period);
    const bins = (list: readonly RoadSlice[]) => roadBins(list, basis, bsfc);
    return {
      vehicleId,
      daysBefore: of('before')[0]?.days ?? 0,
      daysAfter: of('after')[0]?.days ?? 0,
      before: bins(of('before')),
      after: bins(of('after')),
    };
  });
}

/** What a step of the case carries of a road check: enough to read it by, and the hash to find it by. */
function stepValues(input: RoadCheckInput, result: RoadCheckResult, sha256: string): StepValues {
  const { before, after, logRatio } = result.comparison;
  const { zh, en } = roadSentence(input, result);
  return {
    verdict: result.verdict,
    figures: {
      version: input.version,
      inputsSha256: sha256,
      reason: result.reason,
      daysBefore: input.before.length,
      daysAfter: input.after.length,
      beforeGPerKwh: before?.value ?? null,
      afterGPerKwh: after?.value ?? null,
      afterLowGPerKwh: after?.low ?? null,
      afterHighGPerKwh: after?.high ?? null,
      limitGPerKwh: input.limit?.value ?? null,
      logRatio: logRatio?.value ?? null,
      zh,
      en,
    },
  };
}

/** Who has a road check computed. */
export interface Asker {
  readonly actor: string;
  entry(action: string, id: string, detail: AuditEntry['detail']): AuditEntry;
}

/** What a look at a case's road check came to. */
export type RoadLook =
  | { readonly outcome: 'absent' | 'noRepair' | 'noRoadCheck' | 'changed' }
  /** Days must be evaluated first: nothing is kept, and no step taken. */
  | { readonly outcome: 'waiting' }
  | { readonly outcome: 'same' | 'kept' | 'moved'; readonly input: RoadCheckInput; readonly result: RoadCheckResult };

/** Whether a verdict moves a case: where it waits for one; and back to repair, when it waits for closing because of that repair. */
function moves(row: CaseWhole, verdict: RoadCheckResult['verdict']): boolean {
  if (row.state === 'roadCheck') return verdict !== 'notYetDecidable';
  return row.state === 'closing' && factsOf(row).ground === 'compliant' && verdict === 'notRepaired';
}

/**
 * Computes the road check of a case now. It is kept, with its input and an entry in the audit trail, when the input differs from that of the
 * newest one of the repair; where the case waits for it, a verdict moves the case in the same transaction. While days wait to be evaluated
 * nothing is computed, and those of other arithmetic are ordered. Of a case that waits for closing or is closed the service itself keeps only
 * what says otherwise than the newest. Safe to run in several processes at once.
 */
export async function lookAtRoadCheck(db: Db, caseId: number, nowMs: number, asker: Asker): Promise<RoadLook> {
  const row = await getCase(db, caseId);
  if (!row) return { outcome: 'absent' };
  if (row.type === 'tank' || row.type === 'offline') return { outcome: 'noRoadCheck' };
  const { standing: repair, others } = await repairsOf(db, row);
  if (repair === null) return { outcome: 'noRepair' };
  const context = await stepContext(db, nowMs);
  const parameters = await parametersOn(db, context.today);
  const days = await readRoadDays(db, row.vehicle_id, repair, others, context.today, parameters.roadCheck);
  // What is ordered already is waited for, without asking the controls again and again.
  if (days.waiting.length > 0 && days.outdated.length === 0) return { outcome: 'waiting' };
  const { input, outdated } = await readRoadCheck(db, row.vehicle_id, repair, days, parameters);
  const toOrder = [...days.outdated.map((day) => ({ vehicleId: row.vehicle_id, day })), ...outdated];
  if (toOrder.length > 0) {
    await db.batch([orderOutdatedStep(toOrder)]);
    return { outcome: 'waiting' };
  }
  const result = roadCheck(input);
  const sha256 = sha256OfJson(input);
  const newest = (await listRoadChecks(db, caseId)).find((each) => each.repaired_day === repair.doneDay);
  const settled = (row.state === 'closing' || row.state === 'closed') && asker.actor === KEEPER;
  const known = newest?.inputs_sha256 === sha256 || (settled && newest?.verdict === result.verdict);
  const decided = moves(row, result.verdict);
  if (known && !decided) return { outcome: 'same', input, result };
  const detail = {
    verdict: result.verdict,
    reason: result.reason,
    daysBefore: input.before.length,
    daysAfter: input.after.length,
    daysMissing: result.daysMissing,
    version: input.version,
    inputsSha256: sha256,
  };
  const keep: Step[] =
    newest?.inputs_sha256 === sha256
      ? []
      : [
          addRoadCheckStep({
            caseId,
            repairedDay: repair.doneDay,
            atMs: nowMs,
            by: asker.actor,
            version: input.version,
            verdict: result.verdict,
            reason: result.reason,
            daysBefore: input.before.length,
            daysAfter: input.after.length,
            daysMissing: result.daysMissing,
            inputs: input,
            inputsSha256: sha256,
            result,
          }),
        ];
  if (!decided) {
    await db.batch([...keep, auditStep(asker.entry('case.roadCheckComputed', String(caseId), detail))]);
    return { outcome: 'kept', input, result };
  }
  return (await move(db, context, row, stepValues(input, result, sha256), keep, nowMs, asker, detail))
    ? { outcome: 'moved', input, result }
    : { outcome: 'changed' };
}

async function move(
  db: Db,
  context: StepContext,
  row: CaseWhole,
  values: StepValues,
  before: readonly Step[],
  atMs: number,
  asker: Asker,
  detail: AuditEntry['detail'],
): Promise<boolean> {
  const taken = await recordStep(db, context, {
    caseId: row.id,
    version: row.version,
    step: { kind: 'roadCheck', day: context.today, values, note: null },
    actor: asker.actor,
    atMs,
    entry: () => asker.entry('case.roadCheck', String(row.id), detail),
    before,
  });
  return taken.outcome === 'done';
}

/** What one look over all cases did. */
export interface RoadChecksKept {
  readonly kept: number;
  readonly moved: number;
}

/** Days after closing during which late days may still say that a repair did not hold; as long as a case can be opened again for it. */
const CLOSED_DAYS = 90;

/**
 * Computes the road checks of the cases that wait for one, for the retest before it or the closing after it, or were closed lately, and whose
 * truck has days that were evaluated, or repairs that were recorded, since. `seen` remembers up to when each was looked at, so that days which
 * change nothing are not computed over and over. One that fails is told and keeps no other from being looked at.
 */
export async function keepRoadChecks(
  db: Db,
  nowMs: number,
  seen: Map<string, number>,
  failed: (caseId: number, error: unknown) => void,
): Promise<RoadChecksKept> {
  const asker: Asker = { actor: KEEPER, entry: (action, id, detail) => entryOf(nowMs, action, id, detail) };
  let kept = 0;
  let moved = 0;
  const waiting = await roadCheckCases(db, plusDays(beijingDate(nowMs), -CLOSED_DAYS));
  for (const { id, state, changed_at, computed_at } of waiting) {
    const key = `${id} ${state}`;
    const changed = changed_at?.getTime() ?? 0;
    if ((seen.get(key) ?? -1) >= changed && computed_at !== null) continue;
    try {
      const { outcome } = await lookAtRoadCheck(db, id, nowMs, asker);
      // What waits, or was changed by somebody meanwhile, is looked at again.
      if (outcome === 'same' || outcome === 'kept' || outcome === 'moved') seen.set(key, changed);
      if (outcome === 'kept') kept += 1;
      if (outcome === 'moved') moved += 1;
    } catch (error) {
      failed(id, error);
    }
  }
  const keys = new Set(waiting.map(({ id, state }) => `${id} ${state}`));
  for (const key of seen.keys()) if (!keys.has(key)) seen.delete(key);
  return { kept, moved };
}

/** Looks after road checks until it is stopped. */
export class RoadCheckKeeper extends Keeper {
  constructor(db: Db, options: { clock(): number; everyMs: number; log: KeeperLog }) {
    const { clock, log, everyMs } = options;
    const seen = new Map<string, number>();
    super(
      async () => {
        const done = await keepRoadChecks(db, clock(), seen, (caseId, error) =>
          log.warn({ err: error, caseId }, 'the road check of a case could not be computed; it is looked at again'),
        );
        if (done.kept + done.moved > 0) log.info(done, 'road checks were computed');
      },
      { everyMs, log, failed: 'road checks could not be computed; they are looked at again' },
    );
  }
}
