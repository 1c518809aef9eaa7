import { CASES } from './cases.ts';
import { DAYS } from './days.ts';
import { KPIS_TABLE } from './kpis.ts';
import { LEADS } from './leads.ts';
import { HOURS, MINUTES } from './minutes.ts';
import { SAMPLES } from './samples.ts';
import type { ExportTable } from './table.ts';
import { TRACK } from './track.ts';
import { TRIPS } from './trips.ts';
import { WINDOWS } from './windows.ts';

/** Tables that can be exported, by their names in the API. */
export const TABLE_IDS = ['samples', 'minutes', 'hours', 'days', 'trips', 'windows', 'leads', 'cases', 'kpis', 'track'] as const;
export type TableId = (typeof TABLE_IDS)[number];

export const TABLES: Readonly<Record<TableId, ExportTable>> = {
  samples: SAMPLES,
  minutes: MINUTES,
  hours: HOURS,
  days: DAYS,
  trips: TRIPS,
  windows: WINDOWS,
  leads: LEADS,
  cases: CASES,
  kpis: KPIS_TABLE,
  track: TRACK,
};
