import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { audited, type Db, enqueueJob } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { BeijingDate, daysBetween } from '../beijing-day.ts';
import { ordererOf } from '../caller.ts';
import { invalid } from '../problem.ts';
import { body, json, problems } from '../schemas.ts';
import { requireWholeSite } from '../scope.ts';
import { JobStarted } from './jobs.ts';
import { requireOverrides } from './rules.ts';

/** Longest period of one back-test: three years of a site. */
const MOST_DAYS = 1100;
const MOST_TRUCKS = 5000;

const order = createRoute({
  method: 'post',
  path: '/back-tests',
  tags: ['rules'],
  summary: 'Try other numbers of the rules on stored days, and compare with what stands; nothing stored is changed',
  description:
    'Each day keeps the settings it was judged with, the numbers tried put over them. When only verdicts.* change, stored summaries are judged anew; else days are computed from their samples. The result of the job counts by rule what appears and vanishes, and names the first 500 of each, and which numbers no stored day is judged by (alarms.*, and those of frozen fleet references).',
  request: {
    body: body(
      z
        .strictObject({
          overrides: z.record(z.string().max(80), z.number()).openapi({ example: { 'verdicts.inUseV': 3.5 } }),
          from: BeijingDate,
          to: BeijingDate,
          vehicleIds: z
            .array(z.number().int().positive().max(999_999_999))
            .min(1)
            .max(MOST_TRUCKS)
            .optional()
            .openapi({ description: 'Absent: all trucks' }),
        })
        .openapi('BackTestOrder'),
    ),
  },
  responses: { 202: json(JobStarted, 'Ordered'), ...problems },
});

/** Back-tests of the rules. */
export function backTestRoutes(db: Db) {
  return new OpenAPIHono<ApiEnv>().openapi(order, async (c) => {
    const given = c.req.valid('json');
    requireWholeSite(c, 'A back-test');
    const overrides = requireOverrides('body.overrides', given.overrides);
    if (Object.keys(overrides).length === 0) throw invalid('body.overrides', 'names no number to try');
    if (given.to < given.from) throw invalid('body.to', 'must not be before from');
    if (daysBetween(given.from, given.to) > MOST_DAYS) throw invalid('body.from', `the period is longer than ${MOST_DAYS} days`);
    const args = { overrides, from: given.from, to: given.to, vehicleIds: given.vehicleIds ?? null };
    const entry = c.get('trail').done('backTest.order', null, args);
    const jobId = await enqueueJob(audited(db, entry), 'backTest', args, ordererOf(c.get('caller')));
    return c.json({ jobId }, 202);
  });
}
