import type { SampleMerge, SampleRef, SampleRows, StoredSamples } from '@plume/db/write';
import { getQuality, QUALITY, QUALITY_BYTES, SampleColumns, SIGNAL_COUNT, setQuality } from './protocol/index.ts';

/** Rows of a batch: truck and message of each row. Rows with a negative vehicle id are passed over. */
export interface BatchRows {
  readonly columns: SampleColumns;
  readonly vehicleIds: Int32Array;
  readonly intakeOf: Int32Array;
}

/** What becomes of each row. */
export interface Reconciled {
  /** New samples: rows of the batch, or of `scratch` when two of the batch were merged. */
  readonly inserts: SampleRef[];
  /** Stored samples that gain values. */
  readonly merges: SampleMerge[];
  /** Rows that contradict what is stored, or what came before them in the batch. */
  readonly conflicts: number[];
  readonly duplicates: number[];
  /** Rows whose values, or better reasons for missing ones, were merged into another. */
  readonly complements: number[];
}

/** The key of a sample as one number: exact while vehicle ids stay below 2^20 and times below 2^33 (the year 2242). */
export function sampleKey(vehicleId: number, timeSec: number): number {
  return vehicleId * 2 ** 33 + timeSec;
}

interface Held {
  rows: SampleRows;
  row: number;
  readonly vehicleId: number;
  /** Quality as read, for a sample that is in the database. */
  readonly readQuality: Uint8Array | null;
  changed: boolean;
}

/**
 * Tells new, duplicate, complement and conflict apart, in order of arrival (architecture.md, Records, keys, duplicates). Pure: neither
 * the batch nor what was stored is changed; merged rows are made anew.
 */
export function reconcile(batch: BatchRows, stored: StoredSamples): Reconciled {
  const held = new Map<number, Held>();
  for (let row = 0; row < stored.count; row += 1) {
    const vehicleId = stored.vehicleIds[row] ?? 0;
    const readQuality = stored.quality.slice(row * QUALITY_BYTES, (row + 1) * QUALITY_BYTES);
    held.set(sampleKey(vehicleId, stored.timeSec[row] ?? 0), { rows: stored, row, vehicleId, readQuality, changed: false });
  }
  const scratch = new SampleColumns();
  const conflicts: number[] = [];
  const duplicates: number[] = [];
  const complements: number[] = [];
  for (let row = 0; row < batch.columns.count; row += 1) {
    const vehicleId = batch.vehicleIds[row] ?? -1;
    if (vehicleId < 0) continue;
    const key = sampleKey(vehicleId, batch.columns.timeSec[row] ?? 0);
    const known = held.get(key);
    if (!known) {
      held.set(key, { rows: batch.columns, row, vehicleId, readQuality: null, changed: false });
      continue;
    }
    const relation = compareSamples(known.rows, known.row, batch.columns, row);
    if (relation === 'conflict') {
      conflicts.push(row);
      continue;
    }
    const more = relation === 'complement' || tellsMore(known.rows, known.row, batch.columns, row);
    (more ? complements : duplicates).push(row);
    if (more) {
      known.row = mergeInto(scratch, known.rows, known.row, batch.columns, row);
      known.rows = scratch;
      known.changed = true;
    }
  }
  const inserts: SampleRef[] = [];
  const merges: SampleMerge[] = [];
  for (const each of held.values()) {
    if (each.readQuality === null) inserts.push(each);
    else if (each.changed)
      merges.push({ rows: each.rows, row: each.row, vehicleId: each.vehicleId, readQuality: each.readQuality });
  }
  return { inserts, merges, conflicts, duplicates, complements };
}

/** How a newcomer relates to what is held: compared are the integers; nulls never contradict. */
export function compareSamples(
  held: SampleRows,
  heldRow: number,
  rows: SampleRows,
  row: number,
): 'duplicate' | 'complement' | 'conflict' {
  let fills = false;
  for (let signal = 0; signal < SIGNAL_COUNT; signal += 1) {
    const value = rows.values[row * SIGNAL_COUNT + signal] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const known = held.values[heldRow * SIGNAL_COUNT + signal] ?? Number.NaN;
    if (Number.isNaN(known)) fills = true;
    else if (known !== value) return 'conflict';
  }
  return fills ? 'complement' : 'duplicate';
}

/**
 * Which reason for a missing value stands when two records give different ones: the one that says more. A fixed order, so that the row
 * is the same in whatever order the records came.
 */
const TELLING: readonly number[] = (() => {
  const order = [QUALITY.notSent, QUALITY.na, QUALITY.reserved, QUALITY.notReady, QUALITY.outOfRange, QUALITY.error, QUALITY.ok];
  const rank = new Array<number>(8).fill(0);
  order.forEach((code, index) => {
    rank[code] = index;
  });
  return rank;
})();

/** Whether the newcomer gives a better reason for a value that both lack. */
function tellsMore(held: SampleRows, heldRow: number, rows: SampleRows, row: number): boolean {
  for (let signal = 0; signal < SIGNAL_COUNT; signal += 1) {
    if (telling(rows, row, signal) > telling(held, heldRow, signal)) return true;
  }
  return false;
}

function telling(rows: SampleRows, row: number, signal: number): number {
  return TELLING[getQuality(rows.quality, row * QUALITY_BYTES, signal)] ?? 0;
}

/** A new row in `scratch` with the values and the better reasons of both. */
function mergeInto(scratch: SampleColumns, held: SampleRows, heldRow: number, rows: SampleRows, row: number): number {
  const timeSec = held.timeSec[heldRow] ?? 0;
  const merged = scratch.append(timeSec);
  for (let signal = 0; signal < SIGNAL_COUNT; signal += 1) {
    const known = held.values[heldRow * SIGNAL_COUNT + signal] ?? Number.NaN;
    const value = rows.values[row * SIGNAL_COUNT + signal] ?? Number.NaN;
    const newer = telling(rows, row, signal) > telling(held, heldRow, signal);
    const from = newer ? rows : held;
    const quality = getQuality(from.quality, (newer ? row : heldRow) * QUALITY_BYTES, signal);
    scratch.values[merged * SIGNAL_COUNT + signal] = Number.isNaN(known) ? value : known;
    setQuality(scratch.quality, merged * QUALITY_BYTES, signal, quality);
  }
  return merged;
}
