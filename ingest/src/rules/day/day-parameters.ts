import type { Sourced } from '@plume/ingest/emissions';

/** Numbers of stage 1: windows, concentrations, catalyst. */
export const DAY_PARAMETERS = {} as const satisfies Readonly<Record<string, Sourced>>;
