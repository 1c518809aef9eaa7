/** Plume's one entrance: reads the configuration once, wires the rooms, and holds the command line. */
import { randomBytes, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join, resolve } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSecureContext } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import {
  type ApiCall,
  ApiRefusal,
  apiCall,
  createApp,
  createMetrics,
  createSetupTokens,
  demoBeginning,
  ExportStore,
  exportRunner,
  fileFolder,
  findChromium,
  isAddressOrNetwork,
  isTileTemplate,
  OfflineKeeper,
  pinnedRequest,
  type ReadyCheck,
  type ReadyReport,
  serveApp,
  tilesOf,
} from '@plume/api';
import {
  auditCommand,
  backTestCommand,
  casesCommand,
  command,
  demoCommand,
  documentsCommand,
  evaluateCommand,
  evidenceCommands,
  exportCommand,
  jobsCommand,
  json,
  leadsCommand,
  ledgerCommand,
  noticesCommand,
  print,
  rulesCommand,
  terminalCommand,
  tokenCommand,
  UsageError,
  userCommand,
  vehicleCommand,
} from '@plume/api/cli';
import { type NoticesStats, startNotices } from '@plume/api/notices';
import { startBroker } from '@plume/broker';
import {
  analystViewsMarkdown,
  anyAccount,
  anySamples,
  backdateDemo,
  backdateDemoStep,
  beginDemoStep,
  copySite,
  countDemo,
  DbStartError,
  demoPlan,
  demoVehiclesOf,
  demoWrittenSteps,
  endDemoStep,
  holdDemoStep,
  hypertableBytes,
  inBackground,
  JobQueue,
  type JobRunner,
  Maintenance,
  makeReader,
  openDb,
  Registry,
  removeDemo,
  vehicleIdsByVin,
} from '@plume/db';
import {
  BulkLoad,
  backTestRunner,
  DayTracer,
  type EvaluatorStats,
  evaluateRunner,
  IncidentBook,
  reprocessRunner,
  startEvaluator,
  startIngest,
} from '@plume/ingest';
import { ANALYZE_ARGS, analyzeFile, renderAnalysis } from '@plume/ingest/analyze';
import { EvidenceStore, renderVerification, verifyPack } from '@plume/ingest/evidence';
import { asyncapiDocument, describeMessage, renderDescription, signalsMarkdown } from '@plume/ingest/protocol';
import { casesMarkdown, rulesMarkdown } from '@plume/ingest/rules';
import {
  bulkHistory,
  planSimulation,
  registerFleet,
  runDemo,
  type SimulatePlan,
  simulate,
  simulateCommand,
} from '@plume/simulators';
import { runCommand, runMain } from 'citty';
import pino from 'pino';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const WEB_ROOT = join(ROOT, 'web', 'dist');
const VERSION: string = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version;
/** From the signal to the end of the process, whatever hangs. */
const STOP_LIMIT_MS = 9_500;
const INGEST_GRACE_MS = 2_000;
const EVALUATOR_GRACE_MS = 2_000;
/** With more messages than this waiting for their commit, the evaluator gives way. */
const BUSY_MESSAGES = 500;
/** Tells commands on this machine where the running service is; readable by its owner alone. */
const SERVICE_FILE = 'service.json';
const REGISTRY_LOOK_MS = 2_000;
/** Offline cases are opened and closed this soon after what they rest on was stored [ms]. */
const OFFLINE_LOOK_MS = 20_000;
const CHECK_LIMIT_MS = 2_000;
/** Below this the disk check fails: a database that cannot grow stops acknowledging. */
const DISK_FLOOR_BYTES = 500_000_000;
const DAY_S = 86_400;
/** The history of a few trucks is written in less than this, on any machine. */
const HISTORY_LIMIT_S = 3_600;

// --- Configuration -------------------------------------------------------------------------------------------------------------------

const port = (byDefault: number) => z.coerce.number().int().min(0).max(65_535).default(byDefault);
const Environment = z.object({
  PLUME_HTTP_PORT: port(8080).describe('Page, API and MQTT over WebSocket (/mqtt); 0: any free port'),
  PLUME_MQTT_PORT: port(1883).describe('MQTT; 0: any free port'),
  PLUME_MQTTS_PORT: port(8883).describe('MQTT over TLS; open when a certificate is given'),
  PLUME_TCP_PORT: port(17_691).describe(
    'Native frames (GB 17691, HJ 1239) on plain TCP, for terminals whose profile allows it; 0: any free port',
  ),
  PLUME_TLS_CERT: z.string().min(1).optional().describe('Certificate chain, PEM file; with it the page is served over HTTPS'),
  PLUME_TLS_KEY: z.string().min(1).optional().describe('Its key, PEM file'),
  PLUME_TLS_CA: z.string().min(1).optional().describe('Authority whose client certificates terminals must present, PEM file'),
  PLUME_HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on'),
  PLUME_TRUSTED_PROXIES: z
    .string()
    .refine((text) => text.split(',').every(isAddressOrNetwork), 'must be addresses or networks (10.0.0.0/8) separated by commas')
    .optional()
    .describe('Proxies in front of the page that are believed about X-Forwarded-For'),
  PLUME_DATA_DIR: z.string().min(1).default('./data').describe('Where the embedded database and files are kept'),
  PLUME_MAP_TILES: z
    .string()
    .refine(isTileTemplate, 'must be an http(s) address with {z}, {x} and {y}, such as https://tiles.example.cn/{z}/{x}/{y}.png')
    .optional()
    .describe(
      'Tiles under the tracks on the page; the browser fetches them from that host. Unset: roads of the fleet itself, no other host',
    ),
  PLUME_MAP_TILES_GCJ02: z
    .stringbool()
    .default(false)
    .describe('The tiles are shifted as GCJ-02 (maps of China): tracks are shifted to fit, on the screen only'),
  PLUME_MAX_AGE_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .max(36_500)
    .default(30)
    .describe('Older samples are held back (days); 0: no limit'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional()
    .describe('A TimescaleDB server; unset: the embedded engine'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('warn').describe('What is logged, to standard error'),
});
type Config = z.infer<typeof Environment>;

/** The configuration, or the end of the process with one clear line. An empty variable counts as unset. */
function readConfig(): Config {
  const given = Object.entries(process.env).filter(([, value]) => value !== undefined && value !== '');
  const known = new Set(Object.keys(Environment.shape));
  const strange = given.map(([name]) => name).filter((name) => name.startsWith('PLUME_') && !known.has(name));
  if (strange.length > 0) fail(`Unknown environment variable ${strange.join(', ')}. Known: ${[...known].join(', ')}.`);
  const parsed = Environment.safeParse(Object.fromEntries(given));
  if (!parsed.success)
    fail(parsed.error.issues.map((issue) => `Environment variable ${issue.path.join('.')}: ${issue.message}.`).join(' '));
  const config = parsed.data;
  if ((config.PLUME_TLS_CERT === undefined) !== (config.PLUME_TLS_KEY === undefined))
    fail('PLUME_TLS_CERT and PLUME_TLS_KEY belong together: set both or neither.');
  return Object.freeze(config);
}

function fail(message: string): never {
  process.stderr.write(`plume: ${message}\n`);
  process.exit(1);
}

function readPem(config: Config, name: 'PLUME_TLS_CERT' | 'PLUME_TLS_KEY' | 'PLUME_TLS_CA'): string {
  const path = config[name] ?? '';
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return fail(`${name}: ${path} cannot be read (${messageOf(error)}).`);
  }
}

/** Certificate and key of the doors, read and found to belong together; null when none are given. */
function readTls(config: Config): { cert: string; key: string; ca?: string } | null {
  if (config.PLUME_TLS_CERT === undefined) return null;
  const tls = {
    cert: readPem(config, 'PLUME_TLS_CERT'),
    key: readPem(config, 'PLUME_TLS_KEY'),
    ...(config.PLUME_TLS_CA === undefined ? {} : { ca: readPem(config, 'PLUME_TLS_CA') }),
  };
  try {
    createSecureContext(tls);
  } catch (error) {
    fail(
      `PLUME_TLS_CERT, PLUME_TLS_KEY and PLUME_TLS_CA are no certificate with its key (${messageOf(error)}). They must be PEM files.`,
    );
  }
  return tls;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The host part of an address under which this machine reaches what listens on `host`. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

// --- The service ---------------------------------------------------------------------------------------------------------------------

/** Ends what has been started, should a later part of the start fail. */
type Stop = () => Promise<unknown>;

async function startService(config: Config, options: { demo: boolean }): Promise<void> {
  const tls = readTls(config);
  await buildPage();
  const db = await openDb({ url: config.DATABASE_URL ?? null, dataDir: resolve(config.PLUME_DATA_DIR) });
  const started: Stop[] = [];
  try {
    await startOn(db, config, { ...options, tls, started });
  } catch (error) {
    // A port that is taken, most often. Nobody works on after the database has gone, and the directory is free for whoever starts next.
    for (const stop of started.reverse()) await stop();
    await db.close();
    throw error;
  }
}

async function startOn(
  db: Awaited<ReturnType<typeof openDb>>,
  config: Config,
  options: { demo: boolean; tls: ReturnType<typeof readTls>; started: Stop[] },
): Promise<void> {
  const { tls, started } = options;
  const dataDir = resolve(config.PLUME_DATA_DIR);
  const log = pino({ level: config.LOG_LEVEL, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
  const registry = new Registry(db);
  await registry.refresh();
  const incidents = new IncidentBook(db);
  started.push(() => incidents.stop());
  const metrics = createMetrics({
    version: VERSION,
    db,
    ingest: () => ingest.stats(),
    broker: () => broker.stats(),
    incidents: () => incidents.totals,
    evaluator: () => evaluator.stats(),
    notices: () => notices.stats(),
  });
  const ingest = await startIngest(
    { maxAgeDays: config.PLUME_MAX_AGE_DAYS },
    { db, registry, log, onBatch: metrics.observeBatch },
  );
  started.push(() => ingest.stop(INGEST_GRACE_MS));
  const evaluator = startEvaluator(
    {},
    {
      db,
      log,
      busy: () => ingest.stats().waitingMessages > BUSY_MESSAGES,
      committed: (listener) => ingest.onCommitted(listener),
    },
  );
  started.push(() => evaluator.stop(EVALUATOR_GRACE_MS));
  const broker = await startBroker(
    {
      host: config.PLUME_HOST,
      mqttPort: config.PLUME_MQTT_PORT,
      mqttsPort: tls ? config.PLUME_MQTTS_PORT : null,
      tcpPort: config.PLUME_TCP_PORT,
      tls,
    },
    {
      authenticate: (terminalId, secret) => registry.authenticate(terminalId, secret, Date.now()),
      identify: (vin, iccid) => registry.identify(vin, iccid, Date.now() / 1000),
      accept: (envelope) => ingest.accept(envelope),
      onIncident: (incident) => incidents.note(incident),
      log,
    },
  );
  started.push(() => broker.stop());
  registry.onChange((revoked) => {
    for (const terminalId of revoked) broker.kick(terminalId, 'the terminal was revoked');
  });
  const watch = setInterval(() => {
    // Another process may have changed the registry; on the embedded engine there is none. While the database is away the cache stands.
    if (db.kind === 'server')
      registry.refreshIfChanged().catch((error: unknown) => log.debug({ err: error }, 'registry not refreshed'));
  }, REGISTRY_LOOK_MS);
  const maintenance = new Maintenance(db);
  started.push(
    async () => clearInterval(watch),
    () => maintenance.stop(),
  );
  const offlineCases = new OfflineKeeper(db, { clock: Date.now, everyMs: OFFLINE_LOOK_MS, log });
  started.push(() => offlineCases.stop());
  const stopping = new AbortController();
  const reprocess = reprocessRunner({
    db,
    accept: (envelope) => ingest.accept(envelope),
    registryIsCurrent: async () => {
      // Long enough for every process to have looked, and for what was decoded before to be written.
      await sleep(REGISTRY_LOOK_MS + 1_000, undefined, { signal: stopping.signal });
      await registry.refresh();
    },
  });
  const evaluate = evaluateRunner({ db, clock: Date.now, signal: stopping.signal });
  const simulation = new Simulation(async (signal, onProgress) => {
    const begin = await demoToRun(db);
    if (begin === null) return;
    await runDemo({
      begin,
      call: apiCall((path, init) => app.request(path, init), serviceToken),
      url: `mqtt://${reachable(config.PLUME_HOST)}:${broker.ports.mqtt}`,
      openHistory: async () => {
        const past = await startIngest({ maxAgeDays: 0 }, { db: inBackground(db), registry, log });
        return { accept: (envelope) => past.accept(envelope), stop: () => past.stop(INGEST_GRACE_MS) };
      },
      entered: async () => {
        await db.batch([backdateDemoStep(begin.historyFromSec)]);
        await registry.refresh();
      },
      begun: async (terminals) => {
        const lastDay = beijingDay(begin.liveFromSec - DAY_S);
        await db.batch([holdDemoStep(await demoVehiclesOf(db, terminals), lastDay, Date.now() / 1000 + HISTORY_LIMIT_S)]);
      },
      written: async (terminals) => {
        await db.batch(demoWrittenSteps(await demoVehiclesOf(db, terminals), terminals, begin.historyFromSec));
      },
      busy: () => ingest.stats().waitingMessages > BUSY_MESSAGES,
      onProgress,
      signal,
    });
  }, log);
  const jobs = new JobQueue(db, new Map([['reprocess', reprocess]]), log);
  // In a queue of its own: it mostly waits for the evaluator.
  const evaluations = new JobQueue(db, new Map([['evaluate', evaluate]]), log);
  await evaluations.start();
  // In a queue of its own: it may take minutes, in which other work goes on.
  const backTests = new JobQueue(db, new Map([['backTest', backTestRunner({ db, signal: stopping.signal })]]), log);
  await backTests.start();
  // In a queue of its own: it waits for nothing that others do.
  const removals = new JobQueue(
    db,
    new Map([
      [
        'demoRemoval',
        demoRemovalRunner(
          db,
          () => simulation.end(),
          () => registry.refresh(),
        ),
      ],
    ]),
    log,
  );
  await removals.start();
  // In a queue of its own: one file after the other, however long each takes.
  const exportStore = exportStoreOf(db, dataDir);
  exportStore.start((error) => log.error({ err: error }, 'files of exports whose time is over were not removed'));
  const exportDeps = { db, store: exportStore, version: VERSION, clock: Date.now, signal: stopping.signal };
  const exports = new JobQueue(db, new Map([['export', exportRunner(exportDeps)]]), log);
  await exports.start();
  await jobs.start();
  const stopJobs = () =>
    Promise.all([jobs.stop(), evaluations.stop(), backTests.stop(), removals.stop(), exports.stop(), exportStore.stop()]);
  started.push(async () => {
    stopping.abort();
    await stopJobs();
  });

  const setup = createSetupTokens(Date.now);
  const serviceToken = randomBytes(32).toString('base64url');
  const checks = async (): Promise<ReadyReport> => {
    const health = await Promise.race([
      db.health().then(({ latencyMs }) => ({
        ok: true,
        detail: `${db.version}; answers in ${latencyMs.toFixed(1)} ms`,
        facts: { version: db.version, latencyMs },
      })),
      new Promise<ReadyCheck>((done) =>
        setTimeout(done, CHECK_LIMIT_MS, { ok: false, detail: `no answer within ${CHECK_LIMIT_MS} ms` }).unref(),
      ),
    ]).catch((error: unknown) => ({
      ok: false,
      detail: `the database does not answer: ${messageOf(error)}`,
    }));
    const { away, waitingMessages } = ingest.stats();
    const disk = statfsSync(dataDir);
    const free = disk.bavail * disk.bsize;
    return {
      database: health,
      edition: {
        ok: true,
        detail:
          db.edition === 'community'
            ? 'Community: compression is on'
            : 'Apache edition: no compression (about 9 times the disk), plain views in place of continuous aggregates',
        facts: { edition: db.edition },
      },
      broker: {
        ok: !stopping.signal.aborted,
        detail: `MQTT on port ${broker.ports.mqtt}, native TCP on port ${broker.ports.tcp}, ${broker.stats().connections} connections`,
        facts: { mqttPort: broker.ports.mqtt, tcpPort: broker.ports.tcp, connections: broker.stats().connections },
      },
      ingest: away
        ? {
            ok: false,
            detail: `nothing is acknowledged since ${new Date(away.sinceMs).toISOString()}: ${away.reason}`,
            facts: { awaySinceMs: away.sinceMs },
          }
        : { ok: true, detail: `${waitingMessages} messages wait for their commit`, facts: { waitingMessages } },
      evaluator: evaluatorCheck(evaluator.stats()),
      notices: noticesCheck(notices.stats()),
      maintenance: {
        ok: maintenance.state.error === null,
        detail: maintenance.state.error ?? `${maintenance.state.compressedChunks} chunks compressed since start`,
        facts: { compressedChunks: maintenance.state.compressedChunks },
      },
      disk: {
        ok: free > DISK_FLOOR_BYTES,
        detail: `${(free / 1e9).toFixed(1)} GB free in the data directory`,
        facts: { freeBytes: free, totalBytes: disk.blocks * disk.bsize },
      },
    };
  };
  const notices = startNotices({}, { db, log, checks });
  started.push(() => notices.stop());
  const tracer = new DayTracer(db);
  const app = createApp({
    db,
    registry: {
      refresh: async () => {
        await registry.refresh();
        void jobs.look();
      },
    },
    live: ingest,
    alarms: evaluator,
    evidence: evidenceStore(db, dataDir),
    caseFiles: fileFolder(join(dataDir, 'files', 'cases')),
    exports: exportStore,
    documentFiles: fileFolder(join(dataDir, 'files', 'documents')),
    chromium: findChromium(process.env.PATH ?? ''),
    dayTrace: (vehicleId, date, kind) => tracer.trace(vehicleId, date, kind),
    checks,
    metrics: () => metrics.text(),
    setup,
    demo: options.demo,
    simulation: options.demo ? simulation : null,
    trustedProxies: config.PLUME_TRUSTED_PROXIES?.split(',') ?? [],
    mapTiles: tilesOf(config.PLUME_MAP_TILES, config.PLUME_MAP_TILES_GCJ02),
    serviceToken,
    kick: (terminalId, reason) => broker.kick(terminalId, reason),
    webRoot: WEB_ROOT,
    clock: Date.now,
    version: VERSION,
    log,
    stop: stopping.signal,
  });
  const server = await serveApp(app, {
    host: config.PLUME_HOST,
    port: config.PLUME_HTTP_PORT,
    ...(tls ? { tls: { cert: tls.cert, key: tls.key } } : {}),
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url?.split('?')[0] === '/mqtt') broker.handleWebSocketUpgrade(request, socket, head);
    else socket.destroy();
  });
  const address = server.address();
  const httpPort = typeof address === 'object' && address ? address.port : config.PLUME_HTTP_PORT;
  const host = reachable(config.PLUME_HOST);
  const base = `${tls ? 'https' : 'http'}://${host}:${httpPort}`;
  const controlFile = join(dataDir, SERVICE_FILE);
  mkdirSync(dataDir, { recursive: true });
  const control: Service = {
    url: base,
    token: serviceToken,
    pid: process.pid,
    mqttPort: broker.ports.mqtt,
    tcpPort: broker.ports.tcp,
    certificate: tls && new X509Certificate(tls.cert).fingerprint256,
  };
  writeFileSync(controlFile, JSON.stringify(control), { mode: 0o600 });
  const stop = async (code: number): Promise<void> => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    // Before anything they use goes: a job that is kept from its work begins again at the next start, and so does a delivery.
    const jobsStopped = Promise.all([stopJobs(), notices.stop()]);
    setTimeout(() => {
      process.stderr.write(
        'plume: ended before all was closed (the database does not answer); what was not acknowledged is sent again\n',
      );
      rmSync(controlFile, { force: true });
      process.exit(1);
    }, STOP_LIMIT_MS).unref();
    clearInterval(watch);
    const closed = new Promise((done) => server.close(done));
    await simulation.stop();
    // Together: what the doors wait for is what the pipeline still commits, or gives up after its grace.
    await Promise.all([broker.stop(), ingest.stop(INGEST_GRACE_MS), evaluator.stop(EVALUATOR_GRACE_MS)]);
    await Promise.all([jobsStopped, maintenance.stop(), incidents.stop(), offlineCases.stop()]);
    server.closeAllConnections();
    await closed;
    rmSync(controlFile, { force: true });
    await db.close();
    process.exit(code);
  };
  process.on('SIGINT', () => void stop(0));
  process.on('SIGTERM', () => void stop(0));
  if ('fatal' in db) {
    void db.fatal.then((error) => {
      process.stderr.write(`plume: the embedded database has failed; nothing more is acknowledged: ${error.message}\n`);
      process.exit(1);
    });
  }

  // Only now: whoever reads the line may send a signal at once.
  const path = (await anyAccount(db)) ? '/' : `/#setup=${setup.issue().token}`;
  process.stdout.write(`Plume is ready: ${base}${path}\n`);
  if (options.demo) {
    // A first start brings the demonstration; one that was removed is not brought back, and a site with trucks of its own gets none unasked.
    const { demo, real } = await countDemo(db);
    if ((await demoPlan(db)) === undefined && demo + real === 0) await db.batch([beginDemoStep(demoBeginning(Date.now()))]);
    if ((await demoPlan(db))?.wanted) simulation.begin();
    else process.stdout.write('No simulated trucks: bring them with "npm run plume -- demo add"\n');
  }
}

/** The simulated trucks of a service: begun, ended and begun again. */
class Simulation {
  historyShare: number | null = null;
  readonly #run: (signal: AbortSignal, onProgress: (share: number) => void) => Promise<void>;
  readonly #log: pino.Logger;
  #ending = new AbortController();
  #under: Promise<void> | null = null;
  #stopped = false;
  #toldTenths = 0;

  constructor(run: (signal: AbortSignal, onProgress: (share: number) => void) => Promise<void>, log: pino.Logger) {
    this.#run = run;
    this.#log = log;
  }

  get running(): boolean {
    return this.#under !== null;
  }

  begin(): void {
    if (this.#under || this.#stopped) return;
    this.#ending = new AbortController();
    this.#toldTenths = 0;
    this.#under = this.#run(this.#ending.signal, (share) => this.#tell(share))
      .catch((error: unknown) => this.#log.error({ err: error }, 'the simulated trucks stopped'))
      .finally(() => {
        this.#under = null;
        this.historyShare = null;
      });
  }

  /** Ends them; they may be begun again. */
  async end(): Promise<void> {
    this.#ending.abort();
    await this.#under;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.end();
  }

  #tell(share: number): void {
    const tenths = Math.floor(share * 10);
    const whole = share >= 1;
    if (tenths > this.#toldTenths && (this.historyShare !== null || !whole))
      process.stdout.write(
        whole ? 'Demonstration: three days of history are written\n' : `Demonstration: history ${tenths * 10} %\n`,
      );
    this.#toldTenths = tenths;
    this.historyShare = whole ? null : share;
  }
}

/** The demonstration that is wanted; one that was added while nothing ran begins now. */
async function demoToRun(db: Awaited<ReturnType<typeof openDb>>) {
  const plan = await demoPlan(db);
  if (!plan?.wanted) return null;
  if (plan.written.length > 0 || (await countDemo(db)).demo > 0) return plan;
  await db.batch([endDemoStep(), beginDemoStep(demoBeginning(Date.now()))]);
  return (await demoPlan(db)) ?? null;
}

/** The Beijing calendar day of a time [epoch s]. */
function beijingDay(sec: number): string {
  return new Date((sec + 8 * 3600) * 1000).toISOString().slice(0, 10);
}

/** Ends the simulated trucks, then removes all that there is of them. */
function demoRemovalRunner(db: Awaited<ReturnType<typeof openDb>>, end: Stop, tellDoors: Stop): JobRunner {
  return async (_job, report) => {
    await end();
    const removed = await removeDemo(db, report);
    await tellDoors();
    return removed;
  };
}

/** What the readiness report says of the evaluator. */
function evaluatorCheck(stats: EvaluatorStats): ReadyReport[string] {
  if (stats.away)
    return {
      ok: false,
      detail: `nothing is evaluated since ${new Date(stats.away.sinceMs).toISOString()}: ${stats.away.reason}`,
    };
  if (stats.role === 'standby') return { ok: true, detail: 'another process evaluates this database' };
  const waiting = `${stats.waiting} truck-days wait${stats.oldestDay === null ? '' : `, the oldest of ${stats.oldestDay}`}`;
  const failed = stats.failed === 0 ? '' : `; ${stats.failed} failed and will be tried again, see the log`;
  const references = stats.referencesFailed === null ? '' : `; fleet references of ${stats.referencesFailed}`;
  return {
    ok: stats.failed === 0 && stats.referencesFailed === null,
    detail: `${waiting}${failed}${references}; ${stats.days} evaluated since start`,
  };
}

/** What the readiness report says of the notices. A mail server that is down is no trouble of this service: messages wait, and are shown. */
function noticesCheck(stats: NoticesStats): ReadyReport[string] {
  if (stats.away !== null) return { ok: false, detail: `nothing is told or sent: ${stats.away}` };
  if (stats.role === 'standby') return { ok: true, detail: 'another process sends for this database' };
  const since = stats.oldestMs === null ? '' : `, the oldest since ${new Date(stats.oldestMs).toISOString()}`;
  return {
    ok: true,
    detail: `${stats.waiting} messages wait${since}; ${stats.sent} sent since start`,
    facts: { waiting: stats.waiting, oldestMs: stats.oldestMs, sent: stats.sent },
  };
}

/** The packs of a site; their files are in its data directory. */
function evidenceStore(db: Awaited<ReturnType<typeof openDb>>, dataDir: string): EvidenceStore {
  return new EvidenceStore({ db, folder: join(dataDir, 'files', 'evidence'), version: VERSION, clock: Date.now });
}

/** The exports of a site; their files are in its data directory. */
function exportStoreOf(db: Awaited<ReturnType<typeof openDb>>, dataDir: string): ExportStore {
  return new ExportStore({ db, folder: join(dataDir, 'files', 'exports'), clock: Date.now });
}

/** Builds the page when its sources are newer than what was built. */
async function buildPage(): Promise<void> {
  const built = join(WEB_ROOT, 'index.html');
  const newest = (folder: string): number =>
    Math.max(
      0,
      ...readdirSync(folder, { withFileTypes: true }).map((entry) =>
        entry.isDirectory() ? newest(join(folder, entry.name)) : statSync(join(folder, entry.name)).mtimeMs,
      ),
    );
  const sources = Math.max(newest(join(ROOT, 'web', 'src')), statSync(join(ROOT, 'web', 'index.html')).mtimeMs);
  if (existsSync(built) && statSync(built).mtimeMs > sources) return;
  const { build } = await import('vite');
  await build({ root: join(ROOT, 'web'), configFile: join(ROOT, 'web', 'vite.config.ts'), logLevel: 'error' });
}

// --- Commands ------------------------------------------------------------------------------------------------------------------------

/** Does long work while a command waits for it; what it answers ends it. */
type Worker = (db: Awaited<ReturnType<typeof openDb>>, log: pino.Logger) => Promise<() => Promise<void>>;

/** Runs `use` with a way to the API: of the running service, or, when none runs, of an application opened for this command alone. */
async function withApi<T>(use: (call: ApiCall) => Promise<T>, work?: Worker): Promise<T> {
  const config = readConfig();
  const running = await runningService(config);
  if (running) return await use(callTo(running));
  const db = await openDb({ url: config.DATABASE_URL ?? null, dataDir: resolve(config.PLUME_DATA_DIR) });
  const log = pino({ level: config.LOG_LEVEL }, pino.destination(2));
  const endWork = await work?.(db, log);
  try {
    const serviceToken = randomBytes(32).toString('base64url');
    const app = createApp({
      db,
      registry: { refresh: async () => undefined },
      live: { subscribe: () => () => undefined },
      evidence: evidenceStore(db, resolve(config.PLUME_DATA_DIR)),
      caseFiles: fileFolder(join(resolve(config.PLUME_DATA_DIR), 'files', 'cases')),
      exports: exportStoreOf(db, resolve(config.PLUME_DATA_DIR)),
      documentFiles: fileFolder(join(resolve(config.PLUME_DATA_DIR), 'files', 'documents')),
      chromium: findChromium(process.env.PATH ?? ''),
      dayTrace: (vehicleId, date, kind) => new DayTracer(db).trace(vehicleId, date, kind),
      checks: async () => ({}),
      metrics: async () => '',
      setup: createSetupTokens(Date.now),
      demo: false,
      trustedProxies: [],
      serviceToken,
      kick: () => false,
      webRoot: WEB_ROOT,
      clock: Date.now,
      version: VERSION,
      log,
    });
    return await use(apiCall((path, init) => app.request(path, init), serviceToken));
  } finally {
    await endWork?.();
    await db.close();
  }
}

/** The same for a command that waits for long work: when no service runs, the work is done here. */
async function withWork<T>(use: (call: ApiCall) => Promise<T>): Promise<T> {
  const config = readConfig();
  if (await runningService(config)) return await withApi(use);
  return await withApi(use, async (db, log) => {
    const ending = new AbortController();
    const evaluator = startEvaluator({ pollMs: 500 }, { db, log });
    const evaluate = evaluateRunner({ db, clock: Date.now, signal: ending.signal });
    const jobs = new JobQueue(
      db,
      new Map([
        ['evaluate', evaluate],
        ['backTest', backTestRunner({ db, signal: ending.signal })],
        [
          'demoRemoval',
          demoRemovalRunner(
            db,
            async () => undefined,
            async () => undefined,
          ),
        ],
        [
          'export',
          exportRunner({
            db,
            store: exportStoreOf(db, resolve(config.PLUME_DATA_DIR)),
            version: VERSION,
            clock: Date.now,
            signal: ending.signal,
          }),
        ],
      ]),
      log,
    );
    await jobs.start();
    return async () => {
      ending.abort();
      await Promise.all([jobs.stop(), evaluator.stop(EVALUATOR_GRACE_MS)]);
    };
  });
}

/** Ctrl-C cancels what a command has ordered, and lets the command end by itself; a second one ends it at once. */
function onInterrupt(cancel: () => Promise<void>): () => void {
  const listener = () => {
    cancel().catch((error: unknown) => fail(messageOf(error)));
  };
  process.once('SIGINT', listener);
  return () => process.off('SIGINT', listener);
}

/** Where the running service is; null when none runs. */
async function serviceUrl(): Promise<string | null> {
  return (await runningService(readConfig()))?.url ?? null;
}

const ServiceFile = z.object({
  url: z.string(),
  token: z.string(),
  pid: z.number(),
  mqttPort: z.number().nullable(),
  tcpPort: z.number().nullable(),
  /** SHA-256 fingerprint of its certificate; null over plain HTTP. */
  certificate: z.string().nullable(),
});
type Service = z.infer<typeof ServiceFile>;

function callTo({ url, token, certificate }: Service, signal: AbortSignal | null = null): ApiCall {
  const request =
    certificate === null ? (path: string, init: RequestInit) => fetch(new URL(path, url), init) : pinnedRequest(url, certificate);
  return apiCall((path, init) => request(path, { ...init, signal }), token);
}

/**
 * The service that runs on this data directory, if it knows its own token: the file may be left from a service that was killed, its process
 * id and port now another program's. (One that runs and does not answer still holds the directory's lock.)
 */
async function runningService(config: Config): Promise<Service | null> {
  const file = join(resolve(config.PLUME_DATA_DIR), SERVICE_FILE);
  if (!existsSync(file)) return null;
  try {
    const service = ServiceFile.parse(JSON.parse(readFileSync(file, 'utf8')));
    await callTo(service, AbortSignal.timeout(CHECK_LIMIT_MS))('GET', '/api/v1/session');
    return service;
  } catch {
    return null;
  }
}

async function needService(): Promise<Service> {
  return (
    (await runningService(readConfig())) ??
    fail('No service runs on this data directory. Start it with "npm start" or "npm run serve" first.')
  );
}

/** Fills the database with years of a fleet, past the doors: see the option `bulk`. */
async function fillInBulk(plan: SimulatePlan, asJson: boolean): Promise<void> {
  const { specs, fromSec, toSec } = plan;
  if (fromSec === undefined || toSec === undefined) fail('--bulk needs --from and --to.');
  if (await runningService(readConfig())) fail('Stop the service first: --bulk writes into its database.');
  let opened: Awaited<ReturnType<typeof openDb>> | undefined;
  const keep: Worker = async (db) => {
    opened = db;
    return async () => undefined;
  };
  const cancel = new AbortController();
  process.once('SIGINT', () => cancel.abort());
  await withApi(async (call) => {
    const db = opened;
    if (!db) throw new Error('the database was not opened');
    await registerFleet(call, specs);
    const known = await vehicleIdsByVin(
      db,
      specs.map(({ vin }) => vin),
    );
    const ids = specs.map(({ vin }) => known.get(vin) ?? fail(`Truck ${vin} was not entered.`));
    if (await anySamples(db, ids, new Date(fromSec * 1000), new Date(toSec * 1000)))
      fail('These trucks have samples in this period already. Choose another period, or another --seed.');
    await backdateDemo(db, ids, new Date(fromSec * 1000));
    const load = new BulkLoad(db);
    const { progress } = load;
    const began = performance.now();
    const rate = () => Math.round((progress.rows * 1000) / (performance.now() - began));
    for (const piece of bulkHistory(specs, fromSec, toSec)) {
      if (cancel.signal.aborted) break;
      if (piece.kind === 'samples') await load.write({ vehicleId: ids[piece.truck] as number, rows: piece.rows });
      else {
        await load.compress(Date.now());
        process.stderr.write(
          `\r${new Date(piece.toSec * 1000).toISOString().slice(0, 10)}  ${progress.rows} rows, ${rate()} rows/s   `,
        );
      }
    }
    process.stderr.write('\n');
    const seconds = (performance.now() - began) / 1000;
    const samples = await hypertableBytes(db, 'samples');
    const done = {
      ...progress,
      seconds,
      rowsPerS: rate(),
      bytes: samples.total,
      bytesPerRow: samples.total / Math.max(1, progress.rows),
    };
    print(
      done,
      asJson,
      `${progress.rows} rows in ${seconds.toFixed(0)} s, ${done.rowsPerS} rows/s (${progress.writeS.toFixed(0)} s writing, ${progress.compressS.toFixed(0)} s compressing); the table samples takes ${(samples.total / 1e9).toFixed(2)} GB. The days are marked: the service evaluates them when it runs.`,
    );
  }, keep);
}

const simulateTrucks = command({
  ...simulateCommand,
  args: { ...simulateCommand.args, json },
  run: async ({ args }) => {
    const planned = planSimulation(args, Date.now());
    if (!planned.ok) fail(planned.errors.join('. '));
    if (args.bulk) return await fillInBulk(planned.plan, args.json);
    const service = await needService();
    const cancel = new AbortController();
    process.once('SIGINT', () => cancel.abort());
    await withApi(async (call) => {
      const done = await simulate(planned.plan, {
        register: (specs) => registerFleet(call, specs),
        url: `mqtt://${new URL(service.url).hostname}:${service.mqttPort}`,
        signal: cancel.signal,
        onStats: (now) =>
          process.stderr.write(
            `\r${new Date(now.simulatedSec * 1000).toISOString()}  ${now.connected} connected, ${now.ackedSamples} samples acknowledged, ${now.unacked} messages waiting   `,
          ),
      });
      process.stderr.write('\n');
      print(done, args.json, `${done.samples} samples in ${done.messages} messages are acknowledged`);
    });
  },
});

const setupLink = command({
  meta: { name: 'setup-link', description: 'A new one-time link into the running service' },
  args: { json },
  run: async ({ args }) => {
    const service = await needService();
    const { path } = z.object({ path: z.string() }).parse(await callTo(service)('POST', '/api/v1/setup-links', {}));
    print({ url: service.url + path }, args.json, service.url + path);
  },
});

const decode = command({
  meta: { name: 'decode', description: 'Print a native frame field by field: npm run plume -- decode 2323…' },
  args: { hex: { type: 'positional', description: 'The frame, or several back to back, in hexadecimal', required: true }, json },
  run: ({ args }) => {
    const hex = args._.join('');
    const message = describeMessage(hex);
    print(message, args.json, renderDescription(message));
    if (message.format === 'none' || message.problems.length > 0) process.exitCode = 1;
  },
});

const analyze = command({
  meta: { name: 'analyze', description: 'Emission figures of a CSV or Parquet file of about 1 Hz data' },
  args: { ...ANALYZE_ARGS, json },
  run: async ({ args }) => {
    const result = await analyzeFile(args);
    if (!result.ok) fail(result.error);
    print(result.value, args.json, renderAnalysis(result.value));
  },
});

const evidence = command({
  meta: { name: 'evidence', description: 'Evidence packs: make, verify, list, chain' },
  subCommands: {
    ...evidenceCommands(withApi),
    verify: command({
      meta: { description: 'Make the verdict of a pack again from its file alone; ends with 1 when anything differs' },
      args: { file: { type: 'positional', description: 'The file of the pack', required: true }, json },
      run: ({ args }) => {
        if (!existsSync(args.file)) fail(`There is no file ${args.file}.`);
        const found = verifyPack(readFileSync(args.file), VERSION);
        print(found, args.json, renderVerification(found));
        if (!found.equal) process.exitCode = 1;
      },
    }),
  },
});

/** Generated reference: file and text. */
const GENERATED = [
  ['docs/signals.md', signalsMarkdown],
  ['docs/rules.md', rulesMarkdown],
  ['docs/cases.md', casesMarkdown],
  ['docs/asyncapi.json', () => `${JSON.stringify(asyncapiDocument(), null, 2)}\n`],
  ['docs/configuration.md', configurationMarkdown],
  ['docs/analyst-views.md', analystViewsMarkdown],
] as const;

/** The environment variables, with what they mean and their defaults. */
function configurationMarkdown(): string {
  const rows = Object.entries(Environment.shape).map(([name, field]) => {
    const given = field.safeParse(undefined);
    return `| \`${name}\` | ${given.success && given.data !== undefined ? `\`${given.data}\`` : ''} | ${field.description ?? ''} |`;
  });
  return [
    '# Configuration',
    '',
    'Environment variables, read once at the start. Written by `npm run generate`; an unknown `PLUME_…` variable or a bad value ends the start with one line.',
    '',
    '| variable | default | meaning |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

const docs = command({
  meta: { name: 'docs', description: 'Write the generated reference anew' },
  args: { check: { type: 'boolean', description: 'Write nothing; fail when a file is not what it would be', default: false } },
  run: ({ args }) => {
    for (const [path, text] of GENERATED) {
      const file = join(ROOT, path);
      if (!args.check) writeFileSync(file, text());
      else if (!existsSync(file) || readFileSync(file, 'utf8') !== text())
        fail(`${path} is not up to date. Run: npm run generate`);
    }
  },
});

const db = command({
  meta: { name: 'db', description: 'The database: copy, reader' },
  subCommands: {
    reader: command({
      meta: {
        description:
          'Make the role plume_reader on the server, or give it a new password, and print it, this once: it reads the views of docs/analyst-views.md and nothing else',
      },
      args: { json },
      run: async ({ args }) => {
        const config = readConfig();
        if (config.DATABASE_URL === undefined)
          fail('The embedded database has no roles and no port. A reader is made on a TimescaleDB server: set DATABASE_URL.');
        const opened = await openDb({ url: config.DATABASE_URL, dataDir: '' });
        try {
          const password = randomBytes(24).toString('base64url');
          const { role, existed, database } = await makeReader(opened, password);
          const server = new URL(config.DATABASE_URL);
          const url = `postgres://${role}:${password}@${server.host}/${database}`;
          print(
            { role, url, renewed: existed },
            args.json,
            `${url}\nIt is shown this once. It reads the schema analyst: docs/analyst-views.md`,
          );
        } finally {
          await opened.close();
        }
      },
    }),
    copy: command({
      meta: { description: 'Copy this site into an empty database of a TimescaleDB server; stop the service first' },
      args: { to: { type: 'string', description: 'postgres://…', required: true }, json },
      run: async ({ args }) => {
        const config = readConfig();
        const cancel = new AbortController();
        process.once('SIGINT', () => cancel.abort(new DbStartError('Cancelled. Drop the target database before copying again.')));
        const target = await openDb({ url: args.to, dataDir: '' });
        const source = await openDb({ url: config.DATABASE_URL ?? null, dataDir: resolve(config.PLUME_DATA_DIR) });
        try {
          const rows = await copySite(
            source,
            target,
            ({ table, rows, total }) => process.stderr.write(`\r${table}: ${rows} of ${total} rows   `),
            cancel.signal,
          );
          process.stderr.write('\n');
          print(
            rows,
            args.json,
            `Copied and compared: ${Object.entries(rows)
              .map(([table, count]) => `${table} ${count}`)
              .join(', ')}. Start with DATABASE_URL=${args.to.replace(/:[^:@/]*@/, ':…@')}`,
          );
        } finally {
          await Promise.all([source.close(), target.close()]);
        }
      },
    }),
  },
});

const start = command({
  meta: { name: 'start', description: 'The whole service with 36 simulated trucks' },
  run: () => startService(readConfig(), { demo: true }),
});
const serve = command({
  meta: { name: 'serve', description: 'The whole service, no simulator' },
  run: () => startService(readConfig(), { demo: false }),
});

const main = command({
  meta: { name: 'plume', version: VERSION, description: 'Emission telemetry service for in-use heavy diesel trucks' },
  subCommands: {
    start,
    serve,
    terminal: terminalCommand(withApi),
    vehicle: vehicleCommand(withApi),
    ledger: ledgerCommand(withApi),
    evaluate: evaluateCommand(withWork, onInterrupt),
    demo: demoCommand(withWork),
    'back-test': backTestCommand(withWork, onInterrupt),
    jobs: jobsCommand(withApi),
    rules: rulesCommand(withApi),
    leads: leadsCommand(withApi),
    cases: casesCommand(withApi),
    export: exportCommand(withApi, withWork, onInterrupt),
    documents: documentsCommand(withApi),
    notices: noticesCommand(withApi),
    evidence,
    user: userCommand(withApi, serviceUrl),
    token: tokenCommand(withApi),
    audit: auditCommand(withApi),
    'setup-link': setupLink,
    simulate: simulateTrucks,
    decode,
    analyze,
    docs,
    db,
  },
});

const words = process.argv.slice(2);
if (words.length === 0 || words.some((word) => word === '--help' || word === '-h' || word === '--version')) await runMain(main);
else await runCommand(main, { rawArgs: words }).catch(explain);

/** What a person can mend ends with one sentence; anything else is a fault of ours and shows where it happened. */
function explain(error: unknown): never {
  if (error instanceof DbStartError || error instanceof ApiRefusal || error instanceof UsageError) fail(error.message);
  if (error instanceof Error && error.name === 'CLIError')
    fail(`${stripVTControlCharacters(error.message)}. See: npm run plume -- --help`);
  if (error instanceof Error && cannotListen(error))
    fail(
      `${error.message}. Ports and address are set by PLUME_HTTP_PORT, PLUME_MQTT_PORT, PLUME_MQTTS_PORT, PLUME_TCP_PORT and PLUME_HOST.`,
    );
  throw error;
}

function cannotListen(error: Error): boolean {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE' || code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND') return true;
  return error.cause instanceof Error && cannotListen(error.cause);
}
