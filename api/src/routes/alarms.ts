import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type AlarmListed, type Db, listAlarms } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { decodeCursor, paged } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { CursorInput, json, limit, Moment, MomentInput, Paging, problems } from '../schemas.ts';
import { requireMoment } from '../time-range.ts';

/** What is told at once, from live samples alone. */
export const ALARM_KINDS = ['tamper', 'fuelTheft', 'noxSustained', 'ureaEmpty'] as const;

const Alarm = z
  .object({
    id: z.string(),
    vehicle: z.object({ id: z.number(), vin: z.string(), plate: z.string(), district: z.string().nullable() }),
    kind: z.enum(ALARM_KINDS),
    startedAt: Moment.openapi({ description: 'By sample time' }),
    endedAt: Moment.nullable().openapi({ description: 'By sample time; null: still in force' }),
    raisedAt: Moment.openapi({ description: "By the server's clock" }),
    detail: z.record(z.string(), z.unknown()).openapi({ description: 'Figures with their units, by kind' }),
  })
  .openapi('Alarm');

const list = createRoute({
  method: 'get',
  path: '/alarms',
  tags: ['alarms'],
  summary: 'Alarms, those that began last first',
  description: 'Alarms go by event time and come from live samples alone; what a backlog shows is a dated lead instead.',
  request: {
    query: z.object({
      kind: z.enum(ALARM_KINDS).optional(),
      vehicle: z
        .string()
        .regex(/^[1-9]\d{0,8}$/, 'must be the number of a vehicle')
        .optional(),
      inForce: z.enum(['true', 'false']).optional(),
      from: MomentInput.optional(),
      to: MomentInput.optional(),
      limit: limit(100, 500),
      cursor: CursorInput,
    }),
  },
  responses: {
    200: json(z.object({ serverTime: Moment, alarms: z.array(Alarm), ...Paging }), 'One page of alarms'),
    ...problems,
  },
});

function toAlarm(row: AlarmListed): z.infer<typeof Alarm> {
  return {
    id: row.id,
    vehicle: { id: row.vehicle_id, vin: row.vin, plate: row.plate, district: row.district },
    kind: row.kind,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    raisedAt: row.raised_at.toISOString(),
    detail: row.detail,
  };
}

const Cursor = z.strictObject({ micros: z.number().int(), id: z.string() });

/** Alarms. */
export function alarmRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>().openapi(list, async (c) => {
    const q = c.req.valid('query');
    const nowMs = deps.clock();
    const rows = await listAlarms(db, {
      kinds: q.kind && [q.kind],
      vehicleId: q.vehicle === undefined ? undefined : Number(q.vehicle),
      inForce: q.inForce === undefined ? undefined : q.inForce === 'true',
      fromMs: q.from === undefined ? undefined : requireMoment('query.from', q.from, nowMs),
      toMs: q.to === undefined ? undefined : requireMoment('query.to', q.to, nowMs),
      districts: c.get('caller').districts,
      after: q.cursor === undefined ? undefined : decodeCursor(Cursor, q.cursor),
      limit: q.limit + 1,
    });
    const { page, paging } = paged(rows, q.limit, (last) => ({ micros: last.started_micros, id: last.id }));
    return c.json(
      {
        serverTime: new Date(nowMs).toISOString(),
        alarms: page.map(toAlarm),
        ...paging,
      },
      200,
    );
  });
}
