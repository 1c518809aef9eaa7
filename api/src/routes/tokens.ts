import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type ApiTokenRow, accountByName, apiTokenById, insertApiToken, listApiTokens, revokeApiToken } from '@plume/db';
import { type ApiEnv, TOKEN_PREFIX } from '../access.ts';
import { UserName } from '../people/account-schema.ts';
import type { PeopleParts } from '../people/parts.ts';
import { PERMISSIONS, permissionsOf } from '../permissions.ts';
import { invalid, Problem } from '../problem.ts';
import { body, json, Moment, notFound, plainText, problems } from '../schemas.ts';
import { randomSecret, secretHash } from '../setup-tokens.ts';

const DAY_MS = 86_400_000;
/** Longest life of a token. */
export const MAX_TOKEN_DAYS = 400;

const Token = z
  .object({
    id: z.number().int(),
    owner: z.string(),
    name: z.string(),
    permissions: z.array(z.string()),
    createdAt: Moment,
    expiresAt: Moment,
    lastUsedAt: Moment.nullable(),
    lastAddress: z.string().nullable(),
    revokedAt: Moment.nullable(),
  })
  .openapi('ApiToken');

const list = createRoute({
  method: 'get',
  path: '/tokens',
  tags: ['tokens'],
  summary: 'Tokens of programs: your own, or all for those who manage accounts; the newest first',
  responses: { 200: json(z.object({ tokens: z.array(Token) }), 'The tokens'), ...problems },
});

const create = createRoute({
  method: 'post',
  path: '/tokens',
  tags: ['tokens'],
  summary: 'Make a token for a program; it is returned once',
  description:
    'It allows what is listed here and what its owner may do at the time, in the districts of its owner. Send it as "Authorization: Bearer …".',
  request: {
    body: body(
      z.strictObject({
        name: plainText(60).openapi({ example: 'monthly report' }),
        permissions: z.array(z.enum(PERMISSIONS)).min(1).max(PERMISSIONS.length),
        expiresInDays: z.number().int().min(1).max(MAX_TOKEN_DAYS),
        owner: UserName.optional().openapi({ description: 'Another account; for the command line of the service alone' }),
      }),
    ),
  },
  responses: {
    201: json(Token.extend({ token: z.string().openapi({ description: 'Told this once and never stored' }) }), 'Made'),
    ...problems,
    ...notFound,
  },
});

const revoke = createRoute({
  method: 'delete',
  path: '/tokens/{id}',
  tags: ['tokens'],
  summary: 'Refuse a token from now on: your own, or any for those who manage accounts',
  request: {
    params: z.object({
      id: z
        .string()
        .regex(/^[1-9]\d{0,14}$/, 'must be the number of a token')
        .openapi({ param: { name: 'id', in: 'path' } }),
    }),
  },
  responses: { 204: { description: 'Revoked' }, ...problems, ...notFound },
});

function toToken(row: ApiTokenRow): z.infer<typeof Token> {
  return {
    id: row.id,
    owner: row.user_name,
    name: row.name,
    permissions: row.permissions,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    lastAddress: row.last_address,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  };
}

/** Tokens of programs. */
export function tokenRoutes({ deps, db }: PeopleParts) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { person, permissions } = c.get('caller');
      const rows = await listApiTokens(db, permissions.has('people.manage') || !person ? null : person.id);
      return c.json({ tokens: rows.map(toToken) }, 200);
    })
    .openapi(create, async (c) => {
      const { name, permissions, expiresInDays, owner } = c.req.valid('json');
      const { person } = c.get('caller');
      if (person && owner !== undefined && owner !== person.name)
        throw new Problem(403, 'FORBIDDEN', 'A token is made by its owner alone.', 'Leave owner out.', {
          errors: [{ field: 'body.owner', reason: 'is not you' }],
        });
      const ownerName = person?.name ?? owner;
      if (ownerName === undefined) throw invalid('body.owner', 'is needed: the command line has no account of its own');
      const account = await accountByName(db, ownerName);
      if (!account || account.disabled_at !== null)
        throw new Problem(404, 'NOT_FOUND', `There is no active account ${ownerName}.`, 'Look it up in /api/v1/people.');
      const own = permissionsOf(account.role);
      const beyond = permissions.filter((permission) => !own.has(permission));
      if (beyond.length > 0) throw invalid('body.permissions', `the account does not have ${beyond.join(', ')} itself`);
      const token = `${TOKEN_PREFIX}${randomSecret()}`;
      const nowMs = deps.clock();
      const expiresAtMs = nowMs + expiresInDays * DAY_MS;
      const after = { owner: account.name, name, permissions, expiresAt: new Date(expiresAtMs).toISOString() };
      const id = await insertApiToken(
        db,
        { userId: account.id, name, hash: secretHash(token), permissions, nowMs, expiresAtMs },
        c.get('trail').done('token.add', { kind: 'account', id: account.name }, { after }),
      );
      const row = await apiTokenById(db, id);
      if (!row) throw new Error('the token just made is gone');
      c.header('Cache-Control', 'no-store');
      return c.json({ ...toToken(row), token }, 201);
    })
    .openapi(revoke, async (c) => {
      const id = Number(c.req.valid('param').id);
      const { person, permissions } = c.get('caller');
      const row = await apiTokenById(db, id);
      if (!row || !(permissions.has('people.manage') || !person || row.user_id === person.id))
        throw new Problem(404, 'NOT_FOUND', `There is no token ${id}.`, 'Look it up in /api/v1/tokens.');
      const entry = c
        .get('trail')
        .done('token.revoke', { kind: 'token', id: String(id) }, { owner: row.user_name, name: row.name });
      await revokeApiToken(db, id, deps.clock(), entry);
      return c.body(null, 204);
    });
}
