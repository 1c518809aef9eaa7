import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Db } from '@plume/db';
import {
  audited,
  countFleet,
  type FleetSort,
  insertVehicle,
  listFleet,
  vehicleAssignments,
  vehicleParameters,
  vehicleVersion,
} from '@plume/db';
import { SIGNALS } from '@plume/ingest/protocol';
import type { ApiEnv } from '../access.ts';
import { actorName } from '../caller.ts';
import { decodeCursor, paged } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { invalid, Problem } from '../problem.ts';
import { body, CursorInput, conflict, json, limit, Moment, notFound, Paging, problems, VehicleParam } from '../schemas.ts';
import { requireOwnDistrict } from '../scope.ts';
import { requireSignals, signalById } from '../signals.ts';
import { tellDoors } from '../tell-doors.ts';
import { givenParameters, NewVehicleBody } from './vehicle-parameters.ts';
import { LINK_STATES, THRESHOLDS, toVehicle, Vehicle } from './vehicle-schema.ts';

const FleetAnswer = z
  .object({
    serverTime: Moment,
    thresholds: z.object({ onlineS: z.number(), lateS: z.number() }).openapi({
      description: 'online: a sample was received at most onlineS ago; late: at most lateS; silent: longer; neverSeen: none ever',
    }),
    counts: z
      .object({
        online: z.number(),
        late: z.number(),
        silent: z.number(),
        neverSeen: z.number(),
        laidUp: z.number(),
        total: z.number(),
      })
      .openapi({
        description: 'Trucks that match the search, in any state',
      }),
    units: z.record(z.string(), z.string()).openapi({ description: 'Unit of each signal in latest' }),
    vehicles: z.array(Vehicle),
    ...Paging,
  })
  .openapi('Fleet');

const list = createRoute({
  method: 'get',
  path: '/vehicles',
  tags: ['vehicles'],
  summary: 'Trucks with their newest values and how fresh they are',
  request: {
    query: z.object({
      q: z.string().trim().max(100).optional().openapi({ description: 'Part of plate, VIN, terminal, enterprise or district' }),
      state: z.enum(LINK_STATES).optional(),
      district: z.string().max(40).optional(),
      ids: z
        .string()
        .regex(/^\d{1,9}(,\d{1,9}){0,499}$/, 'must be vehicle numbers separated by commas')
        .optional(),
      signals: z.string().max(600).optional().openapi({ description: 'Which signals latest holds; all when absent' }),
      sort: z.string().max(40).default('plate').openapi({
        description: 'attention (silent, late, never seen, online, laid up), plate, vin, lastReceived, or a signal id',
      }),
      order: z.enum(['asc', 'desc']).default('asc'),
      limit: limit(100, 500),
      cursor: CursorInput,
    }),
  },
  responses: { 200: json(FleetAnswer, 'One page of trucks'), ...problems },
});

const VehicleDetail = Vehicle.extend({
  version: z.string().openapi({ description: 'Of what PATCH changes; send it along, so that nobody overwrites a change' }),
  parameters: z
    .object({ validFrom: Moment, recordedAt: Moment, recordedBy: z.string(), values: z.record(z.string(), z.unknown()) })
    .nullable(),
  assignments: z.array(z.object({ id: z.number(), terminalId: z.string(), from: Moment, to: Moment.nullable() })),
  serverTime: Moment,
  units: z.record(z.string(), z.string()),
}).openapi('VehicleDetail');

const one = createRoute({
  method: 'get',
  path: '/vehicles/{id}',
  tags: ['vehicles'],
  summary: 'One truck: newest values, parameters in force, terminals carried',
  request: { params: VehicleParam },
  responses: { 200: json(VehicleDetail, 'The truck'), ...problems, ...notFound },
});

const create = createRoute({
  method: 'post',
  path: '/vehicles',
  tags: ['vehicles'],
  summary: 'Enter a truck',
  request: { body: body(NewVehicleBody) },
  responses: { 201: json(z.object({ id: z.number(), vin: z.string(), plate: z.string() }), 'Entered'), ...problems, ...conflict },
});

const UNITS: Record<string, string> = Object.fromEntries(SIGNALS.map((signal) => [signal.id, signal.unit]));
const FleetCursor = z.strictObject({ key: z.union([z.string(), z.number(), z.null()]), id: z.number().int(), sort: z.string() });

function sortOf(text: string): FleetSort {
  if (text === 'attention' || text === 'plate' || text === 'vin' || text === 'lastReceived') return text;
  if (signalById(text)) return { signal: text };
  throw invalid('query.sort', 'must be attention, plate, vin, lastReceived or a signal id');
}

/** Fleet list, one truck, and entering one. */
export function vehicleRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const q = c.req.valid('query');
      const nowMs = deps.clock();
      const only = q.signals ? new Set(requireSignals('query.signals', q.signals, SIGNALS.length).map((s) => s.id)) : undefined;
      const order = `${q.sort}.${q.order}`;
      const after = q.cursor === undefined ? undefined : decodeCursor(FleetCursor, q.cursor);
      if (after && after.sort !== order) throw invalid('query.cursor', 'belongs to another sort; start without one');
      const search = {
        search: q.q || undefined,
        district: q.district || undefined,
        districts: c.get('caller').districts,
        nowMs,
        thresholds: THRESHOLDS,
      };
      const rows = await listFleet(db, {
        ...search,
        state: q.state,
        ids: q.ids?.split(',').map(Number),
        sort: sortOf(q.sort),
        descending: q.order === 'desc',
        after,
        limit: q.limit + 1,
      });
      const counts = await countFleet(db, search);
      const { page, paging } = paged(rows, q.limit, (last) => ({ key: last.sort_key, id: last.id, sort: order }));
      return c.json(
        {
          serverTime: new Date(nowMs).toISOString(),
          thresholds: { onlineS: THRESHOLDS.onlineMs / 1000, lateS: THRESHOLDS.lateMs / 1000 },
          counts: { ...counts, total: counts.online + counts.late + counts.silent + counts.neverSeen + counts.laidUp },
          units: UNITS,
          vehicles: page.map((row) => toVehicle(row, nowMs, only)),
          ...paging,
        },
        200,
      );
    })
    .openapi(one, async (c) => {
      const id = Number(c.req.valid('param').id);
      const nowMs = deps.clock();
      const [row] = await listFleet(db, {
        search: undefined,
        state: undefined,
        ids: [id],
        districts: c.get('caller').districts,
        sort: 'plate',
        descending: false,
        after: undefined,
        limit: 1,
        nowMs,
        thresholds: THRESHOLDS,
      });
      if (!row) throw noVehicle(id);
      const parameters = await vehicleParameters(db, id, nowMs);
      const assignments = await vehicleAssignments(db, id);
      return c.json(
        {
          ...toVehicle(row, nowMs, undefined),
          version: (await vehicleVersion(db, id)) ?? '',
          parameters: parameters
            ? {
                validFrom: parameters.valid_from.toISOString(),
                recordedAt: parameters.recorded_at.toISOString(),
                recordedBy: parameters.recorded_by,
                values: parameters.values,
              }
            : null,
          assignments: assignments.map((a) => ({
            id: a.id,
            terminalId: a.terminal_id,
            from: a.valid_from.toISOString(),
            to: a.valid_to?.toISOString() ?? null,
          })),
          serverTime: new Date(nowMs).toISOString(),
          units: UNITS,
        },
        200,
      );
    })
    .openapi(create, async (c) => {
      const v = c.req.valid('json');
      requireOwnDistrict(c, 'body.district', v.district);
      const made = { kind: 'vehicle', id: { select: 'select id::text from vehicles where vin = $1', value: v.vin } };
      const entry = c.get('trail').done('vehicle.add', made, { after: v });
      const id = await insertVehicle(audited(db, entry), {
        vin: v.vin,
        plate: v.plate,
        plateColor: v.plateColor,
        district: v.district,
        enterprise: v.enterprise,
        useType: v.useType,
        fittedAtMs: v.fittedAt === undefined ? deps.clock() : Date.parse(v.fittedAt),
        demo: v.demo,
        recordedBy: actorName(c.get('caller')),
        parameters: givenParameters(v.parameters),
      });
      if (id === undefined) {
        throw new Problem(409, 'EXISTS', `A truck with VIN ${v.vin} is already entered.`, 'Search for it, or correct the VIN.', {
          errors: [{ field: 'body.vin', reason: 'already entered' }],
        });
      }
      await tellDoors(deps);
      return c.json({ id, vin: v.vin, plate: v.plate }, 201);
    });
}

/** The 404 of a truck. */
export function noVehicle(id: number): Problem {
  return new Problem(404, 'NOT_FOUND', `There is no truck with number ${id}.`, 'Look it up in /api/v1/vehicles.');
}
