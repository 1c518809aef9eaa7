import {
  contractOf,
  distributionOf,
  EXEMPTION_DEFAULTS,
  emissionMap,
  exemptionsOf,
  guidanceOf,
  rankingOf,
  runStatistics,
} from '@plume/api/statistics';
import { type Db, openDb } from '@plume/db';
import { fillFleet } from './analyst-fill.ts';
import { withDatabase } from './database.ts';
import { type Bench, type Finding, verdictOf } from './finding.ts';

const TRUCKS = 36;
const DAYS = 365;
const TO = '2026-10-31';
const NOW_MS = Date.parse('2026-11-01T12:00:00+08:00');
const TARGET_MS = 100;
const YEAR = { from: '2025-11-01', to: TO };
const MONTH = { from: '2026-10-01', to: TO };
const CONTEXT = { districts: null, nowMs: NOW_MS };
const WHOLE = { filter: {}, period: YEAR, compare: 'none' } as const;

const NOTE =
  'A year of truck-days as the evaluator writes them (sums by every division of the day, cells, quality), made by the database itself. No query reads truck-minutes or samples. Rankings, guidance and maps draw or unpack and are told beside the twelve.';

type Ask = (db: Db) => Promise<unknown>;

/** The twelve questions of an analyst over a year of the fleet, by name. */
export const QUESTIONS: readonly (readonly [name: string, ask: Ask])[] = [
  [
    'totals of the year, against the year before',
    (db) =>
      runStatistics(
        db,
        { ...WHOLE, measures: ['noxKg', 'noxFilledKg', 'distanceKm', 'workKwh', 'co2Kg'], by: [], compare: 'year' },
        CONTEXT,
      ),
  ],
  [
    'factors by month',
    (db) => runStatistics(db, { ...WHOLE, measures: ['noxGPerKwh', 'noxGPerKm', 'noxGPerKgFuel'], by: ['month'] }, CONTEXT),
  ],
  ['factors by truck', (db) => runStatistics(db, { ...WHOLE, measures: ['noxGPerKwh', 'noxKg'], by: ['vehicle'] }, CONTEXT)],
  ['by district and month', (db) => runStatistics(db, { ...WHOLE, measures: ['noxKg'], by: ['district', 'month'] }, CONTEXT)],
  ['by day of the year', (db) => runStatistics(db, { ...WHOLE, measures: ['noxKg', 'noxGPerKwh'], by: ['day'] }, CONTEXT)],
  ['by weekday', (db) => runStatistics(db, { ...WHOLE, measures: ['noxKg'], by: ['weekday'] }, CONTEXT)],
  ['by hour of day', (db) => runStatistics(db, { ...WHOLE, measures: ['noxGPerKm', 'idleNoxGPerHour'], by: ['hour'] }, CONTEXT)],
  ['by speed bin and stage', (db) => runStatistics(db, { ...WHOLE, measures: ['noxGPerKm'], by: ['speed', 'stage'] }, CONTEXT)],
  ['by operating mode', (db) => runStatistics(db, { ...WHOLE, measures: ['noxGPerHour'], by: ['mode'] }, CONTEXT)],
  [
    'exceedance and quality by month',
    (db) =>
      runStatistics(db, { ...WHOLE, measures: ['exceedanceRate', 'effectiveRate', 'transmissionRate'], by: ['month'] }, CONTEXT),
  ],
  ['distribution of truck-days', (db) => distributionOf(db, { measure: 'noxGPerKwh', filter: {}, period: YEAR }, CONTEXT)],
  ['contract figures of the year', (db) => contractOf(db, { filter: {}, period: YEAR }, CONTEXT)],
];

/** What draws or unpacks: told beside the twelve. */
export const HEAVIER: readonly (readonly [name: string, ask: Ask])[] = [
  ['ranking with intervals, a month', (db) => rankingOf(db, { measure: 'noxGPerKwh', filter: {}, period: MONTH }, CONTEXT)],
  ['ranking with intervals, the year', (db) => rankingOf(db, { measure: 'noxGPerKwh', filter: {}, period: YEAR }, CONTEXT)],
  ['guidance, the year', (db) => guidanceOf(db, { measure: 'noxGPerKwh', filter: {}, period: YEAR }, CONTEXT)],
  ['exemptions', (db) => exemptionsOf(db, { filter: {}, to: TO }, EXEMPTION_DEFAULTS, CONTEXT)],
  [
    'map with hot spots, a month',
    (db) => emissionMap(db, { measure: 'noxGPerKm', hours: null, filter: {}, period: MONTH }, CONTEXT),
  ],
  [
    'map with hot spots, the year',
    (db) => emissionMap(db, { measure: 'noxGPerKm', hours: null, filter: {}, period: YEAR }, CONTEXT),
  ],
];

/** Milliseconds of each of some runs, ascending, after one that warms up. */
async function time(db: Db, ask: Ask, runs: number): Promise<number[]> {
  const found: number[] = [];
  for (let run = -1; run < runs; run += 1) {
    const from = performance.now();
    await ask(db);
    if (run >= 0) found.push(performance.now() - from);
  }
  return found.sort((a, b) => a - b);
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
const millis = (ms: number): string => `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;

/** Fills a year and asks everything of it. */
async function ask(db: Db, bench: Bench, engine: string): Promise<{ figures: Finding['figures'][number][]; worst: number }> {
  const from = performance.now();
  const days = bench.quick ? 60 : DAYS;
  const rows = await fillFleet(db, { trucks: TRUCKS, days, to: TO, minutes: false });
  const figures: Finding['figures'][number][] = [
    {
      what: `${engine}: ${TRUCKS} trucks × ${days} days filled, rows of truck_sums`,
      value: `${rows} in ${((performance.now() - from) / 1000).toFixed(0)} s`,
    },
  ];
  let worst = 0;
  for (const [list, counts] of [
    [QUESTIONS, true],
    [HEAVIER, false],
  ] as const)
    for (const [name, question] of list) {
      const sorted = await time(db, question, bench.quick ? 5 : 20);
      if (counts) worst = Math.max(worst, at(sorted, 0.95));
      figures.push({ what: `${engine}: ${name}, p50 / p95`, value: `${millis(at(sorted, 0.5))} / ${millis(at(sorted, 0.95))}` });
    }
  return { figures, worst };
}

/** P9: twelve analyst queries over a year of the fleet. */
export async function measureAnalyst(bench: Bench): Promise<Finding> {
  const embedded = await openDb({ url: null, dataDir: bench.directory('p9') });
  const onEmbedded = await ask(embedded, bench, 'embedded').finally(() => embedded.close());
  if (bench.serverUrl === null)
    return { verdict: verdictOf(onEmbedded.worst < TARGET_MS), figures: onEmbedded.figures, note: NOTE };
  const onServer = await withDatabase(bench.serverUrl, async (url) => {
    const db = await openDb({ url, dataDir: '' });
    return await ask(db, bench, 'server').finally(() => db.close());
  });
  return {
    verdict: verdictOf(onEmbedded.worst < TARGET_MS, onServer.worst < TARGET_MS),
    figures: [...onServer.figures, ...onEmbedded.figures],
    note: NOTE,
  };
}
