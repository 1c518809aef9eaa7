import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Db, type Step, troubleOf } from '@plume/db';
import { addTalliesStep, lastBatch, noteBatchStep, readSamples, type StoredSamples } from '@plume/db/write';
import type { Batch } from './batch.ts';
import { ControlStore } from './controls.ts';
import { NO_VEHICLE_ID } from './intake.ts';
import type { MarkBook } from './mark-book.ts';
import { type LedgerQuota, type Outcome, outcomesOf, talliesOf } from './outcome.ts';
import { ledgerSteps, planBatch, poisonRefusal } from './plan.ts';

const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 1_000;
/** Collisions in a row (another process writes the same trucks) before the pause grows. */
const COLLISIONS_AT_ONCE = 5;
/** Keys further apart in time than this are read by statements of their own, so that each opens few chunks. */
const READ_CLUSTER_S = 86_400;

export interface CommitterDeps {
  readonly db: Db;
  readonly quota: LedgerQuota;
  readonly marks: MarkBook;
  readonly log: { warn(fields: object, message: string): void };
}

/** A batch as it was written: its rows that are not stored (conflicts, poison) have no truck any more. */
export interface Committed {
  readonly batch: Batch;
  /** One for each message, in order. */
  readonly outcomes: readonly Outcome[];
}

/** The batch could not be split any further and nothing of it may be acknowledged. */
export class CommitAbandoned extends Error {
  override readonly name = 'CommitAbandoned';
}

/**
 * Writes batches, each in one transaction, repeating until the database has them: whatever the outcome of a lost connection, each batch is
 * counted once. Values that can never be stored end in quarantine without harm to their neighbours.
 */
export class Committer {
  readonly #db: Db;
  readonly #quota: LedgerQuota;
  readonly #marks: MarkBook;
  readonly #log: CommitterDeps['log'];
  readonly #writer = randomUUID();
  #batchNumber = 0;
  /** Newest stored sample time of each truck, as far as this process knows: a later sample cannot collide. */
  readonly #newest = new Map<number, number>();
  readonly #stop = new AbortController();
  /** The database did not answer at the last attempt. */
  away: { readonly sinceMs: number; readonly reason: string } | null = null;

  constructor(deps: CommitterDeps) {
    this.#db = deps.db;
    this.#quota = deps.quota;
    this.#marks = deps.marks;
    this.#log = deps.log;
  }

  /** Starting knowledge of the newest stored times; wrong or missing entries cost a repeated batch, never a wrong row. */
  learnNewest(vehicleId: number, timeSec: number): void {
    if (timeSec > (this.#newest.get(vehicleId) ?? Number.NEGATIVE_INFINITY)) this.#newest.set(vehicleId, timeSec);
  }

  /** Gives up what cannot be written now; `commit` then throws `CommitAbandoned`. */
  stop(): void {
    this.#stop.abort();
  }

  /** Resolves when every record of the batch is durable, with the batches it was written in. `split` makes a batch of some of its messages anew. */
  async commit(batch: Batch, split: (from: number, to: number) => Batch): Promise<readonly Committed[]> {
    let distrust = false;
    this.#batchNumber += 1;
    const number = this.#batchNumber;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const outcomes = await this.#attempt(batch, distrust, number);
        this.away = null;
        return [{ batch, outcomes }];
      } catch (error) {
        const trouble = troubleOf(error);
        if (trouble === 'data' || trouble === 'defect')
          return batch.intakes.length === 1 ? await this.#quarantine(batch, error) : await this.#halves(batch, split);
        distrust = true;
        if (trouble === 'away') await this.#waitUntilBack(error, attempt);
        else if (attempt > COLLISIONS_AT_ONCE) {
          if (batch.intakes.some((intake) => intake.envelope.again))
            return batch.intakes.length === 1 ? leftToOthers(batch) : await this.#halves(batch, split);
          await this.#pause(Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * attempt));
        }
      }
    }
  }

  async #attempt(batch: Batch, distrust: boolean, number: number): Promise<readonly Outcome[]> {
    const samples = await this.#storedOf(batch, distrust);
    const controls = await ControlStore.read(this.#db, batch);
    const plan = await this.#counted(async () => {
      const plannedAtMs = performance.now();
      const made = planBatch(batch, { samples, controls }, this.#quota, this.#marks);
      await this.#write(made.steps, number);
      this.#marks.note(made.marked, plannedAtMs);
      return made;
    });
    for (const row of plan.conflicts) batch.setVehicle(row, NO_VEHICLE_ID);
    for (let row = 0; row < batch.columns.count; row += 1) {
      const vehicleId = batch.vehicleIds[row] ?? NO_VEHICLE_ID;
      if (vehicleId !== NO_VEHICLE_ID) this.learnNewest(vehicleId, batch.columns.timeSec[row] ?? 0);
    }
    return plan.outcomes;
  }

  /** A transaction whose originals count towards the quota only if it goes through. */
  async #counted<T>(transaction: () => Promise<T>): Promise<T> {
    let committed = false;
    try {
      const result = await transaction();
      committed = true;
      return result;
    } finally {
      this.#quota.settle(committed);
    }
  }

  /** One transaction. When its answer is lost, the database is asked whether it went through; `number` is the same for every try. */
  async #write(steps: readonly Step[], number: number): Promise<void> {
    if (steps.length === 0) return;
    // On the embedded engine an answer cannot be lost without the process.
    if (this.#db.kind === 'embedded') {
      await this.#db.batch(steps);
      return;
    }
    try {
      await this.#db.batch([noteBatchStep(this.#writer, number), ...steps]);
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble === 'data' || trouble === 'defect') throw error;
      if (trouble === 'away') await this.#waitUntilBack(error);
      if ((await this.#lastCommitted()) !== number) throw error;
    }
  }

  async #lastCommitted(): Promise<number> {
    for (;;) {
      try {
        return await lastBatch(this.#db, this.#writer);
      } catch (error) {
        await this.#waitUntilBack(error);
      }
    }
  }

  /** Stored samples under the batch's keys; null when no key can be stored yet and none comes twice. */
  async #storedOf(batch: Batch, distrust: boolean): Promise<StoredSamples | null> {
    const vehicleIds: number[] = [];
    const times: number[] = [];
    const running = new Map<number, number>();
    let ordered = true;
    for (let row = 0; row < batch.columns.count; row += 1) {
      const vehicleId = batch.vehicleIds[row] ?? NO_VEHICLE_ID;
      if (vehicleId === NO_VEHICLE_ID) continue;
      const timeSec = batch.columns.timeSec[row] ?? 0;
      if (timeSec <= (running.get(vehicleId) ?? Number.NEGATIVE_INFINITY)) ordered = false;
      else running.set(vehicleId, timeSec);
      if (distrust || timeSec <= (this.#newest.get(vehicleId) ?? Number.NEGATIVE_INFINITY)) {
        vehicleIds.push(vehicleId);
        times.push(timeSec);
      }
    }
    if (ordered && vehicleIds.length === 0) return null;
    return await readClustered(this.#db, vehicleIds, times);
  }

  async #halves(batch: Batch, split: (from: number, to: number) => Batch): Promise<readonly Committed[]> {
    const middle = Math.floor(batch.intakes.length / 2);
    const first = await this.commit(split(0, middle), (from, to) => split(from, to));
    const second = await this.commit(split(middle, batch.intakes.length), (from, to) => split(middle + from, middle + to));
    return [...first, ...second];
  }

  /** A single message that the database refuses: kept whole, its records counted as rejected. */
  async #quarantine(batch: Batch, cause: unknown): Promise<readonly Committed[]> {
    const why = cause instanceof Error ? cause.message : String(cause);
    const reason =
      troubleOf(cause) === 'defect' ? `the service failed on this record (${why})` : `the database refuses this record (${why})`;
    const outcomes = outcomesOf(batch);
    for (const outcome of outcomes) {
      outcome.intake.received = Math.max(1, outcome.intake.received);
      outcome.refusals.splice(0, outcome.refusals.length, poisonRefusal(outcome.intake, reason));
    }
    this.#log.warn({ terminalId: batch.intakes[0]?.envelope.terminalId, reason }, 'message quarantined as poison');
    batch.vehicleIds.fill(NO_VEHICLE_ID);
    this.#batchNumber += 1;
    const number = this.#batchNumber;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#counted(() =>
          this.#write(
            [...outcomes.flatMap((outcome) => ledgerSteps(outcome, this.#quota)), addTalliesStep(talliesOf(outcomes))],
            number,
          ),
        );
        return [{ batch, outcomes }];
      } catch (error) {
        const trouble = troubleOf(error);
        if (trouble === 'data' || trouble === 'defect')
          throw new CommitAbandoned('a message could be neither stored nor quarantined', { cause: error });
        if (trouble === 'collision' && attempt > COLLISIONS_AT_ONCE && batch.intakes[0]?.envelope.again)
          return leftToOthers(batch);
        await this.#waitUntilBack(error, attempt);
      }
    }
  }

  /**
   * Waits until the database answers again. Planning goes on only then, so an outage costs no work. A database that answers and yet
   * writes nothing (a full disk) is tried less and less often; either way the log hears of it once.
   */
  async #waitUntilBack(cause: unknown, attempt = 1): Promise<void> {
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (!this.away) this.#log.warn({ reason }, 'database away; messages stay unacknowledged until it is back');
    this.away ??= { sinceMs: Date.now(), reason };
    for (let delayMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * attempt); ; delayMs = Math.min(RETRY_MAX_MS, delayMs * 2)) {
      await this.#pause(delayMs);
      try {
        await this.#db.health();
        return;
      } catch (error) {
        this.away = { sinceMs: this.away.sinceMs, reason: error instanceof Error ? error.message : String(error) };
      }
    }
  }

  async #pause(delayMs: number): Promise<void> {
    const aborted = await sleep(delayMs, false, { signal: this.#stop.signal }).catch(() => true);
    if (aborted || this.#stop.signal.aborted) throw new CommitAbandoned('the service is stopping');
  }
}

/**
 * A message from quarantine whose entries another process is settling, or has settled: it is theirs, and nothing of it counts here. (What
 * nobody settled stays in quarantine and can be taken in again.)
 */
function leftToOthers(batch: Batch): readonly Committed[] {
  batch.vehicleIds.fill(NO_VEHICLE_ID);
  const outcomes = outcomesOf(batch);
  for (const outcome of outcomes) {
    outcome.intake.received = 0;
    outcome.refusals.length = 0;
  }
  return [{ batch, outcomes }];
}

async function readClustered(db: Db, vehicleIds: readonly number[], times: readonly number[]): Promise<StoredSamples> {
  const order = times.map((_, index) => index).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
  const clusters: number[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const index of order) {
    const timeSec = times[index] ?? 0;
    if (timeSec - last > READ_CLUSTER_S) clusters.push([]);
    clusters.at(-1)?.push(index);
    last = timeSec;
  }
  const parts: StoredSamples[] = [];
  for (const cluster of clusters) {
    parts.push(
      await readSamples(
        db,
        cluster.map((index) => vehicleIds[index] ?? 0),
        cluster.map((index) => times[index] ?? 0),
      ),
    );
  }
  return parts.length === 1 && parts[0] ? parts[0] : joinStored(parts);
}

function joinStored(parts: readonly StoredSamples[]): StoredSamples {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const share = <T extends Float64Array | Uint8Array | Int32Array>(
    target: T,
    pick: (part: StoredSamples) => T,
    width: number,
  ): T => {
    let at = 0;
    for (const part of parts) {
      target.set(pick(part).subarray(0, part.count * width), at * width);
      at += part.count;
    }
    return target;
  };
  const signals = parts[0] ? parts[0].values.length / Math.max(1, parts[0].timeSec.length) : 0;
  const qualityBytes = parts[0] ? parts[0].quality.length / Math.max(1, parts[0].timeSec.length) : 0;
  return {
    count,
    vehicleIds: share(new Int32Array(count), (part) => part.vehicleIds, 1),
    timeSec: share(new Float64Array(count), (part) => part.timeSec, 1),
    values: share(new Float64Array(count * signals), (part) => part.values, signals),
    quality: share(new Uint8Array(count * qualityBytes), (part) => part.quality, qualityBytes),
  };
}
