import type { Acceptance, Envelope } from './envelope.ts';
import { type Intake, type IntakeContext, type RowTarget, takeIn, unreadable } from './intake.ts';
import { SampleColumns } from './protocol/index.ts';
import type { BatchRows } from './reconcile.ts';

/** A message that waits for its commit. */
export interface Waiting {
  readonly envelope: Envelope;
  /** Called once, after the commit (or never acknowledged, when the service stops first). */
  readonly settle: (acceptance: Acceptance) => void;
}

/** Messages that are written in one transaction, in order of arrival, with all their samples in one column store. */
export class Batch implements BatchRows, RowTarget {
  readonly columns: SampleColumns;
  vehicleIds: Int32Array;
  intakeOf: Int32Array;
  waiting: Waiting[] = [];
  intakes: Intake[] = [];
  bytes = 0;

  constructor(rows: number) {
    this.columns = new SampleColumns(rows);
    this.vehicleIds = new Int32Array(rows);
    this.intakeOf = new Int32Array(rows);
  }

  /** Empties it for the next messages; the memory stays. */
  clear(): void {
    this.columns.clear();
    this.waiting = [];
    this.intakes = [];
    this.bytes = 0;
  }

  add(waiting: Waiting, context: IntakeContext): void {
    const index = this.intakes.length;
    const first = this.columns.count;
    this.intakes.push(this.#takeIn(waiting.envelope, context));
    this.waiting.push(waiting);
    this.bytes += waiting.envelope.payload.length;
    this.#reserve(this.columns.count);
    this.intakeOf.fill(index, first, this.columns.count);
  }

  /** A fault of ours in reading one message must not touch the others: the message goes to quarantine whole. */
  #takeIn(envelope: Envelope, context: IntakeContext): Intake {
    const first = this.columns.count;
    try {
      return takeIn(envelope, this, context);
    } catch (error) {
      this.columns.truncate(first);
      return unreadable(envelope, error);
    }
  }

  setVehicle(row: number, vehicleId: number): void {
    this.#reserve(row + 1);
    this.vehicleIds[row] = vehicleId;
  }

  #reserve(rows: number): void {
    if (rows <= this.vehicleIds.length) return;
    const room = Math.max(rows, this.vehicleIds.length * 2);
    const vehicleIds = new Int32Array(room);
    vehicleIds.set(this.vehicleIds);
    this.vehicleIds = vehicleIds;
    const intakeOf = new Int32Array(room);
    intakeOf.set(this.intakeOf);
    this.intakeOf = intakeOf;
  }
}
