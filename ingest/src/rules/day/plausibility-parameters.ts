import type { Sourced } from '@plume/ingest/emissions';

/** Numbers of the plausibility tests on NOx, ammonia, and the filter. */
export const PLAUSIBILITY_PARAMETERS = {} as const satisfies Readonly<Record<string, Sourced>>;
