import { type Db, troubleOf } from './db.ts';
import { claimJob, failJob, finishJob, type Job, reportJob, requeueJobs } from './queries/jobs.ts';

/** Does one job; `report` notes progress and answers false when the job was cancelled, whereupon the runner returns. */
export type JobRunner = (job: Job, report: (progress: number, note: string) => Promise<boolean>) => Promise<unknown>;

const LOOK_EVERY_MS = 1_000;

/** Runs queued jobs, one at a time, until stopped. A job that was interrupted by the end of its process begins again. */
export class JobQueue {
  readonly #db: Db;
  readonly #runners: ReadonlyMap<string, JobRunner>;
  readonly #log: { error(fields: object, message: string): void };
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #busy = false;

  constructor(db: Db, runners: ReadonlyMap<string, JobRunner>, log: { error(fields: object, message: string): void }) {
    this.#db = db;
    this.#runners = runners;
    this.#log = log;
  }

  async start(): Promise<void> {
    await requeueJobs(this.#db, [...this.#runners.keys()]);
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  /** Looks for work now. */
  look(): void {
    if (this.#busy) return;
    this.#busy = true;
    this.#running = this.#drain().finally(() => {
      this.#busy = false;
    });
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#running;
  }

  async #drain(): Promise<void> {
    try {
      for (let job = await this.#claim(); job; job = await this.#claim()) await this.#perform(job);
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
      this.#log.error({ err: error, job: job.id, kind: job.kind }, 'a job failed');
      await failJob(this.#db, job.id, error instanceof Error ? error.message : String(error));
    }
  }
}
