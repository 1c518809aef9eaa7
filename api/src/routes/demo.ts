import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  auditStep,
  beginDemoStep,
  countDemo,
  type Db,
  type DemoPlan,
  demoPlan,
  endDemoStep,
  enqueueJobStep,
  listJobs,
} from '@plume/db';
import { countMarks } from '@plume/db/evaluation';
import type { ApiEnv } from '../access.ts';
import { addDays, BeijingDate, beijingDate, startOfDate } from '../beijing-day.ts';
import { ordererOf } from '../caller.ts';
import type { ApiDeps } from '../deps.ts';
import { Problem } from '../problem.ts';
import { body, conflict, json, problems } from '../schemas.ts';
import { JobStarted } from './jobs.ts';

/** The kind of job that removes the demonstration. */
const REMOVAL = 'demoRemoval';
/** The trucks of a demonstration are the same everywhere. */
const SEED = 1;
/** Whole Beijing days of history before today, as `demoFleet` of the simulators has them. */
const HISTORY_DAYS = 3;

const Demo = z
  .object({
    trucks: z.number().int().openapi({ description: 'Demonstration trucks that are entered' }),
    realTrucks: z.number().int().openapi({ description: 'Other trucks that are entered' }),
    realHeard: z.number().int().openapi({ description: 'Those of them that a sample has come from' }),
    wanted: z.boolean().openapi({ description: 'Whether npm start drives them' }),
    running: z.boolean().openapi({ description: 'Whether this service drives them now' }),
    historyFrom: BeijingDate.nullable().openapi({ description: 'First day of the simulated history' }),
    historyShare: z
      .number()
      .nullable()
      .openapi({ description: 'Share of it that is written, 0 to 1; null: none is being written' }),
    daysToEvaluate: z.number().int().openapi({ description: 'Truck-days that wait for the evaluator, of all trucks' }),
    removal: z
      .object({
        jobId: z.number().int(),
        state: z.enum(['queued', 'running', 'failed']),
        progress: z.number().openapi({ description: '0 to 1' }),
        error: z.string().nullable(),
      })
      .nullable()
      .openapi({ description: 'The removal under way, or the one that failed last' }),
  })
  .openapi('Demonstration');

const look = createRoute({
  method: 'get',
  path: '/demo',
  tags: ['system'],
  summary: 'Whether the site has demonstration trucks, how far their history is, and their removal',
  responses: { 200: json(Demo, 'The demonstration'), ...problems },
});

const add = createRoute({
  method: 'post',
  path: '/demo',
  tags: ['system'],
  summary: 'Bring the 36 demonstration trucks with three days of history',
  description: 'A service that was started with npm start drives them at once. When none runs, the next npm start does.',
  request: { body: body(z.strictObject({})) },
  responses: { 202: json(z.object({ wanted: z.literal(true) }), 'Wanted'), ...problems, ...conflict },
});

const remove = createRoute({
  method: 'post',
  path: '/demo/removal',
  tags: ['system'],
  summary: 'Remove all demonstration trucks with everything that is stored of them',
  description:
    'Ends the simulated trucks of this service, then removes their samples, originals, evaluated days, findings, leads, decisions, ledger entries, terminals and the trucks themselves. Other trucks are not touched. The audit trail and the chain of evidence packs stay.',
  request: { body: body(z.strictObject({})) },
  responses: { 202: json(JobStarted, 'Ordered, or under way already'), ...problems },
});

/** A demonstration that begins now. */
export function demoBeginning(nowMs: number): Omit<DemoPlan, 'wanted' | 'written'> {
  const firstDay = addDays(beijingDate(nowMs), -HISTORY_DAYS);
  return { seed: SEED, historyFromSec: startOfDate(firstDay) / 1000, liveFromSec: Math.floor(nowMs / 1000) };
}

/** The demonstration: what there is of it, bringing it, removing it. */
export function demoRoutes(deps: ApiDeps, db: Db) {
  /** The newest removal, unless it has done its work. */
  const removal = async () => {
    const [job] = await listJobs(db, { kind: REMOVAL, state: undefined, before: undefined, orderedBy: null, limit: 1 });
    if (!job || job.state === 'done' || job.state === 'cancelled') return null;
    return { jobId: job.id, state: job.state, progress: job.progress, error: job.error };
  };
  return new OpenAPIHono<ApiEnv>()
    .openapi(look, async (c) => {
      const plan = await demoPlan(db);
      const { demo, real, heard } = await countDemo(db);
      return c.json(
        {
          trucks: demo,
          realTrucks: real,
          realHeard: heard,
          wanted: plan?.wanted ?? false,
          running: deps.simulation?.running ?? false,
          historyFrom: plan && demo > 0 ? beijingDate(plan.historyFromSec * 1000) : null,
          historyShare: deps.simulation?.historyShare ?? null,
          daysToEvaluate: (await countMarks(db)).waiting,
          removal: demo > 0 ? await removal() : null,
        },
        200,
      );
    })
    .openapi(add, async (c) => {
      if (deps.simulation === null)
        throw new Problem(
          409,
          'NO_SIMULATOR',
          'This service was started without simulated trucks (npm run serve).',
          'Stop it and start with "npm start"; then add the demonstration again.',
        );
      const busy = await removal();
      if (busy !== null && busy.state !== 'failed')
        throw new Problem(409, 'REMOVING', 'The demonstration is being removed.', 'Wait until that is done.');
      const { demo: left } = await countDemo(db);
      if (left > 0 && (await demoPlan(db))?.wanted === false)
        throw new Problem(
          409,
          'REMOVING',
          `The removal of the demonstration has not ended: ${left} of its trucks are left.`,
          'Remove the demonstration again, which goes on where it stopped; when that is done, add it.',
        );
      await db.batch([beginDemoStep(demoBeginning(deps.clock())), auditStep(c.get('trail').done('demo.add', null))]);
      deps.simulation?.begin();
      return c.json({ wanted: true as const }, 202);
    })
    .openapi(remove, async (c) => {
      const before = await removal();
      if (before !== null && before.state !== 'failed') return c.json({ jobId: before.jobId }, 202);
      const { demo } = await countDemo(db);
      const results = await db.batch([
        endDemoStep(),
        enqueueJobStep(REMOVAL, { trucks: demo }, ordererOf(c.get('caller'))),
        auditStep(c.get('trail').done('demo.remove', null, { trucks: demo })),
      ]);
      return c.json({ jobId: z.array(z.object({ id: z.number() })).parse(results[1]?.rows)[0]?.id ?? 0 }, 202);
    });
}
