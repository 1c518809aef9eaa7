import type { Db } from '@plume/db';
import type { TruckSpec } from '@plume/simulators';

const DAY_S = 86_400;
/** Bytes of a stored sample with its key: compressed, and not (docs/performance.md). */
const COMPRESSED_ROW_BYTES = 20;
const PLAIN_ROW_BYTES = 210;
/** What its evaluation adds: minutes, days, sums and cells, by the sample. */
const EVALUATED_ROW_BYTES = 6;
/** Days that lie uncompressed at one time: a block is written whole before it is compressed. */
const PLAIN_DAYS = 16;
/** Left free for everything else. */
export const BULK_RESERVE_BYTES = 2_000_000_000;

/** About how much a load comes to. */
export interface BulkEstimate {
  readonly rows: number;
  /** With what its evaluation adds. */
  readonly bytes: number;
}

/** About how many rows these trucks make of a period, and how much disk they take: an upper bound, trucks rest on some days. */
export function bulkEstimate(specs: readonly TruckSpec[], fromSec: number, toSec: number, edition: Db['edition']): BulkEstimate {
  const days = Math.max(0, (toSec - fromSec) / DAY_S);
  const perDay = specs.reduce((sum, { shiftHours, terminal }) => sum + (shiftHours * 3600) / terminal.recordPeriodS, 0);
  const rows = Math.ceil(perDay * days);
  const plainRows = edition === 'apache' ? rows : Math.min(rows, perDay * PLAIN_DAYS);
  const bytes = (rows - plainRows) * COMPRESSED_ROW_BYTES + plainRows * PLAIN_ROW_BYTES + rows * EVALUATED_ROW_BYTES;
  return { rows, bytes: Math.ceil(bytes) };
}

/** Why a disk will not hold a load, in one sentence; null when it will. */
export function roomFault({ rows, bytes }: BulkEstimate, freeBytes: number): string | null {
  if (bytes <= freeBytes - BULK_RESERVE_BYTES) return null;
  const gb = (n: number) => `${(n / 1e9).toFixed(1)} GB`;
  return `About ${rows} rows would take ${gb(bytes)}, and the disk has ${gb(freeBytes)} free, of which ${gb(BULK_RESERVE_BYTES)} are left for the rest. Choose a shorter period, fewer trucks (--trucks) or shorter shifts (--hours), or make room.`;
}
