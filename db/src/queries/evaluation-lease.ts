import { leaseOf } from './lease.ts';

/** The lease of evaluating: one process at a time. */
export const { take: takeLease, holdStep: holdLeaseStep, giveBack: returnLease } = leaseOf('evaluator_state');
