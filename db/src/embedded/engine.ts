import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Db, DbStartError, OptimisticConflict, type Priority, type Step, type StepResult, sqlStateOf } from '../db.ts';
import { lockDirectory } from './lock.ts';
import type { Answer, Failure, Opened, Reply, Request, Task } from './messages.ts';

/** How long a checkpoint may wait: the log to be replayed after a crash stays short. */
const CHECKPOINT_EVERY_MS = 60_000;
const DISK_FULL = '53100';

export interface EmbeddedDb extends Db {
  /** Resolves when the engine has ended without being asked to: the process should then end too, non-zero. */
  readonly fatal: Promise<Error>;
  /** Ends the engine at once, as a power cut would: tests only use it to show that nothing acknowledged is lost. */
  terminate(): Promise<void>;
}

/**
 * Opens the embedded TimescaleDB in `directory` (created when missing), in a worker thread, with the directory locked for this process.
 * Throws `DbStartError` when the directory is taken or cannot be opened.
 */
export async function openEmbedded(directory: string): Promise<EmbeddedDb> {
  const release = takeDirectory(directory);
  const worker = new Worker(new URL('./worker-boot.mjs', import.meta.url), { workerData: { directory: join(directory, 'db') } });
  const opened = await firstMessage(worker).catch((error: unknown) => ({ opened: false as const, message: String(error) }));
  if (!opened.opened) {
    await worker.terminate();
    release();
    const damaged = existsSync(join(directory, 'db', 'PG_VERSION'))
      ? ' If the directory was damaged, restore a backup or choose another PLUME_DATA_DIR.'
      : '';
    throw new DbStartError(`The embedded database in ${directory} could not be opened: ${opened.message}.${damaged}`);
  }
  return new Engine(worker, opened.version, release);
}

function takeDirectory(directory: string): () => void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return lockDirectory(directory);
  } catch (error) {
    if (error instanceof DbStartError) throw error;
    throw new DbStartError(
      `The data directory ${directory} cannot be used (${error instanceof Error ? error.message : String(error)}). Choose a folder that this user may write, with PLUME_DATA_DIR.`,
      { cause: error },
    );
  }
}

function firstMessage(worker: Worker): Promise<Opened> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

class Engine implements EmbeddedDb {
  readonly kind = 'embedded';
  readonly edition = 'community';
  readonly version: string;
  readonly #worker: Worker;
  readonly #release: () => void;
  readonly #waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  readonly #checkpoints: NodeJS.Timeout;
  #lastId = 0;
  #ended: Error | null = null;
  #closing = false;
  readonly fatal: Promise<Error>;
  #announceFatal: (error: Error) => void = () => undefined;

  constructor(worker: Worker, version: string, release: () => void) {
    this.#worker = worker;
    this.version = version;
    this.#release = release;
    this.fatal = new Promise((resolve) => {
      this.#announceFatal = resolve;
    });
    worker.on('message', (reply: Reply) => this.#settle(reply));
    worker.on('error', (error) => this.#end(error));
    worker.on('exit', () => this.#end(new Error('The embedded database has stopped.')));
    this.#checkpoints = setInterval(() => {
      this.#ask({ kind: 'checkpoint' }, 'job').catch((error: unknown) => {
        // A full disk is waited out: the log keeps what the checkpoint could not write.
        if (sqlStateOf(error) !== DISK_FULL)
          this.#end(
            new Error(`A checkpoint failed (${sqlStateOf(error)} ${error instanceof Error ? error.message : error})`, {
              cause: error,
            }),
          );
      });
    }, CHECKPOINT_EVERY_MS).unref();
  }

  async query<T extends object>(
    sql: string,
    params: readonly unknown[] = [],
    options: { priority?: Priority } = {},
  ): Promise<T[]> {
    const answer = await this.#ask({ kind: 'query', sql, params }, options.priority ?? 'read');
    return answer.kind === 'rows' ? (answer.rows as T[]) : [];
  }

  async batch(steps: readonly Step[], priority: Priority = 'write'): Promise<StepResult[]> {
    const answer = await this.#ask({ kind: 'batch', steps }, priority);
    return answer.kind === 'steps' ? [...answer.results] : [];
  }

  async *copyOut(sql: string, options: { priority?: Priority } = {}): AsyncIterable<Uint8Array> {
    const answer = await this.#ask({ kind: 'copyOut', sql }, options.priority ?? 'read');
    if (answer.kind === 'bytes') yield answer.data;
  }

  async health(): Promise<{ latencyMs: number; walFlushes: number; queued: number }> {
    const started = performance.now();
    const answer = await this.#ask({ kind: 'health' }, 'write');
    if (answer.kind !== 'health') throw new Error('The embedded database gave no sign of life.');
    return { latencyMs: performance.now() - started, walFlushes: answer.walFlushes, queued: answer.queued };
  }

  async close(): Promise<void> {
    clearInterval(this.#checkpoints);
    if (!this.#ended) await this.#ask({ kind: 'close' }, 'job');
    await this.terminate();
  }

  async terminate(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#checkpoints);
    await this.#worker.terminate();
    this.#release();
  }

  #ask(task: Task, priority: Priority): Promise<Answer> {
    if (this.#ended) return Promise.reject(this.#ended);
    this.#lastId += 1;
    const request: Request = { id: this.#lastId, priority, task };
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('answer' in reply) waiting?.resolve(reply.answer);
    else waiting?.reject(errorFrom(reply.failure));
  }

  #end(error: Error): void {
    if (!this.#ended && !this.#closing) this.#announceFatal(error);
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}

function errorFrom(failure: Failure): Error {
  if (failure.optimistic) return new OptimisticConflict(failure.message);
  return Object.assign(
    new Error(failure.message),
    failure.code === undefined ? {} : { code: failure.code },
    failure.detail === undefined ? {} : { detail: failure.detail },
  );
}
