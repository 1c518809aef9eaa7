import type { Sourced } from '@plume/ingest/emissions';

/** Numbers of live alarms. */
export const ALARM_PARAMETERS = {} as const satisfies Readonly<Record<string, Sourced>>;
