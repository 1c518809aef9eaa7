import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  auditStep,
  type CaseLead,
  type Db,
  decisionSteps,
  getCase,
  getInspection,
  getLead,
  type LeadWhole,
  vehicleExists,
} from '@plume/db';
import { CASE_SOURCES, CASE_TYPES, FINDING_JUDGEMENTS, type InspectionJudgement, PRIORITIES } from '@plume/ingest/rules';
import type { Context } from 'hono';
import type { ApiEnv } from '../access.ts';
import { BeijingDate } from '../beijing-day.ts';
import { actorName } from '../caller.ts';
import { Case, caseNumber, toCase } from '../cases/case-schema.ts';
import { type Opened, type Opener, openFromLeads, openOne, typeOfLead } from '../cases/open-case.ts';
import { stepContext } from '../cases/step-context.ts';
import { triggerOfInspection, triggerOfWords } from '../cases/trigger.ts';
import type { ApiDeps } from '../deps.ts';
import { toInspection } from '../inspections/inspection-schema.ts';
import { invalid, Problem } from '../problem.ts';
import { body, conflict, json, notFound, plainText, problems } from '../schemas.ts';
import { requireInside } from '../scope.ts';
import { LeadId } from '../triage-schema.ts';
import { noInspection } from './inspections.ts';
import { MOST_LEADS } from './lead-decisions.ts';

const Note = z.string().trim().min(1).max(2000);
const Common = {
  priority: z.enum(PRIORITIES).default('normal'),
  note: Note.optional(),
};

const Ask = z
  .discriminatedUnion('from', [
    z.strictObject({
      from: z.literal('leads'),
      leads: z
        .array(
          z.strictObject({
            id: LeadId,
            version: z.number().int().min(0).openapi({ description: 'From triage.version' }),
            throughDay: BeijingDate.openapi({ description: 'lastDay as it was seen' }),
          }),
        )
        .min(1)
        .max(MOST_LEADS),
      reopen: z
        .boolean()
        .default(false)
        .openapi({ description: 'Open a case of the same type again that was closed as compliant within 90 days' }),
      ...Common,
    }),
    z.strictObject({
      from: z.literal('hand'),
      vehicle: z.number().int().positive(),
      type: z.enum(CASE_TYPES),
      source: z.enum(CASE_SOURCES),
      day: BeijingDate.openapi({ description: 'When the trouble was seen' }),
      pollutant: z.enum(['NOx', 'PM']).optional(),
      value: z.number().min(0).max(1e6).optional(),
      limit: z.number().positive().max(1e6).optional(),
      unit: plainText(20).optional(),
      limitSource: plainText(200).optional(),
      place: plainText(200).optional(),
      ...Common,
      note: Note,
    }),
    z.strictObject({
      from: z.literal('inspection'),
      inspection: z
        .number()
        .int()
        .positive()
        .openapi({ description: 'Judged failed or repeated; a case is opened from it once' }),
      type: z.enum(CASE_TYPES).default('overLimit'),
      ...Common,
    }),
  ])
  .openapi('CaseOpening');
type Ask = z.infer<typeof Ask>;

const Result = z
  .object({
    outcome: z.enum(['opened', 'attached', 'reopened', 'recent', 'changed']).openapi({
      description:
        'opened: a new case; attached: the open case of the type took the leads; reopened; recent: a case of the type was closed as compliant within 90 days, send `reopen: true`; changed: somebody was faster, nothing was written',
    }),
    leads: z.array(LeadId),
    case: Case.nullable(),
  })
  .openapi('CaseOpened');

const open = createRoute({
  method: 'post',
  path: '/cases',
  tags: ['cases'],
  summary: 'Open cases from leads, which confirms them, or one from an inspection or by hand',
  description:
    'Leads of one truck and one type go into one case; of one type a truck has at most one that is not closed. Each case is one transaction with the decisions on its leads.',
  request: { body: body(Ask) },
  responses: { 200: json(z.object({ results: z.array(Result) }), 'What became of each'), ...problems, ...notFound, ...conflict },
});

function noLead(id: string): Problem {
  return new Problem(404, 'NOT_FOUND', `There is no lead ${id}.`, 'Look it up in /api/v1/leads.');
}

type Seen = Extract<Ask, { from: 'leads' }>['leads'][number];

/** Why no case is opened from a record that found nothing. */
const NO_FINDING: Readonly<Record<InspectionJudgement, string>> = {
  passed: 'was passed',
  single:
    'is one pass over the limit: in remote sensing a finding needs two of the same pollutant within six months (HJ 845-2017)',
  invalid: 'is invalid',
  failed: '',
  repeated: '',
};

/** Leads that belong into one case. */
interface Group {
  readonly leads: LeadWhole[];
  readonly seen: Seen[];
}

function groupsOf(leads: readonly { lead: LeadWhole; seen: Seen }[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { lead, seen } of leads) {
    const key = `${lead.vehicle_id} ${typeOfLead(lead)}`;
    const group = groups.get(key) ?? { leads: [], seen: [] };
    group.leads.push(lead);
    group.seen.push(seen);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Opening cases. */
export function caseOpenRoutes(deps: ApiDeps, db: Db) {
  const openerOf = async (c: Context<ApiEnv>, ask: Ask): Promise<Opener> => {
    const caller = c.get('caller');
    const atMs = deps.clock();
    return {
      actor: actorName(caller),
      atMs,
      context: await stepContext(db, atMs),
      officer: caller.person?.role === 'officer' ? caller.person.name : null,
      priority: ask.priority,
      note: ask.note ?? null,
      entry: (action, id, detail) => c.get('trail').done(action, { kind: 'case', id }, detail),
    };
  };

  const told = async (opened: Opened, opener: Opener): Promise<z.infer<typeof Case> | null> => {
    if (opened.outcome === 'changed') return null;
    const row = opened.outcome === 'recent' || opened.outcome === 'exists' ? opened.before : await getCase(db, opened.id);
    return row ? toCase(row, opener.context) : null;
  };

  const confirming = (c: Context<ApiEnv>, { leads, seen }: Group, opener: Opener) =>
    leads.flatMap((lead, i) => {
      const { version, throughDay } = seen[i] ?? { version: 0, throughDay: lead.last_day };
      if (lead.triage.state === 'confirmed') return [];
      const decision = { version, throughDay, kind: 'confirm' as const };
      return [
        ...decisionSteps({
          ...decision,
          atMs: opener.atMs,
          actor: opener.actor,
          actorId: c.get('caller').person?.id ?? null,
          leadId: lead.id,
          reason: null,
          note: null,
          assignee: null,
          until: null,
        }),
        auditStep(c.get('trail').done('lead.decide', { kind: 'lead', id: lead.id }, decision)),
      ];
    });

  const fromLeads = async (c: Context<ApiEnv>, ask: Extract<Ask, { from: 'leads' }>) => {
    const opener = await openerOf(c, ask);
    const found: { lead: LeadWhole; seen: Seen }[] = [];
    for (const seen of ask.leads) {
      await requireInside(c, db, 'lead', seen.id, noLead(seen.id));
      const lead = await getLead(db, seen.id, opener.context.today);
      if (!lead) throw noLead(seen.id);
      found.push({ lead, seen });
    }
    const results: z.infer<typeof Result>[] = [];
    for (const group of groupsOf(found)) {
      const ids = group.seen.map(({ id }) => id);
      const moved = group.leads.some(
        (lead, i) => lead.triage.state === 'confirmed' && lead.triage.version !== group.seen[i]?.version,
      );
      const upTo: CaseLead[] = group.seen.map(({ id, throughDay }) => ({ id, throughDay }));
      const opened: Opened = moved
        ? { outcome: 'changed' }
        : await openFromLeads(db, group.leads, upTo, opener, confirming(c, group, opener), ask.reopen);
      const outcome = opened.outcome === 'exists' ? 'changed' : opened.outcome;
      results.push({ outcome, leads: ids, case: await told(opened, opener) });
    }
    return results;
  };

  /** The one case that was to be opened, or why it was not. */
  const oneOpened = async (opened: Opened, opener: Opener) => {
    if (opened.outcome === 'changed')
      throw new Problem(409, 'CHANGED', 'Somebody opened a case at the same moment.', 'Look at the truck again.');
    if (opened.outcome === 'exists' || opened.outcome === 'recent') {
      const name = caseNumber(opened.before);
      const detail =
        opened.outcome === 'exists'
          ? `Case ${name} of this type is open on the truck.`
          : `Case ${name} of this type was closed as compliant within 90 days.`;
      throw new Problem(
        409,
        'EXISTS',
        detail,
        opened.outcome === 'exists' ? 'Record what you saw there.' : 'Open that case again.',
        { errors: [{ field: 'body.type', reason: detail }] },
      );
    }
    return [{ outcome: opened.outcome, leads: [], case: await told(opened, opener) }];
  };

  const byHand = async (c: Context<ApiEnv>, ask: Extract<Ask, { from: 'hand' }>) => {
    const absent = new Problem(
      404,
      'NOT_FOUND',
      `There is no truck with number ${ask.vehicle}.`,
      'Look it up in /api/v1/vehicles.',
    );
    await requireInside(c, db, 'vehicle', ask.vehicle, absent);
    if (!(await vehicleExists(db, ask.vehicle))) throw absent;
    const opener = await openerOf(c, ask);
    if (ask.day > opener.context.today) throw invalid('body.day', `must not be later than today (${opener.context.today})`);
    if (ask.limit !== undefined && ask.unit === undefined) throw invalid('body.unit', 'is needed with a limit');
    const opened = await openOne(
      db,
      {
        vehicleId: ask.vehicle,
        type: ask.type,
        origin: 'hand',
        originId: null,
        source: ask.source,
        trigger: triggerOfWords(
          {
            day: ask.day,
            pollutant: ask.pollutant ?? null,
            value: ask.value ?? null,
            limitValue: ask.limit ?? null,
            unit: ask.unit ?? null,
            limitSource: ask.limitSource ?? null,
            place: ask.place ?? null,
            note: ask.note,
          },
          ask.source,
        ),
        leads: [],
        before: [],
      },
      opener,
    );
    return await oneOpened(opened, opener);
  };

  const fromInspection = async (c: Context<ApiEnv>, ask: Extract<Ask, { from: 'inspection' }>) => {
    await requireInside(c, db, 'inspection', ask.inspection, noInspection(ask.inspection));
    const row = await getInspection(db, ask.inspection);
    if (!row) throw noInspection(ask.inspection);
    const record = toInspection(row);
    if (record.voided) throw invalid('body.inspection', 'was taken back: no case can be opened from it');
    if (!FINDING_JUDGEMENTS.includes(record.judgement)) throw invalid('body.inspection', NO_FINDING[record.judgement]);
    if (record.caseId !== null)
      throw new Problem(409, 'EXISTS', `Case ${record.caseId} was opened from this inspection.`, 'Go on there.', {
        errors: [{ field: 'body.inspection', reason: `case ${record.caseId} was opened from it` }],
      });
    const opener = await openerOf(c, ask);
    const opened = await openOne(
      db,
      {
        vehicleId: row.vehicle_id,
        type: ask.type,
        origin: 'inspection',
        originId: String(row.id),
        source: record.kind,
        trigger: triggerOfInspection(record),
        leads: [],
        before: [],
      },
      opener,
    );
    return await oneOpened(opened, opener);
  };

  return new OpenAPIHono<ApiEnv>().openapi(open, async (c) => {
    const ask = c.req.valid('json');
    const results =
      ask.from === 'leads'
        ? await fromLeads(c, ask)
        : ask.from === 'inspection'
          ? await fromInspection(c, ask)
          : await byHand(c, ask);
    return c.json({ results }, 200);
  });
}
