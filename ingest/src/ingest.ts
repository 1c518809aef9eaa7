import type { Db, Registry } from '@plume/db';
import { ledgerBytesSince } from '@plume/db/write';
import { Batch, type Waiting } from './batch.ts';
import { ClockWatch } from './clock-watch.ts';
import { type CommittedListener, committedRows } from './committed.ts';
import { CommitAbandoned, type Committed, Committer } from './committer.ts';
import type { Acceptance, Envelope } from './envelope.ts';
import { type IntakeContext, NO_VEHICLE_ID } from './intake.ts';
import { LatestBook, type LiveSample } from './latest-book.ts';
import { MarkBook } from './mark-book.ts';
import { beijingDay, LedgerQuota, type Outcome, refusedRecords, verdictOf } from './outcome.ts';

/** Rows of one transaction: a larger one holds the engine too long (25 ms on the embedded engine). */
const ROWS_PER_BATCH = { embedded: 2_000, server: 10_000 } as const;
/** Rows that the first batch has room for; it grows. */
const FIRST_ROWS = 64;
/** Bytes of originals of one transaction; larger COPY pieces make the embedded engine's memory grow for good. */
const BYTES_PER_BATCH = 1_500_000;

export interface IngestConfig {
  /** Samples older than this are held back; 0: no limit. */
  readonly maxAgeDays: number;
  /** A truck's day is marked for evaluation at most this often [s]; absent: `MARK_EVERY_S`. */
  readonly markEveryS?: number;
}

export interface IngestDeps {
  readonly db: Db;
  readonly registry: Registry;
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
  /** Called after each transaction. */
  readonly onBatch?: (batch: { readonly rows: number; readonly messages: number; readonly seconds: number }) => void;
}

/** Records since start, and what waits now. */
export interface IngestStats {
  messages: number;
  received: number;
  stored: number;
  duplicate: number;
  /** By code. */
  rejected: Record<string, number>;
  waitingMessages: number;
  waitingBytes: number;
  /** Why nothing is written now; null while the database answers. */
  away: { readonly sinceMs: number; readonly reason: string } | null;
}

export interface Ingest {
  /** Resolves when the message is durable. Never rejects; `ack: false` only when the service stops first. In order for each terminal. */
  accept(envelope: Envelope): Promise<Acceptance>;
  stats(): IngestStats;
  /** Committed samples, newest picture of each truck after each transaction. */
  subscribe(listener: (batch: readonly LiveSample[]) => void): () => void;
  /** Every committed row, after each transaction: for the alarm watch. */
  onCommitted(listener: CommittedListener): () => void;
  /** Writes what can be written within `graceMs`, leaves the rest unacknowledged. */
  stop(graceMs: number): Promise<void>;
}

/** Starts the pipeline: decode, check, one transaction, acknowledge. The next batch forms while the last is written. */
export async function startIngest(config: IngestConfig, deps: IngestDeps): Promise<Ingest> {
  const now = new Date();
  const midnight = new Date(`${beijingDay(now.getTime() / 1000)}T00:00:00+08:00`);
  const quota = new LedgerQuota(await ledgerBytesSince(deps.db, midnight), now.getTime() / 1000);
  const latest = new LatestBook(deps.db);
  const committer = new Committer({ db: deps.db, quota, marks: new MarkBook(config.markEveryS), log: deps.log });
  for (const [vehicleId, timeSec] of await latest.start(now)) committer.learnNewest(vehicleId, timeSec);
  return new Pipeline(config, deps, committer, latest);
}

class Pipeline implements Ingest {
  readonly #deps: IngestDeps;
  readonly #committer: Committer;
  readonly #latest: LatestBook;
  readonly #context: IntakeContext;
  readonly #rows: number;
  /** Messages that the forming batch has no room for; bounded by the doors' windows. */
  readonly #queue: Waiting[] = [];
  #forming: Batch;
  /** Empty batches whose memory is used again: no more than are ever under way, three. */
  readonly #spare: Batch[] = [];
  readonly #listeners = new Set<CommittedListener>();
  #writing: Promise<void> | null = null;
  #stopped = false;
  readonly #stats: IngestStats = {
    messages: 0,
    received: 0,
    stored: 0,
    duplicate: 0,
    rejected: {},
    waitingMessages: 0,
    waitingBytes: 0,
    away: null,
  };

  constructor(config: IngestConfig, deps: IngestDeps, committer: Committer, latest: LatestBook) {
    this.#deps = deps;
    this.#committer = committer;
    this.#latest = latest;
    this.#context = { registry: deps.registry, clocks: new ClockWatch(), layouts: new Map(), maxAgeDays: config.maxAgeDays };
    this.#rows = ROWS_PER_BATCH[deps.db.kind];
    this.#forming = new Batch(FIRST_ROWS);
  }

  accept(envelope: Envelope): Promise<Acceptance> {
    if (this.#stopped) return Promise.resolve({ ack: false });
    this.#stats.waitingMessages += 1;
    this.#stats.waitingBytes += envelope.payload.length;
    return new Promise((resolve) => {
      const settle = (acceptance: Acceptance) => {
        this.#stats.waitingMessages -= 1;
        this.#stats.waitingBytes -= envelope.payload.length;
        resolve(acceptance);
      };
      const waiting = { envelope, settle };
      if (this.#queue.length === 0 && this.#hasRoom()) this.#forming.add(waiting, this.#context);
      else this.#queue.push(waiting);
      this.#writing ??= this.#write();
    });
  }

  subscribe(listener: (batch: readonly LiveSample[]) => void): () => void {
    return this.#latest.subscribe(listener);
  }

  onCommitted(listener: CommittedListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stats(): IngestStats {
    return { ...this.#stats, rejected: { ...this.#stats.rejected }, away: this.#committer.away };
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    const giveUp = setTimeout(() => this.#committer.stop(), graceMs);
    await this.#writing;
    clearTimeout(giveUp);
    await this.#latest.stop();
  }

  #hasRoom(): boolean {
    return this.#forming.columns.count < this.#rows && this.#forming.bytes < BYTES_PER_BATCH;
  }

  /**
   * Writes batches until nothing waits. Yields first, so that messages of the same tick share a transaction. After a commit the next
   * transaction goes out before those who waited for the last are told: the database does not wait for our bookkeeping.
   */
  async #write(): Promise<void> {
    await turn();
    let told: Promise<void> = Promise.resolve();
    for (;;) {
      if (this.#forming.intakes.length === 0) {
        await told;
        if (this.#forming.intakes.length === 0) break;
      }
      const batch = this.#forming;
      this.#forming = this.#spare.pop() ?? new Batch(FIRST_ROWS);
      const work = this.#commit(batch);
      this.#refill();
      const tell = await work;
      told = turn().then(() => {
        tell();
        batch.clear();
        this.#spare.push(batch);
      });
      this.#refill();
    }
    this.#writing = null;
  }

  #refill(): void {
    let taken = 0;
    while (taken < this.#queue.length && this.#hasRoom()) {
      const waiting = this.#queue[taken];
      if (waiting) this.#forming.add(waiting, this.#context);
      taken += 1;
    }
    this.#queue.splice(0, taken);
  }

  /** Resolves when the batch is durable, or given up, with what is then to be done. */
  async #commit(batch: Batch): Promise<() => void> {
    const started = performance.now();
    try {
      const committed = await this.#committer.commit(batch, (from, to) => this.#part(batch, from, to));
      const seconds = (performance.now() - started) / 1000;
      return () => this.#tell(batch, committed, seconds);
    } catch (error) {
      if (!(error instanceof CommitAbandoned))
        this.#deps.log.error({ err: error }, 'a batch failed; its messages stay unacknowledged');
      return () => {
        for (const waiting of batch.waiting) waiting.settle({ ack: false });
      };
    }
  }

  #tell(batch: Batch, committed: readonly Committed[], seconds: number): void {
    const outcomes = committed.flatMap((each) => each.outcomes);
    this.#count(outcomes);
    outcomes.forEach((outcome, index) => {
      const verdict = verdictOf(outcome);
      batch.waiting[index]?.settle(verdict === undefined ? { ack: true } : { ack: true, verdict });
    });
    for (const each of committed) this.#show(each.batch);
    this.#deps.onBatch?.({ rows: batch.columns.count, messages: batch.intakes.length, seconds });
  }

  #part(batch: Batch, from: number, to: number): Batch {
    const part = new Batch(Math.max(1, to - from));
    for (const waiting of batch.waiting.slice(from, to)) part.add(waiting, this.#context);
    return part;
  }

  #count(outcomes: readonly Outcome[]): void {
    const stats = this.#stats;
    for (const outcome of outcomes) {
      stats.messages += 1;
      stats.received += outcome.intake.received;
      stats.stored += outcome.stored;
      stats.duplicate += outcome.duplicate;
      if (refusedRecords(outcome) === 0) continue;
      for (const refusal of outcome.refusals)
        stats.rejected[refusal.code] = (stats.rejected[refusal.code] ?? 0) + refusal.records;
    }
  }

  #show(batch: Batch): void {
    const touched = new Set<number>();
    for (let row = 0; row < batch.columns.count; row += 1) {
      const vehicleId = batch.vehicleIds[row] ?? NO_VEHICLE_ID;
      if (vehicleId === NO_VEHICLE_ID) continue;
      const receivedAtMs = batch.intakes[batch.intakeOf[row] ?? 0]?.envelope.receivedAtMs ?? 0;
      if (this.#latest.observe(vehicleId, batch.columns, row, receivedAtMs)) touched.add(vehicleId);
    }
    this.#latest.publish(touched);
    if (this.#listeners.size === 0) return;
    const rows = committedRows(batch);
    for (const listener of this.#listeners) listener(rows);
  }
}

/** The next turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
