import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  audited,
  type Db,
  deleteSavedView,
  insertSavedView,
  listSavedViews,
  MOST_SAVED_VIEWS,
  type SavedViewRow,
  updateSavedView,
} from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { actorName, type Caller } from '../caller.ts';
import { Problem } from '../problem.ts';
import { body, conflict, json, Moment, notFound, plainText, problems } from '../schemas.ts';

const PAGES = ['explorer', 'ranking', 'map', 'guidance'] as const;
/** What stands behind the question mark of a page's address. */
const Query = z
  .string()
  .max(2000)
  .regex(/^[\x21-\x7e]*$/, 'must be the query of an address, encoded');

const View = z
  .object({
    id: z.number().int(),
    name: z.string(),
    page: z.enum(PAGES),
    query: z.string(),
    shared: z.boolean(),
    mine: z.boolean(),
    owner: z.string(),
    updatedAt: Moment,
  })
  .openapi('SavedView');

const ViewParam = z.object({
  id: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'must be the number of a view')
    .openapi({ param: { name: 'id', in: 'path' } }),
});

const list = createRoute({
  method: 'get',
  path: '/statistics/views',
  tags: ['statistics'],
  summary: 'Views that you keep, and those that others share',
  responses: { 200: json(z.object({ views: z.array(View) }), 'The views'), ...problems },
});

const create = createRoute({
  method: 'post',
  path: '/statistics/views',
  tags: ['statistics'],
  summary: 'Keep a view',
  request: { body: body(z.strictObject({ name: plainText(60), page: z.enum(PAGES), query: Query, shared: z.boolean() })) },
  responses: { 201: json(View, 'Kept'), ...problems, ...conflict },
});

const change = createRoute({
  method: 'patch',
  path: '/statistics/views/{id}',
  tags: ['statistics'],
  summary: 'Rename, renew, share a view of your own, or share it no longer',
  request: {
    params: ViewParam,
    body: body(z.strictObject({ name: plainText(60).optional(), query: Query.optional(), shared: z.boolean().optional() })),
  },
  responses: { 200: json(View, 'Changed'), ...problems, ...notFound, ...conflict },
});

const remove = createRoute({
  method: 'delete',
  path: '/statistics/views/{id}',
  tags: ['statistics'],
  summary: 'Remove a view of your own',
  request: { params: ViewParam },
  responses: { 204: { description: 'Removed' }, ...problems, ...notFound },
});

/** Views belong to people: a token keeps those of its owner. */
function ownerOf(caller: Caller): string {
  return caller.person?.name ?? actorName(caller);
}

function toView(row: SavedViewRow, owner: string): z.infer<typeof View> {
  const { id, name, page, query, shared, updated_at } = row;
  return { id, name, page, query, shared, mine: row.owner === owner, owner: row.owner, updatedAt: updated_at.toISOString() };
}

const taken = (name: string): Problem =>
  new Problem(409, 'EXISTS', `You keep a view named ${name} already.`, 'Choose another name, or remove the old view first.', {
    errors: [{ field: 'body.name', reason: 'is taken' }],
  });
const absent = (): Problem =>
  new Problem(404, 'NOT_FOUND', 'You keep no such view.', 'Only the owner can change or remove a view.');

/** Saved views of the statistics, per person and shared. */
export function savedViewRoutes(db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const owner = ownerOf(c.get('caller'));
      return c.json({ views: (await listSavedViews(db, owner)).map((row) => toView(row, owner)) }, 200);
    })
    .openapi(create, async (c) => {
      const view = c.req.valid('json');
      const owner = ownerOf(c.get('caller'));
      const entry = c.get('trail').done('view.save', { kind: 'savedView', id: view.name }, view);
      const made = await insertSavedView(audited(db, entry), { ...view, owner });
      if (made === 'taken') throw taken(view.name);
      if (made === 'full')
        throw new Problem(
          409,
          'EXISTS',
          `You keep ${MOST_SAVED_VIEWS} views, the most there can be.`,
          'Remove one that you no longer need.',
        );
      return c.json(toView(made, owner), 201);
    })
    .openapi(change, async (c) => {
      const { name, query, shared } = c.req.valid('json');
      const { id } = c.req.valid('param');
      const owner = ownerOf(c.get('caller'));
      const entry = c.get('trail').done('view.change', { kind: 'savedView', id }, { name, query, shared });
      const made = await updateSavedView(audited(db, entry), owner, Number(id), { name, query, shared });
      if (made === 'taken') throw taken(name ?? '');
      if (made === undefined) throw absent();
      return c.json(toView(made, owner), 200);
    })
    .openapi(remove, async (c) => {
      const { id } = c.req.valid('param');
      const entry = c.get('trail').done('view.remove', { kind: 'savedView', id });
      if (!(await deleteSavedView(audited(db, entry), ownerOf(c.get('caller')), Number(id)))) throw absent();
      return c.body(null, 204);
    });
}
