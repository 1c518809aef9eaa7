import { statfsSync } from 'node:fs';
import type { ReadyCheck, ReadyReport } from '@plume/api';
import type { NoticesStats } from '@plume/api/notices';
import type { Db, Growth } from '@plume/db';
import type { EvaluatorStats, IngestStats } from '@plume/ingest';
import { messageOf } from './fail.ts';

/** An engine that has not answered by then does not answer [ms]. */
const CHECK_LIMIT_MS = 2_000;
/** Below this the disk check fails: a database that cannot grow stops acknowledging. */
const DISK_FLOOR_BYTES = 500_000_000;

/** What the readiness report is made from, asked anew each time. */
export interface ReadinessSources {
  readonly db: Db;
  readonly dataDir: string;
  readonly stopping: AbortSignal;
  ingest(): IngestStats;
  evaluator(): EvaluatorStats;
  notices(): NoticesStats;
  maintenance(): { readonly error: string | null; readonly compressedChunks: number; readonly growth: Growth | null };
  broker(): { readonly mqttPort: number | null; readonly tcpPort: number | null; readonly connections: number };
}

/** Whether the service is fit to serve, check by check. */
export async function readiness(sources: ReadinessSources): Promise<ReadyReport> {
  const { db } = sources;
  const { mqttPort, tcpPort, connections } = sources.broker();
  const maintenance = sources.maintenance();
  return {
    database: await databaseCheck(db),
    edition: {
      ok: true,
      detail:
        db.edition === 'community'
          ? 'Community: compression is on'
          : 'Apache edition: no compression (about 9 times the disk), plain views in place of continuous aggregates',
      facts: { edition: db.edition },
    },
    broker: {
      ok: !sources.stopping.aborted,
      detail: `MQTT on port ${mqttPort}, native TCP on port ${tcpPort}, ${connections} connections`,
      facts: { mqttPort, tcpPort, connections },
    },
    ingest: ingestCheck(sources.ingest()),
    evaluator: evaluatorCheck(sources.evaluator()),
    notices: noticesCheck(sources.notices()),
    maintenance: {
      ok: maintenance.error === null,
      detail: maintenance.error ?? `${maintenance.compressedChunks} chunks compressed since start`,
      facts: { compressedChunks: maintenance.compressedChunks },
    },
    disk: diskCheck(sources.dataDir, db, maintenance.growth),
  };
}

async function databaseCheck(db: Db): Promise<ReadyCheck> {
  const answer = db.health().then(({ latencyMs }) => ({
    ok: true,
    detail: `${db.version}; answers in ${latencyMs.toFixed(1)} ms`,
    facts: { version: db.version, latencyMs },
  }));
  const late = new Promise<ReadyCheck>((done) =>
    setTimeout(done, CHECK_LIMIT_MS, { ok: false, detail: `no answer within ${CHECK_LIMIT_MS} ms` }).unref(),
  );
  return await Promise.race([answer, late]).catch((error: unknown) => ({
    ok: false,
    detail: `the database does not answer: ${messageOf(error)}`,
  }));
}

function ingestCheck({ away, waitingMessages }: IngestStats): ReadyCheck {
  if (away === null) return { ok: true, detail: `${waitingMessages} messages wait for their commit`, facts: { waitingMessages } };
  return {
    ok: false,
    detail: `nothing is acknowledged since ${new Date(away.sinceMs).toISOString()}: ${away.reason}`,
    facts: { awaySinceMs: away.sinceMs },
  };
}

/**
 * What is free on the disk of the data directory, and for how many days that lasts at the growth of the newest days, were nothing ever
 * compressed. A database server has a disk of its own; of that nothing is known here.
 */
function diskCheck(dataDir: string, db: Db, growth: Growth | null): ReadyCheck {
  const disk = statfsSync(dataDir);
  const free = disk.bavail * disk.bsize;
  const ownDisk = db.kind === 'embedded';
  const daysLeft = growth === null || !ownDisk ? null : Math.floor((free - DISK_FLOOR_BYTES) / growth.bytesPerDay);
  const lasts = daysLeft === null ? '' : `, enough for ${daysLeft} days of growth before compression`;
  return {
    ok: free > DISK_FLOOR_BYTES,
    detail: `${(free / 1e9).toFixed(1)} GB free in the data directory${lasts}`,
    facts: {
      freeBytes: free,
      totalBytes: disk.blocks * disk.bsize,
      bytesPerDay: growth?.bytesPerDay ?? null,
      growthDays: growth?.days ?? null,
      daysLeft,
      ownDisk,
    },
  };
}

/** What the readiness report says of the evaluator. */
function evaluatorCheck(stats: EvaluatorStats): ReadyCheck {
  if (stats.away)
    return {
      ok: false,
      detail: `nothing is evaluated since ${new Date(stats.away.sinceMs).toISOString()}: ${stats.away.reason}`,
      facts: { awaySinceMs: stats.away.sinceMs },
    };
  if (stats.role === 'standby') return { ok: true, detail: 'another process evaluates this database', facts: { standby: true } };
  const waiting = `${stats.waiting} truck-days wait${stats.oldestDay === null ? '' : `, the oldest of ${stats.oldestDay}`}`;
  const failed = stats.failed === 0 ? '' : `; ${stats.failed} failed and will be tried again, see the log`;
  const references = stats.referencesFailed === null ? '' : `; fleet references of ${stats.referencesFailed}`;
  return {
    ok: stats.failed === 0 && stats.referencesFailed === null,
    detail: `${waiting}${failed}${references}; ${stats.days} evaluated since start`,
    facts: {
      waitingDays: stats.waiting,
      failedDays: stats.failed,
      oldestDay: stats.oldestDay,
      secondsPerDay: stats.days === 0 ? null : stats.busySeconds / stats.days,
      referencesFailed: stats.referencesFailed,
    },
  };
}

/** What the readiness report says of the notices. A mail server that is down is no trouble of this service: messages wait, and are shown. */
function noticesCheck(stats: NoticesStats): ReadyCheck {
  if (stats.away !== null) return { ok: false, detail: `nothing is told or sent: ${stats.away}` };
  if (stats.role === 'standby') return { ok: true, detail: 'another process sends for this database' };
  const since = stats.oldestMs === null ? '' : `, the oldest since ${new Date(stats.oldestMs).toISOString()}`;
  return {
    ok: true,
    detail: `${stats.waiting} messages wait${since}; ${stats.sent} sent since start`,
    facts: { waiting: stats.waiting, oldestMs: stats.oldestMs, sent: stats.sent },
  };
}
