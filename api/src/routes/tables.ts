import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Db } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { decodeCursor, paged } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { requirePeriod, requireTableLength, trucksOf } from '../exports/plan.ts';
import { readTablePage } from '../exports/read-page.ts';
import { TABLE_IDS, TABLES, type TableId } from '../exports/tables/index.ts';
import { Gate } from '../gate.ts';
import { invalid } from '../problem.ts';
import { CursorInput, json, limit, notFound, problems } from '../schemas.ts';
import { requireInside, requireOwnDistrict } from '../scope.ts';
import { TablePage } from '../tabular/table-page.ts';
import { noVehicle } from './vehicles.ts';

/** Tables that can be read in pages; the rest is for exports alone. */
export const PAGED_TABLES: readonly TableId[] = TABLE_IDS.filter((id) => TABLES[id].page !== undefined);
const MOST_ROWS = 5_000;
/** Pages that are read at a time, and that wait. */
const AT_ONCE = 2;
const WAITING = 64;

/** Last moment that a date can hold [epoch ms] (ECMA-262, 21.4.1.1). */
const LAST_MS = 8.64e15;
const CursorMoment = z.number().int().min(0).max(LAST_MS);
const Cursor = z.strictObject({
  table: z.enum(TABLE_IDS),
  from: CursorMoment,
  to: CursorMoment,
  key: z.array(z.union([z.string().max(100), z.number()])),
});

/** Whether the end of a period that a cursor holds is not the one asked for now; one that goes with the time may have moved on. */
function movedOn(asked: string, askedMs: number, heldMs: number): boolean {
  return asked.startsWith('now') ? heldMs > askedMs : heldMs !== askedMs;
}

const page = createRoute({
  method: 'get',
  path: '/tables/{table}',
  tags: ['tables'],
  summary: 'Minutes, hours, days, trips, windows, leads, cases and figures as tables, page by page',
  description: [
    `The tables of exports (GET /exports/tables defines their columns), ${PAGED_TABLES.join(', ')}: in pages of at most ${MOST_ROWS} rows, truck by truck and each in order of time.`,
    'Rows that come or go while a program reads neither repeat nor hide others. A period that ends with "now" is that of the first page until the last.',
    'For much at once an export is the better way: it is one file, with its hash.',
  ].join(' '),
  request: {
    params: z.object({
      table: z.enum(TABLE_IDS).openapi({ param: { name: 'table', in: 'path' }, example: 'days' }),
    }),
    query: z.object({
      from: z.string().max(40).openapi({
        example: '2026-11-01',
        description: 'Beijing date, or a moment: now-6h, ISO 8601 with offset, epoch ms',
      }),
      to: z.string().max(40).openapi({ example: '2026-11-07', description: 'Beijing date (included), or a moment (excluded)' }),
      district: z.string().trim().min(1).max(80).optional(),
      enterprise: z.string().trim().min(1).max(80).optional(),
      vehicles: z
        .string()
        .regex(/^[1-9]\d{0,8}(,[1-9]\d{0,8}){0,199}$/, 'must be numbers of vehicles separated by commas, 200 at most')
        .optional(),
      limit: limit(500, MOST_ROWS),
      cursor: CursorInput,
    }),
  },
  responses: { 200: json(TablePage, 'One page'), ...problems, ...notFound },
});

/** How many values tell a place in a table. */
function placeLength(table: TableId): number | undefined {
  return TABLES[table].page?.({ fromMs: 0, toMs: 0 }).key.length;
}

/** Tables of records, page by page. */
export function tableRoutes(deps: ApiDeps, db: Db) {
  const gate = new Gate(AT_ONCE, WAITING);
  return new OpenAPIHono<ApiEnv>().openapi(page, async (c) => {
    const { table } = c.req.valid('param');
    const q = c.req.valid('query');
    const { districts } = c.get('caller');
    if (!PAGED_TABLES.includes(table))
      throw invalid(
        'path.table',
        `is read whole: order an export (POST /api/v1/exports); in pages there are ${PAGED_TABLES.join(', ')}`,
      );
    if (q.district !== undefined) requireOwnDistrict(c, 'query.district', q.district);
    const ids = q.vehicles?.split(',').map(Number) ?? null;
    for (const id of ids ?? []) await requireInside(c, db, 'vehicle', id, noVehicle(id));
    const cursor = q.cursor === undefined ? undefined : decodeCursor(Cursor, q.cursor);
    const asked = requirePeriod(q.from, q.to, deps.clock(), 'query');
    if (
      cursor &&
      (cursor.table !== table ||
        cursor.key.length !== placeLength(table) ||
        movedOn(q.from, asked.fromMs, cursor.from) ||
        movedOn(q.to, asked.toMs, cursor.to))
    )
      throw invalid('query.cursor', 'belongs to another table or period; start without one');
    const period = cursor ? { fromMs: cursor.from, toMs: cursor.to } : asked;
    requireTableLength(table, period, 'query.from');
    const trucks = await trucksOf(db, {
      districts: q.district === undefined ? (districts === null ? null : [...districts]) : [q.district],
      vehicleIds: ids,
      enterprises: q.enterprise === undefined ? null : [q.enterprise],
    });
    const absent = ids?.find((id) => !trucks.some((truck) => truck.id === id));
    if (absent !== undefined && q.enterprise === undefined && q.district === undefined) throw noVehicle(absent);
    const found = await gate.run(() => readTablePage(db, table, { ...period, trucks }, cursor?.key, q.limit + 1));
    const place = (last: (typeof found)[number]) => ({ table, from: period.fromMs, to: period.toMs, key: last.key });
    const { page: rows, paging } = paged(found, q.limit, place);
    const { name, about, columns } = TABLES[table];
    return c.json(
      {
        table,
        name: { ...name },
        about: { ...about },
        from: new Date(period.fromMs).toISOString(),
        to: new Date(period.toMs).toISOString(),
        columns: columns({ signals: null }).map(({ id, name, unit, definition, wire }) => ({
          id,
          name: { ...name },
          unit,
          definition: { ...definition },
          type: COLUMN_TYPE[wire],
        })),
        rows: rows.map(({ values }) => values),
        ...paging,
      },
      200,
    );
  });
}

const COLUMN_TYPE = {
  int4: 'integer',
  int8: 'integer',
  float4: 'number',
  float8: 'number',
  bool: 'boolean',
  time: 'time',
  date: 'date',
  text: 'text',
  quality: 'text',
  constant: 'text',
} as const;
