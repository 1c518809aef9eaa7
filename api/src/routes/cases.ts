import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  CASE_SORTS,
  type CaseWhole,
  caseFiles,
  caseLeads,
  casePacks,
  caseSteps,
  caseWorkload,
  countCases,
  type Db,
  getCase,
  listCases,
} from '@plume/db';
import { CASE_STATES, CASE_TYPES, nextSteps, STEP_KINDS, type StepContext } from '@plume/ingest/rules';
import type { ApiEnv } from '../access.ts';
import { BeijingDate } from '../beijing-day.ts';
import type { Caller } from '../caller.ts';
import { Case, CaseFile, CaseLeadShown, CaseParam, CaseStep, toCase, toCaseLead, toFile, toStep } from '../cases/case-schema.ts';
import { stepContext } from '../cases/step-context.ts';
import { factsOf } from '../cases/stored-facts.ts';
import { decodeCursor, paged } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { invalid, Problem } from '../problem.ts';
import { CursorInput, json, limit, Moment, notFound, Paging, plainText, problems } from '../schemas.ts';

/** Several of a closed list, separated by commas. */
function listOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z
    .string()
    .max(200)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(values)).min(1))
    .optional()
    .openapi({ type: 'string', description: `Several separated by commas: ${values.join(', ')}` });
}

const list = createRoute({
  method: 'get',
  path: '/cases',
  tags: ['cases'],
  summary: 'Cases, by default the ones that are due first',
  request: {
    query: z.object({
      state: listOf(CASE_STATES),
      type: listOf(CASE_TYPES),
      due: z
        .enum(['overdue', 'soon'])
        .optional()
        .openapi({ description: 'overdue: a deadline has passed; soon: none has, and one comes within the set working days' }),
      officer: z.string().max(64).optional().openapi({ description: 'User name; none: cases that nobody has' }),
      district: plainText(40).optional(),
      vehicle: z
        .string()
        .regex(/^[1-9]\d{0,8}$/, 'must be the number of a vehicle')
        .optional(),
      search: plainText(60).optional().openapi({ description: 'Plate, VIN, enterprise or number of the case' }),
      sort: z.enum(CASE_SORTS).default('due'),
      order: z.enum(['asc', 'desc']).default('asc'),
      limit: limit(50, 200),
      cursor: CursorInput,
    }),
  },
  responses: {
    200: json(
      z.object({
        cases: z.array(Case),
        counts: z
          .array(
            z.object({
              state: z.enum(CASE_STATES),
              cases: z.number().int(),
              overdue: z.number().int(),
              soon: z.number().int(),
            }),
          )
          .openapi({ description: 'By state, of everything that is asked for but for state and due' }),
        today: BeijingDate,
        ...Paging,
      }),
      'One page of cases',
    ),
    ...problems,
  },
});

const workload = createRoute({
  method: 'get',
  path: '/case-workload',
  tags: ['cases'],
  summary: 'What each officer has: open cases, overdue, due soon, and closed in the last 30 days',
  responses: {
    200: json(
      z.object({
        today: BeijingDate,
        since: BeijingDate.openapi({ description: 'Closed cases are counted from this day on' }),
        officers: z.array(
          z.object({
            officer: z.string().nullable().openapi({ description: 'null: cases that nobody has' }),
            displayName: z.string().nullable(),
            open: z.number().int(),
            overdue: z.number().int(),
            soon: z.number().int(),
            closed: z.number().int(),
          }),
        ),
      }),
      'By officer',
    ),
    ...problems,
  },
});

const Whole = Case.extend({
  beganDay: BeijingDate.openapi({ description: 'When the trouble began, as far as known' }),
  facts: z
    .record(z.string(), z.unknown())
    .openapi({ description: 'Where the case stands, for what comes next: notice, repairedDay, retestPassed, paused, ground, …' }),
  trigger: z.record(z.string(), z.unknown()).openapi({ description: 'What set it off' }),
  registered: z
    .record(z.string(), z.unknown())
    .openapi({ description: 'The truck as it was registered at the opening; `added`: what officers added' }),
  terminal: z.record(z.string(), z.unknown()).nullable(),
  steps: z.array(CaseStep),
  files: z.array(CaseFile),
  leads: z.array(CaseLeadShown),
  packs: z.array(
    z.object({
      id: z.string(),
      findingId: z.string(),
      rule: z.string(),
      day: BeijingDate,
      createdAt: Moment,
      sha256: z.string(),
    }),
  ),
  next: z
    .array(z.enum(STEP_KINDS))
    .openapi({ description: 'Steps that you can take by hand now; GET /case-steps has their fields' }),
}).openapi('CaseWhole');

const one = createRoute({
  method: 'get',
  path: '/cases/{id}',
  tags: ['cases'],
  summary: 'One case: its facts, every step with who and when, attachments, leads and evidence behind it, and what can come next',
  request: { params: CaseParam },
  responses: { 200: json(Whole, 'The case'), ...problems, ...notFound },
});

/** The answer when there is no such case for the caller. */
export function noCase(id: string | number): Problem {
  return new Problem(404, 'NOT_FOUND', `There is no case ${id}.`, 'Look it up in /api/v1/cases.');
}

/** What a caller can do in a case now. */
function nextFor(row: CaseWhole, caller: Caller) {
  return nextSteps(factsOf(row)).filter(
    (kind) =>
      kind !== 'attach' && kind !== 'roadCheck' && caller.permissions.has(kind === 'close' ? 'cases.close' : 'cases.work'),
  );
}

async function wholeOf(db: Db, row: CaseWhole, context: StepContext, caller: Caller): Promise<z.infer<typeof Whole>> {
  const { id } = row;
  const packs = await casePacks(db, id);
  return {
    ...toCase(row, context),
    beganDay: factsOf(row).beganDay,
    facts: { ...factsOf(row) },
    trigger: row.trigger,
    registered: row.vehicle,
    terminal: row.terminal,
    steps: (await caseSteps(db, id)).map(toStep),
    files: (await caseFiles(db, id)).map(toFile),
    leads: (await caseLeads(db, id)).map(toCaseLead),
    packs: packs.map((pack) => ({
      id: pack.id,
      findingId: pack.finding_id,
      rule: pack.rule,
      day: pack.day,
      createdAt: pack.created_at.toISOString(),
      sha256: pack.sha256,
    })),
    next: nextFor(row, caller),
  };
}

const Cursor = z.strictObject({ key: z.string().max(100), id: z.number().int(), sort: z.string() });
const CLOSED_DAYS = 30;

/** Cases: the list that officers follow, one of them whole, and who has how many. */
export function caseRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const q = c.req.valid('query');
      const context = await stepContext(db, deps.clock());
      const filter = {
        states: q.state,
        types: q.type,
        vehicleId: q.vehicle === undefined ? undefined : Number(q.vehicle),
        officer: q.officer === 'none' ? '' : q.officer,
        district: q.district,
        search: q.search,
        due: q.due,
        today: context.today,
        soonDay: context.calendar.add(context.today, context.periods.dueSoon).day,
        districts: c.get('caller').districts,
      };
      const order = `${q.sort}.${q.order}`;
      const after = q.cursor === undefined ? undefined : decodeCursor(Cursor, q.cursor);
      if (after && after.sort !== order) throw invalid('query.cursor', 'belongs to another sort; start without one');
      const rows = await listCases(db, {
        ...filter,
        sort: q.sort,
        descending: q.order === 'desc',
        after,
        limit: q.limit + 1,
      });
      const { page, paging } = paged(rows, q.limit, (last) => ({ key: last.sort_key, id: last.id, sort: order }));
      return c.json(
        {
          cases: page.map((row) => toCase(row, context)),
          counts: (await countCases(db, filter)).map((row) => ({ ...row, state: z.enum(CASE_STATES).parse(row.state) })),
          today: context.today,
          ...paging,
        },
        200,
      );
    })
    .openapi(workload, async (c) => {
      const { today, calendar, periods } = await stepContext(db, deps.clock());
      const since = new Date(Date.parse(today) - CLOSED_DAYS * 86_400_000).toISOString().slice(0, 10);
      const rows = await caseWorkload(db, c.get('caller').districts, {
        today,
        soonDay: calendar.add(today, periods.dueSoon).day,
        since,
      });
      return c.json(
        {
          today,
          since,
          officers: rows.map(({ officer, name, ...counts }) => ({
            officer: officer === '' ? null : officer,
            displayName: name,
            ...counts,
          })),
        },
        200,
      );
    })
    .openapi(one, async (c) => {
      const { id } = c.req.valid('param');
      const row = await getCase(db, Number(id));
      if (!row) throw noCase(id);
      return c.json(await wholeOf(db, row, await stepContext(db, deps.clock()), c.get('caller')), 200);
    });
}
