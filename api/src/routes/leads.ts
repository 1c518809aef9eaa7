import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  casesOfLead,
  countLeads,
  type Db,
  getLead,
  LEAD_SORTS,
  type LeadListed,
  leadDecisions,
  listLeads,
  openPackOrders,
  TRIAGE_STATES,
} from '@plume/db';
import { CASE_STATES, CAUSES, LEAD_REASONS, LEVELS } from '@plume/ingest/rules';
import type { ApiEnv } from '../access.ts';
import { BeijingDate, beijingDate } from '../beijing-day.ts';
import { caseNumber } from '../cases/case-schema.ts';
import { decodeCursor, paged } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { Finding, Lang, toFinding } from '../finding-schema.ts';
import { PackOrder, toPackOrder } from '../pack-order.ts';
import { invalid, Problem } from '../problem.ts';
import { CursorInput, json, limit, Moment, notFound, Paging, plainText, problems } from '../schemas.ts';
import { Decision, LeadId, LeadTriage, toDecision } from '../triage-schema.ts';

const STATES = ['open', 'closed', 'withdrawn'] as const;

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

const VehicleOfLead = z.object({ id: z.number(), vin: z.string(), plate: z.string(), district: z.string().nullable() });

const LeadBase = z.object({
  id: z.string().openapi({ description: 'Id of its first finding' }),
  vehicle: VehicleOfLead,
  cause: z.enum(CAUSES),
  level: z.enum(LEVELS),
  state: z.enum(STATES),
  firstDay: BeijingDate,
  lastDay: BeijingDate,
  openedAt: Moment,
  updatedAt: Moment,
  triage: LeadTriage,
  ended: z.string().nullable().openapi({ description: 'Why it is not open any more (closed or withdrawn), in words' }),
});

const Lead = LeadBase.extend({
  findings: z.number().int().openapi({ description: 'Findings that stand' }),
  days: z.number().int().openapi({ description: 'Beijing days that have one' }),
  headline: Finding.nullable().openapi({ description: 'The finding that tells most: of the highest level, the newest' }),
}).openapi('Lead');

const list = createRoute({
  method: 'get',
  path: '/leads',
  tags: ['leads'],
  summary: 'Leads (疑似超标线索 and repair leads), the most urgent first',
  description:
    'A lead is what a remote-OBD flag is until a lawful test confirms it. One that became part of another lead is not listed; by its id it is still found, and names its successor. Sorted by level (probable, suspected, fault, …), then by the newest day.',
  request: {
    query: z.object({
      state: listOf(STATES),
      cause: listOf(CAUSES),
      level: listOf(LEVELS),
      vehicle: z
        .string()
        .regex(/^[1-9]\d{0,8}$/, 'must be the number of a vehicle')
        .optional(),
      district: plainText(40).optional(),
      from: BeijingDate.optional().openapi({ description: 'With a finding on this day or later' }),
      to: BeijingDate.optional().openapi({ description: 'Begun on this day or earlier' }),
      triage: listOf(TRIAGE_STATES),
      assignee: z
        .string()
        .max(64)
        .optional()
        .openapi({ description: 'User name of who is to look at it; none: leads that nobody has' }),
      q: plainText(40).optional().openapi({ description: 'Part of a plate or VIN' }),
      sort: z
        .enum(LEAD_SORTS)
        .default('urgency')
        .openapi({ description: 'urgency: the gravest, then the newest; day: the newest; plate' }),
      order: z.enum(['first', 'reversed']).default('first').openapi({ description: 'reversed: the other way round' }),
      lang: Lang,
      limit: limit(50, 200),
      cursor: CursorInput,
    }),
  },
  responses: {
    200: json(
      z.object({
        leads: z.array(Lead),
        counts: z
          .array(
            z.object({
              state: z.string(),
              triage: z.enum(TRIAGE_STATES),
              cause: z.string(),
              level: z.string(),
              leads: z.number(),
            }),
          )
          .openapi({ description: 'All leads, whatever was asked for' }),
        ...Paging,
      }),
      'One page of leads',
    ),
    ...problems,
  },
});

const LeadDetail = LeadBase.extend({
  successor: z
    .string()
    .nullable()
    .openapi({ description: 'Id of the lead that it became part of: its findings stand there; null: it stands alone' }),
  findings: z.array(Finding),
  events: z.array(
    z.object({
      id: z.number(),
      at: Moment,
      kind: z.enum(['opened', 'extended', 'withdrawn', 'closed', 'reopened']),
      reason: z.string(),
      reasonText: z.string().openapi({ description: 'The reason in words' }),
      detail: z.record(z.string(), z.unknown()),
    }),
  ),
  decisions: z.array(Decision),
  cases: z
    .array(z.object({ id: z.number().int(), number: z.string(), state: z.enum(CASE_STATES) }))
    .openapi({ description: 'Cases that its findings belong to, the newest first' }),
  packOrders: z
    .array(PackOrder)
    .openapi({ description: 'Evidence packs of its findings that are ordered and not made, the newest first' }),
}).openapi('LeadDetail');

/** The id of a lead in a path. */
const LeadParam = z.object({ id: LeadId.openapi({ param: { name: 'id', in: 'path' } }) });

const one = createRoute({
  method: 'get',
  path: '/leads/{id}',
  tags: ['leads'],
  summary: 'One lead with its findings, their figures, and what became of it',
  request: { params: LeadParam, query: z.object({ lang: Lang }) },
  responses: { 200: json(LeadDetail, 'The lead'), ...problems, ...notFound },
});

const Cursor = z.strictObject({
  rank: z.number().int(),
  lastDay: z.iso.date(),
  plate: z.string(),
  id: z.string(),
  sort: z.string(),
});

/** A reason of a change of a lead in words; one that this version does not have is told as it is. */
function reasonText(reason: string, lang: Lang): string {
  const texts: Readonly<Record<string, { zh: string; en: string }>> = LEAD_REASONS;
  return texts[reason]?.[lang] ?? reason;
}

function baseOf(row: Omit<LeadListed, 'findings' | 'days' | 'rank' | 'headline'>, lang: Lang): z.infer<typeof LeadBase> {
  return {
    id: row.id,
    vehicle: { id: row.vehicle_id, vin: row.vin, plate: row.plate, district: row.district },
    cause: z.enum(CAUSES).parse(row.cause),
    level: z.enum(LEVELS).parse(row.level),
    state: row.state,
    firstDay: row.first_day,
    lastDay: row.last_day,
    openedAt: row.opened_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    triage: { ...row.triage },
    ended: row.ended === null ? null : reasonText(row.ended, lang),
  };
}

/** Leads: the list an officer works through, and one of them whole. */
export function leadRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const q = c.req.valid('query');
      const { districts } = c.get('caller');
      const today = beijingDate(deps.clock());
      const sort = `${q.sort}.${q.order}`;
      const after = q.cursor === undefined ? undefined : decodeCursor(Cursor, q.cursor);
      if (after && after.sort !== sort) throw invalid('query.cursor', 'belongs to another sort; start without one');
      const rows = await listLeads(db, {
        states: q.state,
        causes: q.cause,
        levels: q.level,
        vehicleId: q.vehicle === undefined ? undefined : Number(q.vehicle),
        district: q.district,
        fromDay: q.from,
        toDay: q.to,
        triage: q.triage,
        assignee: q.assignee === 'none' ? '' : q.assignee,
        today,
        districts,
        search: q.q,
        sort: q.sort,
        reversed: q.order === 'reversed',
        after,
        limit: q.limit + 1,
      });
      const { page, paging } = paged(rows, q.limit, (last) => ({
        rank: last.rank,
        lastDay: last.last_day,
        plate: last.plate,
        id: last.id,
        sort,
      }));
      return c.json(
        {
          leads: page.map((row) => ({
            ...baseOf(row, q.lang),
            findings: row.findings,
            days: row.days,
            headline: row.headline && toFinding(row.headline, q.lang),
          })),
          counts: await countLeads(db, districts, today),
          ...paging,
        },
        200,
      );
    })
    .openapi(one, async (c) => {
      const { id } = c.req.valid('param');
      const { lang } = c.req.valid('query');
      const lead = await getLead(db, id, beijingDate(deps.clock()));
      if (!lead) throw new Problem(404, 'NOT_FOUND', `There is no lead ${id}.`, 'Look it up in /api/v1/leads.');
      return c.json(
        {
          ...baseOf(lead, lang),
          successor: lead.successor,
          findings: lead.findings.map((finding) => toFinding(finding, lang)),
          events: lead.events.map(({ at, ...event }) => ({
            ...event,
            at: at.toISOString(),
            reasonText: reasonText(event.reason, lang),
          })),
          decisions: (await leadDecisions(db, id)).map(toDecision),
          cases: (await casesOfLead(db, id)).map((row) => ({
            id: row.id,
            number: caseNumber(row),
            state: z.enum(CASE_STATES).parse(row.state),
          })),
          packOrders: (
            await openPackOrders(
              db,
              lead.findings.map((finding) => finding.id),
            )
          ).map(toPackOrder),
        },
        200,
      );
    });
}
