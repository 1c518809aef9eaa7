export { analystViewsMarkdown } from './analyst-views.ts';
export { audited } from './audited.ts';
export { inBackground } from './background.ts';
export { CopyReader, CopyWriter, collect } from './copy-binary.ts';
export { type CopyProgress, copySite } from './copy-site.ts';
export {
  type Db,
  type DbHealth,
  DbStartError,
  OptimisticConflict,
  type Priority,
  type Step,
  type StepResult,
  sqlStateOf,
  type Trouble,
  troubleOf,
} from './db.ts';
export { type DemoRemoval, type RemovalReport, removeDemo } from './demo-removal.ts';
export { type EmbeddedDb, openEmbedded } from './embedded/engine.ts';
export {
  COMPRESS_AFTER_DAYS,
  compressNext,
  type Growth,
  growthOf,
  hypertableBytes,
} from './hypertables.ts';
export { type JobLog, JobQueue, type JobRunner, TryAgain } from './job-runner.ts';
export { Maintenance, type MaintenanceState } from './maintenance.ts';
export { migrate, readMigrations } from './migrate.ts';
export { MINUTE_COLUMN_LIST, MINUTE_COLUMNS } from './minute-columns.ts';
export { type DbConfig, openDb } from './open.ts';
export * from './queries/index.ts';
export {
  cancelJob,
  enqueueJob,
  enqueueJobStep,
  getJob,
  type Job,
  type JobQuery,
  type JobRow,
  type JobState,
  listJobs,
} from './queries/jobs.ts';
export {
  type AssignedVehicle,
  type Authentication,
  type Identification,
  Registry,
  type TcpProfile,
  type Terminal,
} from './registry.ts';
export {
  type Bounds,
  boundsOf,
  DEFAULT_RETENTION,
  dropOldFrames,
  dueBefore,
  HOLDS,
  type Hold,
  LEAST_DAYS,
  RETENTION_PLAN,
  RETENTION_RUN,
  type Retention,
  type RetentionFloor,
  type RetentionResult,
  retentionFault,
  retentionFloors,
  retentionPlanRunner,
  retentionRunRunner,
  runRetention,
  setRetentionFloor,
  TIERS,
  type Tier,
  type TierReport,
  type TierSize,
  tierSizes,
} from './retention/index.ts';
export { SAMPLE_COLUMN_LIST, SAMPLE_COLUMNS, SAMPLE_QUALITY_BYTES, SAMPLE_SIGNALS, type SampleRows } from './sample-columns.ts';
