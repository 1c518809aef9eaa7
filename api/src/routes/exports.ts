import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  audited,
  cancelJob,
  countOpenExports,
  type Db,
  type ExportListed,
  enqueueJob,
  getExport,
  listExports,
  markExportRemoved,
} from '@plume/db';
import type { Context } from 'hono';
import type { ApiEnv } from '../access.ts';
import { ordererOf } from '../caller.ts';
import { decodeCursor, paged } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { LANGUAGES } from '../exports/column.ts';
import { KEPT_DAYS, MOST_DAYS, MOST_OPEN, MOST_ROWS } from '../exports/limits.ts';
import { planExport, requirePeriod, trucksOf } from '../exports/plan.ts';
import { ExportRequest, FORMATS } from '../exports/request.ts';
import { TABLE_IDS, TABLES } from '../exports/tables/index.ts';
import { invalid, Problem } from '../problem.ts';
import { body, CursorInput, conflict, json, limit, Moment, notFound, Paging, problems } from '../schemas.ts';
import { requireInside, requireOwnDistrict } from '../scope.ts';
import { requireSignals } from '../signals.ts';
import { exportFile } from './export-file.ts';
import { JobStarted, ownOnly } from './jobs.ts';
import { noVehicle } from './vehicles.ts';

const STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
const MOST_NAMED = 500;
const MOST_STEP_S = 3600;
const GEO: readonly string[] = ['geojson', 'gpx'];
const NAME = z.string().trim().min(1).max(80);

const Order = z
  .strictObject({
    table: z.enum(TABLE_IDS),
    format: z.enum(FORMATS).openapi({ description: 'geojson and gpx: for the table track alone' }),
    language: z.enum(LANGUAGES).default('zh').openapi({ description: 'Of names and definitions in the file' }),
    from: z.string().max(40).openapi({
      example: '2026-11-01',
      description: 'Beijing date, or a moment: now-6h, ISO 8601 with offset, epoch ms',
    }),
    to: z.string().max(40).openapi({ example: '2026-11-07', description: 'Beijing date (included), or a moment (excluded)' }),
    vehicleIds: z.array(z.number().int().positive().max(999_999_999)).min(1).max(MOST_NAMED).optional(),
    districts: z.array(NAME).min(1).max(50).optional().openapi({ description: 'Absent: all that you may see' }),
    enterprises: z.array(NAME).min(1).max(50).optional(),
    signals: z.array(z.string().max(40)).min(1).max(60).optional().openapi({ description: 'Of the table samples; absent: all' }),
    stepS: z
      .number()
      .int()
      .min(1)
      .max(MOST_STEP_S)
      .default(1)
      .openapi({ description: 'Of the table track: one position per so many seconds' }),
  })
  .openapi('ExportOrder');

const Plan = z
  .object({
    trucks: z.number().int(),
    rows: z.number().int().openapi({ description: 'About so many, by what the evaluated days say' }),
    bytes: z.number().int().openapi({ description: 'About so many' }),
    freeBytes: z.number().openapi({ description: 'Free on the disk of the files' }),
    stepS: z.number().int(),
    notes: z.array(z.string()),
  })
  .openapi('ExportPlan');

const Export = z
  .object({
    id: z.number().int(),
    table: z.enum(TABLE_IDS),
    format: z.enum(FORMATS),
    language: z.enum(LANGUAGES),
    from: Moment,
    to: Moment.openapi({ description: 'Excluded' }),
    districts: z.array(z.string()).nullable().openapi({ description: 'null: the whole site' }),
    enterprises: z.array(z.string()).nullable(),
    vehicleIds: z.array(z.number()).nullable(),
    signals: z.array(z.string()).nullable(),
    stepS: z.number().int(),
    state: z.enum(STATES),
    progress: z.number(),
    note: z.string().nullable(),
    error: z.string().nullable(),
    orderedBy: z.string().nullable(),
    createdAt: Moment,
    finishedAt: Moment.nullable(),
    file: z
      .object({
        name: z.string(),
        rows: z.number().int(),
        bytes: z.number().int(),
        sha256: z.string(),
        expiresAt: Moment,
        there: z.boolean().openapi({ description: 'false: it was removed, or its time is over' }),
        notes: z.array(z.string()),
        columns: z.array(z.object({ id: z.string(), name: z.string(), unit: z.string(), definition: z.string() })),
      })
      .nullable(),
  })
  .openapi('Export');

const ExportParam = z.object({
  id: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'must be the number of an export')
    .openapi({ param: { name: 'id', in: 'path' }, example: '12' }),
});

const tables = createRoute({
  method: 'get',
  path: '/exports/tables',
  tags: ['exports'],
  summary: 'What can be exported: tables with their columns, formats, limits',
  responses: {
    200: json(
      z.object({
        tables: z.array(
          z.object({
            id: z.enum(TABLE_IDS),
            zh: z.string(),
            en: z.string(),
            about: z.object({ zh: z.string(), en: z.string() }),
            mostDays: z.number(),
            formats: z.array(z.enum(FORMATS)),
            columns: z.array(
              z.object({
                id: z.string(),
                name: z.object({ zh: z.string(), en: z.string() }),
                unit: z.string(),
                definition: z.object({ zh: z.string(), en: z.string() }),
              }),
            ),
          }),
        ),
        mostRows: z.record(z.enum(FORMATS), z.number()),
        keptDays: z.number(),
      }),
      'The tables',
    ),
    ...problems,
  },
});

const plan = createRoute({
  method: 'post',
  path: '/exports/plan',
  tags: ['exports'],
  summary: 'About how large an export would be; the same refusals, and nothing is ordered',
  request: { body: body(Order) },
  responses: { 200: json(Plan, 'What it would be'), ...problems, ...notFound, ...conflict },
});

const order = createRoute({
  method: 'post',
  path: '/exports',
  tags: ['exports'],
  summary: 'Order a file',
  description:
    'Made as a job; see /api/v1/exports/{id} for its progress. CSV: UTF-8 with BOM, RFC 4180, times with +08:00. XLSX: frozen head, a sheet of definitions, times in Beijing time. Parquet: typed columns named by id, definitions in the key-value metadata, timestamps in UTC. A file is kept for some days and then removed.',
  request: { body: body(Order) },
  responses: { 202: json(JobStarted.extend({ plan: Plan }), 'Ordered'), ...problems, ...notFound, ...conflict },
});

const list = createRoute({
  method: 'get',
  path: '/exports',
  tags: ['exports'],
  summary: 'Exports, the newest first',
  request: { query: z.object({ limit: limit(50, 200), cursor: CursorInput }) },
  responses: { 200: json(z.object({ exports: z.array(Export), ...Paging }), 'One page of exports'), ...problems },
});

const one = createRoute({
  method: 'get',
  path: '/exports/{id}',
  tags: ['exports'],
  summary: 'One export with its progress, and its file once there is one',
  request: { params: ExportParam },
  responses: { 200: json(Export, 'The export'), ...problems, ...notFound },
});

const cancel = createRoute({
  method: 'post',
  path: '/exports/{id}/cancel',
  tags: ['exports'],
  summary: 'End an export that waits or runs; nothing of it stays',
  request: { params: ExportParam, body: body(z.strictObject({})) },
  responses: { 200: json(Export, 'The export, cancelled'), ...problems, ...notFound, ...conflict },
});

const remove = createRoute({
  method: 'delete',
  path: '/exports/{id}',
  tags: ['exports'],
  summary: 'Remove the file of an export before its time is over; who ordered it, and its hash, stay listed',
  request: { params: ExportParam },
  responses: { 200: json(Export, 'The export without its file'), ...problems, ...notFound, ...conflict },
});

const download = createRoute({
  method: 'get',
  path: '/exports/{id}/file',
  tags: ['exports'],
  summary: 'The file; a part of it by Range, so that an interrupted download goes on',
  request: { params: ExportParam },
  responses: {
    200: { description: 'The file', content: { 'application/octet-stream': { schema: z.string() } } },
    206: { description: 'The part of it that was asked for' },
    416: { description: 'The part that was asked for lies behind its end' },
    ...problems,
    ...notFound,
  },
});

function toExport(row: ExportListed): z.infer<typeof Export> {
  const request = ExportRequest.parse(row.arguments);
  const { fromMs, toMs, ...rest } = request;
  const { file, name, rows, bytes, sha256, expires_at } = row;
  const made = file !== null && name !== null && rows !== null && bytes !== null && sha256 !== null && expires_at !== null;
  return {
    id: row.id,
    ...rest,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    state: row.state,
    progress: row.progress,
    note: row.note,
    error: row.error,
    orderedBy: row.ordered_by,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    file:
      made && row.state === 'done'
        ? {
            name,
            rows,
            bytes,
            sha256: Buffer.from(sha256).toString('hex'),
            expiresAt: expires_at.toISOString(),
            there: row.removed_at === null,
            notes: row.notes ?? [],
            columns: row.columns ?? [],
          }
        : null,
  };
}

function noExport(id: number): Problem {
  return new Problem(404, 'NOT_FOUND', `There is no export ${id}.`, 'Look it up in /api/v1/exports.');
}

/** What of the site a caller asks for, narrowed to what they may see. */
async function requestOf(c: Context<ApiEnv>, db: Db, given: z.infer<typeof Order>, nowMs: number): Promise<ExportRequest> {
  const { districts: own } = c.get('caller');
  if (given.table !== 'track' && GEO.includes(given.format))
    throw invalid('body.format', 'geojson and gpx hold tracks alone; choose csv, xlsx or parquet');
  for (const district of given.districts ?? []) requireOwnDistrict(c, 'body.districts', district);
  for (const id of given.vehicleIds ?? []) await requireInside(c, db, 'vehicle', id, noVehicle(id));
  const signals =
    given.signals === undefined ? null : requireSignals('body.signals', given.signals.join(','), 60).map(({ id }) => id);
  return {
    table: given.table,
    format: given.format,
    language: given.language,
    ...requirePeriod(given.from, given.to, nowMs),
    vehicleIds: given.vehicleIds ?? null,
    districts: given.districts ?? (own === null ? null : [...own]),
    enterprises: given.enterprises ?? null,
    signals: given.table === 'samples' ? signals : null,
    stepS: given.table === 'track' ? given.stepS : 1,
  };
}

/** Exports: ordered, followed, downloaded, removed. */
export function exportRoutes(deps: ApiDeps, db: Db) {
  const store = deps.exports;
  const planned = async (c: Context<ApiEnv>, given: z.infer<typeof Order>) => {
    const request = await requestOf(c, db, given, deps.clock());
    const trucks = await trucksOf(db, request);
    const absent = request.vehicleIds?.find((id) => !trucks.some((truck) => truck.id === id));
    if (absent !== undefined && request.enterprises === null && request.districts === null) throw noVehicle(absent);
    if (trucks.length === 0) throw invalid('body', 'no truck is in this choice of districts, enterprises and trucks');
    const freeBytes = store.freeBytes();
    const { rows, bytes, stepS, notes } = await planExport(db, request, trucks, freeBytes);
    return { request: { ...request, stepS }, plan: { trucks: trucks.length, rows, bytes, freeBytes, stepS, notes: [...notes] } };
  };
  /** One export; who is responsible for some districts only sees those that they ordered themselves, and only while all of its districts are theirs. */
  const find = async (c: Context<ApiEnv>, id: number): Promise<ExportListed> => {
    const row = await getExport(db, id);
    if (!row) throw noExport(id);
    const { districts, person } = c.get('caller');
    if (districts === null) return row;
    const lies = () => ExportRequest.parse(row.arguments).districts?.every((each) => districts.includes(each)) ?? false;
    if (row.ordered_by_user === person?.id && lies()) return row;
    await c.get('trail').refused('access.district', { kind: 'export', id: String(id) });
    throw noExport(id);
  };
  return new OpenAPIHono<ApiEnv>()
    .openapi(tables, (c) =>
      c.json(
        {
          tables: TABLE_IDS.map((id) => {
            const { name, about, size, columns } = TABLES[id];
            return {
              id,
              ...name,
              about: { ...about },
              mostDays: MOST_DAYS[size],
              formats: FORMATS.filter((format) => id === 'track' || !GEO.includes(format)),
              columns: columns({ signals: null }).map((column) => ({
                id: column.id,
                name: { ...column.name },
                unit: column.unit,
                definition: { ...column.definition },
              })),
            };
          }),
          mostRows: { ...MOST_ROWS },
          keptDays: KEPT_DAYS,
        },
        200,
      ),
    )
    .openapi(plan, async (c) => c.json((await planned(c, c.req.valid('json'))).plan, 200))
    .openapi(order, async (c) => {
      const { request, plan: about } = await planned(c, c.req.valid('json'));
      if ((await countOpenExports(db)) >= MOST_OPEN) {
        throw new Problem(503, 'BUSY', `${MOST_OPEN} exports wait already.`, 'Wait until some are done, or cancel one.', {
          retryAfterS: 60,
        });
      }
      const entry = c.get('trail').done('export.order', null, request);
      const jobId = await enqueueJob(audited(db, entry), 'export', request, ordererOf(c.get('caller')));
      return c.json({ jobId, plan: about }, 202);
    })
    .openapi(list, async (c) => {
      const q = c.req.valid('query');
      const before = q.cursor === undefined ? undefined : decodeCursor(z.number().int(), q.cursor);
      const rows = await listExports(db, { orderedBy: ownOnly(c.get('caller')), before, limit: q.limit + 1 });
      const { page, paging } = paged(rows, q.limit, (last) => last.id);
      return c.json({ exports: page.map(toExport), ...paging }, 200);
    })
    .openapi(one, async (c) => c.json(toExport(await find(c, Number(c.req.valid('param').id))), 200))
    .openapi(cancel, async (c) => {
      const id = Number(c.req.valid('param').id);
      await find(c, id);
      const entry = c.get('trail').done('export.cancel', { kind: 'export', id: String(id) });
      if (!(await cancelJob(audited(db, entry), id))) {
        const { state } = await find(c, id);
        throw new Problem(
          409,
          'FINISHED',
          `Export ${id} is over already (${state}); nothing was changed.`,
          'Remove its file with DELETE.',
        );
      }
      return c.json(toExport(await find(c, id)), 200);
    })
    .openapi(remove, async (c) => {
      const id = Number(c.req.valid('param').id);
      const row = await find(c, id);
      if (row.state === 'queued' || row.state === 'running')
        throw new Problem(409, 'NOT_YET', `Export ${id} is not over yet.`, 'Cancel it instead.');
      const entry = c.get('trail').done('export.remove', { kind: 'export', id: String(id) });
      await markExportRemoved(audited(db, entry), id);
      if (row.file !== null) store.remove(row.file);
      return c.json(toExport(await find(c, id)), 200);
    })
    .openapi(download, async (c) => {
      const row = await find(c, Number(c.req.valid('param').id));
      return await exportFile(c, db, store, row);
    });
}
