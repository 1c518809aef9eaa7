import {
  type AuditEntry,
  addRoadCheckStep,
  auditStep,
  type CaseWhole,
  type ControlRow,
  type Db,
  getCase,
  listRoadChecks,
  newestRepair,
  roadCheckCases,
  roadControls,
  roadDays,
  roadJudgedDays,
  type Step,
} from '@plume/db';
import { ruleSettings } from '@plume/db/evaluation';
import {
  assembleRoadCheck,
  basisOf,
  chooseDays,
  type DaySummary,
  type Parameters,
  parametersWith,
  type RoadCheckInput,
  type RoadCheckResult,
  type RoadControl,
  type RoadSlice,
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
import { Keeper, type KeeperLog } from './keeper.ts';
import { recordStep } from './record-step.ts';
import { stepContext } from './step-context.ts';
import { factsOf } from './stored-facts.ts';
import { entryOf, KEEPER } from './system-entry.ts';

/** The numbers in force on a day: the product's with the site's own in place of them. */
export async function parametersOn(db: Db, day: string): Promise<Parameters> {
  return parametersWith((await ruleSettings(db)).findLast(({ validFrom }) => validFrom <= day)?.overrides ?? {});
}

/** A repair of a case: into the workshop, and out of it. */
export interface RepairDays {
  readonly inDay: string;
  readonly doneDay: string;
}

/** The completed repair that a case stands behind; null: there is none in this round. */
export async function repairOf(db: Db, row: CaseWhole): Promise<RepairDays | null> {
  if (factsOf(row).repairedDay === null) return null;
  const repair = await newestRepair(db, row.id);
  return repair ? { inDay: repair.in_day, doneDay: repair.done_day } : null;
}

/** Reads everything that a road check rests on: whole days only, up to yesterday. */
export async function readRoadCheck(
  db: Db,
  vehicleId: number,
  repair: RepairDays,
  today: string,
  parameters: Parameters,
): Promise<RoadCheckInput> {
  const p = parameters.roadCheck;
  const judged = await roadJudgedDays(db, vehicleId, roadSpan(repair, p).before.from, today);
  const chosen = chooseDays(
    judged.map((row) => ({ day: row.day, notValid: row.not_valid })),
    repair,
    p,
  );
  const read = async (days: readonly string[]): Promise<SummedRoadDay[]> =>
    (await roadDays(db, vehicleId, days)).map((row) => ({ summary: row.summary as DaySummary, slices: row.slices }));
  const before = await read(chosen.before);
  const after = await read(chosen.after);
  const [firstBefore, lastBefore] = [chosen.before[0], chosen.before.at(-1)];
  const [firstAfter, lastAfter] = [chosen.after[0], chosen.after.at(-1)];
  const both = [...before, ...after];
  const controls =
    firstBefore === undefined || lastBefore === undefined || firstAfter === undefined || lastAfter === undefined
      ? []
      : controlsOf(
          await roadControls(db, {
            vehicleId,
            basis: basisOf(both),
            before: { from: firstBefore, to: lastBefore },
            after: { from: firstAfter, to: lastAfter },
            leastDays: p.controlDays,
            most: p.mostControls,
          }),
          basisOf(both),
          roadBsfc(both, basisOf(both)).value,
        );
  return assembleRoadCheck({ repair, before, after, notValid: chosen.notValid, controls }, parameters);
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
  | { readonly outcome: 'same' | 'kept' | 'moved'; readonly input: RoadCheckInput; readonly result: RoadCheckResult };

/**
 * Computes the road check of a case now. It is kept, with its input and an entry in the audit trail, when the input differs from that of the
 * newest one; where the case waits for it, a verdict moves the case in the same transaction. Safe to run in several processes at once.
 */
export async function lookAtRoadCheck(db: Db, caseId: number, nowMs: number, asker: Asker): Promise<RoadLook> {
  const row = await getCase(db, caseId);
  if (!row) return { outcome: 'absent' };
  if (row.type === 'tank' || row.type === 'offline') return { outcome: 'noRoadCheck' };
  const repair = await repairOf(db, row);
  if (repair === null) return { outcome: 'noRepair' };
  const context = await stepContext(db, nowMs);
  const parameters = await parametersOn(db, context.today);
  const input = await readRoadCheck(db, row.vehicle_id, repair, context.today, parameters);
  const result = roadCheck(input);
  const sha256 = sha256OfJson(input);
  const [newest] = await listRoadChecks(db, caseId);
  const known = newest?.inputs_sha256 === sha256 && newest.repaired_day === repair.doneDay;
  const decided = result.verdict !== 'notYetDecidable' && row.state === 'roadCheck';
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
  const keep: Step[] = known
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

/**
 * Computes the road checks of the cases that wait for one, or for the retest before it, and whose truck has days that were evaluated since.
 * `seen` remembers up to when each was looked at, so that days which change nothing are not computed over and over.
 */
export async function keepRoadChecks(db: Db, nowMs: number, seen: Map<string, number>): Promise<RoadChecksKept> {
  const asker: Asker = { actor: KEEPER, entry: (action, id, detail) => entryOf(nowMs, action, id, detail) };
  let kept = 0;
  let moved = 0;
  const waiting = await roadCheckCases(db);
  for (const { id, state, evaluated_at, computed_at } of waiting) {
    const key = `${id} ${state}`;
    const evaluated = evaluated_at?.getTime() ?? 0;
    if ((seen.get(key) ?? -1) >= evaluated && computed_at !== null) continue;
    const { outcome } = await lookAtRoadCheck(db, id, nowMs, asker);
    seen.set(key, evaluated);
    if (outcome === 'kept') kept += 1;
    if (outcome === 'moved') moved += 1;
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
        const done = await keepRoadChecks(db, clock(), seen);
        if (done.kept + done.moved > 0) log.info(done, 'road checks were computed');
      },
      { everyMs, log, failed: 'road checks could not be computed; they are looked at again' },
    );
  }
}
