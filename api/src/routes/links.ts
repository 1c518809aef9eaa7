import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  type AccountRow,
  accountByLink,
  auditStep,
  knowDeviceSteps,
  OptimisticConflict,
  sessionStep,
  setPassword,
} from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { Password } from '../people/account-schema.ts';
import { chooseHash } from '../people/choose-password.ts';
import type { PeopleParts } from '../people/parts.ts';
import { SecuritySettings } from '../people/security-settings.ts';
import { endPresented } from '../people/sign-in.ts';
import { ROLES } from '../permissions.ts';
import { Problem } from '../problem.ts';
import { body, gone, json, Moment, problems } from '../schemas.ts';
import { secretHash } from '../setup-tokens.ts';

const Token = z.string().regex(/^[\w-]{43}$/, 'must be the part of the link after "welcome="');

const look = createRoute({
  method: 'post',
  path: '/links/look',
  tags: ['session'],
  security: [],
  summary: 'Whose one-time link for a password this is, and the rules for passwords',
  request: { body: body(z.strictObject({ token: Token })) },
  responses: {
    200: json(
      z
        .object({
          name: z.string(),
          displayName: z.string(),
          role: z.enum(ROLES),
          expiresAt: Moment,
          password: SecuritySettings.shape.password.omit({ refusedWords: true }),
        })
        .openapi('PasswordLinkOwner'),
      'The account',
    ),
    400: problems[400],
    503: problems[503],
    ...gone,
  },
});

const use = createRoute({
  method: 'post',
  path: '/links/use',
  tags: ['session'],
  security: [],
  summary: 'Set the password by a one-time link, and sign in with it where there is no second factor',
  request: { body: body(z.strictObject({ token: Token, password: Password })) },
  responses: {
    200: json(
      z.object({
        name: z.string(),
        signedIn: z.boolean().openapi({ description: 'false: sign in with the password and the code' }),
      }),
      'Set',
    ),
    400: problems[400],
    503: problems[503],
    ...gone,
  },
});

/** One-time links by which people set their passwords. Their 256 bits cannot be guessed, so they are not slowed down. */
export function linkRoutes(parts: PeopleParts) {
  const { deps, db, access, security } = parts;
  const open = async (token: string): Promise<{ account: AccountRow; hash: Buffer; expiresAt: Date }> => {
    const hash = secretHash(token);
    const account = await accountByLink(db, hash);
    const expiresAt = account?.link_expires_at;
    if (!account || !expiresAt || account.disabled_at !== null || expiresAt.getTime() <= deps.clock()) throw spent();
    return { account, hash, expiresAt };
  };

  return new OpenAPIHono<ApiEnv>()
    .openapi(look, async (c) => {
      const { account, expiresAt } = await open(c.req.valid('json').token);
      const { refusedWords: _, ...password } = (await security.current()).password;
      const { name, display_name: displayName, role } = account;
      return c.json({ name, displayName, role, expiresAt: expiresAt.toISOString(), password }, 200);
    })
    .openapi(use, async (c) => {
      const { token, password } = c.req.valid('json');
      const { account, hash: linkHash } = await open(token);
      const nowMs = deps.clock();
      const owner = { name: account.name, displayName: account.display_name };
      const chosen = await chooseHash(parts, password, owner, account);
      const actor = { actorKind: 'person', actorId: account.id, actor: account.name } as const;
      const object = { kind: 'account', id: account.name };
      const stored = await setPassword(
        db,
        account.id,
        { linkHash },
        { ...chosen, nowMs, keepSession: null },
        { ...c.get('trail').done('account.password', object, { by: 'link' }), ...actor },
      );
      if (!stored) throw spent();
      c.header('Cache-Control', 'no-store');
      if (account.totp_confirmed_at !== null) return c.json({ name: account.name, signedIn: false }, 200);
      const prepared = await access.prepareSession(c, { id: account.id, passwordHash: chosen.hash });
      try {
        await db.batch([
          ...endPresented(parts, c),
          sessionStep(prepared.session),
          ...knowDeviceSteps(access.markDevice(c), account.id, nowMs),
          auditStep({ ...c.get('trail').done('session.signIn', object, { by: 'link' }), ...actor }),
        ]);
      } catch (error) {
        if (!(error instanceof OptimisticConflict)) throw error;
        return c.json({ name: account.name, signedIn: false }, 200);
      }
      access.setSession(c, prepared);
      return c.json({ name: account.name, signedIn: true }, 200);
    });
}

function spent(): Problem {
  return new Problem(
    410,
    'TOKEN_SPENT',
    'This link is unknown, already used, or too old.',
    'Ask an administrator for another, or run "npm run plume -- user reset <name>" on the machine of the service.',
  );
}
