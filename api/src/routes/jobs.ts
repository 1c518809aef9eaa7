import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { audited, cancelJob, type Db, getJob, type JobRow, listJobs } from '@plume/db';
import type { Context } from 'hono';
import type { ApiEnv } from '../access.ts';
import type { Caller } from '../caller.ts';
import { decodeCursor, paged } from '../cursor.ts';
import { Problem } from '../problem.ts';
import { body, CursorInput, conflict, json, limit, Moment, notFound, Paging, problems } from '../schemas.ts';

const STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

const JobSummary = z
  .object({
    id: z.number().int(),
    kind: z.string().openapi({ example: 'backTest' }),
    arguments: z.record(z.string(), z.unknown()),
    state: z.enum(STATES),
    progress: z.number().openapi({ description: 'Share of the work that is done, 0 to 1' }),
    note: z.string().nullable().openapi({ description: 'How far it is, in words' }),
    error: z.string().nullable(),
    attempts: z.number().int().openapi({ description: 'How often it was tried in vain and put back' }),
    dueAt: Moment.nullable().openapi({ description: 'When it is tried again; null: at once, or it is over' }),
    orderedBy: z.string().nullable().openapi({ description: 'null: the service itself' }),
    createdAt: Moment,
    startedAt: Moment.nullable(),
    finishedAt: Moment.nullable(),
  })
  .openapi('Job');

const JobDetail = JobSummary.extend({
  result: z.unknown().openapi({ description: 'What it came to; its form goes by the kind. null until it is done' }),
}).openapi('JobDetail');

/** A job's number in a path. */
const JobParam = z.object({
  id: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'must be the number of a job')
    .openapi({ param: { name: 'id', in: 'path' }, example: '12' }),
});

/** The answer to what began a job. */
export const JobStarted = z
  .object({ jobId: z.number().int().openapi({ description: 'See /api/v1/jobs/{id} for its progress' }) })
  .openapi('JobStarted');

const list = createRoute({
  method: 'get',
  path: '/jobs',
  tags: ['jobs'],
  summary: 'Long work that was ordered, the newest first',
  request: {
    query: z.object({
      kind: z
        .string()
        .regex(/^[A-Za-z]{1,40}$/)
        .optional(),
      state: z.enum(STATES).optional(),
      limit: limit(50, 500),
      cursor: CursorInput,
    }),
  },
  responses: { 200: json(z.object({ jobs: z.array(JobSummary), ...Paging }), 'One page of jobs'), ...problems },
});

const one = createRoute({
  method: 'get',
  path: '/jobs/{id}',
  tags: ['jobs'],
  summary: 'One job with its result',
  request: { params: JobParam },
  responses: { 200: json(JobDetail, 'The job'), ...problems, ...notFound },
});

const cancel = createRoute({
  method: 'post',
  path: '/jobs/{id}/cancel',
  tags: ['jobs'],
  summary: 'End a job that waits or runs; what it had done so far stays',
  request: { params: JobParam, body: body(z.strictObject({})) },
  responses: { 200: json(JobDetail, 'The job, cancelled'), ...problems, ...notFound, ...conflict },
});

function noJob(id: number): Problem {
  return new Problem(404, 'NOT_FOUND', `There is no job ${id}.`, 'Look it up in /api/v1/jobs.');
}

function toJob(row: JobRow): z.infer<typeof JobSummary> {
  return {
    id: row.id,
    kind: row.kind,
    arguments: row.arguments,
    state: row.state,
    progress: row.progress,
    note: row.note,
    error: row.error,
    attempts: row.attempts,
    dueAt: row.state === 'queued' ? (row.due_at?.toISOString() ?? null) : null,
    orderedBy: row.ordered_by,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

/** The account whose jobs alone a caller sees; null: all jobs. */
export function ownOnly(caller: Caller): number | null {
  return caller.districts === null ? null : (caller.person?.id ?? 0);
}

/** Long work: what was ordered, how far it is, what came of it, and ending it. */
export function jobRoutes(db: Db) {
  /** One job; who is responsible for some districts only sees those that they ordered themselves. */
  const find = async (c: Context<ApiEnv>, id: number) => {
    const row = await getJob(db, id);
    if (!row) throw noJob(id);
    const caller = c.get('caller');
    if (caller.districts !== null && row.ordered_by_user !== caller.person?.id) {
      await c.get('trail').refused('access.district', { kind: 'job', id: String(id) });
      throw noJob(id);
    }
    return { ...toJob(row), result: row.result };
  };
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const q = c.req.valid('query');
      const before = q.cursor === undefined ? undefined : decodeCursor(z.number().int(), q.cursor);
      const rows = await listJobs(db, {
        kind: q.kind,
        state: q.state,
        before,
        orderedBy: ownOnly(c.get('caller')),
        limit: q.limit + 1,
      });
      const { page, paging } = paged(rows, q.limit, (last) => last.id);
      return c.json({ jobs: page.map(toJob), ...paging }, 200);
    })
    .openapi(one, async (c) => c.json(await find(c, Number(c.req.valid('param').id)), 200))
    .openapi(cancel, async (c) => {
      const id = Number(c.req.valid('param').id);
      const before = await find(c, id);
      const entry = c.get('trail').done('job.cancel', { kind: 'job', id: String(id) }, { job: before.kind });
      const cancelled = await cancelJob(audited(db, entry), id);
      const job = await find(c, id);
      if (!cancelled) {
        throw new Problem(
          409,
          'FINISHED',
          `Job ${id} is over already (${job.state}); nothing was changed.`,
          'Look at its result in /api/v1/jobs/{id}.',
        );
      }
      return c.json(job, 200);
    });
}
