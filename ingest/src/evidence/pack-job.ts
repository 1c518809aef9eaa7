import { auditStep, finishPackStep, type JobRunner, OptimisticConflict, TryAgain } from '@plume/db';
import { z } from 'zod';
import { EVIDENCE_REASONS } from './format.ts';
import type { EvidenceStore, NoEvidence } from './make.ts';

/** What an order of a pack says. */
const Order = z.looseObject({ findingId: z.string(), reason: z.enum(EVIDENCE_REASONS) });

/** Tried in vain so often, a pack is given up: with the waits below that is two days. */
const MOST_ATTEMPTS = 52;
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 3_600_000;

/** What does not come right by waiting. */
const FINAL: ReadonlySet<NoEvidence['code']> = new Set(['unknown', 'withdrawn']);

/** What a runner of orders needs. */
export interface PackJobDeps {
  readonly store: Pick<EvidenceStore, 'make'>;
  /** Epoch milliseconds. */
  clock(): number;
}

/**
 * Makes the packs that were ordered with a decision. The pack enters the chain in the transaction that ends its job, so that no order makes
 * two, whatever ends in between. A pack that cannot be made yet (days that wait to be evaluated, a full disk) is tried again, from a minute
 * to an hour apart; of a finding that is gone there will be none.
 */
export function packRunner({ store, clock }: PackJobDeps): JobRunner {
  return async (job, report) => {
    const { findingId, reason } = Order.parse(job.arguments);
    if (!(await report(0, job.note ?? ''))) return null;
    const later = (why: string, cause?: unknown): Error =>
      job.attempts + 1 >= MOST_ATTEMPTS
        ? new Error(why, { cause })
        : new TryAgain(why, Math.min(FIRST_WAIT_MS * 2 ** Math.min(job.attempts, 10), LONGEST_WAIT_MS), { cause });
    const by = job.ordered_by ?? 'service';
    const made = await store
      .make({
        findingId,
        reason,
        by,
        along: (pack) => [
          finishPackStep(job.id, { packId: pack.id, sha256: pack.sha256 }),
          auditStep({
            atMs: clock(),
            actorKind: 'system',
            actorId: null,
            actor: 'service',
            address: null,
            action: 'evidence.make',
            objectKind: 'evidencePack',
            objectId: pack.id,
            outcome: 'done',
            detail: { finding: findingId, reason, sha256: pack.sha256, job: job.id, orderedBy: by },
          }),
        ],
      })
      .catch((error: unknown) => {
        // The job is over already: cancelled, or done by another process.
        if (error instanceof OptimisticConflict) return null;
        throw later(error instanceof Error ? error.message : String(error), error);
      });
    if (made === null) return null;
    if (made.ok) return { packId: made.pack.id, sha256: made.pack.sha256 };
    const [first] = made.differences;
    const why = first && made.code !== 'waiting' ? `${made.detail} (${first.path}: ${first.says})` : made.detail;
    throw FINAL.has(made.code) ? new Error(why) : later(why);
  };
}
