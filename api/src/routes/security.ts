import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { storeSetting } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { actorName } from '../caller.ts';
import type { PeopleParts } from '../people/parts.ts';
import { readSecurity, SECURITY_KEY, SecuritySettings } from '../people/security-settings.ts';
import { Problem } from '../problem.ts';
import { body, conflict, json, Moment, problems } from '../schemas.ts';

const Stored = z
  .object({
    settings: SecuritySettings,
    version: z.number().int().openapi({ description: '0: the built-in values hold' }),
    updatedAt: Moment.nullable(),
    updatedBy: z.string().nullable(),
  })
  .openapi('StoredSecuritySettings');

const read = createRoute({
  method: 'get',
  path: '/settings/security',
  tags: ['people'],
  summary: 'Rules for passwords, sessions and the second factor',
  responses: { 200: json(Stored, 'The settings'), ...problems },
});

const write = createRoute({
  method: 'put',
  path: '/settings/security',
  tags: ['people'],
  summary: 'Change the rules for passwords, sessions and the second factor',
  request: {
    body: body(
      z.strictObject({
        version: z.number().int().openapi({ description: 'The version that was seen; another one now: 409 CHANGED' }),
        settings: SecuritySettings,
      }),
    ),
  },
  responses: { 200: json(Stored, 'Changed'), ...problems, ...conflict },
});

/** Security settings of the site. */
export function securityRoutes({ deps, db, security }: PeopleParts) {
  const told = async () => {
    const { settings, version, updatedAt, updatedBy } = await readSecurity(db);
    return { settings, version, updatedAt: updatedAt?.toISOString() ?? null, updatedBy };
  };
  return new OpenAPIHono<ApiEnv>()
    .openapi(read, async (c) => c.json(await told(), 200))
    .openapi(write, async (c) => {
      const { version, settings } = c.req.valid('json');
      const before = (await readSecurity(db)).settings;
      const stored = await storeSetting(
        db,
        SECURITY_KEY,
        version,
        settings,
        actorName(c.get('caller')),
        deps.clock(),
        c.get('trail').done('settings.change', { kind: 'settings', id: SECURITY_KEY }, { before, after: settings }),
      );
      if (!stored) {
        throw new Problem(
          409,
          'CHANGED',
          'The settings were changed by someone else meanwhile; nothing of yours was stored.',
          'Load them again and see whether your change is still wanted.',
        );
      }
      security.forget();
      return c.json(await told(), 200);
    });
}
