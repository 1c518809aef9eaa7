import { z } from '@hono/zod-openapi';
import type { PackOrderRow } from '@plume/db';
import { Moment } from './schemas.ts';

/** An evidence pack that is ordered and not made. */
export const PackOrder = z
  .object({
    jobId: z.number().int(),
    findingId: z.string(),
    reason: z.string(),
    state: z
      .enum(['queued', 'running', 'failed'])
      .openapi({ description: 'queued: waits, or is tried again at dueAt; failed: given up' }),
    orderedBy: z.string().nullable(),
    orderedAt: Moment,
    attempts: z.number().int().openapi({ description: 'How often it was tried in vain' }),
    says: z.string().nullable().openapi({ description: 'Why it could not be made' }),
    dueAt: Moment.nullable(),
  })
  .openapi('PackOrder');

/** An order of the database as the API tells it. */
export function toPackOrder(row: PackOrderRow): z.infer<typeof PackOrder> {
  return {
    jobId: row.job_id,
    findingId: row.finding_id,
    reason: row.reason,
    state: row.state,
    orderedBy: row.ordered_by,
    orderedAt: row.created_at.toISOString(),
    attempts: row.attempts,
    says: row.says === '' ? null : row.says,
    dueAt: row.due_at?.toISOString() ?? null,
  };
}
