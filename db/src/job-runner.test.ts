import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Db } from './db.ts';
import { JobQueue, type JobRunner, TryAgain } from './job-runner.ts';
import { enqueueJob, type Job } from './queries/jobs.ts';
import { ENGINES, freshDb } from './test-engines.ts';

/** The methods of a database as an object of its own, so that a test can replace one. */
function facesOf(db: Db): Db {
  return {
    kind: db.kind,
    edition: db.edition,
    version: db.version,
    query: (...args) => db.query(...args),
    batch: (...args) => db.batch(...args),
    copyOut: (...args) => db.copyOut(...args),
    health: () => db.health(),
    close: () => db.close(),
  };
}

describe.each(ENGINES)('the job queue on the %s engine', (engine) => {
  let site: Awaited<ReturnType<typeof freshDb>>;
  let db: Db;
  beforeAll(async () => {
    site = await freshDb(engine);
    db = site.db;
  });
  afterAll(() => site.remove());

  /** Runs everything that is queued. */
  async function run(runners: Record<string, JobRunner>): Promise<void> {
    const queue = new JobQueue(db, new Map(Object.entries(runners)), { error: () => undefined });
    await queue.start();
    await queue.look();
    await queue.stop();
  }

  async function read(id: number): Promise<Job | undefined> {
    const [job] = await db.query<Job>('select * from jobs where id = $1', [id]);
    return job;
  }

  it('runs jobs in order and keeps their results', async () => {
    const ids = [await enqueueJob(db, 'add', { a: 1, b: 2 }), await enqueueJob(db, 'add', { a: 3, b: 4 })];
    const order: unknown[] = [];
    await run({
      add: async (job, report) => {
        order.push(job.arguments.a);
        expect(await report(0.5, 'half way')).toBe(true);
        return Number(job.arguments.a) + Number(job.arguments.b);
      },
    });
    expect(order).toEqual([1, 3]);
    expect(await read(ids[0] ?? 0)).toMatchObject({ state: 'done', progress: 1, note: 'half way', result: 3 });
    expect(await read(ids[1] ?? 0)).toMatchObject({ state: 'done', result: 7 });
  });

  it('notes why a job failed and goes on with the next', async () => {
    const ids = [await enqueueJob(db, 'maybe', { fails: true }), await enqueueJob(db, 'maybe', { fails: false })];
    await run({
      maybe: async (job) => {
        if (job.arguments.fails === true) throw new Error('no such truck');
        return 'fine';
      },
    });
    expect(await read(ids[0] ?? 0)).toMatchObject({ state: 'failed', error: 'no such truck' });
    expect(await read(ids[1] ?? 0)).toMatchObject({ state: 'done', result: 'fine' });
  });

  it('puts a job back that cannot be done now, says why, and takes it again when its time has come', async () => {
    const id = await enqueueJob(db, 'early', {});
    const other = await enqueueJob(db, 'early', {});
    const tried: number[] = [];
    const early: JobRunner = async (job) => {
      tried.push(job.id);
      if (job.id === id && job.attempts < 2) throw new TryAgain('the days wait', job.attempts === 0 ? 0 : 60_000);
      return 'done';
    };
    await run({ early });
    // At once, then not before its time; the others do not wait for it.
    expect(tried).toEqual([id, id, other]);
    expect(await read(id)).toMatchObject({ state: 'queued', attempts: 2, note: 'the days wait', error: null });
    await db.query("update jobs set due_at = now() - interval '1 second' where id = $1", [id]);
    await run({ early });
    expect(await read(id)).toMatchObject({ state: 'done', result: 'done' });
  });

  it('tells a running job that it was cancelled, and leaves it so', async () => {
    const id = await enqueueJob(db, 'long', {});
    await run({
      long: async (job, report) => {
        await db.query("update jobs set state = 'cancelled' where id = $1", [job.id]);
        return (await report(0.1, 'on')) ? 'went on' : 'stopped';
      },
    });
    expect(await read(id)).toMatchObject({ state: 'cancelled', result: null });
  });

  it('leaves a job that the stop kept from its work to the next start', async () => {
    const id = await enqueueJob(db, 'slow', {});
    let end: (error: Error) => void = () => undefined;
    let begun: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const slow: JobRunner = () =>
      new Promise((_, reject) => {
        end = reject;
        begun();
      });
    const queue = new JobQueue(db, new Map([['slow', slow]]), { error: () => undefined });
    await queue.start();
    void queue.look();
    await hasBegun;
    const stopped = queue.stop();
    end(new Error('the service is stopping'));
    await stopped;
    await run({ slow: async () => 'done after all' });
    expect(await read(id)).toMatchObject({ state: 'done', result: 'done after all', error: null });
  });

  it('begins a job again whose end could not be noted because the database was away', async () => {
    const id = await enqueueJob(db, 'unlucky', {});
    let isAway = false;
    const flaky: Db = {
      ...facesOf(db),
      query: async (...args) => {
        if (isAway) throw new Error('the database does not answer');
        return await db.query(...args);
      },
    };
    let tries = 0;
    const unlucky: JobRunner = async () => {
      tries += 1;
      isAway = tries === 1;
      return 'done';
    };
    const queue = new JobQueue(flaky, new Map([['unlucky', unlucky]]), { error: () => undefined });
    await queue.look();
    expect(await read(id)).toMatchObject({ state: 'running' });
    isAway = false;
    await queue.look();
    expect(tries).toBe(2);
    expect(await read(id)).toMatchObject({ state: 'done', result: 'done' });
  });

  it('begins a job again whose process ended, and leaves kinds it does not know', async () => {
    const interrupted = await enqueueJob(db, 'again', {});
    const strange = await enqueueJob(db, 'strange', {});
    await db.query("update jobs set state = 'running' where id = $1", [interrupted]);
    await run({ again: async () => 'done again' });
    expect(await read(interrupted)).toMatchObject({ state: 'done', result: 'done again' });
    expect(await read(strange)).toMatchObject({ state: 'queued' });
  });
});
