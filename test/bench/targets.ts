import { measureAnalyst } from './analyst.ts';
import { measureDecode } from './decode.ts';
import { measureEmbedded } from './embedded-throughput.ts';
import { measureEvaluation } from './evaluation.ts';
import { measureExport } from './export.ts';
import type { Target } from './finding.ts';
import { measureLatency } from './latency-target.ts';
import { measureLongQuery } from './long-query.ts';
import { measurePage } from './page.ts';
import { measureServer, measureServerManyTrucks } from './server-throughput.ts';
import { measureSmallSite } from './small-site.ts';
import { measureStorage } from './storage.ts';

/** What is promised and how it is measured, in the order of running. */
export const TARGETS: readonly Target[] = [
  {
    id: 'P1',
    promise:
      'server engine, 36 trucks, native frames, end to end: ≥ 0.5 × `psql \\copy` binary of the same rows into the same table; ≥ 5 × Mosquitto and batched inserts',
    measure: measureServer,
  },
  { id: 'P2', promise: 'the same with 1,000 trucks: ≥ 0.4 × `psql \\copy`', measure: measureServerManyTrucks },
  {
    id: 'P3',
    promise:
      'embedded engine, flushing for real: ≥ 50,000 rows/s, event-loop delay p99 < 25 ms, no upkeep holds a write for more than 1 s',
    measure: measureEmbedded,
  },
  {
    id: 'P4',
    promise:
      'publish → queryable: server at 10,000 rows/s p50 < 5 ms, p99 < 25 ms; embedded with 36 trucks p50 < 10 ms, p99 < 50 ms',
    measure: measureLatency,
  },
  { id: 'P6', promise: 'native frames to columns: ≥ 1,000,000 records/s a core', measure: measureDecode },
  {
    id: 'P7',
    promise: 'evaluation of truck-days: ≥ 1,000,000 samples/s a core computing, ≥ 300,000 reading included',
    measure: measureEvaluation,
  },
  {
    id: 'P8',
    promise: '≤ 20 bytes a stored sample after compression; three years of 36 trucks ≤ 23 GB',
    measure: measureStorage,
  },
  {
    id: 'P9',
    promise:
      'twelve named analyst queries over a year of 36 trucks, on the server and on the embedded engine: p95 < 100 ms; evidence of a truck-day at the API < 150 ms',
    measure: measureAnalyst,
  },
  {
    id: 'P10',
    promise:
      'export of 1,000,000 rows: CSV ≥ 300,000 rows/s, Parquet ≥ 200,000, XLSX ≥ 100,000, < 100 MB more memory, acknowledgements p99 < 500 ms meanwhile; each file read again by another program, equal to the table',
    measure: measureExport,
  },
  {
    id: 'P11',
    promise: 'the 36-truck site on the embedded engine: < 700 MB memory, < 5 % of one core',
    measure: measureSmallSite,
  },
  {
    id: 'P12',
    promise:
      'the page: first load ≤ 60 kB gzip of script, usable < 1 s; a list of 5,000 trucks scrolls at full frame rate (≤ 2 % of frames late); evidence of one truck-day (28,800 samples × 8 signals) drawn < 300 ms after its data, zoom < 100 ms, each answer of the API < 150 ms',
    measure: measurePage,
  },
  {
    id: 'loop',
    promise: 'event-loop delay p99 < 50 ms while 36 trucks report and a month of one truck is asked for',
    measure: measureLongQuery,
  },
];

/** Promised, and not measured yet. */
export const UNMEASURED = [{ id: 'P5', promise: '10,000 connected trucks in one process' }] as const;
