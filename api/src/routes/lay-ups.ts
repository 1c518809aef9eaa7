import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  audited,
  changeLayUp,
  type Db,
  enterLayUp,
  getLayUp,
  type LayUpDeed,
  type LayUpEventRow,
  type LayUpPeriod,
  type LayUpRow,
  layUpEvents,
  listLayUps,
  overlappingLayUps,
  removeLayUp,
  sqlStateOf,
  vehicleExists,
} from '@plume/db';
import type { Context } from 'hono';
import type { ApiEnv } from '../access.ts';
import { BeijingDate } from '../beijing-day.ts';
import { actorName } from '../caller.ts';
import type { ApiDeps } from '../deps.ts';
import { invalid, Problem } from '../problem.ts';
import { body, conflict, json, Moment, notFound, plainText, problems, VehicleParam } from '../schemas.ts';
import { LAY_UP_REASONS } from './vehicle-schema.ts';
import { noVehicle } from './vehicles.ts';

const Span = z.object({
  from: BeijingDate.openapi({ description: 'First Beijing day out of service' }),
  to: BeijingDate.nullable().openapi({ description: 'The day on which the truck is back in service; null: not known yet' }),
  reason: z.string(),
  note: z.string().nullable(),
});

const LayUp = Span.extend({
  id: z.number().int(),
  version: z.number().int().openapi({ description: 'Send it along with a change, so that nobody overwrites another' }),
  recordedBy: z.string(),
  recordedAt: Moment,
}).openapi('LayUp');

const LayUpEvent = Span.extend({
  id: z.number().int(),
  layUpId: z.number().int(),
  at: Moment,
  by: z.string(),
  kind: z.enum(['entered', 'changed', 'removed']),
}).openapi('LayUpEvent');

const Reason = z.enum(LAY_UP_REASONS);
const Note = plainText(200).nullable();
/** Both dates lie in the years of this programme: a slip of the pen is told. */
const Day = BeijingDate.refine((day) => day >= '2000-01-01' && day <= '2100-01-01', 'must be between 2000 and 2100');

const NewLayUp = z
  .strictObject({ from: Day, to: Day.nullable().default(null), reason: Reason, note: Note.default(null) })
  .refine(({ from, to }) => to === null || to > from, { path: ['to'], error: 'must be later than from' });

const Change = z
  .strictObject({
    version: z.number().int().positive(),
    from: Day.optional(),
    to: Day.nullable().optional(),
    reason: Reason.optional(),
    note: Note.optional(),
  })
  .refine(({ version: _, ...given }) => Object.keys(given).length > 0, 'names nothing to change: from, to, reason or note');

const LayUpParam = VehicleParam.extend({
  layUpId: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'must be the number of a lay-up')
    .openapi({ param: { name: 'layUpId', in: 'path' } }),
});

const tags = ['vehicles'];
const list = createRoute({
  method: 'get',
  path: '/vehicles/{id}/lay-ups',
  tags,
  summary: 'When a truck was and is laid up (报停), and everything that was done about it',
  request: { params: VehicleParam },
  responses: {
    200: json(
      z.object({ layUps: z.array(LayUp), events: z.array(LayUpEvent) }),
      'Periods, the latest first; deeds, the newest first',
    ),
    ...problems,
    ...notFound,
  },
});
const enter = createRoute({
  method: 'post',
  path: '/vehicles/{id}/lay-ups',
  tags,
  summary: 'Lay a truck up: from then on it is not offline, and not in the base of the online rate; its days are judged again',
  request: { params: VehicleParam, body: body(NewLayUp) },
  responses: { 201: json(z.object({ id: z.number().int() }), 'Entered'), ...problems, ...notFound, ...conflict },
});
const change = createRoute({
  method: 'patch',
  path: '/vehicles/{id}/lay-ups/{layUpId}',
  tags,
  summary: 'Change a lay-up, or end it (复驶) with the day on which the truck is back; what is not named stays',
  request: { params: LayUpParam, body: body(Change) },
  responses: { 200: json(LayUp, 'Changed'), ...problems, ...notFound, ...conflict },
});
const remove = createRoute({
  method: 'delete',
  path: '/vehicles/{id}/lay-ups/{layUpId}',
  tags,
  summary: 'Take a lay-up away that was entered by mistake; the history keeps it',
  request: { params: LayUpParam, query: z.object({ version: z.coerce.number().int().positive() }) },
  responses: { 204: { description: 'Taken away' }, ...problems, ...notFound, ...conflict },
});

function toLayUp(row: LayUpRow): z.infer<typeof LayUp> {
  return {
    id: row.id,
    version: row.version,
    from: row.valid_from,
    to: row.valid_to,
    reason: row.reason,
    note: row.note,
    recordedBy: row.recorded_by,
    recordedAt: row.recorded_at.toISOString(),
  };
}

function toEvent(row: LayUpEventRow): z.infer<typeof LayUpEvent> {
  return {
    id: row.id,
    layUpId: row.lay_up_id,
    at: row.at.toISOString(),
    by: row.actor,
    kind: row.kind,
    from: row.valid_from,
    to: row.valid_to,
    reason: row.reason,
    note: row.note,
  };
}

function noLayUp(id: number, truck: number): Problem {
  return new Problem(
    404,
    'NOT_FOUND',
    `Truck ${truck} has no lay-up ${id}.`,
    'Read its lay-ups again: /api/v1/vehicles/{id}/lay-ups.',
  );
}

function changedMeanwhile(row: LayUpRow): Problem {
  const until = row.valid_to === null ? 'still' : `until ${row.valid_to}`;
  return new Problem(
    409,
    'CHANGED',
    `${row.recorded_by} changed this lay-up meanwhile: it is now from ${row.valid_from} ${until} (${row.reason}). Nothing was overwritten.`,
    'Compare, and save once more.',
  );
}

/** Laying trucks up and bringing them back. */
export function layUpRoutes(deps: ApiDeps, db: Db) {
  const deedOf = (c: Context<ApiEnv>, vehicleId: number): LayUpDeed => ({
    vehicleId,
    actor: actorName(c.get('caller')),
    atMs: deps.clock(),
  });
  const refuseOverlap = async (vehicleId: number, period: LayUpPeriod, except: number | null) => {
    const rows = await overlappingLayUps(db, vehicleId, period, except);
    if (rows.length === 0) return;
    const told = rows.map((row) => `from ${row.valid_from} ${row.valid_to === null ? 'on' : `to ${row.valid_to}`}`).join('; ');
    throw new Problem(
      409,
      'OVERLAP',
      `The truck is laid up at that time already: ${told}.`,
      'Choose days outside these, or change that period.',
      { errors: [{ field: 'body.from', reason: `overlaps a lay-up ${told}` }] },
    );
  };
  /** Does what the database may refuse as an overlap that came in between. */
  const unlessOverlap = async <T>(vehicleId: number, period: LayUpPeriod, except: number | null, work: () => Promise<T>) => {
    await refuseOverlap(vehicleId, period, except);
    try {
      return await work();
    } catch (error) {
      if (sqlStateOf(error) === '23P01') await refuseOverlap(vehicleId, period, except);
      throw error;
    }
  };
  const find = async (vehicleId: number, id: number) => {
    const row = await getLayUp(db, vehicleId, id);
    if (!row) throw noLayUp(id, vehicleId);
    return row;
  };
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const id = Number(c.req.valid('param').id);
      if (!(await vehicleExists(db, id))) throw noVehicle(id);
      const layUps = await listLayUps(db, id);
      return c.json({ layUps: layUps.map(toLayUp), events: (await layUpEvents(db, id)).map(toEvent) }, 200);
    })
    .openapi(enter, async (c) => {
      const id = Number(c.req.valid('param').id);
      if (!(await vehicleExists(db, id))) throw noVehicle(id);
      const period = c.req.valid('json');
      const entry = c.get('trail').done('vehicle.layUp', { kind: 'vehicle', id: String(id) }, { after: period });
      const made = await unlessOverlap(id, period, null, () => enterLayUp(audited(db, entry), deedOf(c, id), period));
      return c.json({ id: made }, 201);
    })
    .openapi(change, async (c) => {
      const vehicleId = Number(c.req.valid('param').id);
      const id = Number(c.req.valid('param').layUpId);
      const { version, ...given } = c.req.valid('json');
      const before = await find(vehicleId, id);
      if (before.version !== version) throw changedMeanwhile(before);
      const period: LayUpPeriod = {
        from: given.from ?? before.valid_from,
        to: given.to === undefined ? before.valid_to : given.to,
        reason: given.reason ?? before.reason,
        note: given.note === undefined ? before.note : given.note,
      };
      if (period.to !== null && period.to <= period.from) throw invalid('body.to', 'must be later than from');
      const detail = { layUp: id, before: toLayUp(before), after: period };
      const entry = c.get('trail').done('vehicle.layUp.change', { kind: 'vehicle', id: String(vehicleId) }, detail);
      const done = await unlessOverlap(vehicleId, period, id, () =>
        changeLayUp(audited(db, entry), deedOf(c, vehicleId), { id, version }, period),
      );
      const after = await find(vehicleId, id);
      if (!done) throw changedMeanwhile(after);
      return c.json(toLayUp(after), 200);
    })
    .openapi(remove, async (c) => {
      const vehicleId = Number(c.req.valid('param').id);
      const id = Number(c.req.valid('param').layUpId);
      const { version } = c.req.valid('query');
      const before = await find(vehicleId, id);
      if (before.version !== version) throw changedMeanwhile(before);
      const detail = { layUp: id, before: toLayUp(before) };
      const entry = c.get('trail').done('vehicle.layUp.remove', { kind: 'vehicle', id: String(vehicleId) }, detail);
      if (!(await removeLayUp(audited(db, entry), deedOf(c, vehicleId), { id, version })))
        throw changedMeanwhile(await find(vehicleId, id));
      return c.body(null, 204);
    });
}
