import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  audited,
  type Bounds,
  type Db,
  dueBefore,
  enqueueJob,
  getJob,
  HOLDS,
  listJobs,
  RETENTION_PLAN,
  RETENTION_RUN,
  retentionFloors,
  TIERS,
} from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { BeijingDate } from '../beijing-day.ts';
import { ordererOf } from '../caller.ts';
import type { ApiDeps } from '../deps.ts';
import { Problem } from '../problem.ts';
import { body, conflict, json, Moment, notFound, problems } from '../schemas.ts';
import { JobStarted } from './jobs.ts';

/** What a plan said may be far from what is there later. */
const PLAN_HOLDS_MS = 86_400_000;

const Tier = z.enum(TIERS).openapi({
  description: 'frames: original messages. samples. minutes: truck-minutes. days: truck-days with trips, windows and daily sums',
});
const KeepDays = z.number().int().openapi({ description: 'Kept so many days; 0: for ever' });

const Standing = z
  .object({
    tiers: z.array(
      z.object({
        tier: Tier,
        keepDays: KeepDays,
        dueBefore: BeijingDate.nullable().openapi({
          description: 'What lies before this day is beyond its retention; null: kept for ever',
        }),
        bytes: z.number().openapi({ description: 'On disk now, indexes included' }),
        oldest: BeijingDate.nullable().openapi({ description: 'First day of which there is anything; null: nothing is stored' }),
        bytesPerDay: z
          .number()
          .nullable()
          .openapi({ description: 'What a day adds for good, compressed where it is; null: too little is stored to tell' }),
        dropped: z
          .object({ before: BeijingDate, at: Moment, by: z.string() })
          .nullable()
          .openapi({ description: 'Until where it was dropped already; null: nothing was' }),
      }),
    ),
    compression: z.boolean().openapi({ description: 'false: the edition of the database has none' }),
  })
  .openapi('Retention');

const Report = z.object({
  tier: Tier,
  keepDays: KeepDays,
  before: BeijingDate.nullable().openapi({ description: 'What lies before this day goes; null: nothing is due' }),
  from: BeijingDate.nullable(),
  to: BeijingDate.nullable().openapi({ description: 'First and last day of what goes; null: nothing does' }),
  pieces: z.number().int().openapi({ description: 'Chunks; of truck-days months' }),
  rows: z.number().int(),
  owners: z.number().int().openapi({ description: 'Trucks; of original messages terminals' }),
  bytes: z.number(),
  freed: z.enum(['disk', 'database']).openapi({
    description:
      'disk: the file system has the bytes back at once. database: later rows use them, the files stay as large as they are',
  }),
  heldRows: z.number().int().openapi({ description: 'Rows in the same pieces that stay, because something rests on them' }),
  heldDays: z
    .partialRecord(z.enum(HOLDS), z.number().int())
    .openapi({ description: 'Truck-days that stay, by what rests on them. A day that several things rest on counts with each' }),
  leftInUse: z.number().int().openapi({ description: 'Pieces that somebody read all the time: they go with the next run' }),
});

const Plan = z
  .object({
    jobId: z.number().int(),
    madeAt: Moment,
    tiers: z.array(Report),
    rows: z.number().int().openapi({ description: 'Of all tiers' }),
    bytes: z.number(),
  })
  .openapi('RetentionPlan');

const Stored = z.object({ keep: z.record(z.string(), z.number()), tiers: z.array(Report) });

const look = createRoute({
  method: 'get',
  path: '/retention',
  tags: ['system'],
  summary: 'What is kept for how long, how much it is, how fast it grows, and what was dropped',
  responses: { 200: json(Standing, 'Tier by tier'), ...problems },
});

const plan = createRoute({
  method: 'post',
  path: '/retention/plans',
  tags: ['system'],
  summary: 'Look what is beyond its retention: a job that counts and changes nothing',
  request: { body: body(z.strictObject({})) },
  responses: { 202: json(JobStarted, 'Ordered, or under way already'), ...problems },
});

const planned = createRoute({
  method: 'get',
  path: '/retention/plans/{id}',
  tags: ['system'],
  summary: 'What a finished look found',
  request: {
    params: z.object({
      id: z
        .string()
        .regex(/^[1-9]\d{0,14}$/, 'must be the number of a job')
        .openapi({ param: { name: 'id', in: 'path' }, example: '12' }),
    }),
  },
  responses: { 200: json(Plan, 'What would go'), ...problems, ...notFound, ...conflict },
});

const run = createRoute({
  method: 'post',
  path: '/retention/runs',
  tags: ['system'],
  summary: 'Drop what a plan found. It cannot be brought back',
  description:
    'A job that goes piece by piece; cancelled it is consistent, and a later one goes on. Days that wait to be evaluated, and days that an open lead, an open case or an evidence pack rests on stay with their samples and originals. Evidence packs themselves are never touched. Findings, leads, cases and sums of months stay for ever.',
  request: {
    body: body(
      z.strictObject({
        planJobId: z.number().int().positive().openapi({ description: 'The plan that was looked at, not older than a day' }),
      }),
    ),
  },
  responses: { 202: json(JobStarted, 'Ordered'), ...problems, ...notFound, ...conflict },
});

/** Retention: what stands, what would go, and having it go. */
export function retentionRoutes(deps: ApiDeps, db: Db) {
  /** A job of a kind that waits or runs. */
  const open = async (kind: string) => {
    const [job] = await listJobs(db, { kind, state: undefined, before: undefined, orderedBy: null, limit: 1 });
    return job?.state === 'queued' || job?.state === 'running' ? job : undefined;
  };
  const finished = async (id: number) => {
    const job = await getJob(db, id);
    if (job?.kind !== RETENTION_PLAN)
      throw new Problem(404, 'NOT_FOUND', `There is no retention plan ${id}.`, 'Make one with POST /api/v1/retention/plans.');
    if (job.state !== 'done' || job.finished_at === null)
      throw new Problem(409, 'NOT_YET', `Plan ${id} is ${job.state}.`, 'Wait until it is done, or make another one.');
    return { ...Stored.parse(job.result), finishedAt: job.finished_at };
  };
  return new OpenAPIHono<ApiEnv>()
    .openapi(look, async (c) => {
      const [sizes, floors] = [await deps.tierSizes(), await retentionFloors(db)];
      const nowMs = deps.clock();
      return c.json(
        {
          tiers: TIERS.map((tier) => {
            const size = sizes.find((each) => each.tier === tier);
            const floor = floors.find((each) => each.tier === tier);
            return {
              tier,
              keepDays: deps.keep[tier],
              dueBefore: dueBefore(tier, deps.keep, nowMs),
              bytes: size?.bytes ?? 0,
              oldest: size?.oldest ?? null,
              bytesPerDay: size?.bytesPerDay ?? null,
              dropped: floor ? { before: floor.before, at: floor.setAt.toISOString(), by: floor.setBy } : null,
            };
          }),
          compression: db.edition === 'community',
        },
        200,
      );
    })
    .openapi(plan, async (c) => {
      const under = await open(RETENTION_PLAN);
      if (under) return c.json({ jobId: under.id }, 202);
      const entry = c.get('trail').done('retention.plan', null, { keep: { ...deps.keep } });
      return c.json({ jobId: await enqueueJob(audited(db, entry), RETENTION_PLAN, {}, ordererOf(c.get('caller'))) }, 202);
    })
    .openapi(planned, async (c) => {
      const jobId = Number(c.req.valid('param').id);
      const { tiers, finishedAt } = await finished(jobId);
      return c.json({ jobId, madeAt: finishedAt.toISOString(), tiers, ...totalsOf(tiers) }, 200);
    })
    .openapi(run, async (c) => {
      const { planJobId } = c.req.valid('json');
      const { keep, tiers, finishedAt } = await finished(planJobId);
      const again = 'Make a new plan, look at it, and order again.';
      if (deps.clock() - finishedAt.getTime() > PLAN_HOLDS_MS)
        throw new Problem(409, 'CHANGED', `Plan ${planJobId} is more than a day old.`, again);
      if (TIERS.some((tier) => keep[tier] !== deps.keep[tier]))
        throw new Problem(409, 'CHANGED', `Plan ${planJobId} was made with other retention times than those in force.`, again);
      const { rows, bytes } = totalsOf(tiers);
      if (tiers.every(({ pieces }) => pieces === 0))
        throw new Problem(
          409,
          'FINISHED',
          `Plan ${planJobId} found nothing that is beyond its retention.`,
          'There is nothing to do.',
        );
      const under = await open(RETENTION_RUN);
      if (under)
        throw new Problem(
          409,
          'BUSY',
          `Job ${under.id} is dropping what is due already.`,
          'Wait until it is done, or cancel it.',
        );
      const before: Bounds = { frames: null, samples: null, minutes: null, days: null, ...boundsOf(tiers) };
      const entry = c.get('trail').done('retention.run', { kind: 'job', id: String(planJobId) }, { before, rows, bytes });
      const jobId = await enqueueJob(audited(db, entry), RETENTION_RUN, { planJobId, before }, ordererOf(c.get('caller')));
      return c.json({ jobId }, 202);
    });
}

type Reports = readonly z.infer<typeof Report>[];

function totalsOf(tiers: Reports): { rows: number; bytes: number } {
  return { rows: tiers.reduce((sum, each) => sum + each.rows, 0), bytes: tiers.reduce((sum, each) => sum + each.bytes, 0) };
}

/** The bounds of the tiers of which a plan found something. */
function boundsOf(tiers: Reports): Partial<Bounds> {
  return Object.fromEntries(tiers.filter(({ pieces }) => pieces > 0).map(({ tier, before }) => [tier, before]));
}
