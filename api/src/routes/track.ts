import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type Db, type TrackRow, trackOf, vehicleExists } from '@plume/db';
import { toPhysical } from '@plume/ingest/protocol';
import type { ApiEnv } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { Gate } from '../gate.ts';
import { RoadBook } from '../road-book.ts';
import { json, Moment, MomentInput, notFound, problems, VehicleParam } from '../schemas.ts';
import { requireSignals, signalById } from '../signals.ts';
import { requireRange } from '../time-range.ts';
import { noVehicle } from './vehicles.ts';

const SLICE_S = 7_200;
const AT_ONCE = 2;
const WAITING = 32;
const MICRO = 1e-6;

const Track = z
  .object({
    vehicleId: z.number(),
    from: Moment,
    to: Moment,
    bucketS: z.number().openapi({ description: 'One position per so many seconds: the first; 1: every one' }),
    signal: z.object({ id: z.string(), zh: z.string(), en: z.string(), unit: z.string(), decimals: z.number() }),
    t: z.array(z.number()),
    lon: z.array(z.number()).openapi({ description: 'Degrees, WGS-84' }),
    lat: z.array(z.number()),
    min: z.array(z.number().nullable()).openapi({ description: 'Smallest value of the signal in the bucket' }),
    max: z.array(z.number().nullable()),
  })
  .openapi('Track');

const track = createRoute({
  method: 'get',
  path: '/vehicles/{id}/track',
  tags: ['vehicles'],
  summary: "A truck's way, with a signal to colour it by",
  request: {
    params: VehicleParam,
    query: z.object({
      signal: z.string().max(40).default('noxDownPpm'),
      from: MomentInput.default('now-6h'),
      to: MomentInput.default('now'),
      points: z.coerce.number().int().min(10).max(5000).default(1500),
    }),
  },
  responses: { 200: json(Track, 'The way'), ...problems, ...notFound },
});

const Roads = z
  .object({
    stepDeg: z.number(),
    days: z.number(),
    pieces: z
      .array(z.number())
      .openapi({ description: 'Five numbers each: x1, y1, x2, y2 in steps of stepDeg (WGS-84), and how often it was driven' }),
  })
  .openapi('Roads');

const roads = createRoute({
  method: 'get',
  path: '/roads',
  tags: ['vehicles'],
  summary: "Roads as they emerge from the fleet's own way over the last days",
  responses: { 200: json(Roads, 'The roads'), ...problems },
});

const map = createRoute({
  method: 'get',
  path: '/map',
  tags: ['vehicles'],
  summary: 'Where tiles for maps come from, if a source is configured (PLUME_MAP_TILES)',
  responses: {
    200: json(
      z.object({
        tiles: z
          .object({
            template: z.string(),
            gcj02: z
              .boolean()
              .openapi({ description: 'Its tiles are shifted as GCJ-02; shift what is drawn over them, for display only' }),
          })
          .nullable(),
      }),
      'The source',
    ),
    ...problems,
  },
});

/** Ways of trucks, and the roads that they make. */
export function trackRoutes(deps: ApiDeps, db: Db) {
  const gate = new Gate(AT_ONCE, WAITING);
  const book = new RoadBook(db, deps.clock);
  return new OpenAPIHono<ApiEnv>()
    .openapi(track, async (c) => {
      const id = Number(c.req.valid('param').id);
      const q = c.req.valid('query');
      const [signal] = requireSignals('query.signal', q.signal, 1);
      if (!signal) throw noVehicle(id);
      const { fromMs, toMs } = requireRange(q.from, q.to, deps.clock());
      if (!(await vehicleExists(db, id))) throw noVehicle(id);
      const fromSec = Math.floor(fromMs / 1000);
      const toSec = Math.ceil(toMs / 1000);
      const bucketS = Math.max(1, Math.ceil((toSec - fromSec) / q.points));
      const rows: TrackRow[] = [];
      // Whole buckets a slice, so that none is cut in two.
      const slice = Math.max(bucketS, Math.floor(SLICE_S / bucketS) * bucketS);
      const first = Math.floor(fromSec / bucketS) * bucketS;
      for (let from = first; from < toSec; from += slice) {
        const range = { vehicleId: id, fromSec: Math.max(from, fromSec), toSec: Math.min(from + slice, toSec) };
        rows.push(...(await gate.run(() => trackOf(db, range, signal.id, bucketS))));
      }
      const value = (raw: number | null) => (raw === null ? null : toPhysical(signal, raw));
      const degrees = (id: 'lonDeg' | 'latDeg', raw: number) => {
        const of = signalById(id);
        return of ? toPhysical(of, raw) : raw * MICRO;
      };
      return c.json(
        {
          vehicleId: id,
          from: new Date(fromSec * 1000).toISOString(),
          to: new Date(toSec * 1000).toISOString(),
          bucketS,
          signal: { id: signal.id, zh: signal.zh, en: signal.en, unit: signal.unit, decimals: signal.decimals },
          t: rows.map((row) => row.t),
          lon: rows.map((row) => degrees('lonDeg', row.lon)),
          lat: rows.map((row) => degrees('latDeg', row.lat)),
          min: rows.map((row) => value(row.min)),
          max: rows.map((row) => value(row.max)),
        },
        200,
      );
    })
    .openapi(map, (c) => {
      const { mapTiles } = deps;
      return c.json({ tiles: mapTiles ? { template: mapTiles.template, gcj02: mapTiles.gcj02 } : null }, 200);
    })
    .openapi(roads, async (c) => {
      const made = await book.roads(c.get('caller').districts);
      return c.json({ ...made, pieces: [...made.pieces] }, 200);
    });
}
