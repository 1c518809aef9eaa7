import { setTimeout as sleep } from 'node:timers/promises';
import { type ExportStore, exportRunner, reportRunner } from '@plume/api';
import {
  type Db,
  inBackground,
  JobQueue,
  type JobRunner,
  PACK_JOB,
  RETENTION_PLAN,
  RETENTION_RUN,
  type Registry,
  type Retention,
  retentionPlanRunner,
  retentionRunRunner,
} from '@plume/db';
import { backTestRunner, evaluateRunner, type Ingest, reprocessRunner } from '@plume/ingest';
import { type EvidenceStore, packRunner } from '@plume/ingest/evidence';
import type pino from 'pino';
import { REGISTRY_LOOK_MS } from './limits.ts';
import { VERSION } from './project.ts';
import { demoRemovalRunner } from './simulation.ts';

/** What long work needs. */
export interface JobDeps {
  readonly db: Db;
  readonly log: pino.Logger;
  readonly exports: ExportStore;
  readonly evidence: EvidenceStore;
  readonly stopping: AbortSignal;
  readonly keep: Retention;
  /** Ends the simulated trucks. */
  endSimulation(): Promise<void>;
  /** Tells the doors that the registry has changed. */
  tellDoors(): Promise<void>;
}

/** Long work by its kind, but re-processing, which needs the pipeline. */
export function jobRunners(deps: JobDeps): Map<string, JobRunner> {
  const { db, exports, evidence, stopping, endSimulation, tellDoors, keep } = deps;
  const announced = async () => {
    await tellDoors();
    // Long enough for every other process to have looked, and for what was let in before to be written.
    if (db.kind === 'server') await sleep(REGISTRY_LOOK_MS + 1_000, undefined, { signal: stopping });
  };
  const retention = { db: inBackground(db), keep, clock: Date.now, announced, signal: stopping };
  return new Map([
    ['evaluate', evaluateRunner({ db, clock: Date.now, signal: stopping })],
    ['backTest', backTestRunner({ db, signal: stopping })],
    [PACK_JOB, packRunner({ store: evidence, clock: Date.now })],
    [RETENTION_PLAN, retentionPlanRunner(retention)],
    [RETENTION_RUN, retentionRunRunner(retention)],
    ['demoRemoval', demoRemovalRunner(db, endSimulation, tellDoors)],
    ['export', exportRunner({ db, store: exports, version: VERSION, clock: Date.now, signal: stopping })],
    ['report', reportRunner({ db, version: VERSION, clock: Date.now, signal: stopping })],
  ]);
}

/** Re-processes what was held back, through the pipeline, once every door knows the registry as it is now. */
export function reprocessing(db: Db, registry: Registry, ingest: Ingest, stopping: AbortSignal): JobRunner {
  return reprocessRunner({
    db,
    accept: (envelope) => ingest.accept(envelope),
    registryIsCurrent: async () => {
      // Long enough for every process to have looked, and for what was decoded before to be written.
      await sleep(REGISTRY_LOOK_MS + 1_000, undefined, { signal: stopping });
      await registry.refresh();
    },
  });
}

/** The queues of a service. */
export interface JobQueues {
  /** Looks for work of a kind at once. */
  look(kind: string): void;
  stop(): Promise<void>;
}

/** Starts a queue for each kind of work, so that none waits for another: each may take minutes, or wait for the evaluator. */
export async function startJobs(runners: ReadonlyMap<string, JobRunner>, { db, log, exports }: JobDeps): Promise<JobQueues> {
  exports.start((error) => log.error({ err: error }, 'files of exports whose time is over were not removed'));
  const queues = [...runners].map(([kind, runner]) => [kind, new JobQueue(db, new Map([[kind, runner]]), log)] as const);
  for (const [, queue] of queues) await queue.start();
  return {
    look: (wanted) => {
      for (const [kind, queue] of queues) if (kind === wanted) void queue.look();
    },
    stop: async () => {
      await Promise.all([...queues.map(([, queue]) => queue.stop()), exports.stop()]);
    },
  };
}
