import type { Batch } from './batch.ts';
import { NO_VEHICLE_ID } from './intake.ts';
import type { SampleColumns } from './protocol/index.ts';

/** A tamper alarm of a terminal. */
export interface CommittedTamper {
  readonly vehicleId: number;
  readonly timeSec: number;
  readonly receivedSec: number;
  readonly reissued: boolean;
}

/** What a transaction has put into the database. Its arrays are used again for the next one: a listener takes what it needs before it returns. */
export interface CommittedRows {
  readonly columns: SampleColumns;
  /** Truck of a row; null: the row was not stored. */
  vehicleOf(row: number): number | null;
  /** When the row's message was received [epoch s]. */
  receivedSecOf(row: number): number;
  /** Whether the row's message was a re-issue (command 03). */
  reissued(row: number): boolean;
  readonly tampers: readonly CommittedTamper[];
}

/** A listener must be quick and must not throw. */
export type CommittedListener = (rows: CommittedRows) => void;

/** A written batch as its listeners see it. */
export function committedRows(batch: Batch): CommittedRows {
  const intakeOf = (row: number) => batch.intakes[batch.intakeOf[row] ?? 0];
  return {
    columns: batch.columns,
    vehicleOf: (row) => {
      const vehicleId = batch.vehicleIds[row] ?? NO_VEHICLE_ID;
      return vehicleId === NO_VEHICLE_ID ? null : vehicleId;
    },
    receivedSecOf: (row) => (intakeOf(row)?.envelope.receivedAtMs ?? 0) / 1000,
    reissued: (row) => intakeOf(row)?.reissued ?? false,
    tampers: batch.intakes.flatMap((intake) =>
      intake.events.flatMap(({ kind, vehicleId, timeSec }) =>
        kind === 'tamper' && vehicleId !== null
          ? [{ vehicleId, timeSec, receivedSec: intake.envelope.receivedAtMs / 1000, reissued: intake.reissued }]
          : [],
      ),
    ),
  };
}
