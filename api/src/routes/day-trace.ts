import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { SAMPLE_STATES } from '@plume/ingest/rules';
import type { ApiEnv } from '../access.ts';
import { BeijingDate, startOfDate } from '../beijing-day.ts';
import type { ApiDeps } from '../deps.ts';
import { Gate } from '../gate.ts';
import { invalid, Problem } from '../problem.ts';
import { bucketOf, stateStretches, windowRows } from '../reduce-trace.ts';
import { json, MomentInput, notFound, problems, VehicleParam } from '../schemas.ts';
import { requireMoment } from '../time-range.ts';

const DAY_S = 86_400;
/** Each reads a day of samples: one at a time, few waiting. */
const AT_ONCE = 1;
const WAITING = 16;

const STATES = [...SAMPLE_STATES, 'noData'] as const;
const Column = z.array(z.number().nullable());

const Trace = z
  .object({
    date: BeijingDate,
    fromSec: z.number(),
    toSec: z.number(),
    bucketS: z.number().openapi({ description: 'Length of a bucket [s]; 1: nothing was reduced' }),
    formula: z.string(),
    states: z
      .array(z.object({ fromSec: z.number(), toSec: z.number(), state: z.enum(STATES) }))
      .openapi({ description: 'Whether samples are judged, or for what reason not: per bucket the state of most of them' }),
    ppm: z.object({ u: z.number(), exhaustKgPerKwh: z.number(), ppmPerGPerKwh: z.number() }).nullable().openapi({
      description:
        'What one g/kWh is in ppm over the judged seconds of the day: 1 ÷ (u × exhaust ÷ work). To read a limit on a chart with; verdicts are not made by it',
    }),
    windows: z.object({
      kind: z.enum(['work', 'fuel']),
      count: z.number().int(),
      thresholdPct: z.number(),
      reference: z.object({ value: z.number(), unit: z.string(), assumed: z.boolean() }).nullable(),
      t: z.array(z.number()).openapi({ description: 'Epoch seconds: where a bucket begins in which windows end' }),
      min: Column.openapi({ description: 'g NOx/kWh; null: no window that counts' }),
      max: Column,
      valid: z.array(z.number()),
      total: z.array(z.number()),
    }),
  })
  .openapi('DayTrace');

const trace = createRoute({
  method: 'get',
  path: '/vehicles/{id}/days/{date}/trace',
  tags: ['vehicles'],
  summary: 'A day as it was judged: which samples count and why others do not, and its windows one by one',
  request: {
    params: VehicleParam.extend({ date: BeijingDate.openapi({ param: { name: 'date', in: 'path' } }) }),
    query: z.object({
      kind: z.enum(['work', 'fuel']).default('work'),
      from: MomentInput.optional().openapi({ description: 'Absent: the whole day' }),
      to: MomentInput.optional(),
      points: z.coerce.number().int().min(100).max(4000).default(1500),
    }),
  },
  responses: { 200: json(Trace, 'The trace'), ...problems, ...notFound },
});

/** Days as they were judged. */
export function dayTraceRoutes(deps: ApiDeps) {
  const gate = new Gate(AT_ONCE, WAITING);
  return new OpenAPIHono<ApiEnv>().openapi(trace, async (c) => {
    const { id, date } = c.req.valid('param');
    const q = c.req.valid('query');
    const nowMs = deps.clock();
    const begin = startOfDate(date) / 1000;
    const fromSec = q.from === undefined ? begin : Math.max(begin, Math.floor(requireMoment('query.from', q.from, nowMs) / 1000));
    const toSec =
      q.to === undefined ? begin + DAY_S : Math.min(begin + DAY_S, Math.ceil(requireMoment('query.to', q.to, nowMs) / 1000));
    if (fromSec >= toSec) throw invalid('query.to', 'must be later than from, and both within the day');
    const traced = await gate.run(() => deps.dayTrace(Number(id), date, q.kind));
    if (!traced) {
      throw new Problem(
        404,
        'NOT_FOUND',
        `Truck ${id} has no evaluated day ${date}.`,
        'See /api/v1/vehicles/{id}/days for the days there are.',
      );
    }
    const bucketS = bucketOf(fromSec, toSec, q.points);
    const { kind, count, thresholdPct, reference } = traced.windows;
    const rows = windowRows(traced, fromSec, toSec, bucketS);
    return c.json(
      {
        date,
        fromSec,
        toSec,
        bucketS,
        formula: traced.formula,
        ppm: traced.ppm && { ...traced.ppm },
        states: stateStretches(traced, fromSec, toSec, bucketS),
        windows: {
          kind,
          count,
          thresholdPct,
          reference: reference && { ...reference, unit: kind === 'work' ? 'kWh' : 'kg' },
          t: rows.t,
          min: rows.min,
          max: rows.max,
          valid: rows.valid,
          total: rows.count,
        },
      },
      200,
    );
  });
}
