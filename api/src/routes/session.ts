import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Access } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { Problem } from '../problem.ts';
import { body, json, Moment, problems } from '../schemas.ts';

const Session = z
  .object({ kind: z.enum(['session', 'service']), expiresAt: Moment.nullable(), serverTime: Moment, version: z.string() })
  .openapi('Session');

const signIn = createRoute({
  method: 'post',
  path: '/session',
  tags: ['session'],
  security: [],
  summary: 'Exchange a one-time set-up token for a session cookie',
  request: { body: body(z.strictObject({ token: z.string().min(20).max(100) })) },
  responses: { 200: json(Session, 'Signed in; the cookie is set'), ...problems },
});

const current = createRoute({
  method: 'get',
  path: '/session',
  tags: ['session'],
  summary: 'Who is signed in and until when',
  responses: { 200: json(Session, 'The session'), ...problems },
});

const signOut = createRoute({
  method: 'delete',
  path: '/session',
  tags: ['session'],
  summary: 'End the session',
  responses: { 204: { description: 'Ended' }, ...problems },
});

const setupLink = createRoute({
  method: 'post',
  path: '/setup-links',
  tags: ['session'],
  summary: 'Make a one-time set-up token (service token only)',
  request: { body: body(z.strictObject({})) },
  responses: {
    201: json(
      z.object({ token: z.string(), path: z.string(), expiresAt: Moment }),
      'Open the path on this service in a browser, once',
    ),
    ...problems,
  },
});

const iso = (ms: number) => new Date(ms).toISOString();

/** Sign-in, sign-out, and the token that a first sign-in needs. `signIn` is the only route here that is open. */
export function sessionRoutes(deps: ApiDeps, access: Access) {
  return new OpenAPIHono()
    .openapi(signIn, async (c) => {
      const { token } = c.req.valid('json');
      if (!deps.setup.redeem(token)) {
        deps.log.warn({ event: 'signInRefused' }, 'sign-in refused: the set-up token is unknown, used or expired');
        throw new Problem(
          401,
          'TOKEN_SPENT',
          'This set-up token is unknown, already used, or older than 24 hours.',
          'Run "npm run plume -- setup-link" on the machine of the service for a new one.',
        );
      }
      const expiresAtMs = await access.signIn(c);
      deps.log.info({ event: 'signIn' }, 'signed in with a set-up token');
      c.header('Cache-Control', 'no-store');
      return c.json(
        { kind: 'session' as const, expiresAt: iso(expiresAtMs), serverTime: iso(deps.clock()), version: deps.version },
        200,
      );
    })
    .openapi({ ...current, middleware: access.guard }, (c) => {
      const { kind, expiresAtMs } = c.get('caller');
      return c.json(
        { kind, expiresAt: expiresAtMs === null ? null : iso(expiresAtMs), serverTime: iso(deps.clock()), version: deps.version },
        200,
      );
    })
    .openapi({ ...signOut, middleware: access.guard }, async (c) => {
      await access.signOut(c);
      return c.body(null, 204);
    })
    .openapi({ ...setupLink, middleware: access.guard }, (c) => {
      if (c.get('caller').kind !== 'service') {
        throw new Problem(
          403,
          'FOREIGN_ORIGIN',
          'Only the command line of the service makes set-up links.',
          'Run "npm run plume -- setup-link" on its machine.',
        );
      }
      const { token, expiresAtMs } = deps.setup.issue();
      c.header('Cache-Control', 'no-store');
      return c.json({ token, path: `/#setup=${token}`, expiresAt: iso(expiresAtMs) }, 201);
    });
}
