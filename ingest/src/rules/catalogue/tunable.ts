import type { Sourced } from '@plume/ingest/emissions';

/** A number that a site may change, and between which bounds a change is believed (both included). */
export interface Tunable extends Sourced {
  readonly range: readonly [least: number, most: number];
}
