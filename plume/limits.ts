/** What the pipeline still commits when the service stops, and the evaluator still finishes [ms]. */
export const INGEST_GRACE_MS = 2_000;
export const EVALUATOR_GRACE_MS = 2_000;
/** With more messages than this waiting for their commit, evaluation and history give way. */
export const BUSY_MESSAGES = 500;
/** Other processes may have changed the registry: it is looked at this often [ms]. */
export const REGISTRY_LOOK_MS = 2_000;
