import type { Sourced } from '@plume/ingest/emissions';

/** Numbers of tank levels and their changes. */
export const TANK_PARAMETERS = {} as const satisfies Readonly<Record<string, Sourced>>;
