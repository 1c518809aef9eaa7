export { type BackTestDeps, backTestRunner, type SavedBackTest } from './back-test/back-test.ts';
export { BulkLoad, type BulkProgress, type BulkRows } from './bulk-load.ts';
export type { CommittedListener, CommittedRows, CommittedTamper } from './committed.ts';
export type { Acceptance, Envelope, Verdict } from './envelope.ts';
export type { AlarmEvent } from './evaluator/alarm-desk.ts';
export { ComputeLost, type Computer, ComputeThread } from './evaluator/compute-thread.ts';
export { DayTracer } from './evaluator/day-tracer.ts';
export { type EvaluateDeps, evaluateRunner } from './evaluator/evaluate-job.ts';
export {
  type Evaluator,
  type EvaluatorConfig,
  type EvaluatorDeps,
  type EvaluatorStats,
  startEvaluator,
} from './evaluator/evaluator.ts';
export type { FindingChange } from './evaluator/finding-book.ts';
export { type Incident, IncidentBook } from './incident-book.ts';
export { type Ingest, type IngestConfig, type IngestDeps, type IngestStats, startIngest } from './ingest.ts';
export type { LiveSample } from './latest-book.ts';
export { reprocessRunner } from './reprocess.ts';
