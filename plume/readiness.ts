import { statfsSync } from 'node:fs';
import type { ReadyCheck, ReadyReport } from '@plume/api';
import type { NoticesStats } from '@plume/api/notices';
import type { Db, Growth, TierSize } from '@plume/db';
import type { EvaluatorStats, IngestStats } from '@plume/ingest';
import { messageOf } from './fail.ts';

/** An engine that has not answered by then does not answer [ms]. */
const CHECK_LIMIT_MS = 2_000;
/** Below this the disk check fails: a database that cannot grow stops acknowledging. */
const DISK_FLOOR_BYTES = 500_000_000;
/** Below this, or when it lasts no longer than so many days, the disk is called low: there is still time to make room. */
const DISK_LOW_BYTES = 5_000_000_000;
const DISK_LOW_DAYS = 30;
/** Share of a disk that is low whatever its size. */
const DISK_LOW_SHARE = 0.05;

/** What the readiness report is made from, asked anew each time. */
export interface ReadinessSources {
  readonly db: Db;
  readonly dataDir: string;
  readonly stopping: AbortSignal;
  ingest(): IngestStats;
  evaluator(): EvaluatorStats;
  notices(): NoticesStats;
  maintenance(): {
    readonly error: string | null;
    readonly compressedChunks: number;
    readonly growth: Growth | null;
    readonly tiers: readonly TierSize[];
  };
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
    disk: diskCheck(diskState(sources.dataDir, db, maintenance.growth, maintenance.tiers)),
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

/** The disk of the data directory, as the readiness report and the metrics tell it. A database server has a disk of its own; of that nothing is known here. */
export interface DiskState {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Whether the database lies on it. */
  readonly ownDisk: boolean;
  readonly growth: Growth | null;
  /** Bytes that a day adds for good, compressed where the edition can; null: not known yet. */
  readonly lastingBytesPerDay: number | null;
  /** Days until it is full: first at the growth of the newest days, until these are compressed, then at what a day adds for good. */
  readonly daysLeft: number | null;
  readonly low: boolean;
}

/** Looks at the disk. */
export function diskState(dataDir: string, db: Pick<Db, 'kind'>, growth: Growth | null, tiers: readonly TierSize[]): DiskState {
  const disk = statfsSync(dataDir);
  const [freeBytes, totalBytes] = [disk.bavail * disk.bsize, disk.blocks * disk.bsize];
  const ownDisk = db.kind === 'embedded';
  const known = tiers.filter(({ bytesPerDay }) => bytesPerDay !== null);
  const lastingBytesPerDay = known.length === 0 ? null : known.reduce((sum, each) => sum + (each.bytesPerDay ?? 0), 0);
  const daysLeft = ownDisk ? daysUntilFull(freeBytes - DISK_FLOOR_BYTES, growth, lastingBytesPerDay) : null;
  const low =
    freeBytes < Math.min(DISK_LOW_BYTES, totalBytes * DISK_LOW_SHARE) || (daysLeft !== null && daysLeft < DISK_LOW_DAYS);
  return { freeBytes, totalBytes, ownDisk, growth, lastingBytesPerDay, daysLeft, low };
}

/** How long so many bytes last. What is not compressed yet is as large as it is all the time; beyond that, days add what they are compressed. */
function daysUntilFull(bytes: number, growth: Growth | null, lasting: number | null): number | null {
  const perDay = lasting ?? growth?.bytesPerDay ?? null;
  return perDay === null || perDay <= 0 ? null : Math.max(0, Math.floor(bytes / perDay));
}

/** What is free on the disk of the data directory, and for how many days that lasts. */
function diskCheck({ freeBytes, totalBytes, ownDisk, growth, lastingBytesPerDay, daysLeft, low }: DiskState): ReadyCheck {
  const lasts = daysLeft === null ? '' : `, full in ${daysLeft} days at this growth`;
  const warning = low ? '; low: make room, or look what is beyond its retention (npm run plume -- retention plan)' : '';
  return {
    ok: freeBytes > DISK_FLOOR_BYTES,
    detail: `${(freeBytes / 1e9).toFixed(1)} GB free in the data directory${lasts}${warning}`,
    facts: {
      freeBytes,
      totalBytes,
      bytesPerDay: growth?.bytesPerDay ?? null,
      growthDays: growth?.days ?? null,
      lastingBytesPerDay,
      daysLeft,
      ownDisk,
      low,
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
