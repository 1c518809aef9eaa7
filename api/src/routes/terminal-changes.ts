import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { audited, changeTerminal, type Db, endAssignment, getAssignment, terminalFacts } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { invalid, Problem } from '../problem.ts';
import { body, conflict, json, Moment, notFound, plainText, problems } from '../schemas.ts';
import { tellDoors } from '../tell-doors.ts';
import { Iccid, noTerminal, Profile, TerminalParam, When } from './terminals.ts';

const change = createRoute({
  method: 'patch',
  path: '/terminals/{id}',
  tags: ['terminals'],
  summary: 'Change what is known of a terminal; what is not named stays, null takes a fact away',
  request: {
    params: TerminalParam,
    body: body(
      z
        .strictObject({
          version: z
            .string()
            .max(40)
            .openapi({ description: 'From the list; another one means that somebody changed it meanwhile' }),
          vendor: plainText(100).nullable().optional(),
          model: plainText(100).nullable().optional(),
          firmware: plainText(100).nullable().optional(),
          iccid: Iccid.nullable().optional(),
          profile: Profile.optional().openapi({ description: 'Takes the place of the whole profile' }),
        })
        .refine(
          ({ version: _, ...given }) => Object.keys(given).length > 0,
          'names nothing to change: vendor, model, firmware, iccid or profile',
        ),
    ),
  },
  responses: {
    200: json(
      z.object({
        id: z.string(),
        version: z.string(),
        profile: z.record(z.string(), z.unknown()),
        disconnected: z
          .boolean()
          .openapi({ description: 'Whether a connection was cut, so that it comes back under the new profile' }),
      }),
      'Changed',
    ),
    ...problems,
    ...notFound,
    ...conflict,
  },
});

const end = createRoute({
  method: 'post',
  path: '/assignments/{id}/end',
  tags: ['terminals'],
  summary: 'Take a terminal off its truck; what it sends of later times is held back until it is on a truck again',
  request: {
    params: z.object({
      id: z
        .string()
        .regex(/^[1-9]\d{0,14}$/, 'must be the number of an assignment')
        .openapi({ param: { name: 'id', in: 'path' } }),
    }),
    body: body(z.strictObject({ at: When.optional().openapi({ description: 'Until when (exclusive); absent: now' }) })),
  },
  responses: {
    200: json(z.object({ id: z.number(), terminalId: z.string(), vehicleId: z.number(), from: Moment, to: Moment }), 'Ended'),
    ...problems,
    ...notFound,
    ...conflict,
  },
});

/** Changes of a terminal, and the end of its time on a truck. */
export function terminalChangeRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(change, async (c) => {
      const { id } = c.req.valid('param');
      const { version, ...change } = c.req.valid('json');
      const before = await terminalFacts(db, id);
      if (!before) throw noTerminal(id);
      const entry = c.get('trail').done('terminal.change', { kind: 'terminal', id }, { before, change });
      const changed = await changeTerminal(audited(db, entry), id, version, change);
      if (!changed)
        throw new Problem(
          409,
          'CHANGED',
          `Somebody changed terminal ${id} meanwhile; nothing was overwritten.`,
          'Read it again, compare, and make the change once more if it is still needed.',
        );
      await tellDoors(deps);
      const sameDoors = JSON.stringify(changed.before.tcp) === JSON.stringify(changed.after.tcp);
      const disconnected = !sameDoors && deps.kick(id, 'its profile was changed');
      return c.json({ id, version: changed.version, profile: changed.after, disconnected }, 200);
    })
    .openapi(end, async (c) => {
      const id = Number(c.req.valid('param').id);
      const { at } = c.req.valid('json');
      const atMs = at === undefined ? deps.clock() : Date.parse(at);
      const entry = c
        .get('trail')
        .done('assignment.end', { kind: 'assignment', id: String(id) }, { at: new Date(atMs).toISOString() });
      const ended = await endAssignment(audited(db, entry), id, atMs);
      const span = await getAssignment(db, id);
      if (!span)
        throw new Problem(404, 'NOT_FOUND', `There is no assignment ${id}.`, 'Look it up with its truck: /api/v1/vehicles/{id}.');
      if (!ended) throw refusal(span, atMs);
      await tellDoors(deps);
      return c.json(
        {
          id,
          terminalId: span.terminal_id,
          vehicleId: span.vehicle_id,
          from: span.valid_from.toISOString(),
          to: new Date(atMs).toISOString(),
        },
        200,
      );
    });
}

function refusal(span: { id: number; valid_from: Date; valid_to: Date | null }, atMs: number): Problem {
  if (span.valid_to === null && atMs <= span.valid_from.getTime())
    return invalid('body.at', `must be later than the beginning of the assignment, ${span.valid_from.toISOString()}`);
  return new Problem(
    409,
    'FINISHED',
    `Assignment ${span.id} has ended already, at ${span.valid_to?.toISOString()}; nothing was changed.`,
    'Enter a new assignment if the terminal is on the truck again.',
  );
}
