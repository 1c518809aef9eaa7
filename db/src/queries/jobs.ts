import type { Db } from '../db.ts';

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface Job {
  readonly id: number;
  readonly kind: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly state: JobState;
  /** 0 … 1. */
  readonly progress: number;
  readonly note: string | null;
  readonly result: unknown;
  readonly error: string | null;
}

const COLUMNS = 'id, kind, arguments, state, progress, note, result, error';

/** Puts a job into the queue and answers its id. */
export async function enqueueJob(db: Db, kind: string, args: Readonly<Record<string, unknown>>): Promise<number> {
  const [row] = await db.query<{ id: number }>(
    'insert into jobs (kind, arguments) values ($1, $2::jsonb) returning id',
    [kind, JSON.stringify(args)],
    { priority: 'write' },
  );
  return row?.id ?? 0;
}

/** Takes the oldest waiting job of these kinds for this process; null when there is none. */
export async function claimJob(db: Db, kinds: readonly string[]): Promise<Job | null> {
  const [row] = await db.query<Job>(
    `update jobs set state = 'running', started_at = now() where id = (
       select id from jobs where state = 'queued' and kind = any($1) order by id limit 1 for update skip locked
     ) returning ${COLUMNS}`,
    [kinds],
    { priority: 'write' },
  );
  return row ?? null;
}

/** Jobs that were running when their process ended go back into the queue: every runner can begin again. */
export async function requeueJobs(db: Db, kinds: readonly string[]): Promise<void> {
  await db.query("update jobs set state = 'queued', progress = 0 where state = 'running' and kind = any($1)", [kinds], {
    priority: 'write',
  });
}

/** Notes how far a job is; answers false when it has been cancelled meanwhile. */
export async function reportJob(db: Db, id: number, progress: number, note: string): Promise<boolean> {
  const rows = await db.query<object>(
    "update jobs set progress = $2, note = $3 where id = $1 and state = 'running' returning id",
    [id, progress, note],
    { priority: 'write' },
  );
  return rows.length === 1;
}

export async function finishJob(db: Db, id: number, result: unknown): Promise<void> {
  await db.query(
    "update jobs set state = 'done', progress = 1, result = $2::jsonb, finished_at = now() where id = $1 and state = 'running'",
    [id, JSON.stringify(result ?? null)],
    { priority: 'write' },
  );
}

export async function failJob(db: Db, id: number, error: string): Promise<void> {
  await db.query(
    "update jobs set state = 'failed', error = $2, finished_at = now() where id = $1 and state = 'running'",
    [id, error],
    { priority: 'write' },
  );
}
