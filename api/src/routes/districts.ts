import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type Db, listDistricts } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { json, problems } from '../schemas.ts';

const list = createRoute({
  method: 'get',
  path: '/districts',
  tags: ['people'],
  summary: 'Districts of entered trucks, as far as you may see them',
  responses: {
    200: json(
      z.object({ districts: z.array(z.object({ district: z.string(), vehicles: z.number().int() })) }),
      'The districts by name',
    ),
    ...problems,
  },
});

/** Districts, for filters and for giving out accounts. */
export function districtRoutes(db: Db) {
  return new OpenAPIHono<ApiEnv>().openapi(list, async (c) => {
    const { districts } = c.get('caller');
    const all = await listDistricts(db);
    return c.json({ districts: districts === null ? all : all.filter(({ district }) => districts.includes(district)) }, 200);
  });
}
