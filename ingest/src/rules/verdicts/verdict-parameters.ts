import type { Sourced } from '@plume/ingest/emissions';

/** Numbers of stage 2: limits, persistence, preconditions. */
export const VERDICT_PARAMETERS = {} as const satisfies Readonly<Record<string, Sourced>>;
