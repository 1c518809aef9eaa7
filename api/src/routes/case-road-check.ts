import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type Db, getCase, listRoadChecks, newestRoadCheck } from '@plume/db';
import { CASE_STATES, ROAD_CHECK_VERSION } from '@plume/ingest/rules';
import type { ApiEnv } from '../access.ts';
import { BeijingDate, beijingDate } from '../beijing-day.ts';
import { actorName } from '../caller.ts';
import { CaseParam } from '../cases/case-schema.ts';
import { lookAtRoadCheck, readRoadDays, repairsOf } from '../cases/road-check.ts';
import { RoadCheck, RoadCheckShort, toRoadCheck, toShort } from '../cases/road-check-schema.ts';
import type { ApiDeps } from '../deps.ts';
import { Problem } from '../problem.ts';
import { parametersOn } from '../rules-in-force.ts';
import { body, conflict, json, notFound, problems } from '../schemas.ts';
import { noCase } from './cases.ts';

const Answer = z
  .object({
    repair: z
      .object({ inDay: BeijingDate, doneDay: BeijingDate })
      .nullable()
      .openapi({ description: 'The completed repair of this round; null: none yet' }),
    from: BeijingDate.nullable().openapi({ description: 'First day after the repair that counts' }),
    leastDays: z.number().int().openapi({ description: 'Valid days needed before and after' }),
    newest: RoadCheck.nullable().openapi({
      description: 'The newest of the newest repair of this round; null: none was computed',
    }),
    waiting: z.array(BeijingDate).openapi({
      description:
        'Days that must be evaluated before anything can be said: marked for late data, or computed by other arithmetic',
    }),
    checks: z.array(RoadCheckShort).openapi({ description: 'All that were computed, of earlier repairs too, the newest first' }),
  })
  .openapi('CaseRoadCheck');

const read = createRoute({
  method: 'get',
  path: '/cases/{id}/road-check',
  tags: ['cases'],
  summary: 'Road check (复核) of a case: emission before and after the repair on comparable operation',
  description:
    'Computed by the service as the days of the truck are evaluated; each is kept with its input, so that it can be computed again and cited by its hash.',
  request: { params: CaseParam },
  responses: { 200: json(Answer, 'The newest, and all that were computed'), ...problems, ...notFound },
});

const compute = createRoute({
  method: 'post',
  path: '/cases/{id}/road-check',
  tags: ['cases'],
  summary: 'Compute the road check of a case now; a verdict moves the case where it waits for one',
  request: { params: CaseParam, body: body(z.strictObject({})) },
  responses: {
    200: json(
      Answer.extend({
        outcome: z.enum(['same', 'kept', 'moved', 'waiting']).openapi({
          description:
            'same: nothing it rests on has changed; kept: a new one; moved: a new one that took the step of the case; waiting: days of the truck, or of untreated trucks, are to be evaluated first, and nothing was computed',
        }),
        state: z.enum(CASE_STATES),
      }),
      'What was computed',
    ),
    ...problems,
    ...notFound,
    ...conflict,
  },
});

async function answer(db: Db, id: number, nowMs: number): Promise<z.infer<typeof Answer>> {
  const row = await getCase(db, id);
  if (!row) throw noCase(id);
  const { standing: repair, newest: latest, others } = await repairsOf(db, row);
  const today = beijingDate(nowMs);
  const { roadCheck: numbers } = await parametersOn(db, today);
  const newest = latest ? await newestRoadCheck(db, id, latest.doneDay) : undefined;
  const days = repair ? await readRoadDays(db, row.vehicle_id, repair, others, today, numbers) : null;
  return {
    repair,
    from: days?.span.after.from ?? null,
    waiting: [...(days?.waiting ?? [])],
    leastDays: numbers.days,
    newest: newest ? toRoadCheck(newest, ROAD_CHECK_VERSION) : null,
    checks: (await listRoadChecks(db, id)).map(toShort),
  };
}

/** The road check of a case: what was computed, and computing it now. */
export function caseRoadCheckRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(read, async (c) => c.json(await answer(db, Number(c.req.valid('param').id), deps.clock()), 200))
    .openapi(compute, async (c) => {
      const id = Number(c.req.valid('param').id);
      const looked = await lookAtRoadCheck(db, id, deps.clock(), {
        actor: actorName(c.get('caller')),
        entry: (action, object, detail) => c.get('trail').done(action, { kind: 'case', id: object }, detail),
      });
      switch (looked.outcome) {
        case 'absent':
          throw noCase(id);
        case 'noRoadCheck':
          throw new Problem(
            409,
            'NOT_YET',
            'Cases of tank levels and of trucks that send nothing have no road check.',
            'Go on with the next step of the case.',
          );
        case 'noRepair':
          throw new Problem(
            409,
            'NOT_YET',
            'No repair of the case has been completed: there is nothing to compare before and after of.',
            'Record the completed repair first.',
          );
        case 'changed':
          throw new Problem(
            409,
            'CHANGED',
            'Somebody took a step of the case meanwhile; nothing was overwritten.',
            'Read the case again, and compute once more if it still waits.',
          );
        default: {
          const row = await getCase(db, id);
          return c.json(
            {
              ...(await answer(db, id, deps.clock())),
              outcome: looked.outcome,
              state: z.enum(CASE_STATES).parse(row?.state),
            },
            200,
          );
        }
      }
    });
}
