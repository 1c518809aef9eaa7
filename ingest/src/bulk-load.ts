import { compressNext, type Db } from '@plume/db';
import { insertSampleRowsStep, markDirtyDaysStep, NEW_RECORDS, type SampleRows, saveLatestStep } from '@plume/db/write';
import { BEIJING_OFFSET_S, SIGNALS } from './protocol/index.ts';

const DAY_S = 86_400;

/** Samples of one truck in order of time, each second once. */
export interface BulkRows {
  readonly vehicleId: number;
  readonly rows: SampleRows & { readonly count: number };
}

/** How far a load is. */
export interface BulkProgress {
  rows: number;
  /** Seconds spent writing, and compressing. */
  writeS: number;
  compressS: number;
  compressedChunks: number;
}

/** Loads samples straight into the table, piece by piece. What they say is taken as it is: no message, no acknowledgement, no ledger entry. */
export class BulkLoad {
  readonly #db: Db;
  readonly #marked = new Set<string>();
  readonly progress: BulkProgress = { rows: 0, writeS: 0, compressS: 0, compressedChunks: 0 };

  constructor(db: Db) {
    this.#db = db;
  }

  /** Writes a piece and marks its days for the evaluator, in one transaction. A second that is stored already ends the load (SQLSTATE 23505). */
  async write({ vehicleId, rows }: BulkRows): Promise<void> {
    const began = performance.now();
    const { count } = rows;
    const indices = Int32Array.from({ length: count }, (_, row) => row);
    const vehicles = new Int32Array(count).fill(vehicleId);
    const days = this.#newDays(vehicleId, rows);
    await this.#db.batch([
      insertSampleRowsStep(rows, indices, count, vehicles),
      ...(days.length === 0 ? [] : [markDirtyDaysStep(days, 0)]),
      saveLatestStep([this.#latest(vehicleId, rows)]),
    ]);
    this.progress.rows += count;
    this.progress.writeS += (performance.now() - began) / 1000;
  }

  /** Compresses what lies more than the usual days back, where the edition can. */
  async compress(nowMs: number): Promise<void> {
    const began = performance.now();
    while ((await compressNext(this.#db, new Date(nowMs))) !== null) this.progress.compressedChunks += 1;
    this.progress.compressS += (performance.now() - began) / 1000;
    this.#marked.clear();
  }

  /** Days of a piece that are not marked yet. */
  #newDays(vehicleId: number, rows: BulkRows['rows']): { vehicleId: number; day: string; reason: string }[] {
    const days = new Set<number>();
    for (let row = 0; row < rows.count; row += 1)
      days.add(Math.floor(((rows.timeSec[row] as number) + BEIJING_OFFSET_S) / DAY_S));
    return [...days].flatMap((number) => {
      const day = new Date(number * DAY_S * 1000).toISOString().slice(0, 10);
      const key = `${vehicleId} ${day}`;
      if (this.#marked.has(key)) return [];
      this.#marked.add(key);
      return [{ vehicleId, day, reason: NEW_RECORDS }];
    });
  }

  /** The newest state that a piece leaves: its last row. */
  #latest(vehicleId: number, rows: BulkRows['rows']) {
    const last = rows.count - 1;
    const timeSec = rows.timeSec[last] as number;
    const base = last * SIGNALS.length;
    const signals: Record<string, readonly [number, number]> = {};
    for (const [index, { id }] of SIGNALS.entries()) {
      const value = rows.values[base + index] as number;
      if (!Number.isNaN(value)) signals[id] = [value, timeSec];
    }
    return { vehicleId, timeSec, receivedSec: timeSec, signals };
  }
}
