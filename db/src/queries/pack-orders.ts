import type { Db, Step } from '../db.ts';
import type { JobState } from './jobs.ts';
import { RANK } from './levels.ts';

/** Kind of the jobs that make evidence packs. */
export const PACK_JOB = 'evidence';

/**
 * Orders the evidence pack of a confirmation, in its transaction: of the finding that tells most (of the highest level, the newest) of those
 * that the newest decision is about. Nothing is ordered where all were withdrawn, or where a pack of the finding is on its way already.
 * @param newest SQL of the decision's row  @param userId account of its author
 */
export function orderPackStep(newest: string, userId: number | null): Step {
  return {
    sql: `insert into jobs (kind, arguments, ordered_by, ordered_by_user)
      select '${PACK_JOB}', jsonb_build_object('findingId', f.id, 'reason', 'confirm', 'leadId', d.lead_id, 'decision', d.id), d.actor, $1::int
      from (${newest}) d cross join lateral (
        select f.id from findings f where f.id = any(d.findings) and f.withdrawn_at is null
        order by ${RANK('f.level')} desc, f.day desc, f.id limit 1
      ) f
      where not exists (
        select 1 from jobs j where j.kind = '${PACK_JOB}' and j.state in ('queued', 'running') and j.arguments ->> 'findingId' = f.id
      )`,
    params: [userId],
  };
}

/** Takes back the order of a confirmation that is undone, when its pack is not being made yet. */
export function cancelPackStep(decision: number): Step {
  return {
    sql: `update jobs set state = 'cancelled', finished_at = now()
      where kind = '${PACK_JOB}' and state = 'queued' and (arguments ->> 'decision')::int8 = $1::int8`,
    params: [decision],
  };
}

/** Ends the job of a pack in the transaction in which the pack enters the chain; it fails when the job is over already. */
export function finishPackStep(jobId: number, result: Readonly<Record<string, unknown>>): Step {
  return {
    sql: "update jobs set state = 'done', progress = 1, result = $2::jsonb, finished_at = now() where id = $1::int8 and state = 'running'",
    params: [jobId, JSON.stringify(result)],
    expect: 1,
  };
}

/** An order of an evidence pack that is not filled: waiting, being worked on, or given up. */
export interface PackOrderRow {
  job_id: number;
  finding_id: string;
  reason: string;
  state: Extract<JobState, 'queued' | 'running' | 'failed'>;
  ordered_by: string | null;
  created_at: Date;
  /** How often it was tried in vain, why it last was, and when it is tried again. */
  attempts: number;
  says: string | null;
  due_at: Date | null;
}

/** Orders of packs of these findings that are not filled, the newest first; one that was given up is told until the finding has a later pack. */
export async function openPackOrders(db: Db, findingIds: readonly string[]): Promise<PackOrderRow[]> {
  return await db.query<PackOrderRow>(
    `select j.id as job_id, j.arguments ->> 'findingId' as finding_id, j.arguments ->> 'reason' as reason, j.state, j.ordered_by, j.created_at,
       j.attempts, coalesce(j.error, j.note) as says, case when j.state = 'queued' then j.due_at end as due_at
     from jobs j
     where j.kind = '${PACK_JOB}' and j.arguments ->> 'findingId' = any($1::text[]) and j.state in ('queued', 'running', 'failed')
       and not (j.state = 'failed' and exists (
         select 1 from evidence_packs p where p.finding_id = j.arguments ->> 'findingId' and p.created_at >= j.created_at))
     order by j.id desc limit 20`,
    [[...findingIds]],
    { priority: 'read' },
  );
}
