import type { Db } from '@plume/db';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Where the figures come from; asked at each scrape. */
export interface MetricSources {
  readonly version: string;
  readonly db: Db;
  ingest(): {
    readonly messages: number;
    readonly received: number;
    readonly stored: number;
    readonly duplicate: number;
    readonly rejected: Readonly<Record<string, number>>;
    readonly waitingMessages: number;
    readonly waitingBytes: number;
    readonly away: object | null;
  } | null;
  /** Open connections by transport, and refusals by reason. */
  broker(): { readonly connected: Readonly<Record<string, number>>; readonly refused: Readonly<Record<string, number>> } | null;
  incidents(): Readonly<Record<string, number>>;
  /** Absent in processes that do not evaluate. */
  evaluator?(): {
    readonly role: string;
    readonly waiting: number;
    readonly failed: number;
    readonly days: number;
    readonly samples: number;
    readonly failures: number;
    readonly busySeconds: number;
    readonly alarmsInForce: number;
    readonly lastEvaluationMs: number | null;
    readonly away: object | null;
  };
  /** The disk of the data directory; tiers of records on the disk of the database. */
  disk?(): {
    readonly freeBytes: number;
    readonly totalBytes: number;
    readonly daysLeft: number | null;
    readonly low: boolean;
    readonly tiers: readonly { readonly tier: string; readonly bytes: number; readonly bytesPerDay: number | null }[];
  };
  /** Absent in processes that send no notices. */
  notices?(): {
    readonly role: string;
    readonly scans: number;
    readonly written: number;
    readonly sent: number;
    readonly failed: number;
    readonly givenUp: number;
    readonly waiting: number;
    readonly oldestMs: number | null;
  };
}

/** Prometheus metrics of this process, prefix `plume_`. Labels are bounded: codes, reasons, kinds; never a terminal or a truck. */
export interface Metrics {
  text(): Promise<string>;
  /** One transaction of the pipeline. */
  observeBatch(batch: { readonly rows: number; readonly messages: number; readonly seconds: number }): void;
}

export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'plume_' });
  const registers = [registry];
  new Gauge({
    name: 'plume_build_info',
    help: 'Version, Node and database engine of this process',
    labelNames: ['version', 'node', 'engine'],
    registers,
  }).set({ version: sources.version, node: process.versions.node, engine: sources.db.kind }, 1);
  const batchSeconds = new Histogram({
    name: 'plume_ingest_batch_seconds',
    help: 'From the first decode of a batch to its commit',
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const batchRows = new Histogram({
    name: 'plume_ingest_batch_rows',
    help: 'Samples of a batch',
    buckets: [1, 10, 36, 100, 360, 1000, 2000, 5000, 10000],
    registers,
  });
  counter(registry, 'plume_ingest_messages_total', 'Messages made durable', [], (set) =>
    set({}, sources.ingest()?.messages ?? 0),
  );
  counter(registry, 'plume_ingest_records_total', 'Records by what became of them', ['result'], (set) => {
    const stats = sources.ingest();
    if (!stats) return;
    set({ result: 'received' }, stats.received);
    set({ result: 'stored' }, stats.stored);
    set({ result: 'duplicate' }, stats.duplicate);
    set(
      { result: 'rejected' },
      Object.values(stats.rejected).reduce((sum, count) => sum + count, 0),
    );
  });
  counter(registry, 'plume_ingest_rejected_total', 'Records not stored, by code', ['code'], (set) => {
    for (const [code, count] of Object.entries(sources.ingest()?.rejected ?? {})) set({ code }, count);
  });
  counter(registry, 'plume_incidents_total', 'What the doors refused, by kind', ['kind'], (set) => {
    for (const [kind, count] of Object.entries(sources.incidents())) set({ kind }, count);
  });
  counter(registry, 'plume_mqtt_refused_total', 'Refused connections, by reason', ['reason'], (set) => {
    for (const [reason, count] of Object.entries(sources.broker()?.refused ?? {})) set({ reason }, count);
  });
  gauge(registry, 'plume_mqtt_connected_clients', 'Open connections, by transport', ['transport'], (set) => {
    for (const [transport, count] of Object.entries(sources.broker()?.connected ?? {})) set({ transport }, count);
  });
  gauge(registry, 'plume_ingest_waiting_messages', 'Messages that wait for their commit', [], (set) =>
    set({}, sources.ingest()?.waitingMessages ?? 0),
  );
  gauge(registry, 'plume_ingest_waiting_bytes', 'Their bytes', [], (set) => set({}, sources.ingest()?.waitingBytes ?? 0));
  gauge(registry, 'plume_database_away', '1 while the database does not answer the pipeline', [], (set) =>
    set({}, sources.ingest()?.away ? 1 : 0),
  );
  if (sources.disk) diskMetrics(registry, sources.disk);
  if (sources.evaluator) evaluatorMetrics(registry, sources.evaluator);
  if (sources.notices) noticeMetrics(registry, sources.notices);
  return {
    text: () => registry.metrics(),
    observeBatch: ({ rows, seconds }) => {
      batchSeconds.observe(seconds);
      batchRows.observe(rows);
    },
  };
}

function diskMetrics(registry: Registry, disk: NonNullable<MetricSources['disk']>): void {
  gauge(registry, 'plume_disk_free_bytes', 'Free on the disk of the data directory', [], (set) => set({}, disk().freeBytes));
  gauge(registry, 'plume_disk_total_bytes', 'Size of that disk', [], (set) => set({}, disk().totalBytes));
  gauge(registry, 'plume_disk_low', '1 while that disk is low on room', [], (set) => set({}, disk().low ? 1 : 0));
  gauge(
    registry,
    'plume_disk_days_left',
    'Days until it is full at the growth measured; absent while that is not known',
    [],
    (set) => {
      const { daysLeft } = disk();
      if (daysLeft !== null) set({}, daysLeft);
    },
  );
  gauge(registry, 'plume_stored_bytes', 'On the disk of the database, by tier', ['tier'], (set) => {
    for (const { tier, bytes } of disk().tiers) set({ tier }, bytes);
  });
  gauge(registry, 'plume_stored_bytes_per_day', 'What a day adds for good, by tier', ['tier'], (set) => {
    for (const { tier, bytesPerDay } of disk().tiers) if (bytesPerDay !== null) set({ tier }, bytesPerDay);
  });
}

function evaluatorMetrics(registry: Registry, stats: NonNullable<MetricSources['evaluator']>): void {
  gauge(registry, 'plume_evaluator_active', '1 while this process evaluates, 0 while another does', [], (set) =>
    set({}, stats().role === 'active' ? 1 : 0),
  );
  gauge(registry, 'plume_evaluator_waiting_days', 'Truck-days that wait to be evaluated', [], (set) => set({}, stats().waiting));
  gauge(registry, 'plume_evaluator_failed_days', 'Truck-days of these whose last attempt failed', [], (set) =>
    set({}, stats().failed),
  );
  gauge(registry, 'plume_evaluator_last_timestamp_seconds', 'When a truck was last evaluated', [], (set) =>
    set({}, (stats().lastEvaluationMs ?? 0) / 1000),
  );
  gauge(registry, 'plume_alarms_in_force', 'Alarms that have not ended', [], (set) => set({}, stats().alarmsInForce));
  gauge(registry, 'plume_evaluator_away', '1 while the database does not answer the evaluator', [], (set) =>
    set({}, stats().away ? 1 : 0),
  );
  counter(registry, 'plume_evaluator_days_total', 'Truck-days evaluated', [], (set) => set({}, stats().days));
  counter(registry, 'plume_evaluator_samples_total', 'Samples of these', [], (set) => set({}, stats().samples));
  counter(registry, 'plume_evaluator_failures_total', 'Truck-days that could not be evaluated', [], (set) =>
    set({}, stats().failures),
  );
  counter(registry, 'plume_evaluator_busy_seconds_total', 'Time spent evaluating', [], (set) => set({}, stats().busySeconds));
}

function noticeMetrics(registry: Registry, stats: NonNullable<MetricSources['notices']>): void {
  gauge(registry, 'plume_notices_active', '1 while this process scans and sends, 0 while another does', [], (set) =>
    set({}, stats().role === 'active' ? 1 : 0),
  );
  gauge(registry, 'plume_notices_waiting_messages', 'Messages in the outbox that are not sent', [], (set) =>
    set({}, stats().waiting),
  );
  gauge(
    registry,
    'plume_notices_oldest_timestamp_seconds',
    'When the longest waiting of these was written; 0: none waits',
    [],
    (set) => set({}, (stats().oldestMs ?? 0) / 1000),
  );
  counter(registry, 'plume_notices_scans_total', 'Looks for what has to be told', [], (set) => set({}, stats().scans));
  counter(registry, 'plume_notices_written_total', 'Messages written into the outbox', [], (set) => set({}, stats().written));
  counter(registry, 'plume_notices_attempts_total', 'Attempts to deliver, by how they ended', ['result'], (set) => {
    set({ result: 'sent' }, stats().sent);
    set({ result: 'failed' }, stats().failed);
  });
  counter(registry, 'plume_notices_given_up_total', 'Messages that were given up', [], (set) => set({}, stats().givenUp));
}

type Set = (labels: Record<string, string>, value: number) => void;

function counter(registry: Registry, name: string, help: string, labelNames: string[], collect: (set: Set) => void): void {
  new Counter({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset();
      collect((labels, value) => this.inc(labels, value));
    },
  });
}

function gauge(registry: Registry, name: string, help: string, labelNames: string[], collect: (set: Set) => void): void {
  new Gauge({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset();
      collect((labels, value) => this.set(labels, value));
    },
  });
}
