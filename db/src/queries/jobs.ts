import { and, asc, desc, eq, getTableColumns, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { Db, Step } from '../db.ts';
import { ormOf } from '../orm.ts';
import { jobs } from '../schema/jobs.ts';

export type Job = typeof jobs.$inferSelect;
export type JobState = Job['state'];

/** Who ordered a job; the service itself when absent. */
export interface Orderer {
  readonly name: string;
  readonly userId: number | null;
}

/** Puts a job into the queue and answers its id. */
export async function enqueueJob(db: Db, kind: string, args: Record<string, unknown>, by?: Orderer): Promise<number> {
  const [row] = await ormOf(db, 'write')
    .insert(jobs)
    .values({ kind, arguments: args, ordered_by: by?.name ?? null, ordered_by_user: by?.userId ?? null })
    .returning({ id: jobs.id });
  return row?.id ?? 0;
}

/** The same as a step of a larger change: its first row is the job's `id`. */
export function enqueueJobStep(kind: string, args: Record<string, unknown>, by: Orderer): Step {
  return {
    sql: 'insert into jobs (kind, arguments, ordered_by, ordered_by_user) values ($1::text, $2::jsonb, $3::text, $4::int) returning id',
    params: [kind, JSON.stringify(args), by.name, by.userId],
  };
}

/** Takes the oldest waiting job of these kinds whose time has come for this process; null when there is none. */
export async function claimJob(db: Db, kinds: readonly string[]): Promise<Job | null> {
  const orm = ormOf(db, 'write');
  const oldest = orm
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.state, 'queued'), inArray(jobs.kind, [...kinds]), or(isNull(jobs.due_at), lte(jobs.due_at, sql`now()`))))
    .orderBy(asc(jobs.id))
    .limit(1)
    .for('update', { skipLocked: true });
  const [row] = await orm.update(jobs).set({ state: 'running', started_at: sql`now()` }).where(eq(jobs.id, oldest)).returning();
  return row ?? null;
}

/** Running jobs, of these kinds or with these ids, go back into the queue: every runner can begin again. */
export async function requeueJobs(
  db: Db,
  which: { readonly kinds: readonly string[] } | { readonly ids: readonly number[] },
): Promise<void> {
  const chosen = 'ids' in which ? inArray(jobs.id, [...which.ids]) : inArray(jobs.kind, [...which.kinds]);
  await ormOf(db, 'write')
    .update(jobs)
    .set({ state: 'queued', progress: 0 })
    .where(and(eq(jobs.state, 'running'), chosen));
}

/** Puts a running job back into the queue, to be taken again after so long, and notes why it could not be done now. */
export async function postponeJob(db: Db, id: number, afterMs: number, note: string): Promise<void> {
  await ormOf(db, 'write')
    .update(jobs)
    .set({
      state: 'queued',
      progress: 0,
      note,
      attempts: sql`${jobs.attempts} + 1`,
      due_at: sql`now() + ${afterMs}::float8 * interval '1 millisecond'`,
    })
    .where(running(id));
}

/** Notes how far a job is; answers false when it has been cancelled meanwhile. */
export async function reportJob(db: Db, id: number, progress: number, note: string): Promise<boolean> {
  const rows = await ormOf(db, 'write').update(jobs).set({ progress, note }).where(running(id)).returning({ id: jobs.id });
  return rows.length === 1;
}

export async function finishJob(db: Db, id: number, result: unknown): Promise<void> {
  await ormOf(db, 'write')
    .update(jobs)
    .set({ state: 'done', progress: 1, result: result ?? null, finished_at: sql`now()` })
    .where(running(id));
}

export async function failJob(db: Db, id: number, error: string): Promise<void> {
  await ormOf(db, 'write').update(jobs).set({ state: 'failed', error, finished_at: sql`now()` }).where(running(id));
}

/** What of the job table is asked for; the newest first, after the job with id `before`. */
export interface JobQuery {
  readonly kind: string | undefined;
  readonly state: JobState | undefined;
  readonly before: number | undefined;
  /** Of this account alone: null for all. */
  readonly orderedBy: number | null;
  readonly limit: number;
}

/** A job without its result, which may be long. */
export type JobRow = Omit<Job, 'result'>;

const { result: _result, ...WITHOUT_RESULT } = getTableColumns(jobs);

/** Jobs, the newest first. */
export async function listJobs(db: Db, q: JobQuery): Promise<JobRow[]> {
  return await ormOf(db)
    .select(WITHOUT_RESULT)
    .from(jobs)
    .where(
      and(
        q.kind === undefined ? undefined : eq(jobs.kind, q.kind),
        q.state === undefined ? undefined : eq(jobs.state, q.state),
        q.before === undefined ? undefined : lt(jobs.id, q.before),
        q.orderedBy === null ? undefined : eq(jobs.ordered_by_user, q.orderedBy),
      ),
    )
    .orderBy(desc(jobs.id))
    .limit(q.limit);
}

/** One job with its result. */
export async function getJob(db: Db, id: number): Promise<Job | undefined> {
  const [row] = await ormOf(db).select().from(jobs).where(eq(jobs.id, id));
  return row;
}

/** Ends a job that waits or runs; its runner hears of it at its next report. False when it was over already, or there is none. */
export async function cancelJob(db: Db, id: number): Promise<boolean> {
  const rows = await ormOf(db, 'write')
    .update(jobs)
    .set({ state: 'cancelled', finished_at: sql`now()` })
    .where(and(eq(jobs.id, id), inArray(jobs.state, ['queued', 'running'])))
    .returning({ id: jobs.id });
  return rows.length === 1;
}

function running(id: number) {
  return and(eq(jobs.id, id), eq(jobs.state, 'running'));
}
