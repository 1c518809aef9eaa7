import type { Step } from '@plume/db';
import {
  addConflictsStep,
  addTalliesStep,
  type FrameRow,
  insertFramesStep,
  insertLedgerStep,
  insertObdStep,
  insertSampleRowsStep,
  insertSamplesStep,
  insertTerminalEventStep,
  markDirtyDaysStep,
  mergeSamplesStep,
  NEW_RECORDS,
  type StoredSamples,
  settleQuarantineStep,
} from '@plume/db/write';
import type { Batch } from './batch.ts';
import type { ControlStore } from './controls.ts';
import { type EventIntake, type Intake, NO_VEHICLE_ID, type ObdIntake, type Refusal, receivedSec, refuse } from './intake.ts';
import type { MarkBook } from './mark-book.ts';
import {
  beijingDay,
  beijingDayNumber,
  countStored,
  frameOf,
  isLate,
  LATE_AFTER_S,
  type LedgerQuota,
  ledgerRowsOf,
  type Outcome,
  outcomesOf,
  talliesOf,
} from './outcome.ts';
import { reconcile } from './reconcile.ts';
import { rowPath } from './row-path.ts';

/** Rows merged in one statement. */
const MERGE_ROWS = 500;
const LATE_REASON = `records stored more than ${LATE_AFTER_S} s after their time`;
const CONFLICT_REASON = 'records that contradict stored ones';
/** More days than any time that is let in has: keeps trucks apart in `dayKey`. */
const DAYS = 1_000_000;

/** A batch decided: what became of every record, and the statements that make it so. */
export interface Plan {
  readonly outcomes: readonly Outcome[];
  readonly steps: readonly Step[];
  /** Rows that contradict what is stored: they go to quarantine, not into any view. */
  readonly conflicts: readonly number[];
  /** Days that it marks for evaluation, for `MarkBook.note`. */
  readonly marked: Iterable<number>;
}

/** What is stored of the batch's keys. `samples` null: no sample of the batch can be stored yet, and none comes twice within it. */
export interface Known {
  readonly samples: StoredSamples | null;
  readonly controls: ControlStore;
}

/** Decides every record of a batch and builds its transaction. Pure but for the quota's counts and the time of the last marks. */
export function planBatch(batch: Batch, known: Known, quota: LedgerQuota, marks: MarkBook): Plan {
  const outcomes = outcomesOf(batch);
  const days = new DayMarks(marks);
  const steps: Step[] = [];
  const conflicts: number[] = [];
  if (known.samples === null) steps.push(...insertAll(batch, outcomes, days));
  else steps.push(...insertReconciled(batch, known.samples, outcomes, days, conflicts));
  for (const outcome of outcomes) steps.push(...controlSteps(outcome, known.controls, days));
  const frames: FrameRow[] = [];
  for (const outcome of outcomes) {
    const frame = frameOf(outcome);
    if (frame) frames.push(frame);
    steps.push(...ledgerSteps(outcome, quota));
  }
  if (frames.length > 0) steps.push(insertFramesStep(frames));
  steps.push(...days.steps());
  if (outcomes.length > 0) steps.push(addTalliesStep(talliesOf(outcomes)));
  return { outcomes, steps, conflicts, marked: days.marked() };
}

/** New ledger entries. Of a message that is taken in again, entries that still stand stay, with the records that are left; others are resolved. */
export function ledgerSteps(outcome: Outcome, quota: LedgerQuota): Step[] {
  const steps: Step[] = [];
  const open = [...(outcome.intake.envelope.again?.open ?? [])];
  const fresh: Refusal[] = [];
  for (const refusal of outcome.refusals) {
    const at = open.findIndex((entry) => entry.code === refusal.code && entry.vehicleId === refusal.vehicleId);
    const [entry] = at < 0 ? [] : open.splice(at, 1);
    if (!entry) fresh.push(refusal);
    else if (entry.records !== refusal.records) steps.push(settleQuarantineStep(entry, refusal.records));
  }
  for (const entry of open) steps.push(settleQuarantineStep(entry, 0));
  for (const row of ledgerRowsOf(outcome.intake.envelope, fresh, quota)) steps.push(insertLedgerStep(row));
  return steps;
}

/** Every sample is new. */
function insertAll(batch: Batch, outcomes: readonly Outcome[], days: DayMarks): Step[] {
  const rows = new Int32Array(batch.columns.count);
  let count = 0;
  for (let row = 0; row < batch.columns.count; row += 1) {
    const vehicleId = batch.vehicleIds[row] ?? NO_VEHICLE_ID;
    if (vehicleId === NO_VEHICLE_ID) continue;
    rows[count] = row;
    count += 1;
    noteStored(batch, row, vehicleId, outcomes, days, false);
  }
  return count === 0 ? [] : [insertSampleRowsStep(batch.columns, rows, count, batch.vehicleIds)];
}

function insertReconciled(
  batch: Batch,
  stored: StoredSamples,
  outcomes: readonly Outcome[],
  days: DayMarks,
  conflicts: number[],
): Step[] {
  const result = reconcile(batch, stored);
  conflicts.push(...result.conflicts);
  const settled = new Uint8Array(batch.columns.count);
  for (const row of result.duplicates) {
    settled[row] = 1;
    const outcome = outcomes[batch.intakeOf[row] ?? 0];
    if (outcome) outcome.duplicate += 1;
  }
  for (const row of result.conflicts) {
    settled[row] = 1;
    noteConflict(batch, row, outcomes, days);
  }
  for (const row of result.complements) {
    settled[row] = 1;
    noteStored(batch, row, batch.vehicleIds[row] ?? NO_VEHICLE_ID, outcomes, days, true);
  }
  for (let row = 0; row < batch.columns.count; row += 1) {
    const vehicleId = batch.vehicleIds[row] ?? NO_VEHICLE_ID;
    if (vehicleId !== NO_VEHICLE_ID && settled[row] === 0) noteStored(batch, row, vehicleId, outcomes, days, false);
  }
  const { inserts, merges } = result;
  const steps: Step[] = [];
  if (inserts.length > 0)
    steps.push(insertSamplesStep(inserts.length, (index) => inserts[index] ?? { rows: batch.columns, row: 0, vehicleId: 0 }));
  for (let at = 0; at < merges.length; at += MERGE_ROWS) steps.push(mergeSamplesStep(merges.slice(at, at + MERGE_ROWS)));
  return steps;
}

function noteStored(
  batch: Batch,
  row: number,
  vehicleId: number,
  outcomes: readonly Outcome[],
  days: DayMarks,
  merged: boolean,
): void {
  const outcome = outcomes[batch.intakeOf[row] ?? 0];
  if (!outcome) return;
  const timeSec = batch.columns.timeSec[row] ?? 0;
  countStored(outcome, timeSec, merged);
  days.stored(vehicleId, timeSec, isLate(outcome.intake, timeSec));
}

function noteConflict(batch: Batch, row: number, outcomes: readonly Outcome[], days: DayMarks): void {
  const outcome = outcomes[batch.intakeOf[row] ?? 0];
  if (!outcome) return;
  const vehicleId = batch.vehicleIds[row] ?? NO_VEHICLE_ID;
  const timeSec = batch.columns.timeSec[row] ?? 0;
  addConflict(outcome, () => rowPath(outcome.intake.parts, row), vehicleId, timeSec);
  days.conflict(vehicleId, timeSec);
}

function addConflict(outcome: Outcome, field: string | (() => string), vehicleId: number | null, timeSec: number): void {
  const holder: Pick<Intake, 'refusals'> = { refusals: outcome.refusals };
  refuse(holder, {
    code: 'CONFLICT',
    field,
    reason: `other values are already stored for ${new Date(timeSec * 1000).toISOString()}; the first stays, this one is kept in quarantine`,
    vin: null,
    vehicleId,
    timeSec,
  });
}

/** OBD blocks and control messages: new, known, or contradicting what is known (also within the batch: the store learns as we go). */
function controlSteps(outcome: Outcome, store: ControlStore, days: DayMarks): Step[] {
  const steps: Step[] = [];
  for (const obd of outcome.intake.obd) {
    const relation = store.meetObd(obd.vehicleId, obd.block.timeSec, obd.block.body);
    if (settleControl(outcome, relation, obd.block.field, obd.vehicleId, obd.block.timeSec, days))
      steps.push(insertObdStep(obdRow(outcome.intake, obd)));
  }
  for (const event of outcome.intake.events) {
    const relation = store.meetEvent(outcome.intake.envelope.terminalId, event);
    if (settleControl(outcome, relation, event.field, event.vehicleId, event.timeSec, days))
      steps.push(insertTerminalEventStep(eventRow(outcome.intake, event)));
  }
  return steps;
}

function settleControl(
  outcome: Outcome,
  relation: 'new' | 'duplicate' | 'conflict',
  field: string,
  vehicleId: number | null,
  timeSec: number,
  days: DayMarks,
): boolean {
  if (relation === 'new') {
    countStored(outcome, timeSec, false);
    if (vehicleId !== null) days.stored(vehicleId, timeSec, isLate(outcome.intake, timeSec));
  } else if (relation === 'duplicate') outcome.duplicate += 1;
  else {
    addConflict(outcome, field, vehicleId, timeSec);
    if (vehicleId !== null) days.conflict(vehicleId, timeSec);
  }
  return relation === 'new';
}

function obdRow(intake: Intake, { block, vehicleId }: ObdIntake): Parameters<typeof insertObdStep>[0] {
  const { protocol, mil, supported, ready, vin, calId, cvn, iupr, dtcs, body, timeSec } = block;
  return {
    vehicleId,
    timeSec,
    terminalId: intake.envelope.terminalId,
    receivedSec: receivedSec(intake.envelope),
    protocol,
    mil,
    supported,
    ready,
    vin,
    calId,
    cvn,
    iupr,
    dtcs,
    body,
  };
}

function eventRow(intake: Intake, event: EventIntake): Parameters<typeof insertTerminalEventStep>[0] {
  const { kind, timeSec, seq, vehicleId } = event;
  return {
    terminalId: intake.envelope.terminalId,
    vehicleId,
    kind,
    timeSec,
    seq,
    receivedSec: receivedSec(intake.envelope),
    detail: JSON.stringify(event.detail),
  };
}

interface DayMark {
  readonly vehicleId: number;
  readonly timeSec: number;
  reason: string;
}

/** Beijing days of trucks that the evaluator must look at again, and their conflicts. */
class DayMarks {
  readonly #book: MarkBook;
  readonly #touched = new Map<number, DayMark>();
  readonly #conflicts = new Map<number, { vehicleId: number; timeSec: number; conflicts: number }>();
  #due: Map<number, DayMark> | null = null;
  /** The last mark: rows of a batch come truck by truck, so most of them repeat it. */
  #lastKey = -1;
  #lastReason = '';

  constructor(book: MarkBook) {
    this.#book = book;
  }

  stored(vehicleId: number, timeSec: number, late: boolean): void {
    this.#mark(dayKey(vehicleId, timeSec), vehicleId, timeSec, late ? LATE_REASON : NEW_RECORDS);
  }

  conflict(vehicleId: number, timeSec: number): void {
    const key = dayKey(vehicleId, timeSec);
    this.#mark(key, vehicleId, timeSec, CONFLICT_REASON);
    const known = this.#conflicts.get(key);
    if (known) known.conflicts += 1;
    else this.#conflicts.set(key, { vehicleId, timeSec, conflicts: 1 });
  }

  steps(): Step[] {
    const steps: Step[] = [];
    const dated = <T extends { timeSec: number }>(marks: Map<number, T>): (T & { day: string })[] =>
      [...marks.values()].map((mark) => ({ ...mark, day: beijingDay(mark.timeSec) }));
    const due = this.#dueMarks();
    if (due.size > 0) steps.push(markDirtyDaysStep(dated(due), this.#book.openS));
    if (this.#conflicts.size > 0) steps.push(addConflictsStep(dated(this.#conflicts)));
    return steps;
  }

  marked(): Iterable<number> {
    return this.#dueMarks().keys();
  }

  #dueMarks(): Map<number, DayMark> {
    this.#due ??= new Map([...this.#touched].filter(([key]) => this.#book.isDue(key)));
    return this.#due;
  }

  /** The reason that says most stays: a conflict, late records, new records. */
  #mark(key: number, vehicleId: number, timeSec: number, reason: string): void {
    if (key === this.#lastKey && reason === this.#lastReason) return;
    this.#lastKey = key;
    this.#lastReason = reason;
    const known = this.#touched.get(key);
    if (!known) this.#touched.set(key, { vehicleId, timeSec, reason });
    else if (known.reason === NEW_RECORDS || reason === CONFLICT_REASON) known.reason = reason;
  }
}

/** One number for a truck and a Beijing day: no text is made for each of thousands of rows. */
function dayKey(vehicleId: number, timeSec: number): number {
  return vehicleId * DAYS + beijingDayNumber(timeSec);
}

/** The outcome of a message that the database refuses as a whole: all its records go to quarantine. */
export function poisonRefusal(intake: Intake, reason: string): Refusal {
  return {
    code: 'POISON',
    disposition: 'quarantined',
    field: '',
    reason,
    records: Math.max(1, intake.received),
    vehicleId: null,
    vin: null,
    firstSec: null,
    lastSec: null,
  };
}
