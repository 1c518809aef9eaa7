export { HOLDS, type Hold } from './held-days.ts';
export {
  type Bounds,
  boundsOf,
  dropOldFrames,
  type RetentionFloor,
  type RetentionOrder,
  type RetentionProgress,
  retentionFloors,
  runRetention,
  setRetentionFloor,
  type TierReport,
  type TierSize,
  tierSizes,
} from './retention.ts';
export {
  RETENTION_PLAN,
  RETENTION_RUN,
  type RetentionDeps,
  type RetentionResult,
  retentionPlanRunner,
  retentionRunRunner,
} from './retention-job.ts';
export { DEFAULT_RETENTION, dueBefore, LEAST_DAYS, type Retention, retentionFault, TIERS, type Tier } from './tiers.ts';
