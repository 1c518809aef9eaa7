import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  audited,
  type Db,
  insertAssignment,
  insertTerminal,
  listTerminals,
  overlappingAssignments,
  revokeTerminal,
  rotateSecret,
  sqlStateOf,
  terminalState,
  vehicleExists,
} from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { decodeCursor, paged, TerminalCursor } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { Problem } from '../problem.ts';
import {
  body,
  CursorInput,
  conflict,
  json,
  limit,
  Moment,
  notFound,
  Paging,
  plainText,
  problems,
  TerminalId,
} from '../schemas.ts';
import { requireInside } from '../scope.ts';
import { randomSecret, secretHash } from '../setup-tokens.ts';
import { tellDoors } from '../tell-doors.ts';
import { noVehicle } from './vehicles.ts';

/** A moment in a body: ISO 8601 with offset. */
export const When = z.iso.datetime({ offset: true });
const VehicleId = z.number().int().positive().max(999_999_999);
/** A terminal id in a path. */
export const TerminalParam = z.object({ id: TerminalId.openapi({ param: { name: 'id', in: 'path' } }) });
const DEFAULT_OVERLAP_HOURS = 24;
const FIRST_ASSIGNMENT_MS = Date.UTC(2000, 0, 1);

const Terminal = z
  .object({
    id: z.string(),
    vendor: z.string().nullable(),
    model: z.string().nullable(),
    firmware: z.string().nullable(),
    iccid: z.string().nullable(),
    version: z.string().openapi({ description: 'Send it along with a change, so that nobody overwrites another' }),
    profile: z.record(z.string(), z.unknown()),
    demo: z.boolean(),
    createdAt: Moment,
    revokedAt: Moment.nullable(),
    previousSecretUntil: Moment.nullable().openapi({ description: 'Until when the secret before the present one still works' }),
    vehicle: z.object({ id: z.number(), plate: z.string(), vin: z.string(), since: Moment }).nullable(),
    lastHour: Moment.nullable().openapi({ description: 'The last hour in which it sent anything' }),
  })
  .openapi('Terminal');

/** Number of a SIM card. */
export const Iccid = z.string().regex(/^[0-9A-Fa-f]{19,20}$/, 'must be 19 or 20 digits');

/** What is particular to the device. */
export const Profile = z
  .strictObject({
    recordPeriodS: z
      .number()
      .min(1)
      .max(60)
      .optional()
      .openapi({ description: 'Seconds between the records of a layout A frame' }),
    layout: z.enum(['A', 'B', 'H']).optional(),
    tcp: z
      .strictObject({
        answers: z.enum(['none', 'echo', 'plus80']).openapi({
          description: 'none: GB 17691 Annex Q; echo: the same command back; plus80: 0x80 | command',
        }),
        errors: z.boolean().default(false).openapi({
          description: 'With plus80: 0x90 | command for a message that was not stored, or not whole',
        }),
      })
      .refine((tcp) => !tcp.errors || tcp.answers === 'plus80', { path: ['errors'], error: 'needs answers plus80' })
      .optional()
      .openapi({
        description: 'Lets the device in by plain TCP, where it has no credential: whoever knows the VIN can send in its name',
      }),
  })
  .openapi('TerminalProfile');

const Secret = z
  .object({ id: z.string(), secret: z.string().openapi({ description: '256 random bits, told this once and never stored' }) })
  .openapi('TerminalSecret');

const list = createRoute({
  method: 'get',
  path: '/terminals',
  tags: ['terminals'],
  summary: 'Terminals and the trucks they are on',
  request: { query: z.object({ q: z.string().trim().max(100).optional(), limit: limit(100, 500), cursor: CursorInput }) },
  responses: {
    200: json(z.object({ terminals: z.array(Terminal), ...Paging }), 'One page of terminals'),
    ...problems,
  },
});

const create = createRoute({
  method: 'post',
  path: '/terminals',
  tags: ['terminals'],
  summary: 'Enter a terminal; its secret is returned once',
  request: {
    body: body(
      z.strictObject({
        id: TerminalId,
        vendor: plainText(100).optional(),
        model: plainText(100).optional(),
        firmware: plainText(100).optional(),
        iccid: Iccid.optional(),
        profile: Profile.default({}),
        demo: z.boolean().default(false),
        vehicleId: VehicleId.optional(),
        since: When.optional().openapi({ description: 'From when the terminal is on the truck; absent: from the beginning' }),
      }),
    ),
  },
  responses: { 201: json(Secret, 'Entered'), ...problems, ...notFound, ...conflict },
});

const rotate = createRoute({
  method: 'post',
  path: '/terminals/{id}/rotate',
  tags: ['terminals'],
  summary: 'Give a terminal a new secret; the old one works a while longer',
  request: {
    params: TerminalParam,
    body: body(z.strictObject({ overlapHours: z.number().min(0).max(720).default(DEFAULT_OVERLAP_HOURS) })),
  },
  responses: {
    200: json(Secret.extend({ previousSecretUntil: Moment }), 'The new secret'),
    ...problems,
    ...notFound,
    ...conflict,
  },
});

const revoke = createRoute({
  method: 'post',
  path: '/terminals/{id}/revoke',
  tags: ['terminals'],
  summary: 'Refuse a terminal from now on and cut its connection',
  request: { params: TerminalParam, body: body(z.strictObject({})) },
  responses: {
    200: json(z.object({ id: z.string(), revokedAt: Moment, disconnected: z.boolean() }), 'Revoked'),
    ...problems,
    ...notFound,
  },
});

const assign = createRoute({
  method: 'post',
  path: '/assignments',
  tags: ['terminals'],
  summary: 'Put a terminal on a truck; its still-open earlier assignment ends where this one begins',
  request: { body: body(z.strictObject({ terminalId: TerminalId, vehicleId: VehicleId, from: When, to: When.optional() })) },
  responses: {
    201: json(
      z.object({ id: z.number(), closed: z.number().nullable().openapi({ description: 'The assignment that was ended' }) }),
      'Assigned',
    ),
    ...problems,
    ...notFound,
    ...conflict,
  },
});

/** The 404 of a terminal. */
export function noTerminal(id: string): Problem {
  return new Problem(404, 'NOT_FOUND', `There is no terminal ${id}.`, 'Look it up in /api/v1/terminals.');
}

/** Terminals, their secrets, and which truck carries which. */
export function terminalRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const q = c.req.valid('query');
      const after = q.cursor === undefined ? undefined : decodeCursor(TerminalCursor, q.cursor).terminal;
      const rows = await listTerminals(db, {
        search: q.q || undefined,
        districts: c.get('caller').districts,
        after,
        limit: q.limit + 1,
        nowMs: deps.clock(),
      });
      const { page, paging } = paged(rows, q.limit, (last) => ({ terminal: last.id }));
      return c.json(
        {
          terminals: page.map((t) => ({
            id: t.id,
            vendor: t.vendor,
            model: t.model,
            firmware: t.firmware,
            iccid: t.iccid,
            version: t.version,
            profile: t.profile,
            demo: t.demo,
            createdAt: t.created_at.toISOString(),
            revokedAt: t.revoked_at?.toISOString() ?? null,
            previousSecretUntil: t.previous_valid_until?.toISOString() ?? null,
            vehicle:
              t.vehicle_id !== null && t.plate !== null && t.vin !== null && t.assigned_since
                ? { id: t.vehicle_id, plate: t.plate, vin: t.vin, since: t.assigned_since.toISOString() }
                : null,
            lastHour: t.last_hour?.toISOString() ?? null,
          })),
          ...paging,
        },
        200,
      );
    })
    .openapi(create, async (c) => {
      const t = c.req.valid('json');
      if (t.vehicleId !== undefined) {
        await requireInside(c, db, 'vehicle', t.vehicleId, noVehicle(t.vehicleId));
        if (!(await vehicleExists(db, t.vehicleId))) throw noVehicle(t.vehicleId);
      }
      const secret = randomSecret();
      const entry = c.get('trail').done('terminal.add', { kind: 'terminal', id: t.id }, { after: t });
      const entered = await insertTerminal(audited(db, entry), {
        id: t.id,
        secretHash: secretHash(secret),
        vendor: t.vendor,
        model: t.model,
        firmware: t.firmware,
        iccid: t.iccid,
        profile: t.profile,
        demo: t.demo,
        assignment:
          t.vehicleId === undefined
            ? undefined
            : { vehicleId: t.vehicleId, fromMs: t.since === undefined ? FIRST_ASSIGNMENT_MS : Date.parse(t.since) },
      });
      if (!entered) {
        throw new Problem(
          409,
          'EXISTS',
          `A terminal ${t.id} is already entered.`,
          'Choose another id, or give it a new secret with rotate.',
          {
            errors: [{ field: 'body.id', reason: 'already entered' }],
          },
        );
      }
      await tellDoors(deps);
      c.header('Cache-Control', 'no-store');
      return c.json({ id: t.id, secret }, 201);
    })
    .openapi(rotate, async (c) => {
      const { id } = c.req.valid('param');
      const secret = randomSecret();
      const untilMs = deps.clock() + c.req.valid('json').overlapHours * 3_600_000;
      const entry = c
        .get('trail')
        .done('terminal.rotate', { kind: 'terminal', id }, { previousSecretUntil: new Date(untilMs).toISOString() });
      if (!(await rotateSecret(audited(db, entry), id, secretHash(secret), untilMs))) {
        if ((await terminalState(db, id)) === undefined) throw noTerminal(id);
        throw new Problem(409, 'REVOKED', `Terminal ${id} is revoked.`, 'Enter the device under a new id.');
      }
      await tellDoors(deps);
      c.header('Cache-Control', 'no-store');
      return c.json({ id, secret, previousSecretUntil: new Date(untilMs).toISOString() }, 200);
    })
    .openapi(revoke, async (c) => {
      const { id } = c.req.valid('param');
      const entry = c.get('trail').done('terminal.revoke', { kind: 'terminal', id });
      const revokedAt = await revokeTerminal(audited(db, entry), id, deps.clock());
      if (!revokedAt) throw noTerminal(id);
      const wasConnected = deps.kick(id, 'revoked');
      await tellDoors(deps);
      // Until the doors knew, it could come back.
      const cameBack = deps.kick(id, 'revoked');
      return c.json({ id, revokedAt: revokedAt.toISOString(), disconnected: wasConnected || cameBack }, 200);
    })
    .openapi(assign, async (c) => {
      const a = c.req.valid('json');
      const fromMs = Date.parse(a.from);
      const toMs = a.to === undefined ? undefined : Date.parse(a.to);
      if (toMs !== undefined && toMs <= fromMs) {
        throw new Problem(400, 'INVALID', 'body.to: must be later than from', 'Correct the field and send the request again.', {
          errors: [{ field: 'body.to', reason: 'must be later than from' }],
        });
      }
      await requireInside(c, db, 'terminal', a.terminalId, noTerminal(a.terminalId));
      await requireInside(c, db, 'vehicle', a.vehicleId, noVehicle(a.vehicleId));
      if ((await terminalState(db, a.terminalId)) === undefined) throw noTerminal(a.terminalId);
      if (!(await vehicleExists(db, a.vehicleId))) throw noVehicle(a.vehicleId);
      const refuseOverlap = async () => {
        const overlapping = await overlappingAssignments(db, a.terminalId, fromMs, toMs);
        if (overlapping.length > 0) throw overlap(a.terminalId, overlapping);
      };
      await refuseOverlap();
      try {
        const entry = c.get('trail').done('assignment.add', { kind: 'terminal', id: a.terminalId }, { after: a });
        const done = await insertAssignment(audited(db, entry), {
          terminalId: a.terminalId,
          vehicleId: a.vehicleId,
          fromMs,
          toMs,
        });
        await tellDoors(deps);
        return c.json(done, 201);
      } catch (error) {
        // Another assignment came in between: the database holds the rule.
        if (sqlStateOf(error) === '23P01') await refuseOverlap();
        throw error;
      }
    });
}

function overlap(
  terminalId: string,
  rows: readonly { id: number; plate: string; valid_from: Date; valid_to: Date | null }[],
): Problem {
  const told = rows.map(
    (r) => `#${r.id} on ${r.plate} from ${r.valid_from.toISOString()} to ${r.valid_to?.toISOString() ?? 'now'}`,
  );
  return new Problem(
    409,
    'OVERLAP',
    `Terminal ${terminalId} already has a truck at that time: ${told.join('; ')}.`,
    'Choose a time outside these, or end the earlier assignment first.',
    { errors: rows.map((r) => ({ field: 'body.from', reason: `overlaps assignment ${r.id}` })) },
  );
}
