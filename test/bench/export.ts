import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { type Db, openDb } from '@plume/db';
import { SIGNALS } from '@plume/ingest/protocol';
import type { LoadResult, LoadTerminal } from '@plume/simulators';
import { z } from 'zod';
import { findProgram } from '../support/debian-package.ts';
import { startChild } from './child.ts';
import { withDatabase } from './database.ts';
import { median, megabytes, millis, perSecond, whole } from './figures.ts';
import { type Bench, type Figure, type Finding, notMeasured, verdictOf } from './finding.ts';
import { enterFleet } from './fleet.ts';
import { startLoad } from './load.ts';
import { type Service, startService } from './service.ts';
import type { YearRequest } from './year-child.ts';

const TRUCKS = 36;
const ROWS = 1_000_000;
/** Two days of the fleet are more than a million rows. */
const FROM = '2026-10-30';
const TO = '2026-10-31';
const FROM_MS = Date.parse(`${FROM}T00:00:00+08:00`);
/** Rows a second that each format is to reach. */
const LEAST = { csv: 300_000, parquet: 200_000, xlsx: 100_000 } as const;
type Format = keyof typeof LEAST;
const FORMATS: readonly Format[] = ['csv', 'parquet', 'xlsx'];
const MOST_GROWTH_BYTES = 100e6;
const MOST_ACK_MS = 500;
const POLL_MS = 100;
const GIVE_UP_MS = 600_000;
/** The fleet reports in spells of this length, one after another, for as long as files are made. */
const SPELL_S = 20;
/** Equal but for the rounding of sums of a million numbers. */
const TOLERANCE = 1e-9;
const reopener = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const Ordered = z.object({ jobId: z.number() });
const Exported = z.object({
  state: z.string(),
  error: z.string().nullable(),
  file: z
    .object({
      rows: z.number(),
      bytes: z.number(),
      sha256: z.string(),
      notes: z.array(z.string()),
      columns: z.array(z.object({ id: z.string() })),
    })
    .nullable(),
});
/** What another program found in a file: of each column how many values, and their sum (of texts: of their CRC-32), each times its row's place in turn. */
const Content = z.object({ rows: z.number(), columns: z.array(z.object({ values: z.number(), sum: z.number() })) });
type Content = z.infer<typeof Content>;

/** P10: a million samples as a file, in each format, while the fleet reports. */
export async function measureExport(bench: Bench): Promise<Finding> {
  const embedded = bench.embedded ? await measureOn(bench, 'embedded', null) : null;
  const server = bench.serverUrl === null ? null : await withDatabase(bench.serverUrl, (url) => measureOn(bench, 'server', url));
  const engines = [server, embedded].filter((each) => each !== null);
  if (engines.length === 0) return notMeasured('There is no server here.');
  return {
    verdict: verdictOf(...engines.map(({ met }) => met)),
    figures: engines.flatMap(({ figures }) => figures),
    note: `Raw samples with every signal, ordered over the API of the whole service and written by it; the time is from the order to the finished job, its hash included, and each format is made ${bench.quick || bench.runs === 1 ? 'once' : `${bench.runs} times`} in turn. Memory is the peak of the process, all threads, above what it was before the first order. ${TRUCKS} trucks report over MQTT at real rate meanwhile. The first file of each format is downloaded and read again by another program: CSV by Python's csv, XLSX by Python's zipfile and expat, Parquet by hyparquet; number, order and value of all cells are the same as in the table. Service, engine, trucks and these programs share the same cores; load average of the machine at the end ${loadavg()[0]?.toFixed(1)}.`,
  };
}

interface Made {
  readonly seconds: number;
  readonly rows: number;
  readonly bytes: number;
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  readonly peakBytes: number;
}

async function measureOn(bench: Bench, engine: string, url: string | null): Promise<{ figures: Figure[]; met: boolean }> {
  const directory = bench.directory(`p10-${engine}`);
  const terminals = await enterFleet(directory, url, TRUCKS);
  const child = startChild('year-child.ts');
  const request: YearRequest = {
    kind: 'load',
    directory,
    databaseUrl: url,
    trucks: TRUCKS,
    fromDay: FROM,
    toDay: TO,
    denseFrom: FROM,
  };
  await child.ask(request).finally(() => child.stop());
  const { toMs, table } = await millionth(directory, url);
  const service = await startService(directory, url);
  const fleet = startFleet(service, terminals);
  try {
    await service.read();
    const before = (await service.read()).rssBytes;
    const made = new Map<Format, Made[]>(FORMATS.map((format) => [format, []]));
    const files = new Map<Format, { id: number; columns: string[] }>();
    for (let run = 0; run < (bench.quick ? 1 : bench.runs); run += 1)
      for (const format of FORMATS) {
        const { id, columns, ...took } = await makeFile(service, format, toMs);
        bench.say(`  ${engine}: ${format}: ${whole(took.rows)} rows in ${took.seconds.toFixed(1)} s`);
        made.get(format)?.push(took);
        files.set(format, files.get(format) ?? { id, columns });
      }
    const acks = await fleet.end();
    const same: string[] = [];
    for (const [format, { id, columns }] of files)
      same.push(differenceOf(await reopen(bench, service, format, id, columns), table, columns) ?? 'the same');
    const all = [...made.values()].flat();
    const growth = Math.max(...all.map(({ peakBytes }) => peakBytes)) - before;
    const ackP99 = Math.max(...acks.map(({ latencyMs }) => latencyMs.p99));
    const rateOf = (format: Format) => median((made.get(format) ?? []).map(({ rows, seconds }) => rows / seconds));
    return {
      met:
        FORMATS.every((format) => rateOf(format) >= LEAST[format]) &&
        growth < MOST_GROWTH_BYTES &&
        ackP99 < MOST_ACK_MS &&
        acks.every(({ cut, messages, ackedMessages }) => cut === 0 && messages === ackedMessages) &&
        same.every((text) => text === 'the same'),
      figures: [
        ...FORMATS.map((format, index): Figure => {
          const runs = made.get(format) ?? [];
          const seconds = runs.map((run) => run.seconds);
          return {
            what: `${engine}: ${format.toUpperCase()} of ${whole(runs[0]?.rows ?? 0)} rows × ${files.get(format)?.columns.length} columns (wanted ${perSecond(LEAST[format])})`,
            value: `${median(seconds).toFixed(1)} s (${Math.min(...seconds).toFixed(1)} … ${Math.max(...seconds).toFixed(1)}), ${perSecond(rateOf(format))}; ${megabytes(runs[0]?.bytes ?? 0)}; event-loop delay p99 ${millis(median(runs.map(({ loopP99Ms }) => loopP99Ms)))}, longest ${millis(Math.max(...runs.map(({ loopMaxMs }) => loopMaxMs)))}; memory at most ${megabytes(Math.max(...runs.map(({ peakBytes }) => peakBytes)) - before)} more; read again: ${same[index]}`,
          };
        }),
        {
          what: `${engine}: memory of the service before the first order, and its peak`,
          value: `${megabytes(before)}, ${megabytes(before + growth)} (wanted < ${megabytes(MOST_GROWTH_BYTES)} more)`,
        },
        {
          what: `${engine}: acknowledgements to ${TRUCKS} trucks meanwhile, spells of ${SPELL_S} s`,
          value: `p50 ${millis(median(acks.map(({ latencyMs }) => latencyMs.p50)))}, worst p99 ${millis(ackP99)} of ${whole(acks.reduce((sum, { ackedMessages }) => sum + ackedMessages, 0))}, none missing`,
        },
      ],
    };
  } finally {
    await fleet.end();
    await service.stop();
  }
}

/** 36 trucks at a sample a second, spell after spell, until it is ended. */
function startFleet(service: Service, terminals: readonly LoadTerminal[]): { end(): Promise<LoadResult[]> } {
  const load = startLoad();
  const results: LoadResult[] = [];
  let going = true;
  const startSec = Math.floor(Date.now() / 1000) - 3600;
  const run = async (): Promise<void> => {
    for (let spell = 0; going; spell += 1)
      results.push(
        await load.run({
          port: service.mqttPort,
          terminals,
          mode: { kind: 'open', rowsPerSecond: TRUCKS },
          seconds: SPELL_S,
          startSec: startSec + spell * SPELL_S * 2,
        }),
      );
    await load.stop();
  };
  const running = run();
  running.catch(() => undefined);
  return {
    end: async () => {
      going = false;
      await running;
      return results;
    },
  };
}

/** Orders one file and waits for it. */
async function makeFile(service: Service, format: Format, toMs: number): Promise<Made & { id: number; columns: string[] }> {
  await service.read();
  const began = performance.now();
  const order = { table: 'samples', format, from: new Date(FROM_MS).toISOString(), to: new Date(toMs).toISOString() };
  const { jobId } = Ordered.parse(await service.api('POST', '/api/v1/exports', order));
  for (;;) {
    const { state, error, file } = Exported.parse(await service.api('GET', `/api/v1/exports/${jobId}`));
    const seconds = (performance.now() - began) / 1000;
    if (file !== null) {
      const { loopMs, peakRssBytes } = await service.read();
      const { rows, bytes, columns } = file;
      const loop = { loopP99Ms: loopMs.p99, loopMaxMs: loopMs.max };
      return { id: jobId, seconds, rows, bytes, ...loop, peakBytes: peakRssBytes, columns: columns.map(({ id }) => id) };
    }
    if (state === 'failed' || state === 'cancelled') throw new Error(`the export: ${state}: ${error}`);
    if (seconds * 1000 > GIVE_UP_MS) throw new Error('an export took more than ten minutes');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Up to when a million rows are, and what the table holds of them. */
async function millionth(directory: string, url: string | null): Promise<{ toMs: number; table: Content & { ids: string[] } }> {
  const db = await openDb({ url, dataDir: directory });
  try {
    const [last] = await db.query<{ t: number }>(
      `select extract(epoch from time)::float8 as t from samples order by time offset ${ROWS - 1} limit 1`,
      [],
      { priority: 'job' },
    );
    if (last === undefined) throw new Error('there are less than a million rows');
    return { toMs: (last.t + 1) * 1000, table: await contentOf(db, last.t) };
  } finally {
    await db.close();
  }
}

/** Place of a row in the file, counted anew after so many: what makes the sums tell an order from another. */
const PLACES = 997;

/** What the table holds from the first row to a time, as the readers of files tell it, of time and signals. */
async function contentOf(db: Db, lastSec: number): Promise<Content & { ids: string[] }> {
  const sums = SIGNALS.map(
    ({ id }) =>
      `count("${id}")::float8, sum("${id}"::numeric * w)::float8, sum(case when "${id}" is null then 0 else w end)::float8`,
  );
  const [row] = await db.query<{ rows: number; time: number; figures: number[] }>(
    `select count(*)::float8 as rows, sum(extract(epoch from time)::numeric * w)::float8 as time, array[${sums.join(', ')}] as figures
     from (select *, (row_number() over (order by vehicle_id, time) - 1) % ${PLACES} + 1 as w from samples where time <= to_timestamp(${lastSec})) s`,
    [],
    { priority: 'job' },
  );
  if (row === undefined) throw new Error('the table says nothing');
  const columns = SIGNALS.map(({ scale, offset }, index) => {
    const [values = 0, sum = 0, places = 0] = row.figures.slice(index * 3, index * 3 + 3);
    return { values, sum: (sum ?? 0) * scale + (places ?? 0) * offset };
  });
  return {
    rows: row.rows,
    columns: [{ values: row.rows, sum: row.time }, ...columns],
    ids: ['time', ...SIGNALS.map(({ id }) => id)],
  };
}

/** Downloads a file and has another program read it. */
async function reopen(bench: Bench, service: Service, format: Format, id: number, columns: readonly string[]): Promise<Content> {
  const path = join(bench.directory('p10-files'), `${id}.${format}`);
  const answer = await fetch(new URL(`/api/v1/exports/${id}/file`, service.url), {
    headers: { authorization: `Bearer ${service.token}` },
  });
  if (!answer.ok || answer.body === null) throw new Error(`the file of export ${id}: ${answer.status}`);
  const hash = createHash('sha256');
  const source = Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]);
  source.on('data', (piece: Uint8Array) => hash.update(piece));
  await pipeline(source, createWriteStream(path));
  const { file } = Exported.parse(await service.api('GET', `/api/v1/exports/${id}`));
  if (file?.sha256 !== hash.digest('hex')) throw new Error(`the file of export ${id} does not have its hash`);
  const kinds = columns
    .map((name) => (name === 'time' ? 't' : SIGNALS.some((signal) => signal.id === name) ? 'n' : 's'))
    .join('');
  const python = findProgram('python3');
  if (python === null && format !== 'parquet') throw new Error('there is no python3 to read the files with');
  const [program, script] =
    format === 'parquet' ? [process.execPath, reopener('reopen-parquet.mjs')] : [python ?? '', reopener('reopen.py')];
  return Content.parse(JSON.parse(execFileSync(program, [script, path, kinds, format], { encoding: 'utf8' })));
}

/** In what a file differs from the table; null: in nothing. Columns of the registry are compared by their number of values. */
function differenceOf(file: Content, table: Content & { ids: string[] }, columns: readonly string[]): string | null {
  if (file.rows !== table.rows) return `${file.rows} ROWS INSTEAD OF ${table.rows}`;
  for (const [index, id] of table.ids.entries()) {
    const found = file.columns[columns.indexOf(id)];
    const wanted = table.columns[index];
    if (found === undefined || wanted === undefined) return `NO COLUMN ${id}`;
    if (found.values !== wanted.values) return `${id}: ${found.values} VALUES INSTEAD OF ${wanted.values}`;
    if (Math.abs(found.sum - wanted.sum) > TOLERANCE * Math.max(1, Math.abs(wanted.sum)))
      return `${id}: A SUM OF ${found.sum} INSTEAD OF ${wanted.sum}`;
  }
  for (const id of ['plate', 'vin'])
    if (file.columns[columns.indexOf(id)]?.values !== file.rows) return `NOT EVERY ROW HAS A ${id}`;
  return null;
}
