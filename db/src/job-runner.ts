import { type Db, troubleOf } from './db.ts';
import { claimJob, failJob, finishJob, type Job, postponeJob, reportJob, requeueJobs } from './queries/jobs.ts';

/** Does one job; `report` notes progress and answers false when the job was cancelled, whereupon the runner returns. */
export type JobRunner = (job: Job, report: (progress: number, note: string) => Promise<boolean>) => Promise<unknown>;

/** Thrown by a runner whose job cannot be done now: it waits, and is tried again after so long. The message says why. */
export class TryAgain extends Error {
  readonly afterMs: number;

  constructor(message: string, afterMs: number, options?: ErrorOptions) {
    super(message, options);
    this.afterMs = afterMs;
  }
}

/** What a queue tells of. */
export interface JobLog {
  error(fields: object, message: string): void;
  info?(fields: object, message: string): void;
}

const LOOK_EVERY_MS = 1_000;

/**
 * Runs queued jobs, one at a time, until stopped. A job that was interrupted, by the end of its process or because the database was away
 * when its end should have been noted, begins again.
 */
export class JobQueue {
  readonly #db: Db;
  readonly #runners: ReadonlyMap<string, JobRunner>;
  readonly #log: JobLog;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #busy = false;
  #stopped = false;
  /** Jobs whose end could not be noted. */
  readonly #interrupted = new Set<number>();

  constructor(db: Db, runners: ReadonlyMap<string, JobRunner>, log: JobLog) {
    this.#db = db;
    this.#runners = runners;
    this.#log = log;
  }

  async start(): Promise<void> {
    await requeueJobs(this.#db, { kinds: [...this.#runners.keys()] });
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS).unref();
  }

  /** Looks for work now; resolves when there is none left. */
  look(): Promise<void> {
    if (this.#busy || this.#stopped) return this.#running;
    this.#busy = true;
    this.#running = this.#drain().finally(() => {
      this.#busy = false;
    });
    return this.#running;
  }

  /** Waits for the job under way. One that fails from now on was kept from its work by the stop, and begins again at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearInterval(this.#timer);
    await this.#running;
  }

  async #drain(): Promise<void> {
    try {
      if (this.#interrupted.size > 0) {
        await requeueJobs(this.#db, { ids: [...this.#interrupted] });
        this.#interrupted.clear();
      }
      for (let job = await this.#claim(); job; job = this.#stopped ? null : await this.#claim()) await this.#perform(job);
    } catch (error) {
      // While the database is away there is nothing to take; the next look tries again.
      if (troubleOf(error) !== 'away') this.#log.error({ err: error }, 'the job queue failed');
    }
  }

  #claim(): Promise<Job | null> {
    return claimJob(this.#db, [...this.#runners.keys()]);
  }

  async #perform(job: Job): Promise<void> {
    const runner = this.#runners.get(job.kind);
    if (!runner) return;
    try {
      await finishJob(this.#db, job.id, await runner(job, (progress, note) => reportJob(this.#db, job.id, progress, note)));
    } catch (error) {
      if (this.#stopped) return;
      const again = error instanceof TryAgain ? error : null;
      if (again) this.#log.info?.({ job: job.id, kind: job.kind, why: again.message }, 'a job is tried again later');
      else this.#log.error({ err: error, job: job.id, kind: job.kind }, 'a job failed');
      this.#interrupted.add(job.id);
      if (again) await postponeJob(this.#db, job.id, again.afterMs, again.message);
      else await failJob(this.#db, job.id, error instanceof Error ? error.message : String(error));
      this.#interrupted.delete(job.id);
    }
  }
}
