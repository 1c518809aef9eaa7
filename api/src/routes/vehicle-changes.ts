import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  audited,
  changeVehicle,
  type Db,
  type ParameterRow,
  parameterHistory,
  recordParameters,
  vehicleVersion,
} from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { actorName } from '../caller.ts';
import type { ApiDeps } from '../deps.ts';
import { invalid, Problem } from '../problem.ts';
import { body, conflict, json, Moment, notFound, plainText, problems, VehicleParam } from '../schemas.ts';
import { requireOwnDistrict } from '../scope.ts';
import { tellDoors } from '../tell-doors.ts';
import { givenParameters, ParametersBody } from './vehicle-parameters.ts';
import { noVehicle } from './vehicles.ts';

const Identity = z
  .strictObject({
    version: z.string().max(40).openapi({ description: 'From GET; another one means that somebody changed the truck meanwhile' }),
    plate: plainText(20).optional(),
    plateColor: plainText(10).nullable().optional(),
    district: plainText(40).nullable().optional(),
    enterprise: plainText(100).nullable().optional(),
    useType: plainText(40).nullable().optional(),
  })
  .openapi('VehicleChange');

const change = createRoute({
  method: 'patch',
  path: '/vehicles/{id}',
  tags: ['vehicles'],
  summary: 'Change what a truck is known by; what is not named stays, null takes a fact away. The VIN never changes',
  request: { params: VehicleParam, body: body(Identity) },
  responses: { 200: json(z.object({ id: z.number(), version: z.string() }), 'Changed'), ...problems, ...notFound, ...conflict },
});

const Entry = z
  .object({
    id: z.number().int(),
    validFrom: Moment,
    recordedAt: Moment,
    recordedBy: z.string(),
    values: z.record(z.string(), z.unknown()),
  })
  .openapi('VehicleParameters');

const history = createRoute({
  method: 'get',
  path: '/vehicles/{id}/parameters',
  tags: ['vehicles'],
  summary: 'Everything recorded of the facts that verdicts rest on; the newest recorded row valid at a time applies',
  request: { params: VehicleParam },
  responses: { 200: json(z.object({ entries: z.array(Entry) }), 'The newest recorded first'), ...problems, ...notFound },
});

const record = createRoute({
  method: 'post',
  path: '/vehicles/{id}/parameters',
  tags: ['vehicles'],
  summary: 'Record facts that verdicts rest on; days from validFrom on are judged again',
  request: {
    params: VehicleParam,
    body: body(
      z.strictObject({
        validFrom: z.iso.datetime({ offset: true }),
        values: ParametersBody,
        after: z.number().int().positive().openapi({ description: 'Id of the newest entry that this change rests on' }),
      }),
    ),
  },
  responses: { 201: json(z.object({ id: z.number().int() }), 'Recorded'), ...problems, ...notFound, ...conflict },
});

function toEntry(row: ParameterRow): z.infer<typeof Entry> {
  return {
    id: row.id,
    validFrom: row.valid_from.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
    recordedBy: row.recorded_by,
    values: row.values,
  };
}

function changedMeanwhile(id: number): Problem {
  return new Problem(
    409,
    'CHANGED',
    `Somebody changed truck ${id} meanwhile; nothing was overwritten.`,
    'Read it again, compare, and save once more.',
  );
}

/** Changes of what a truck is known by, and of the facts that verdicts rest on. */
export function vehicleChangeRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(change, async (c) => {
      const id = Number(c.req.valid('param').id);
      const { version, ...facts } = c.req.valid('json');
      if (Object.keys(facts).length === 0)
        throw invalid('body', 'names nothing to change: plate, plateColor, district, enterprise or useType');
      if (facts.district !== undefined) requireOwnDistrict(c, 'body.district', facts.district ?? undefined);
      const entry = c.get('trail').done('vehicle.change', { kind: 'vehicle', id: String(id) }, { change: facts });
      const changed = await changeVehicle(audited(db, entry), id, version, facts);
      if (changed === undefined) {
        if ((await vehicleVersion(db, id)) === undefined) throw noVehicle(id);
        throw changedMeanwhile(id);
      }
      await tellDoors(deps);
      return c.json({ id, version: changed }, 200);
    })
    .openapi(history, async (c) => {
      const id = Number(c.req.valid('param').id);
      const rows = await parameterHistory(db, id);
      if (rows.length === 0) throw noVehicle(id);
      return c.json({ entries: rows.map(toEntry) }, 200);
    })
    .openapi(record, async (c) => {
      const id = Number(c.req.valid('param').id);
      const p = c.req.valid('json');
      if ((await vehicleVersion(db, id)) === undefined) throw noVehicle(id);
      const recorded = c
        .get('trail')
        .done(
          'vehicle.parameters',
          { kind: 'vehicle', id: String(id) },
          { validFrom: p.validFrom, values: p.values, after: p.after },
        );
      const entry = await recordParameters(audited(db, recorded), {
        vehicleId: id,
        validFromMs: Date.parse(p.validFrom),
        recordedBy: actorName(c.get('caller')),
        values: givenParameters(p.values),
        after: p.after,
      });
      if (entry === undefined) throw changedMeanwhile(id);
      await tellDoors(deps);
      return c.json({ id: entry }, 201);
    });
}
