import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  type AccountChange,
  type AccountRow,
  accountById,
  anyAccount,
  auditStep,
  changeAccount,
  endSessionsStep,
  insertAccount,
  listAccounts,
  resetAccount,
  unlockStep,
} from '@plume/db';
import type { ApiEnv } from '../access.ts';
import {
  Account,
  DisplayName,
  DistrictsInput,
  districtTrouble,
  PasswordLink,
  RoleInput,
  toAccount,
  UserName,
} from '../people/account-schema.ts';
import { newLink } from '../people/links.ts';
import type { PeopleParts } from '../people/parts.ts';
import { invalid, Problem } from '../problem.ts';
import { body, conflict, json, notFound, problems } from '../schemas.ts';

const AccountParam = z.object({
  id: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'must be the number of an account')
    .openapi({ param: { name: 'id', in: 'path' }, example: '3' }),
});

const list = createRoute({
  method: 'get',
  path: '/people',
  tags: ['people'],
  summary: 'All accounts, by user name',
  responses: { 200: json(z.object({ people: z.array(Account) }), 'The accounts'), ...problems },
});

const add = createRoute({
  method: 'post',
  path: '/people',
  tags: ['people'],
  summary: 'Enter an account; its owner sets the password by the one-time link that is returned',
  request: {
    body: body(
      z.strictObject({ name: UserName, displayName: DisplayName, role: RoleInput, districts: DistrictsInput.default(null) }),
    ),
  },
  responses: { 201: json(PasswordLink.extend({ id: z.number() }), 'Entered'), ...problems, ...conflict },
});

const change = createRoute({
  method: 'patch',
  path: '/people/{id}',
  tags: ['people'],
  summary: 'Change an account; what is not named stays. Another role, other districts and disabling end its sessions',
  request: {
    params: AccountParam,
    body: body(
      z.strictObject({
        version: z.number().int().openapi({ description: 'The version that was seen; another one now: 409 CHANGED' }),
        displayName: DisplayName.optional(),
        role: RoleInput.optional(),
        districts: DistrictsInput.optional(),
        disabled: z.boolean().optional(),
      }),
    ),
  },
  responses: { 200: json(Account, 'Changed'), ...problems, ...notFound, ...conflict },
});

const reset = createRoute({
  method: 'post',
  path: '/people/{id}/reset',
  tags: ['people'],
  summary: 'Take the password away and make a one-time link for another; the sessions end',
  request: {
    params: AccountParam,
    body: body(
      z.strictObject({
        secondFactor: z.boolean().default(false).openapi({ description: 'Take the second factor away as well' }),
      }),
    ),
  },
  responses: { 200: json(PasswordLink, 'The link'), ...problems, ...notFound, ...conflict },
});

const unlock = createRoute({
  method: 'post',
  path: '/people/{id}/unlock',
  tags: ['people'],
  summary: 'Forget the failed sign-ins of an account, so that the next one is looked at now',
  request: { params: AccountParam, body: body(z.strictObject({})) },
  responses: { 204: { description: 'Forgotten' }, ...problems, ...notFound },
});

const signOutAll = createRoute({
  method: 'post',
  path: '/people/{id}/sign-out',
  tags: ['people'],
  summary: 'End all sessions of an account',
  request: { params: AccountParam, body: body(z.strictObject({})) },
  responses: { 204: { description: 'Ended' }, ...problems, ...notFound },
});

/** What of an account the trail is told. */
function facts(account: Pick<AccountRow, 'display_name' | 'role' | 'districts' | 'disabled_at'>) {
  return {
    displayName: account.display_name,
    role: account.role,
    districts: account.districts,
    disabled: account.disabled_at !== null,
  };
}

/** Accounts, for those who give them out. */
export function peopleRoutes(parts: PeopleParts) {
  const { deps, db } = parts;
  const find = async (text: string): Promise<AccountRow> => {
    const account = await accountById(db, Number(text));
    if (!account) throw new Problem(404, 'NOT_FOUND', `There is no account ${text}.`, 'Look it up in /api/v1/people.');
    return account;
  };
  const told = async (id: number) => {
    const row = (await listAccounts(db)).find((each) => each.id === id);
    if (!row) throw new Error('the account just changed is gone');
    return toAccount(row, deps.clock());
  };

  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const nowMs = deps.clock();
      return c.json({ people: (await listAccounts(db)).map((row) => toAccount(row, nowMs)) }, 200);
    })
    .openapi(add, async (c) => {
      const { name, displayName, role, districts } = c.req.valid('json');
      const trouble = districtTrouble(role, districts);
      if (trouble !== undefined) throw invalid('body.districts', trouble);
      if (role !== 'administrator' && !(await anyAccount(db)))
        throw invalid('body.role', 'must be administrator: the first account gives out the others');
      const { path, expiresAtMs, hash } = newLink(deps.clock());
      const id = await insertAccount(
        db,
        { name, displayName, role, districts, passwordHash: null, link: { hash, expiresAtMs }, nowMs: deps.clock() },
        c.get('trail').done('account.add', { kind: 'account', id: name }, { after: { name, displayName, role, districts } }),
        { first: false },
      );
      if (typeof id !== 'number') {
        throw new Problem(409, 'EXISTS', `An account ${name} is already entered.`, 'Choose another user name.', {
          errors: [{ field: 'body.name', reason: 'already entered' }],
        });
      }
      c.header('Cache-Control', 'no-store');
      return c.json({ id, path, expiresAt: new Date(expiresAtMs).toISOString() }, 201);
    })
    .openapi(change, async (c) => {
      const { version, ...given } = c.req.valid('json');
      const account = await find(c.req.valid('param').id);
      const to: AccountChange = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      if (Object.keys(to).length === 0)
        throw invalid('body', 'names nothing to change: displayName, role, districts or disabled');
      const trouble = districtTrouble(to.role ?? account.role, to.districts === undefined ? account.districts : to.districts);
      if (trouble !== undefined) throw invalid('body.districts', trouble);
      const before = facts(account);
      const after = { ...before, ...to };
      const refused =
        account.version === version
          ? await changeAccount(
              db,
              account,
              to,
              deps.clock(),
              c.get('trail').done('account.change', { kind: 'account', id: account.name }, { before, after }),
            )
          : 'changed';
      if (refused === 'changed') {
        throw new Problem(
          409,
          'CHANGED',
          `The account ${account.name} was changed by someone else meanwhile; nothing of yours was stored.`,
          'Load it again and see whether your change is still wanted.',
        );
      }
      if (refused === 'lastAdministrator') throw lastAdministrator();
      return c.json(await told(account.id), 200);
    })
    .openapi(reset, async (c) => {
      const account = await find(c.req.valid('param').id);
      if (account.disabled_at !== null)
        throw new Problem(409, 'DISABLED', `The account ${account.name} is disabled.`, 'Enable it first.');
      const { secondFactor } = c.req.valid('json');
      const { path, expiresAtMs, hash } = newLink(deps.clock());
      const entry = c.get('trail').done('account.reset', { kind: 'account', id: account.name }, { secondFactor });
      await resetAccount(db, account.id, { hash, expiresAtMs }, secondFactor, entry);
      c.header('Cache-Control', 'no-store');
      return c.json({ path, expiresAt: new Date(expiresAtMs).toISOString() }, 200);
    })
    .openapi(unlock, async (c) => {
      const account = await find(c.req.valid('param').id);
      await db.batch([
        unlockStep(account.id),
        auditStep(c.get('trail').done('account.unlock', { kind: 'account', id: account.name })),
      ]);
      return c.body(null, 204);
    })
    .openapi(signOutAll, async (c) => {
      const account = await find(c.req.valid('param').id);
      await db.batch([
        endSessionsStep(account.id),
        auditStep(c.get('trail').done('account.signOut', { kind: 'account', id: account.name })),
      ]);
      return c.body(null, 204);
    });
}

function lastAdministrator(): Problem {
  return new Problem(
    409,
    'LAST_ADMINISTRATOR',
    'This is the last administrator who can sign in; nothing was changed.',
    'Make another administrator first, and have them set their password.',
  );
}
