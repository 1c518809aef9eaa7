import { randomBytes, X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { resolve } from 'node:path';
import type { Duplex } from 'node:stream';
import {
  apiCall,
  createApp,
  createMetrics,
  createSetupTokens,
  findChromium,
  OfflineKeeper,
  type ReadyReport,
  ReportKeeper,
  RoadCheckKeeper,
  serveApp,
  tilesOf,
} from '@plume/api';
import { startNotices } from '@plume/api/notices';
import { startBroker } from '@plume/broker';
import { anyAccount, Maintenance, openDb, Registry, tierSizes } from '@plume/db';
import { DayTracer, IncidentBook, startEvaluator, startIngest } from '@plume/ingest';
import pino from 'pino';
import { type Config, keptDays, programPath, reachable, readTls } from './config.ts';
import { type JobDeps, jobRunners, reprocessing, startJobs } from './job-queues.ts';
import { BUSY_MESSAGES, EVALUATOR_GRACE_MS, INGEST_GRACE_MS, REGISTRY_LOOK_MS } from './limits.ts';
import { buildPage } from './page.ts';
import { VERSION, WEB_ROOT } from './project.ts';
import { diskState, readiness } from './readiness.ts';
import { announceService } from './running-service.ts';
import { bringDemo, Simulation } from './simulation.ts';
import { siteFiles } from './site-files.ts';

/** From the signal to the end of the process, whatever hangs. */
const STOP_LIMIT_MS = 9_500;
/** Offline cases are opened and closed this soon after what they rest on was stored [ms]. */
const OFFLINE_LOOK_MS = 20_000;
/** Road checks after repairs are computed this soon after their days were evaluated [ms]. */
const ROAD_CHECK_LOOK_MS = 30_000;

/** Reports that are due are ordered this soon [ms]. */
const REPORT_LOOK_MS = 30_000;

/** Ends what has been started, should a later part of the start fail. */
type Stop = () => Promise<unknown>;
type OpenDb = Awaited<ReturnType<typeof openDb>>;

/** Starts everything in this process, with the simulated trucks or without; resolves when it serves. Signals end it. */
export async function startService(config: Config, options: { demo: boolean }): Promise<void> {
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
  db: OpenDb,
  config: Config,
  options: { demo: boolean; tls: ReturnType<typeof readTls>; started: Stop[] },
): Promise<void> {
  const { tls, started } = options;
  const dataDir = resolve(config.PLUME_DATA_DIR);
  const log = pino({ level: config.LOG_LEVEL, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
  const stopping = new AbortController();
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
    disk: () => ({
      ...diskState(dataDir, db, maintenance.state.growth, maintenance.state.tiers),
      tiers: maintenance.state.tiers,
    }),
  });
  const ingest = await startIngest(
    { maxAgeDays: config.PLUME_MAX_AGE_DAYS },
    { db, registry, log, onBatch: metrics.observeBatch },
  );
  started.push(() => ingest.stop(INGEST_GRACE_MS));
  const busy = () => ingest.stats().waitingMessages > BUSY_MESSAGES;
  const evaluator = startEvaluator({}, { db, log, busy, committed: (listener) => ingest.onCommitted(listener) });
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
  const maintenance = new Maintenance(db, { compressAfterDays: config.PLUME_COMPRESS_AFTER_DAYS, keep: keptDays(config) });
  started.push(
    async () => clearInterval(watch),
    () => maintenance.stop(),
  );
  const offlineCases = new OfflineKeeper(db, { clock: Date.now, everyMs: OFFLINE_LOOK_MS, log });
  started.push(() => offlineCases.stop());
  const roadChecks = new RoadCheckKeeper(db, { clock: Date.now, everyMs: ROAD_CHECK_LOOK_MS, log });
  started.push(() => roadChecks.stop());
  const reports = new ReportKeeper(db, { clock: Date.now, everyMs: REPORT_LOOK_MS, log });
  started.push(() => reports.stop());
  const serviceToken = randomBytes(32).toString('base64url');
  const simulation = new Simulation({
    db,
    registry,
    log,
    url: () => `mqtt://${reachable(config.PLUME_HOST)}:${broker.ports.mqtt}`,
    call: apiCall((path, init) => app.request(path, init), serviceToken),
    busy,
  });
  const files = siteFiles(db, dataDir);
  const work: JobDeps = {
    db,
    log,
    exports: files.exports,
    evidence: files.evidence,
    stopping: stopping.signal,
    keep: keptDays(config),
    endSimulation: () => simulation.end(),
    tellDoors: () => registry.refresh(),
  };
  const jobs = await startJobs(jobRunners(work).set('reprocess', reprocessing(db, registry, ingest, stopping.signal)), work);
  started.push(async () => {
    stopping.abort();
    await jobs.stop();
  });
  const checks = (): Promise<ReadyReport> =>
    readiness({
      db,
      dataDir,
      stopping: stopping.signal,
      ingest: () => ingest.stats(),
      evaluator: () => evaluator.stats(),
      notices: () => notices.stats(),
      maintenance: () => maintenance.state,
      broker: () => ({ mqttPort: broker.ports.mqtt, tcpPort: broker.ports.tcp, connections: broker.stats().connections }),
    });
  const notices = startNotices({}, { db, log, checks });
  started.push(() => notices.stop());
  const setup = createSetupTokens(Date.now);
  const tracer = new DayTracer(db);
  const app = createApp({
    db,
    registry: {
      refresh: async () => {
        await registry.refresh();
        jobs.look('reprocess');
      },
    },
    live: ingest,
    alarms: evaluator,
    evidence: files.evidence,
    caseFiles: files.cases,
    inspectionFiles: files.inspections,
    exports: files.exports,
    documentFiles: files.documents,
    chromium: findChromium(programPath()),
    dayTrace: (vehicleId, date, kind) => tracer.trace(vehicleId, date, kind),
    checks,
    metrics: () => metrics.text(),
    setup,
    demo: options.demo,
    simulation: options.demo ? simulation : null,
    trustedProxies: config.PLUME_TRUSTED_PROXIES?.split(',') ?? [],
    rateLimits: {
      token: config.PLUME_RATE_TOKEN,
      session: config.PLUME_RATE_SESSION,
      address: config.PLUME_RATE_ADDRESS,
      windowS: 60,
    },
    mapTiles: tilesOf(config.PLUME_MAP_TILES, config.PLUME_MAP_TILES_GCJ02),
    serviceToken,
    kick: (terminalId, reason) => broker.kick(terminalId, reason),
    webRoot: WEB_ROOT,
    clock: Date.now,
    version: VERSION,
    keep: keptDays(config),
    tierSizes: () => tierSizes(db, Date.now()),
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
  const base = `${tls ? 'https' : 'http'}://${reachable(config.PLUME_HOST)}:${httpPort}`;
  const unannounce = announceService(dataDir, {
    url: base,
    token: serviceToken,
    pid: process.pid,
    mqttPort: broker.ports.mqtt,
    tcpPort: broker.ports.tcp,
    certificate: tls && new X509Certificate(tls.cert).fingerprint256,
  });
  const stop = async (code: number): Promise<void> => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    // Before anything they use goes: a job that is kept from its work begins again at the next start, and so does a delivery.
    const jobsStopped = Promise.all([jobs.stop(), notices.stop()]);
    setTimeout(() => {
      process.stderr.write(
        'plume: ended before all was closed (the database does not answer); what was not acknowledged is sent again\n',
      );
      unannounce();
      process.exit(1);
    }, STOP_LIMIT_MS).unref();
    clearInterval(watch);
    const closed = new Promise((done) => server.close(done));
    await simulation.stop();
    // Together: what the doors wait for is what the pipeline still commits, or gives up after its grace.
    await Promise.all([broker.stop(), ingest.stop(INGEST_GRACE_MS), evaluator.stop(EVALUATOR_GRACE_MS)]);
    await Promise.all([
      jobsStopped,
      maintenance.stop(),
      incidents.stop(),
      offlineCases.stop(),
      roadChecks.stop(),
      reports.stop(),
    ]);
    server.closeAllConnections();
    await closed;
    unannounce();
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
  if (options.demo) await bringDemo(db, simulation);
}
