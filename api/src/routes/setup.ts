import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { accountById, anyAccount, auditStep, insertAccount, knowDeviceSteps, sessionStep } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { DisplayName, Password, UserName } from '../people/account-schema.ts';
import { chooseHash } from '../people/choose-password.ts';
import type { PeopleParts } from '../people/parts.ts';
import { SecuritySettings } from '../people/security-settings.ts';
import { Problem } from '../problem.ts';
import { body, conflict, json, problems } from '../schemas.ts';

const state = createRoute({
  method: 'get',
  path: '/setup',
  tags: ['session'],
  security: [],
  summary: 'Whether there is an account yet, and the rules for passwords',
  responses: {
    200: json(
      z
        .object({
          administratorNeeded: z.boolean().openapi({ description: 'There is no account: a set-up link makes the first one' }),
          demo: z.boolean(),
          password: SecuritySettings.shape.password.omit({ refusedWords: true }),
        })
        .openapi('SetupState'),
      'The state',
    ),
    503: problems[503],
  },
});

const first = createRoute({
  method: 'post',
  path: '/setup/administrator',
  tags: ['session'],
  summary: 'Make the first administrator and sign in as them (session of a set-up link only)',
  request: { body: body(z.strictObject({ name: UserName, displayName: DisplayName, password: Password })) },
  responses: {
    201: json(z.object({ name: z.string() }), 'Made and signed in; the cookie is set, the session of the set-up link has ended'),
    ...problems,
    ...conflict,
  },
});

/** The way from an empty site to its first administrator. */
export function setupRoutes(parts: PeopleParts) {
  const { deps, db, access, security } = parts;
  return new OpenAPIHono<ApiEnv>()
    .openapi(state, async (c) => {
      const { refusedWords: _, ...password } = (await security.current()).password;
      return c.json({ administratorNeeded: !(await anyAccount(db)), demo: deps.demo, password }, 200);
    })
    .openapi(first, async (c) => {
      const { name, displayName, password } = c.req.valid('json');
      const nowMs = deps.clock();
      const { hash } = await chooseHash(parts, password, { name, displayName }, null);
      const trail = c.get('trail');
      const id = await insertAccount(
        db,
        { name, displayName, role: 'administrator', districts: null, passwordHash: hash, link: null, nowMs },
        trail.done(
          'account.add',
          { kind: 'account', id: name },
          { after: { name, displayName, role: 'administrator' }, first: true },
        ),
        { first: true },
      );
      if (typeof id !== 'number')
        throw new Problem(409, 'ACCOUNTS_EXIST', 'Someone else has made the first administrator meanwhile.', 'Sign in.');
      const account = await accountById(db, id);
      if (!account) throw new Error('the account just made is gone');
      const prepared = await access.prepareSession(c, { id, passwordHash: hash });
      await db.batch([
        sessionStep(prepared.session),
        ...knowDeviceSteps(access.markDevice(c), id, nowMs),
        auditStep({
          ...trail.done('session.signIn', { kind: 'account', id: name }, { by: 'setup' }),
          actorKind: 'person',
          actorId: id,
          actor: name,
        }),
      ]);
      access.setSession(c, prepared);
      c.header('Cache-Control', 'no-store');
      return c.json({ name }, 201);
    });
}
