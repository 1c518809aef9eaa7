import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { audited, changeStation, type Db, getStation, insertStation, listStations, type StationRow, sqlStateOf } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { Problem } from '../problem.ts';
import { body, conflict, json, Moment, notFound, plainText, problems } from '../schemas.ts';

const Station = z
  .object({
    id: z.number().int(),
    kind: z.enum(['M', 'I']).openapi({ description: 'M: repairs, I: inspects' }),
    name: z.string(),
    licence: z.string().nullable(),
    district: z.string().nullable(),
    address: z.string().nullable(),
    contact: z.string().nullable(),
    phone: z.string().nullable(),
    retiredAt: Moment.nullable(),
    version: z.number().int(),
  })
  .openapi('Station');

const Facts = {
  name: plainText(100),
  licence: plainText(60).nullable().default(null),
  district: plainText(40).nullable().default(null),
  address: plainText(200).nullable().default(null),
  contact: plainText(60).nullable().default(null),
  phone: plainText(40).nullable().default(null),
};

const list = createRoute({
  method: 'get',
  path: '/stations',
  tags: ['stations'],
  summary: 'Repair stations (M站) and inspection stations (I站); the retired ones last',
  responses: { 200: json(z.object({ stations: z.array(Station) }), 'The stations'), ...problems },
});

const add = createRoute({
  method: 'post',
  path: '/stations',
  tags: ['stations'],
  summary: 'Enter a station',
  request: { body: body(z.strictObject({ kind: z.enum(['M', 'I']), ...Facts })) },
  responses: { 201: json(z.object({ id: z.number().int() }), 'Entered'), ...problems, ...conflict },
});

const change = createRoute({
  method: 'put',
  path: '/stations/{id}',
  tags: ['stations'],
  summary: 'Write down anew what is known of a station, retire it, or take it into use again; its kind never changes',
  request: {
    params: z.object({
      id: z
        .string()
        .regex(/^[1-9]\d{0,8}$/, 'must be the number of a station')
        .openapi({ param: { name: 'id', in: 'path' } }),
    }),
    body: body(z.strictObject({ version: z.number().int().min(1), retired: z.boolean(), ...Facts })),
  },
  responses: { 200: json(z.object({ version: z.number().int() }), 'Changed'), ...problems, ...notFound, ...conflict },
});

function toStation(row: StationRow): z.infer<typeof Station> {
  const { retired_at, created_at: _created, ...rest } = row;
  return { ...rest, retiredAt: retired_at?.toISOString() ?? null };
}

/** Turns the database's word for a name that is taken into ours. */
async function orNameTaken<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (sqlStateOf(error) !== '23505') throw error;
    throw new Problem(
      409,
      'EXISTS',
      'A station of this kind and name is in use.',
      'Choose another name, or change that station.',
      {
        errors: [{ field: 'body.name', reason: 'is the name of a station in use' }],
      },
    );
  }
}

/** Stations: where trucks are repaired, and where they are tested. */
export function stationRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => c.json({ stations: (await listStations(db)).map(toStation) }, 200))
    .openapi(add, async (c) => {
      const { kind, ...facts } = c.req.valid('json');
      // The newest of this kind and name in use is the one that this transaction has just entered.
      const made = {
        select: 'select max(id)::text from stations where retired_at is null and kind || name = $1',
        value: kind + facts.name,
      };
      const entry = c.get('trail').done('station.add', { kind: 'station', id: made }, { kind, ...facts });
      return c.json({ id: await orNameTaken(insertStation(audited(db, entry), kind, facts)) }, 201);
    })
    .openapi(change, async (c) => {
      const id = Number(c.req.valid('param').id);
      const { version, retired, ...facts } = c.req.valid('json');
      const before = await getStation(db, id);
      if (!before) throw new Problem(404, 'NOT_FOUND', `There is no station ${id}.`, 'Look it up in /api/v1/stations.');
      const entry = c
        .get('trail')
        .done(
          'station.change',
          { kind: 'station', id: String(id) },
          { before: { ...toStation(before) }, after: { retired, ...facts } },
        );
      const changed = await orNameTaken(changeStation(audited(db, entry), id, version, facts, retired ? deps.clock() : null));
      if (!changed)
        throw new Problem(
          409,
          'CHANGED',
          `Somebody changed station ${before.name} meanwhile; nothing was overwritten.`,
          'Read it again, and change it once more if it is still needed.',
        );
      return c.json({ version: version + 1 }, 200);
    });
}
