import type { Db } from '../db.ts';
import type { JobRunner } from '../job-runner.ts';
import type { Job } from '../queries/jobs.ts';
import { type Bounds, boundsOf, runRetention, type TierReport } from './retention.ts';
import { type Retention, TIERS } from './tiers.ts';

/** The kind of job that says what would go, and the kind that has it go. */
export const RETENTION_PLAN = 'retentionPlan';
export const RETENTION_RUN = 'retentionRun';

/** What a plan or a run came to, as the result of its job. */
export interface RetentionResult {
  readonly keep: Retention;
  readonly tiers: readonly TierReport[];
}

/** What retention needs of the service. */
export interface RetentionDeps {
  readonly db: Db;
  readonly keep: Retention;
  readonly clock: () => number;
  /** Returns when every process that takes records in knows of the new floors. */
  readonly announced: () => Promise<void>;
  /** Aborts when the service stops; the job then begins again at the next start, and goes on. */
  readonly signal: AbortSignal;
}

/** Says what would go with the times that are configured. */
export function retentionPlanRunner(deps: RetentionDeps): JobRunner {
  return (job, report) => go(deps, job, report, boundsOf(deps.keep, deps.clock()), true);
}

/** Drops what a plan said. Arguments: `before`, for each tier the Beijing day of the plan (null: nothing). */
export function retentionRunRunner(deps: RetentionDeps): JobRunner {
  return (job, report) => go(deps, job, report, boundsIn(job), false);
}

async function go(
  { db, keep, announced, signal }: RetentionDeps,
  job: Job,
  report: Parameters<JobRunner>[1],
  bounds: Bounds,
  dryRun: boolean,
): Promise<RetentionResult | null> {
  const by = job.ordered_by ?? 'Plume';
  const tiers = await runRetention(db, { keep, bounds, dryRun, by, announced }, (share, note) => {
    signal.throwIfAborted();
    return report(share, note);
  });
  return tiers === null ? null : { keep, tiers };
}

function boundsIn({ id, arguments: args }: Job): Bounds {
  const { before } = args;
  const of = (tier: string): string | null => {
    const day = typeof before === 'object' && before !== null ? Reflect.get(before, tier) : undefined;
    if (day === null || (typeof day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(day))) return day;
    throw new Error(`job ${id} does not say until where ${tier} go`);
  };
  const [frames = null, samples = null, minutes = null, days = null] = TIERS.map(of);
  return { frames, samples, minutes, days };
}
