import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Db } from '@plume/db';
import { newestSample, vehicleExists } from '@plume/db';
import { SIGNALS } from '@plume/ingest/protocol';
import type { ApiEnv } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { Gate } from '../gate.ts';
import { readSeries, type SeriesAnswer } from '../read-series.ts';
import { json, Moment, MomentInput, notFound, problems, VehicleParam } from '../schemas.ts';
import { requireSignals } from '../signals.ts';
import { requireRange } from '../time-range.ts';
import { noVehicle } from './vehicles.ts';

/** Most signals one request may ask for. */
export const MAX_SERIES_SIGNALS = 12;
const MAX_POINTS = 20_000;
/** Long queries at a time and waiting; each is a chain of short pieces that take turns. */
const AT_ONCE = 2;
const WAITING = 64;

const Column = z.array(z.number().nullable());
const Missing = z.record(z.string(), z.number()).openapi({
  description: 'Samples without a value, by reason: notSent, na, error, reserved, notReady, outOfRange',
});

const Series = z
  .object({
    vehicleId: z.number(),
    from: Moment,
    to: Moment,
    serverTime: Moment,
    t: z.array(z.number()).openapi({ description: 'Epoch seconds, ascending and unique; with buckets, where each starts' }),
    samplesPerRow: z
      .array(z.number())
      .nullable()
      .openapi({ description: 'Samples in each bucket; 0 marks a gap; null when nothing was reduced' }),
    signals: z.array(
      z.object({
        id: z.string(),
        zh: z.string(),
        en: z.string(),
        unit: z.string(),
        decimals: z.number(),
        valid: z.number(),
        validShare: z.number().nullable().openapi({ description: 'Samples with a value ÷ samples stored in the range' }),
        missing: Missing,
        columns: z
          .union([z.object({ values: Column }), z.object({ min: Column, max: Column })])
          .openapi({ description: 'As long as t; null: no value, or a gap of more than three periods; never joined across' }),
      }),
    ),
    reduction: z
      .object({ method: z.enum(['raw', 'minMaxPerBucket']), bucketS: z.number().nullable(), samples: z.number() })
      .openapi({ description: 'What was done: raw, or smallest and largest value per bucket of bucketS seconds (both exact)' }),
    period: z
      .object({ seconds: z.number().nullable(), source: z.enum(['terminal', 'observed', 'unknown']) })
      .openapi({ description: "Record period: stated in the terminal's profile, or the median distance between samples" }),
    newest: z
      .object({ sampleAt: Moment, receivedAt: Moment })
      .nullable()
      .openapi({ description: 'The newest sample of this truck at any time' }),
  })
  .openapi('Series');

const series = createRoute({
  method: 'get',
  path: '/vehicles/{id}/series',
  tags: ['vehicles'],
  summary: 'Signals of a truck over time, as columns for a chart',
  request: {
    params: VehicleParam,
    query: z.object({
      signals: z
        .string()
        .max(600)
        .openapi({ example: 'noxDownPpm,speedKmh', description: `At most ${MAX_SERIES_SIGNALS} signal ids` }),
      from: MomentInput.default('now-1h'),
      to: MomentInput.default('now'),
      points: z.coerce.number().int().min(10).max(MAX_POINTS).default(1500).openapi({
        description: 'Most samples to return as they are; with more the answer is reduced to at most this many rows and says so',
      }),
    }),
  },
  responses: { 200: json(Series, 'The series'), ...problems, ...notFound },
});

const Catalogue = z
  .object({
    signals: z.array(
      z.object({
        id: z.string(),
        zh: z.string(),
        en: z.string(),
        unit: z.string(),
        scale: z.number(),
        offset: z.number(),
        min: z.number(),
        max: z.number(),
        decimals: z.number(),
        source: z.string(),
        certainty: z.string(),
      }),
    ),
  })
  .openapi('Catalogue');

const catalogue = createRoute({
  method: 'get',
  path: '/signals',
  tags: ['vehicles'],
  summary: 'The catalogue of signals: unit, resolution, range, source',
  responses: { 200: json(Catalogue, 'The catalogue, in its frozen order'), ...problems },
});

function columnsOf(answer: SeriesAnswer) {
  return answer.signals.map(({ signal: s, valid, validShare, missing, columns }) => ({
    id: s.id,
    zh: s.zh,
    en: s.en,
    unit: s.unit,
    decimals: s.decimals,
    valid,
    validShare,
    missing: Object.fromEntries(Object.entries(missing)),
    columns,
  }));
}

/** Series and the signal catalogue. */
export function seriesRoutes(deps: ApiDeps, db: Db) {
  const gate = new Gate(AT_ONCE, WAITING);
  return new OpenAPIHono<ApiEnv>()
    .openapi(series, async (c) => {
      const q = c.req.valid('query');
      const id = Number(c.req.valid('param').id);
      const nowMs = deps.clock();
      const signals = requireSignals('query.signals', q.signals, MAX_SERIES_SIGNALS);
      const { fromMs, toMs } = requireRange(q.from, q.to, nowMs);
      if (!(await vehicleExists(db, id))) throw noVehicle(id);
      const fromSec = Math.floor(fromMs / 1000);
      const toSec = Math.ceil(toMs / 1000);
      const answer = await readSeries(db, gate, { vehicleId: id, signals, fromSec, toSec, points: q.points }, c.req.raw.signal);
      const newest = await newestSample(db, id);
      return c.json(
        {
          vehicleId: id,
          from: new Date(fromSec * 1000).toISOString(),
          to: new Date(toSec * 1000).toISOString(),
          serverTime: new Date(nowMs).toISOString(),
          t: answer.t,
          samplesPerRow: answer.samplesPerRow,
          signals: columnsOf(answer),
          reduction: answer.reduction,
          period: answer.period,
          newest: newest ? { sampleAt: newest.time.toISOString(), receivedAt: newest.received_at.toISOString() } : null,
        },
        200,
      );
    })
    .openapi(catalogue, (c) =>
      c.json(
        {
          signals: SIGNALS.map((s) => ({
            id: s.id,
            zh: s.zh,
            en: s.en,
            unit: s.unit,
            scale: s.scale,
            offset: s.offset,
            min: s.rawMin * s.scale + s.offset,
            max: s.rawMax * s.scale + s.offset,
            decimals: s.decimals,
            source: s.source,
            certainty: s.certainty,
          })),
        },
        200,
      ),
    );
}
