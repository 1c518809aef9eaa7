import { z } from 'zod';
import { LANGUAGES } from './column.ts';
import { TABLE_IDS } from './tables/index.ts';

/** Formats of files. GeoJSON and GPX are for tracks alone. */
export const FORMATS = ['csv', 'xlsx', 'parquet', 'geojson', 'gpx'] as const;
export type Format = (typeof FORMATS)[number];

/** Content types, by format. */
export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  parquet: 'application/vnd.apache.parquet',
  geojson: 'application/geo+json',
  gpx: 'application/gpx+xml',
};

/** What an export job is asked for, as it stands in the job table. Districts are those the orderer may see, narrowed by what they chose; null: the whole site. */
export const ExportRequest = z.strictObject({
  table: z.enum(TABLE_IDS),
  format: z.enum(FORMATS),
  language: z.enum(LANGUAGES),
  fromMs: z.number().int(),
  toMs: z.number().int(),
  vehicleIds: z.array(z.number().int()).nullable(),
  districts: z.array(z.string()).nullable(),
  enterprises: z.array(z.string()).nullable(),
  signals: z.array(z.string()).nullable(),
  stepS: z.number().int(),
});
export type ExportRequest = z.infer<typeof ExportRequest>;
