import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { audited, type Db, decideOnLead, getLead, lastDecision, listOfficers, type NewDecision } from '@plume/db';
import type { ApiEnv } from '../access.ts';
import { BeijingDate, beijingDate } from '../beijing-day.ts';
import { actorName } from '../caller.ts';
import type { ApiDeps } from '../deps.ts';
import { invalid, Problem } from '../problem.ts';
import { body, conflict, json, notFound, plainText, problems } from '../schemas.ts';
import { requireInside } from '../scope.ts';
import { Decision, DismissReason, LeadId, toDecision } from '../triage-schema.ts';

/** Most leads decided on at once. */
export const MOST_LEADS = 200;

const Note = plainText(1000);
const Deed = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('confirm'), note: Note.optional() }),
    z.strictObject({ kind: z.literal('dismiss'), reason: DismissReason, note: Note.optional() }),
    z.strictObject({ kind: z.literal('reopen'), note: Note.optional() }),
    z.strictObject({
      kind: z.literal('assign'),
      to: z.string().max(64).nullable().openapi({ description: 'User name of an officer; null: nobody any more' }),
    }),
    z.strictObject({ kind: z.literal('note'), note: Note }),
    z.strictObject({
      kind: z.literal('snooze'),
      until: BeijingDate.nullable().openapi({ description: 'Comes back on this day; null: now' }),
    }),
    z.strictObject({ kind: z.literal('undo') }),
  ])
  .openapi('LeadDeed', { description: 'undo takes back the newest decision, which must be your own' });
type Deed = z.infer<typeof Deed>;
type Officer = Awaited<ReturnType<typeof listOfficers>>[number];

const decide = createRoute({
  method: 'post',
  path: '/leads/decisions',
  tags: ['leads'],
  summary: 'Decide on leads: confirm, dismiss with a reason, assign, note, put off, open again, undo',
  description:
    'One deed on up to 200 leads. A confirmation orders the evidence pack of the finding that tells most as a job of its own transaction: see `packOrders` of the lead, and /api/v1/jobs. A lead whose version is another one meanwhile stays as it is and is told under `changed`; when that is so for all of them the answer is 409 CHANGED.',
  request: {
    body: body(
      z.strictObject({
        leads: z
          .array(
            z.strictObject({
              id: LeadId,
              version: z.number().int().min(0).openapi({ description: 'From triage.version' }),
              throughDay: BeijingDate.openapi({
                description: 'lastDay as it was seen: findings of later days are not decided on',
              }),
            }),
          )
          .min(1)
          .max(MOST_LEADS),
        deed: Deed,
      }),
    ),
  },
  responses: {
    200: json(
      z.object({
        done: z.array(z.object({ id: LeadId, version: z.number().int() })),
        changed: z.array(z.object({ id: LeadId, last: Decision.nullable() })),
      }),
      'What was decided',
    ),
    ...problems,
    ...notFound,
    ...conflict,
  },
});

const officers = createRoute({
  method: 'get',
  path: '/officers',
  tags: ['leads'],
  summary: 'Who decides on leads, to assign them to',
  request: { query: z.object({ district: plainText(40).optional() }) },
  responses: {
    200: json(z.object({ officers: z.array(z.object({ name: z.string(), displayName: z.string() })) }), 'The officers'),
    ...problems,
  },
});

function noLead(id: string): Problem {
  return new Problem(404, 'NOT_FOUND', `There is no lead ${id}.`, 'Look it up in /api/v1/leads.');
}

/** The columns of a deed. */
function columnsOf(deed: Deed): Pick<NewDecision, 'reason' | 'note' | 'assignee' | 'until'> {
  return {
    reason: deed.kind === 'dismiss' ? deed.reason : null,
    note: 'note' in deed ? (deed.note ?? null) : null,
    assignee: deed.kind === 'assign' ? deed.to : null,
    until: deed.kind === 'snooze' ? deed.until : null,
  };
}

/** Refuses what cannot be meant; gives the officer that leads are assigned to, if any. */
async function requireSensible(db: Db, deed: Deed, today: string): Promise<Officer | null> {
  if (deed.kind === 'dismiss' && deed.reason === 'other' && deed.note === undefined)
    throw invalid('body.deed.note', 'is needed: say what the other reason is');
  if (deed.kind === 'snooze' && deed.until !== null && deed.until <= today)
    throw invalid('body.deed.until', `must be later than today (${today})`);
  if (deed.kind !== 'assign' || deed.to === null) return null;
  const officer = (await listOfficers(db, null)).find(({ name }) => name === deed.to);
  if (!officer) throw invalid('body.deed.to', 'is no officer who can sign in');
  return officer;
}

/** Refuses to give a lead to an officer who cannot see it. */
function requireResponsible({ districts }: Officer, district: string | null): void {
  if (districts === null || (district !== null && districts.includes(district))) return;
  throw invalid('body.deed.to', 'is not responsible for the district of this truck');
}

/** What officers do about leads. */
export function leadDecisionRoutes(deps: ApiDeps, db: Db) {
  return new OpenAPIHono<ApiEnv>()
    .openapi(decide, async (c) => {
      const { leads, deed } = c.req.valid('json');
      const atMs = deps.clock();
      const today = beijingDate(atMs);
      const officer = await requireSensible(db, deed, today);
      for (const { id } of leads) {
        await requireInside(c, db, 'lead', id, noLead(id));
        const lead = await getLead(db, id, today);
        if (!lead) throw noLead(id);
        if (officer) requireResponsible(officer, lead.district);
      }
      const actor = actorName(c.get('caller'));
      const done: { id: string; version: number }[] = [];
      const changed: { id: string; last: z.infer<typeof Decision> | null }[] = [];
      for (const { id, version, throughDay } of leads) {
        const entry = c.get('trail').done('lead.decide', { kind: 'lead', id }, { version, throughDay, ...deed });
        const decision = {
          atMs,
          actor,
          actorId: c.get('caller').person?.id ?? null,
          kind: deed.kind,
          leadId: id,
          version,
          throughDay,
          ...columnsOf(deed),
        };
        const now = await decideOnLead(audited(db, entry), decision);
        if (now !== undefined) done.push({ id, version: now });
        else {
          const last = await lastDecision(db, id);
          changed.push({ id, last: last ? toDecision(last) : null });
        }
      }
      if (done.length === 0) {
        const last = changed[0]?.last;
        throw new Problem(
          409,
          'CHANGED',
          `Somebody was faster${last ? ` (${last.by.name}, ${last.at}: ${last.kind})` : ''}; nothing was overwritten.`,
          'Read the lead again, and decide once more if it is still needed.',
        );
      }
      return c.json({ done, changed }, 200);
    })
    .openapi(officers, async (c) => {
      const { districts } = c.get('caller');
      const rows = await listOfficers(db, c.req.valid('query').district ?? null);
      const seen = rows.filter(
        (row) => districts === null || row.districts === null || row.districts.some((d) => districts.includes(d)),
      );
      return c.json({ officers: seen.map((row) => ({ name: row.name, displayName: row.display_name })) }, 200);
    });
}
