import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { audited, type Db, enqueueJob, vehicleExists } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { BeijingDate } from '../beijing-day.ts';
import { ordererOf } from '../caller.ts';
import { Problem } from '../problem.ts';
import { body, json, notFound, problems } from '../schemas.ts';
import { requireInside, requireWholeSite } from '../scope.ts';
import { JobStarted } from './jobs.ts';
import { noVehicle } from './vehicles.ts';

const Order = z
  .strictObject({
    vehicleId: z
      .number()
      .int()
      .positive()
      .max(999_999_999)
      .optional()
      .openapi({ description: 'Of this truck alone; absent: of all' }),
    from: BeijingDate.optional().openapi({ description: 'First Beijing day; absent: 30 days before the last' }),
    to: BeijingDate.optional().openapi({ description: 'Last Beijing day; absent: today' }),
  })
  .openapi('EvaluationOrder');

const order = createRoute({
  method: 'post',
  path: '/evaluations',
  tags: ['jobs'],
  summary: 'Evaluate days anew, each with the rule settings in force on it',
  description:
    'Days are evaluated by themselves whenever something changes that they rest on; this is for settings that were entered for days already judged. Evaluating again what has not changed changes nothing.',
  request: { body: body(Order) },
  responses: { 202: json(JobStarted, 'Ordered'), ...problems, ...notFound },
});

/** Evaluating days anew. */
export function evaluationRoutes(db: Db) {
  return new OpenAPIHono<ApiEnv>().openapi(order, async (c) => {
    const { vehicleId, from, to } = c.req.valid('json');
    if (from !== undefined && to !== undefined && to < from)
      throw new Problem(400, 'INVALID', 'body.to: must not be before from', 'Correct the field and send the request again.', {
        errors: [{ field: 'body.to', reason: 'must not be before from' }],
      });
    if (vehicleId === undefined) requireWholeSite(c, 'Evaluating all trucks anew');
    else {
      await requireInside(c, db, 'vehicle', vehicleId, noVehicle(vehicleId));
      if (!(await vehicleExists(db, vehicleId))) throw noVehicle(vehicleId);
    }
    const args = {
      ...(vehicleId === undefined ? {} : { vehicleId }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    };
    const entry = c
      .get('trail')
      .done('evaluation.order', { kind: 'vehicle', id: vehicleId === undefined ? null : String(vehicleId) }, args);
    const jobId = await enqueueJob(audited(db, entry), 'evaluate', args, ordererOf(c.get('caller')));
    return c.json({ jobId }, 202);
  });
}
