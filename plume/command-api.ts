import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { type ApiCall, apiCall } from '@plume/api/cli';
import type { Db } from '@plume/db';
import type pino from 'pino';
import { keptDays, programPath, readConfig } from './config.ts';
import { fail, messageOf } from './fail.ts';
import { EVALUATOR_GRACE_MS } from './limits.ts';
import { VERSION, WEB_ROOT } from './project.ts';
import { callTo, runningService } from './running-service.ts';

/** Does long work while a command waits for it; what it answers ends it. */
export type Worker = (db: Db, log: pino.Logger) => Promise<() => Promise<void>>;

/**
 * Runs `use` with a way to the API: of the running service, or, when none runs, of an application opened for this command alone. What only
 * the latter needs is loaded only then.
 */
export async function withApi<T>(use: (call: ApiCall) => Promise<T>, work?: Worker): Promise<T> {
  const config = readConfig();
  const running = await runningService(config);
  if (running) return await use(callTo(running));
  const { createApp, createSetupTokens, findChromium } = await import('@plume/api');
  const { openDb, tierSizes } = await import('@plume/db');
  const { DayTracer } = await import('@plume/ingest');
  const { default: pino } = await import('pino');
  const { siteFiles } = await import('./site-files.ts');
  const dataDir = resolve(config.PLUME_DATA_DIR);
  const db = await openDb({ url: config.DATABASE_URL ?? null, dataDir });
  const log = pino({ level: config.LOG_LEVEL }, pino.destination(2));
  const endWork = await work?.(db, log);
  try {
    const serviceToken = randomBytes(32).toString('base64url');
    const files = siteFiles(db, dataDir);
    const app = createApp({
      db,
      registry: { refresh: async () => undefined },
      live: { subscribe: () => () => undefined },
      evidence: files.evidence,
      caseFiles: files.cases,
      inspectionFiles: files.inspections,
      exports: files.exports,
      documentFiles: files.documents,
      chromium: findChromium(programPath()),
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
      keep: keptDays(config),
      tierSizes: () => tierSizes(db, Date.now()),
      log,
    });
    return await use(apiCall((path, init) => app.request(path, init), serviceToken));
  } finally {
    await endWork?.();
    await db.close();
  }
}

/** The same for a command that waits for long work: when no service runs, the work is done here. */
export async function withWork<T>(use: (call: ApiCall) => Promise<T>): Promise<T> {
  return await withApi(use, async (db, log) => {
    const { JobQueue } = await import('@plume/db');
    const { startEvaluator } = await import('@plume/ingest');
    const { jobRunners } = await import('./job-queues.ts');
    const { siteFiles } = await import('./site-files.ts');
    const ending = new AbortController();
    const evaluator = startEvaluator({ pollMs: 500 }, { db, log });
    const { exports, evidence } = siteFiles(db, resolve(readConfig().PLUME_DATA_DIR));
    const nothing = async () => undefined;
    const runners = jobRunners({
      db,
      log,
      exports,
      evidence,
      stopping: ending.signal,
      keep: keptDays(readConfig()),
      endSimulation: nothing,
      tellDoors: nothing,
    });
    const jobs = new JobQueue(db, runners, log);
    await jobs.start();
    return async () => {
      ending.abort();
      await Promise.all([jobs.stop(), evaluator.stop(EVALUATOR_GRACE_MS)]);
    };
  });
}

/** Ctrl-C cancels what a command has ordered, and lets the command end by itself; a second one ends it at once. */
export function onInterrupt(cancel: () => Promise<void>): () => void {
  const listener = () => {
    cancel().catch((error: unknown) => fail(messageOf(error)));
  };
  process.once('SIGINT', listener);
  return () => process.off('SIGINT', listener);
}
