import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  audited,
  type Db,
  enqueueJob,
  getReport,
  listReports,
  listRevisions,
  REPORT_KINDS,
  type ReportKey,
  type ReportRow,
  type RevisionRow,
  reportOf,
  revisionContent,
  statFreshness,
  statTrucks,
  storeSetting,
} from '@plume/db';
import type { Context } from 'hono';
import type { ApiEnv } from '../access.ts';
import { BeijingDate } from '../beijing-day.ts';
import { actorName, ordererOf } from '../caller.ts';
import { attachment } from '../content-disposition.ts';
import { decodeCursor, paged } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { Gate } from '../gate.ts';
import { invalid, Problem } from '../problem.ts';
import { filterOf } from '../reports/basis.ts';
import { ReportContentSchema, ReportKeySchema, RevisionNoteSchema } from '../reports/content.ts';
import type { ReportOrder } from '../reports/issue.ts';
import { hasChanged, keyOf } from '../reports/keeper.ts';
import { keptOf, requireKept } from '../reports/kept.ts';
import { reportFileName, requireReportPeriod, titleOf } from '../reports/periods.ts';
import { nextSchedule, readSchedule, SCHEDULE_KEY, ScheduleInput, ScheduleSchema } from '../reports/schedule.ts';
import { definitionsOf, provenanceOf, reportWorkbook } from '../reports/workbook.ts';
import { body, CursorInput, conflict, json, limit, Moment, notFound, Paging, plainText, problems } from '../schemas.ts';
import { requireOwnDistrict, requireWholeSite } from '../scope.ts';
import { TextSchema } from '../statistics/schemas.ts';
import { JobStarted } from './jobs.ts';

const Revision = z
  .object({
    revision: z.number().int(),
    dataVersion: z.number().int().openapi({ description: 'Number by which the figures are quoted; rises over all reports' }),
    issuedAt: Moment,
    issuedBy: z.string(),
    sha256: z.string().openapi({ description: 'SHA-256 of the canonical JSON (RFC 8785) of the content' }),
    note: RevisionNoteSchema.nullable(),
  })
  .openapi('ReportRevision');

const Listed = z
  .object({
    id: z.number().int(),
    ...ReportKeySchema.unwrap().shape,
    title: TextSchema,
    changed: z.boolean().openapi({ description: 'The data of the period are others now than those of the newest revision' }),
    lookedAt: Moment.nullable().openapi({ description: 'When that was last looked at' }),
    newest: Revision,
  })
  .openapi('Report');

const Whole = z
  .object({
    report: Listed,
    revision: Revision,
    revisions: z.array(Revision),
    waiting: z.number().int().openapi({ description: 'Truck-days of the period that wait to be evaluated anew' }),
    content: ReportContentSchema,
    definitions: z.array(z.object({ name: TextSchema, unit: z.string(), definition: TextSchema, source: TextSchema })),
    provenance: z.array(z.object({ name: TextSchema, value: TextSchema })),
  })
  .openapi('ReportWhole');

const ReportParam = z.object({
  id: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'must be the number of a report')
    .openapi({ param: { name: 'id', in: 'path' }, example: '3' }),
});
const RevisionNumber = z.string().regex(/^[1-9]\d{0,5}$/, 'must be the number of a revision');

const list = createRoute({
  method: 'get',
  path: '/reports',
  tags: ['reports'],
  summary: 'Reports of days, months and years, the newest period first',
  request: {
    query: z.object({
      kind: z.enum(REPORT_KINDS).optional(),
      district: plainText(40).optional(),
      enterprise: plainText(100).optional(),
      limit: limit(50, 200),
      cursor: CursorInput,
    }),
  },
  responses: { 200: json(z.object({ reports: z.array(Listed), ...Paging }), 'One page of reports'), ...problems },
});

const make = createRoute({
  method: 'post',
  path: '/reports',
  tags: ['reports'],
  summary: 'Make the report of a period that is over: 日报, 月报, 年报',
  description:
    'Its figures are frozen when it is issued. There is one report for a period and scope: where there is one already, it is answered at once.',
  request: {
    body: body(
      z.strictObject({
        kind: z.enum(REPORT_KINDS),
        period: z.string().max(10).optional().openapi({
          example: '2026-10',
          description: '2026-11-22, 2026-10 or 2025 by the kind; absent: yesterday, last month, last year',
        }),
        district: plainText(40).optional(),
        enterprise: plainText(100).optional(),
      }),
    ),
  },
  responses: {
    200: json(z.object({ reportId: z.number().int() }), 'There is one already'),
    202: json(JobStarted, 'The job that makes it'),
    ...problems,
  },
});

const readOne = createRoute({
  method: 'get',
  path: '/reports/{id}',
  tags: ['reports'],
  summary: 'A report as it was issued; of its revisions the newest, or the one asked for',
  request: { params: ReportParam, query: z.object({ revision: RevisionNumber.optional() }) },
  responses: { 200: json(Whole, 'The report'), ...problems, ...notFound },
});

const revise = createRoute({
  method: 'post',
  path: '/reports/{id}/revisions',
  tags: ['reports'],
  summary: 'Make a new revision, with a note of what differs and why; none is made when not one figure differs',
  request: { params: ReportParam, body: body(z.strictObject({})) },
  responses: { 202: json(JobStarted, 'The job that makes it'), ...problems, ...notFound },
});

const file = createRoute({
  method: 'get',
  path: '/reports/{id}/revisions/{revision}/xlsx',
  tags: ['reports'],
  summary: 'A revision as a workbook: a sheet for each table, definitions, data version and revision note',
  request: {
    params: ReportParam.extend({ revision: RevisionNumber.openapi({ param: { name: 'revision', in: 'path' } }) }),
    query: z.object({ language: z.enum(['zh', 'en']).default('zh') }),
  },
  responses: {
    200: {
      description: 'The workbook',
      content: { 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': { schema: z.string() } },
    },
    ...problems,
    ...notFound,
  },
});

const readPlan = createRoute({
  method: 'get',
  path: '/report-schedule',
  tags: ['reports'],
  summary: 'Which reports are made by themselves, and when',
  responses: { 200: json(z.object({ version: z.number().int(), schedule: ScheduleSchema }), 'The schedule'), ...problems },
});

const setPlan = createRoute({
  method: 'put',
  path: '/report-schedule',
  tags: ['reports'],
  summary: 'Change which reports are made by themselves',
  request: { body: body(z.strictObject({ version: z.number().int().min(0), schedule: ScheduleInput })) },
  responses: {
    200: json(z.object({ version: z.number().int(), schedule: ScheduleSchema }), 'In force'),
    ...problems,
    ...conflict,
  },
});

function toRevision({ id, revision, issued_at, issued_by, sha256, note }: RevisionRow): z.infer<typeof Revision> {
  const noted = note === null ? null : RevisionNoteSchema.parse(note);
  return { revision, dataVersion: id, issuedAt: issued_at.toISOString(), issuedBy: issued_by, sha256, note: noted };
}

/** A report as it is listed. Its note is read with the report. */
function toListed(row: ReportRow): z.infer<typeof Listed> {
  const key = keyOf(row);
  return {
    id: row.report_id,
    ...key,
    title: titleOf(key),
    changed: row.changed,
    lookedAt: row.looked_at?.toISOString() ?? null,
    newest: toRevision({ ...row, note: null }),
  };
}

function noReport(id: string): Problem {
  return new Problem(404, 'NOT_FOUND', `There is no report ${id}.`, 'Look it up in /api/v1/reports.');
}

const Cursor = z.strictObject({ to: BeijingDate, id: z.number().int() });

/** Reports: listed, made, read as they were issued, revised, handed out; and their schedule. */
export function reportRoutes(deps: ApiDeps, db: Db) {
  const comparing = new Gate(1, 20);

  /** The key that a caller asks for, within what they may see. */
  const requestedKey = (
    c: Context<ApiEnv>,
    given: {
      kind: ReportKey['kind'];
      period?: string | undefined;
      district?: string | undefined;
      enterprise?: string | undefined;
    },
  ): ReportKey => {
    requireOwnDistrict(c, 'body.district', given.district);
    const period = requireReportPeriod(given.kind, given.period, deps.clock());
    return { kind: given.kind, ...period, district: given.district ?? null, enterprise: given.enterprise ?? null };
  };
  /** Refuses a scope that has no truck, as one that is misspelt has none: its report could not be taken away again. */
  const requireTrucks = async (key: ReportKey): Promise<void> => {
    if (key.district === null && key.enterprise === null) return;
    if ((await statTrucks(db, filterOf(key), deps.clock())).length > 0) return;
    throw invalid(key.enterprise === null ? 'body.district' : 'body.enterprise', 'has no truck; GET /api/v1/vehicles lists them');
  };
  const find = async (id: string): Promise<ReportRow> => {
    const row = await getReport(db, Number(id));
    if (!row) throw noReport(id);
    return row;
  };
  /** A revision with what it says. */
  const revisionOf = async (row: ReportRow, number: number) => {
    const revisions = await listRevisions(db, row.report_id);
    const revision = revisions.find((each) => each.revision === number);
    const stored = await revisionContent(db, row.report_id, number);
    if (!revision || !stored)
      throw new Problem(404, 'NOT_FOUND', `Report ${row.report_id} has no revision ${number}.`, `It has ${row.revision}.`);
    return { revisions, revision, content: ReportContentSchema.parse(JSON.parse(stored.content)) };
  };
  const order = (c: Context<ApiEnv>, action: string, args: ReportOrder) => {
    const entry = c.get('trail').done(action, { kind: 'report', id: `${args.kind} ${args.from}` }, args);
    return enqueueJob(audited(db, entry), 'report', args, ordererOf(c.get('caller')));
  };

  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { cursor, ...q } = c.req.valid('query');
      const before = cursor === undefined ? undefined : decodeCursor(Cursor, cursor);
      const { kind, district, enterprise } = q;
      const rows = await listReports(db, {
        districts: c.get('caller').districts,
        kind,
        district,
        enterprise,
        before,
        limit: q.limit + 1,
      });
      const { page, paging } = paged(rows, q.limit, (last) => ({ to: last.to_day, id: last.report_id }));
      return c.json({ reports: page.map(toListed), ...paging }, 200);
    })
    .openapi(make, async (c) => {
      const key = requestedKey(c, c.req.valid('json'));
      const known = await reportOf(db, key);
      if (known) {
        c.get('trail').done('report.order', { kind: 'report', id: String(known.report_id) });
        return c.json({ reportId: known.report_id }, 200);
      }
      requireKept(key, await keptOf(db));
      await requireTrucks(key);
      return c.json({ jobId: await order(c, 'report.order', { ...key, what: 'make', waits: false }) }, 202);
    })
    .openapi(readOne, async (c) => {
      const row = await find(c.req.valid('param').id);
      const asked = c.req.valid('query').revision;
      const { revisions, revision, content } = await revisionOf(row, asked === undefined ? row.revision : Number(asked));
      const key = keyOf(row);
      const nowMs = deps.clock();
      const changed = await comparing.run(() => hasChanged(db, row, nowMs));
      const { waiting } = await statFreshness(db, filterOf(key), nowMs, key.from, key.to);
      const report = { ...toListed(row), changed, lookedAt: new Date(nowMs).toISOString() };
      return c.json(
        {
          report,
          revision: toRevision(revision),
          revisions: revisions.map(toRevision),
          waiting,
          content,
          definitions: definitionsOf(content),
          provenance: provenanceOf(content, revision),
        },
        200,
      );
    })
    .openapi(revise, async (c) => {
      const row = await find(c.req.valid('param').id);
      requireKept(keyOf(row), await keptOf(db));
      return c.json({ jobId: await order(c, 'report.revise', { ...keyOf(row), what: 'revise', waits: false }) }, 202);
    })
    .openapi(file, async (c) => {
      const { id, revision: number } = c.req.valid('param');
      const { language } = c.req.valid('query');
      const row = await find(id);
      const { revision, content } = await revisionOf(row, Number(number));
      const note = revision.note === null ? null : RevisionNoteSchema.parse(revision.note);
      const bytes = reportWorkbook(content, revision, note, language);
      return new Response(Uint8Array.from(bytes), {
        headers: {
          'Content-Type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
          'Content-Disposition': attachment(reportFileName(keyOf(row), revision.revision, language)),
        },
      });
    })
    .openapi(readPlan, async (c) => c.json(await readSchedule(db), 200))
    .openapi(setPlan, async (c) => {
      const { version, schedule: given } = c.req.valid('json');
      requireWholeSite(c, 'Which reports are made by themselves');
      const before = await readSchedule(db);
      const schedule = nextSchedule(before.schedule, given, deps.clock());
      const entry = c.get('trail').done('report.schedule', { kind: 'setting', id: SCHEDULE_KEY }, schedule);
      if (!(await storeSetting(db, SCHEDULE_KEY, version, schedule, actorName(c.get('caller')), deps.clock(), entry)))
        throw new Problem(409, 'CHANGED', 'Somebody else changed the schedule meanwhile.', 'Look at it again, then change it.');
      return c.json({ version: version + 1, schedule }, 200);
    });
}
