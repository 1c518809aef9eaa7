import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
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
import { compressNext, type Db, hypertableBytes, openDb } from '@plume/db';
import { startChild } from './child.ts';
import { keptDatabase, withDatabase } from './database.ts';
import { median, millis, perSecond, quantile, whole } from './figures.ts';
import { type Bench, type Figure, type Finding, notMeasured, verdictOf } from './finding.ts';
import { evidencePaths } from './page.ts';
import { startService } from './service.ts';
import type { YearRequest, YearResult } from './year-child.ts';
import { fillYear } from './year-fill.ts';

const TRUCKS = 36;
const FROM = '2025-11-01';
const TO = '2026-10-31';
const NOW_MS = Date.parse('2026-11-01T12:00:00+08:00');
const TARGET_MS = 100;
const EVIDENCE_MS = 150;
const DAY_MS = 86_400_000;
/** Three years of 36 trucks, a sample a second for eight hours a day. */
const ROWS_OF_THREE_YEARS = 1.13e9;
const YEAR = { from: FROM, to: TO };
const MONTH = { from: '2026-10-01', to: TO };
const CONTEXT = { districts: null, nowMs: NOW_MS };

type Statistics = Parameters<typeof runStatistics>[1];
type Ask = (db: Db) => Promise<unknown>;

/** A question by its name: how the engine is asked, and where the API answers it. */
interface Question {
  readonly name: string;
  readonly ask: Ask;
  readonly path: string;
}

function table(name: string, what: Pick<Statistics, 'measures' | 'by'> & { readonly compare?: Statistics['compare'] }): Question {
  const { measures, by, compare = 'none' } = what;
  const groups = by.length === 0 ? '' : `&by=${by.join(',')}`;
  return {
    name,
    ask: (db) => runStatistics(db, { measures, by, compare, filter: {}, period: YEAR }, CONTEXT),
    path: `/api/v1/statistics/table?from=${FROM}&to=${TO}&measures=${measures.join(',')}${groups}&compare=${compare}`,
  };
}

/** The twelve questions of an analyst over a year of the fleet. */
export const QUESTIONS: readonly Question[] = [
  table('totals of the year, against the year before', {
    measures: ['noxKg', 'noxFilledKg', 'distanceKm', 'workKwh', 'co2Kg'],
    by: [],
    compare: 'year',
  }),
  table('factors by month', { measures: ['noxGPerKwh', 'noxGPerKm', 'noxGPerKgFuel'], by: ['month'] }),
  table('factors by truck', { measures: ['noxGPerKwh', 'noxKg'], by: ['vehicle'] }),
  table('by district and month', { measures: ['noxKg'], by: ['district', 'month'] }),
  table('by day of the year', { measures: ['noxKg', 'noxGPerKwh'], by: ['day'] }),
  table('by weekday', { measures: ['noxKg'], by: ['weekday'] }),
  table('by hour of day', { measures: ['noxGPerKm', 'idleNoxGPerHour'], by: ['hour'] }),
  table('by speed bin and stage', { measures: ['noxGPerKm'], by: ['speed', 'stage'] }),
  table('by operating mode', { measures: ['noxGPerHour'], by: ['mode'] }),
  table('exceedance and quality by month', { measures: ['exceedanceRate', 'effectiveRate', 'transmissionRate'], by: ['month'] }),
  {
    name: 'distribution of truck-days',
    ask: (db) => distributionOf(db, { measure: 'noxGPerKwh', filter: {}, period: YEAR }, CONTEXT),
    path: `/api/v1/statistics/distribution?from=${FROM}&to=${TO}&measure=noxGPerKwh`,
  },
  {
    name: 'contract figures of the year',
    ask: (db) => contractOf(db, { filter: {}, period: YEAR }, CONTEXT),
    path: `/api/v1/statistics/contract?from=${FROM}&to=${TO}`,
  },
];

/** What draws or unpacks: told beside the twelve. */
const HEAVIER: readonly (readonly [name: string, ask: Ask])[] = [
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

/** P9: a year of the fleet, loaded, evaluated and asked. */
export async function measureAnalyst(bench: Bench): Promise<Finding> {
  const directory = bench.keep === null ? bench.directory('p9') : join(bench.keep, 'embedded');
  const embedded = bench.embedded ? await measureOn(bench, 'embedded', directory, null) : null;
  const { serverUrl, keep } = bench;
  const onServer = (url: string) => measureOn(bench, 'server', bench.directory('p9-server'), url);
  const server =
    serverUrl === null
      ? null
      : keep === null
        ? await withDatabase(serverUrl, onServer)
        : await onServer(await keptDatabase(serverUrl, 'plume_bench_year'));
  const engines = [server, embedded].filter((each) => each !== null);
  if (engines.length === 0) return notMeasured('There is no server here.');
  return {
    verdict: verdictOf(...engines.flatMap(({ worstMs, evidenceMs }) => [worstMs < TARGET_MS, evidenceMs < EVIDENCE_MS])),
    figures: engines.flatMap(({ figures }) => figures),
    note: `Raw rows: simulated days of ${TRUCKS} trucks over shifts of eight hours, with noise, three days of each truck again and again, copied in the order in which they would come: at 1 Hz on the days that are evaluated${bench.year ? ', one in three seconds on the days of the year before them (server)' : ''}. The last days are evaluated by the service's own evaluator; what it made of them (truck-days, minutes, sums, cells) is moved by whole periods onto the other days of the year by SQL, and the months are made by the evaluator's own statements. The verdict takes the slowest of the twelve at p95 on the engine, and the slowest question of the evidence at its median over the API. Rankings, guidance and maps draw or unpack and are told beside the twelve. ${server?.edition === 'apache' ? 'The server is the Apache edition, which does not compress. ' : ''}Load average of the machine at the end ${loadavg()[0]?.toFixed(1)}.`,
  };
}

interface Measured {
  readonly figures: Figure[];
  /** The slowest of the twelve, p95, and the slowest question of the evidence, median [ms]. */
  readonly worstMs: number;
  readonly evidenceMs: number;
  readonly edition: Db['edition'];
}

async function measureOn(bench: Bench, engine: 'server' | 'embedded', directory: string, url: string | null): Promise<Measured> {
  const evaluatedFrom = dayBefore(TO, bench.days - 1);
  const plan = { directory, databaseUrl: url, trucks: TRUCKS, toDay: TO, denseFrom: evaluatedFrom };
  const rawFrom = bench.year && engine === 'server' ? FROM : evaluatedFrom;
  const loaded = await ask(bench, engine, { ...plan, kind: 'load', fromDay: rawFrom });
  const evaluated = await ask(bench, engine, { ...plan, kind: 'evaluate', fromDay: evaluatedFrom });
  const db = await openDb({ url, dataDir: directory });
  const figures: Figure[] = [];
  const tell = (what: string, value: string) => figures.push({ what: `${engine}: ${what}`, value });
  let worstMs = 0;
  let truck: FullestTruck = { id: 1, samples: 0 };
  try {
    await fillYear(db, { fromDay: FROM, evaluatedFrom, evaluatedTo: TO });
    while ((await compressNext(db, new Date())) !== null);
    await tellSizes(db, tell, loaded, evaluated, evaluatedFrom);
    for (const { name, ask: question } of QUESTIONS) {
      const times = await timesOf(() => question(db), bench.quick ? 5 : 40);
      worstMs = Math.max(worstMs, quantile(times, 0.95));
      tell(`${name}, p50 / p95`, `${millis(median(times))} / ${millis(quantile(times, 0.95))}`);
    }
    for (const [name, question] of HEAVIER) {
      const times = await timesOf(() => question(db), 3);
      tell(`beside the twelve: ${name}, p50 / p95`, `${millis(median(times))} / ${millis(quantile(times, 0.95))}`);
    }
    const [fullest] = await db.query<FullestTruck>(
      'select vehicle_id as id, samples from truck_day where day = $1::date order by samples desc limit 1',
      [TO],
    );
    truck = fullest ?? truck;
  } finally {
    await db.close();
  }
  const evidenceMs = await overHttp(bench, directory, url, truck, tell);
  return { figures, worstMs, evidenceMs, edition: db.edition };
}

/** The truck with the most samples on the last day. */
interface FullestTruck {
  readonly id: number;
  readonly samples: number;
}

type Tell = (what: string, value: string) => void;

/** Loads or evaluates what is not there yet. Of a database that is kept, what it took when it was done is answered. */
async function ask(bench: Bench, engine: string, request: YearRequest): Promise<YearResult> {
  const child = startChild('year-child.ts');
  const result = (await child.ask(request).finally(() => child.stop())) as YearResult;
  bench.say(`  ${engine}: ${request.kind}: ${whole(result.rows)} rows in ${result.seconds.toFixed(0)} s`);
  if (bench.keep === null) return result;
  const file = join(bench.keep, `${engine}-${request.kind}.json`);
  if (result.rows > 0) writeFileSync(file, JSON.stringify(result));
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as YearResult) : result;
}

async function tellSizes(db: Db, tell: Tell, loaded: YearResult, evaluated: YearResult, evaluatedFrom: string): Promise<void> {
  const [count] = await db.query<{ n: number }>('select count(*)::int8 as n from samples', [], { priority: 'job' });
  const perRow = (await hypertableBytes(db, 'samples')).total / (count?.n ?? 0);
  const [days] = await db.query<{ made: number; moved: number; bytes: number }>(
    `select count(*) filter (where day >= $1::date)::int as made, count(*) filter (where day < $1::date)::int as moved,
       (hypertable_size('truck_minute') + pg_total_relation_size('truck_day') + pg_total_relation_size('truck_sums') + pg_total_relation_size('truck_cells'))::int8 as bytes
     from truck_day`,
    [evaluatedFrom],
    { priority: 'job' },
  );
  const { made = 0, moved = 0, bytes = 0 } = days ?? {};
  const packed = db.edition === 'apache' ? 'not compressed (Apache edition)' : 'compressed';
  tell(
    'raw rows loaded in bulk by COPY into the table with its key',
    `${whole(loaded.rows)} at ${perSecond(loaded.rows / loaded.seconds)}`,
  );
  tell(
    `raw rows in the table, ${packed}, all columns, quality and index`,
    `${whole(count?.n ?? 0)}, ${perRow.toFixed(1)} bytes a row; three years of 36 trucks at 1 Hz (1.13 × 10⁹ rows): ${((perRow * ROWS_OF_THREE_YEARS) / 1e9).toFixed(0)} GB`,
  );
  if (evaluated.rows > 0)
    tell(
      'truck-days evaluated from the table by the evaluator',
      `${evaluated.truckDays} (${whole(evaluated.rows)} samples) in ${evaluated.seconds.toFixed(0)} s, ${perSecond(evaluated.rows / evaluated.seconds, 'samples')}`,
    );
  tell('truck-days of the year: made by the evaluator; moved by SQL', `${whole(made)}; ${whole(moved)}`);
  tell(
    'on disk for a truck-day: its minutes, day, sums and cells, months and indices included',
    `${whole(bytes / (made + moved))} bytes; three years of 36 trucks: ${(((bytes / (made + moved)) * TRUCKS * 1095) / 1e9).toFixed(1)} GB`,
  );
}

/** The twelve over the API once each after one that warms up, and the evidence of a truck-day. Answers the slowest median of the evidence [ms]. */
async function overHttp(bench: Bench, directory: string, url: string | null, truck: FullestTruck, tell: Tell): Promise<number> {
  const service = await startService(directory, url);
  try {
    const asked: number[] = [];
    for (const { path } of QUESTIONS) asked.push(...(await timesOf(() => service.api('GET', path), 1)));
    tell('the twelve over the API, one after another', asked.map((ms) => millis(ms)).join(', '));
    const { id, samples } = truck;
    let worst = 0;
    for (const [name, path] of Object.entries(evidencePaths(TO))) {
      const times = await timesOf(() => service.api('GET', `/api/v1/vehicles/${id}/${path}`), bench.quick ? 3 : 9);
      worst = Math.max(worst, median(times));
      tell(
        `evidence of a truck-day (${whole(samples)} samples) at the API: ${name}`,
        `${millis(median(times))} (${millis(Math.max(...times))})`,
      );
    }
    return worst;
  } finally {
    await service.stop();
  }
}

/** Milliseconds of each of some runs, after one that warms up. */
async function timesOf(work: () => Promise<unknown>, runs: number): Promise<number[]> {
  const found: number[] = [];
  for (let run = -1; run < runs; run += 1) {
    const from = performance.now();
    await work();
    if (run >= 0) found.push(performance.now() - from);
  }
  return found;
}

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * DAY_MS).toISOString().slice(0, 10);
}
