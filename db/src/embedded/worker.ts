import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { PGlite, types } from '@electric-sql/pglite';
import { timescaledb } from '@electric-sql/pglite/timescaledb';
import { OptimisticConflict, type Step, type StepResult, sqlStateOf } from '../db.ts';
import { diskTrouble } from './disk-room.ts';
import { DurableNodeFS } from './durable-fs.ts';
import type { Answer, Failure, Opened, Reply, Request, Task } from './messages.ts';

/**
 * The embedded engine, alone in its thread. One task at a time; nothing can be interrupted, so the next task is chosen by priority
 * (write, read, job) from all that have arrived.
 */
if (!parentPort) throw new Error('This file runs as a worker thread.');
const port: MessagePort = parentPort;
const directory: string = workerData.directory;
const files = new DurableNodeFS(directory);
const queues: Record<Request['priority'], Request[]> = { write: [], read: [], job: [] };
const keepText = (value: string) => value;
const parsers = { [types.DATE]: keepText, [types.INT8]: Number };
let running = false;

const db = await open();
if (db) {
  port.on('message', (request: Request) => {
    queues[request.priority].push(request);
    if (!running) void work(db);
  });
}

async function open(): Promise<PGlite | null> {
  try {
    requireRoom(dirname(directory));
    const existed = existsSync(join(directory, 'PG_VERSION'));
    const engine = await PGlite.create({ fs: files, extensions: { timescaledb } });
    // On an existing directory the module is not loaded by itself, and compressed rows are then silently missing.
    await engine.exec("load 'timescaledb'");
    await engine.exec('create extension if not exists timescaledb');
    await engine.exec(
      "set enable_seqscan = on; set time zone 'UTC'; set timescaledb.max_tuples_decompressed_per_dml_transaction = 0",
    );
    const gapfilled = await engine.query<{ n: number }>(
      "select count(*)::int as n from (select time_bucket_gapfill('1 hour', t) from generate_series('2023-01-01Z'::timestamptz, '2023-01-01 03:00Z'::timestamptz, '3 hours') t where t >= '2023-01-01Z'::timestamptz and t < '2023-01-01 04:00Z'::timestamptz group by 1) g",
    );
    if (gapfilled.rows[0]?.n !== 4) throw new Error('TimescaleDB is not fully loaded: time_bucket_gapfill does not answer.');
    if (!existed) await engine.exec('checkpoint');
    files.flushWal();
    const { rows } = await engine.query<{ v: string }>(
      "select 'PostgreSQL ' || current_setting('server_version') || ', TimescaleDB ' || extversion as v from pg_extension where extname = 'timescaledb'",
    );
    announce({ opened: true, version: `${rows[0]?.v ?? '?'} (embedded)` });
    return engine;
  } catch (error) {
    announce({ opened: false, message: error instanceof Error ? error.message : String(error) });
    return null;
  }
}

function announce(message: Opened): void {
  port.postMessage(message);
}

async function work(engine: PGlite): Promise<void> {
  running = true;
  for (;;) {
    for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
      const request: Request = next.message;
      queues[request.priority].push(request);
    }
    const request = queues.write.shift() ?? queues.read.shift() ?? queues.job.shift();
    if (!request) break;
    await serve(engine, request);
  }
  running = false;
}

async function serve(engine: PGlite, request: Request): Promise<void> {
  let reply: Reply;
  try {
    const answer = await perform(engine, request.task);
    // Also a query may have written; nothing is reported before it is on disk.
    files.flushWal();
    reply = { id: request.id, answer };
  } catch (error) {
    reply = { id: request.id, failure: failureOf(error) };
  }
  const bytes = 'answer' in reply && reply.answer.kind === 'bytes' ? reply.answer.data.buffer : null;
  port.postMessage(reply, bytes instanceof ArrayBuffer ? [bytes] : []);
  // After a failed flush nothing can be promised any more: the thread ends, and with it the service.
  if (files.failure) throw files.failure;
}

async function perform(engine: PGlite, task: Task): Promise<Answer> {
  switch (task.kind) {
    case 'query': {
      const { rows } = await engine.query<object>(task.sql, [...task.params], { parsers });
      return { kind: 'rows', rows };
    }
    case 'batch':
      requireRoom();
      return { kind: 'steps', results: await batch(engine, task.steps) };
    case 'copyOut':
      return { kind: 'bytes', data: await copyOut(engine, task.sql) };
    case 'checkpoint':
      requireRoom();
      await engine.exec('checkpoint');
      return { kind: 'done' };
    case 'health':
      await engine.exec('select 1');
      return { kind: 'health', walFlushes: files.flushes, queued: queues.write.length + queues.read.length + queues.job.length };
    case 'close':
      // On a full disk the engine could not end in order; it ends as in a power cut, and the log is replayed at the next start.
      if (diskTrouble(directory)) return { kind: 'done' };
      await engine.exec('checkpoint');
      files.flushWal();
      await engine.close();
      return { kind: 'done' };
  }
}

async function copyOut(engine: PGlite, sql: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const results = await engine.exec(`copy (${sql}) to '/dev/blob' (format binary)`);
    const blob = results[0]?.blob;
    return blob ? new Uint8Array(await blob.arrayBuffer()) : new Uint8Array();
  } catch (error) {
    // What a statement has written before it failed would stand before the bytes of the next; the engine hands it out with any answer.
    await engine.exec('select 1');
    throw error;
  }
}

function requireRoom(where: string = directory): void {
  const trouble = diskTrouble(where);
  if (trouble) throw trouble;
}

async function batch(engine: PGlite, steps: readonly Step[]): Promise<StepResult[]> {
  const results: StepResult[] = [];
  await engine.exec('begin');
  try {
    for (const step of steps) results.push(await perStep(engine, step));
    await engine.exec('commit');
    return results;
  } catch (error) {
    await engine.exec('rollback');
    throw error;
  }
}

async function perStep(engine: PGlite, step: Step): Promise<StepResult> {
  if ('copy' in step) {
    const [result] = await engine.exec(`copy ${step.copy} from '/dev/blob' (format binary)`, { blob: new Blob([...step.data]) });
    return { rows: [], affected: result?.affectedRows ?? 0 };
  }
  const { rows, affectedRows } = await engine.query<object>(step.sql, [...(step.params ?? [])], { parsers });
  const affected = Math.max(affectedRows ?? 0, rows.length);
  if (step.expect !== undefined && affected !== step.expect) {
    throw new OptimisticConflict(`a step affected ${affected} rows instead of ${step.expect}`);
  }
  return { rows, affected };
}

function failureOf(error: unknown): Failure {
  const code = sqlStateOf(error);
  return {
    message: error instanceof Error ? error.message : String(error),
    optimistic: error instanceof OptimisticConflict,
    ...(code === undefined ? {} : { code }),
    ...(error instanceof Error && 'detail' in error && typeof error.detail === 'string' ? { detail: error.detail } : {}),
  };
}
