import type { Totals } from '@plume/ingest/emissions';

/** By what a truck's day is divided. `day` is the whole of it, in bin 0. */
export const SLICE_KINDS = ['day', 'hour', 'speed', 'power', 'operation', 'mode', 'ambient'] as const;

/** A way to divide a day. */
export type SliceKind = (typeof SLICE_KINDS)[number];

/** Sums of a slice beside `Totals`: NOx and time of the standing truck with the engine running, and what gaps were filled with. */
export const SLICE_EXTRAS = ['idleNoxG', 'idleNoxS', 'filledNoxG', 'filledS', 'unfilledS'] as const;

/** A sum of a slice. */
export type SliceColumn = keyof Totals | (typeof SLICE_EXTRAS)[number];

/** Below this speed [km/h] a running engine idles. */
export const STANDSTILL_KMH = 1;
/** Width of a speed bin [km/h] and of a bin of ambient temperature [°C]; power goes by tenths of the rated. */
export const SPEED_BIN_KMH = 10;
export const AMBIENT_BIN_C = 5;
/** The last bin of each has no end: 110 km/h or more; 90 % of rated power or more. */
export const LAST_SPEED_BIN = 12;
export const LAST_POWER_BIN = 10;
