import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { anyAccount, auditStep, endSessionStep, OptimisticConflict, sessionStep } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { type Caller, setupCaller } from '../caller.ts';
import type { PeopleParts } from '../people/parts.ts';
import { MAX_PASSWORD_CHARS } from '../people/password-rules.ts';
import { signInWithPassword } from '../people/sign-in.ts';
import { PERMISSIONS, ROLES } from '../permissions.ts';
import { Problem } from '../problem.ts';
import { body, conflict, json, Moment, problems, throttled } from '../schemas.ts';

const Session = z
  .object({
    kind: z.enum(['session', 'setup', 'token', 'service']).openapi({
      description:
        'session: a person at a browser; token: a program; setup: by a set-up link, while there is no account; service: the command line of the service',
    }),
    person: z.object({ name: z.string(), displayName: z.string(), role: z.enum(ROLES) }).nullable(),
    permissions: z.array(z.enum(PERMISSIONS)),
    districts: z.array(z.string()).nullable().openapi({ description: 'Whose trucks may be seen; null: all of the site' }),
    must: z.enum(['password', 'secondFactor']).nullable().openapi({
      description: 'What must be put right before anything else is allowed: another password, or a second factor',
    }),
    demo: z.boolean().openapi({ description: 'Whether the service drives simulated trucks' }),
    expiresAt: Moment.nullable(),
    serverTime: Moment,
    version: z.string(),
  })
  .openapi('Session');

const UserName = z.string().trim().toLowerCase().min(1).max(64);

const signIn = createRoute({
  method: 'post',
  path: '/session',
  tags: ['session'],
  security: [],
  summary: 'Sign in: with user name and password (and the code of a second factor), or with a one-time set-up token',
  description:
    'Answers 401 WRONG_CREDENTIALS whatever was wrong, 401 CODE_NEEDED when the password was right and the account has a second factor, 429 TOO_MANY_ATTEMPTS with Retry-After.',
  request: {
    body: body(
      z.union([
        z.strictObject({ token: z.string().min(20).max(100) }),
        z.strictObject({
          name: UserName,
          password: z.string().min(1).max(MAX_PASSWORD_CHARS),
          code: z.string().max(40).optional().openapi({ description: 'Of the authenticator program, or a recovery code' }),
        }),
      ]),
    ),
  },
  responses: { 200: json(Session, 'Signed in; the cookie is set'), ...problems, ...conflict, ...throttled },
});

const current = createRoute({
  method: 'get',
  path: '/session',
  tags: ['session'],
  summary: 'Who is signed in, what they may do, and until when',
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
  summary: 'Make a one-time set-up token, while there is no account (service token only)',
  request: { body: body(z.strictObject({})) },
  responses: {
    201: json(
      z.object({ token: z.string(), path: z.string(), expiresAt: Moment }),
      'Open the path on this service in a browser, once',
    ),
    ...problems,
    ...conflict,
  },
});

const iso = (ms: number) => new Date(ms).toISOString();

function accountsExist(): Problem {
  return new Problem(
    409,
    'ACCOUNTS_EXIST',
    'There are accounts already; set-up links lead nowhere any more.',
    'Sign in. Who lost their password: npm run plume -- user reset <name>, on the machine of the service.',
  );
}

/** Sign-in, sign-out, and the token that a first sign-in needs. */
export function sessionRoutes(parts: PeopleParts) {
  const { deps, db, access } = parts;
  const tell = (caller: Caller) => ({
    kind: caller.kind,
    person: caller.person && {
      name: caller.person.name,
      displayName: caller.person.displayName,
      role: caller.person.role,
    },
    permissions: PERMISSIONS.filter((permission) => caller.permissions.has(permission)),
    districts: caller.districts === null ? null : [...caller.districts],
    must: caller.must,
    demo: deps.demo,
    expiresAt: caller.expiresAtMs === null ? null : iso(caller.expiresAtMs),
    serverTime: iso(deps.clock()),
    version: deps.version,
  });

  return new OpenAPIHono<ApiEnv>()
    .openapi(signIn, async (c) => {
      const given = c.req.valid('json');
      c.header('Cache-Control', 'no-store');
      if ('name' in given) {
        const { account, expiresAtMs } = await signInWithPassword(parts, c, given);
        const caller = await parts.callerOf(account, expiresAtMs);
        return c.json(tell(caller), 200);
      }
      if (await anyAccount(db)) throw accountsExist();
      if (!deps.setup.redeem(given.token)) {
        await c.get('trail').refused('session.setup', null);
        throw new Problem(
          401,
          'TOKEN_SPENT',
          'This set-up token is unknown, already used, or older than 24 hours.',
          'Run "npm run plume -- setup-link" on the machine of the service for a new one.',
        );
      }
      const prepared = await access.prepareSession(c, null);
      try {
        await db.batch([
          sessionStep(prepared.session),
          auditStep({ ...c.get('trail').done('session.setup', null), actorKind: 'setup', actor: 'setup' }),
        ]);
      } catch (error) {
        if (error instanceof OptimisticConflict) throw accountsExist();
        throw error;
      }
      access.setSession(c, prepared);
      return c.json(tell(setupCaller(deps.demo, 0, prepared.expiresAtMs)), 200);
    })
    .openapi(current, (c) => c.json(tell(c.get('caller')), 200))
    .openapi(signOut, async (c) => {
      const presented = access.presented(c);
      if (presented) await db.batch([endSessionStep(presented), auditStep(c.get('trail').done('session.signOut', null))]);
      access.clearSession(c);
      return c.body(null, 204);
    })
    .openapi(setupLink, async (c) => {
      if (await anyAccount(db)) throw accountsExist();
      const { token, expiresAtMs } = deps.setup.issue();
      await db.batch([auditStep(c.get('trail').done('session.setupLink', null))]);
      c.header('Cache-Control', 'no-store');
      return c.json({ token, path: `/#setup=${token}`, expiresAt: iso(expiresAtMs) }, 201);
    });
}
