import type { Format } from './request.ts';
import type { ExportTable } from './tables/table.ts';

const DAY_MS = 86_400_000;

/** Longest period of an export: ten years of minutes or days, four hundred days of raw samples. */
export const MOST_DAYS: Readonly<Record<ExportTable['size'], number>> = {
  samples: 400,
  minutes: 1_100,
  hours: 1_100,
  days: 3_700,
  few: 3_700,
};
/** Most rows of a file. What a spreadsheet can show ends far below what a program can read. */
export const MOST_ROWS: Readonly<Record<Format, number>> = {
  csv: 200_000_000,
  parquet: 200_000_000,
  xlsx: 5_000_000,
  geojson: 2_000_000,
  gpx: 2_000_000,
};
/** Bytes of a value in each format, estimated, not measured. */
const BYTES_A_CELL: Readonly<Record<Format, number>> = { csv: 8, parquet: 5, xlsx: 8, geojson: 14, gpx: 24 };
/** Bytes on disk that an export leaves free. */
export const DISK_RESERVE_BYTES = 1_000_000_000;
/** Exports that may wait or run at once. */
export const MOST_OPEN = 20;
/** Days that a file is kept. */
export const KEPT_DAYS = 7;
/** Steps of a track [s]. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];

/** About how many bytes a file of so many rows and columns takes. */
export function bytesOf(format: Format, rows: number, columns: number): number {
  return Math.ceil(rows * columns * BYTES_A_CELL[format]);
}

/** Days of a period, rounded up. */
export function daysOf(fromMs: number, toMs: number): number {
  return Math.ceil((toMs - fromMs) / DAY_MS);
}

/** The smallest step [s], not below the one asked for, with which so many seconds of positions stay within a format's rows; null: none does. */
export function trackStep(format: Format, seconds: number, askedS: number): number | null {
  return STEPS.find((step) => step >= askedS && seconds / step <= MOST_ROWS[format]) ?? null;
}
