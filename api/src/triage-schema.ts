import { z } from '@hono/zod-openapi';
import { DEED_KINDS, type DecisionRow, DISMISS_REASONS, TRIAGE_STATES } from '@plume/db';
import { BeijingDate } from './beijing-day.ts';
import { Moment } from './schemas.ts';

/** The id of a lead: that of its first finding. */
export const LeadId = z
  .string()
  .regex(/^[0-9a-f]{16}$/, 'must be 16 hexadecimal digits')
  .openapi({ example: '0123456789abcdef' });

/** Where a lead stands with the officers. */
export const LeadTriage = z
  .object({
    state: z.enum(TRIAGE_STATES).openapi({
      description: 'new: to be looked at; snoozed: comes back on snoozedUntil; confirmed; dismissed',
    }),
    version: z.number().int().openapi({ description: 'Name it when deciding: another one now means that somebody was faster' }),
    assignee: z.string().nullable().openapi({ description: 'User name of who is to look at it' }),
    reason: z.string().nullable().openapi({ description: 'Why it was dismissed' }),
    snoozedUntil: BeijingDate.nullable(),
    sinceDismissed: z.boolean().openapi({ description: 'It was dismissed, and findings came that nobody has seen' }),
  })
  .openapi('LeadTriage');

/** One thing that was done about a lead. */
export const Decision = z
  .object({
    id: z.number().int(),
    at: Moment,
    by: z.object({ name: z.string(), displayName: z.string().nullable() }),
    kind: z.enum(DEED_KINDS),
    findings: z.array(z.string()),
    reason: z.string().nullable(),
    note: z.string().nullable(),
    assignee: z.string().nullable(),
    until: BeijingDate.nullable(),
    undoes: z.number().int().nullable(),
  })
  .openapi('LeadDecision');

/** A decision of the database as the API tells it. */
export function toDecision(row: DecisionRow): z.infer<typeof Decision> {
  const { actor, actor_name, at, ...rest } = row;
  return { ...rest, at: at.toISOString(), by: { name: actor, displayName: actor_name } };
}

/** Reasons for which a lead may be dismissed. */
export const DismissReason = z.enum(DISMISS_REASONS);
