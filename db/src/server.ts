import pg from 'pg';
import { copyRowsOut } from './copy-out.ts';
import { type Db, DbStartError, OptimisticConflict, type Priority, type Step, type StepResult, sqlStateOf } from './db.ts';
import { sendSteps } from './pipelined.ts';

const READ_CONNECTIONS = 8;
/** Maintenance, the evaluator and a job of a person do not wait for each other. */
const JOB_CONNECTIONS = 3;
const CONNECT_TIMEOUT_MS = 5_000;
/** A statement of a person's query; the API bounds ranges before. Jobs and writes have no limit. */
const READ_TIMEOUT_MS = 60_000;
/** A write that the server has not answered for so long is taken as lost (a silent network); the batch is repeated, the key absorbs it. */
const WRITE_TIMEOUT_MS = 30_000;

/** Whatever the server's defaults: days and texts of moments are the same as on the embedded engine. */
const SESSION_OPTIONS = '-c TimeZone=UTC';
/**
 * And a question of a person is answered without parallel helpers: they have to be started for each (2026-12, two cores, buckets of a truck-day of
 * 28,230 rows in a table of 115 million: 176–221 ms with two of them, 30–49 ms without), and take the processor from acknowledgements.
 */
const READER_OPTIONS = `${SESSION_OPTIONS} -c max_parallel_workers_per_gather=0`;
/** And an answered COMMIT is on disk, and a backlog into compressed chunks is never refused (SQLSTATE 53400). */
const WRITER_OPTIONS = `${SESSION_OPTIONS} -c synchronous_commit=on -c timescaledb.max_tuples_decompressed_per_dml_transaction=0`;

const parsers = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, Number],
  [pg.types.builtins.DATE, (text) => text],
]);
const valueTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && parsers.get(oid)) ||
    (format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text')),
};

/**
 * Connects to a TimescaleDB server. Throws `DbStartError` with one sentence when it cannot be reached, is plain PostgreSQL, or is too old.
 */
export async function openServer(url: string): Promise<Db> {
  refuseUnlessAddress(url);
  const settings = {
    connectionString: url,
    application_name: 'plume',
    types: valueTypes,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  };
  const readers = new pg.Pool({
    ...settings,
    max: READ_CONNECTIONS,
    options: READER_OPTIONS,
    statement_timeout: READ_TIMEOUT_MS,
    query_timeout: READ_TIMEOUT_MS + 5_000,
  });
  const writers = new pg.Pool({ ...settings, max: 2, query_timeout: WRITE_TIMEOUT_MS, options: WRITER_OPTIONS });
  const jobs = new pg.Pool({ ...settings, max: JOB_CONNECTIONS, options: WRITER_OPTIONS });
  // A connection that breaks, idle or between two statements of a batch, is replaced on the next use, and the batch fails at its next
  // statement; without listeners on both the pool and the connection the event would end the process.
  for (const pool of [readers, writers, jobs]) {
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
  }
  try {
    const { edition, version } = await inspect(jobs);
    return new Server(readers, writers, jobs, edition, version);
  } catch (error) {
    await Promise.all([readers.end(), writers.end(), jobs.end()]);
    throw error;
  }
}

function refuseUnlessAddress(url: string): void {
  try {
    if (!/^postgres(ql)?:\/\//.test(url)) throw new Error('it does not begin with postgres://');
    new pg.Client({ connectionString: url });
  } catch (error) {
    throw new DbStartError(
      `The address of the database server cannot be read (${reasonOf(error)}). It looks like postgres://user:password@host:5432/database; special characters of the password are written as %xx.`,
      { cause: error },
    );
  }
}

async function inspect(pool: pg.Pool): Promise<{ edition: Db['edition']; version: string }> {
  const rows = await pool
    .query<{ available: string | null; installed: string | null; server: string }>(
      `select (select default_version from pg_available_extensions where name = 'timescaledb') as available,
              (select extversion from pg_extension where extname = 'timescaledb') as installed,
              current_setting('server_version') as server`,
    )
    .then((result) => result.rows)
    .catch((error: unknown) => {
      throw new DbStartError(
        `The database server cannot be reached (${reasonOf(error)}). Check that it runs, and that address, user and password are right.`,
        { cause: error },
      );
    });
  const row = rows[0];
  if (!row?.available && !row?.installed) {
    throw new DbStartError(
      'The database server is plain PostgreSQL. Install TimescaleDB 2.19 or newer on it (Debian 13: postgresql-17-timescaledb) and add it to shared_preload_libraries.',
    );
  }
  if (!row.installed) {
    await pool.query('create extension if not exists timescaledb').catch((error: unknown) => {
      throw new DbStartError(
        `TimescaleDB is installed on the server but not in this database (${reasonOf(error)}). Let its owner run: create extension timescaledb`,
        { cause: error },
      );
    });
  }
  const extension = row.installed ?? row.available ?? '';
  const [major = 0, minor = 0] = extension.split('.').map(Number);
  if (major < 2 || (major === 2 && minor < 19)) {
    throw new DbStartError(
      `TimescaleDB ${extension} is too old; Plume needs 2.19 or newer. Let its owner run: alter extension timescaledb update`,
    );
  }
  const license = await pool.query<{ license: string }>("select current_setting('timescaledb.license') as license");
  const edition = license.rows[0]?.license === 'timescale' ? 'community' : 'apache';
  return { edition, version: `PostgreSQL ${row.server}, TimescaleDB ${extension} (${edition})` };
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}

class Server implements Db {
  readonly kind = 'server';
  readonly edition: Db['edition'];
  readonly version: string;
  readonly #readers: pg.Pool;
  readonly #writers: pg.Pool;
  readonly #jobs: pg.Pool;

  constructor(readers: pg.Pool, writers: pg.Pool, jobs: pg.Pool, edition: Db['edition'], version: string) {
    this.#readers = readers;
    this.#writers = writers;
    this.#jobs = jobs;
    this.edition = edition;
    this.version = version;
  }

  async query<T extends object>(
    sql: string,
    params: readonly unknown[] = [],
    options: { priority?: Priority } = {},
  ): Promise<T[]> {
    const result = await this.#pool(options.priority ?? 'read').query<T>(sql, [...params]);
    return result.rows;
  }

  async batch(steps: readonly Step[], priority: Priority = 'write'): Promise<StepResult[]> {
    const client = await this.#pool(priority).connect();
    let broken: Error | undefined;
    try {
      const results = steps.some((step) => 'copy' in step)
        ? (await sendSteps(client, [{ sql: 'begin' }, ...steps], (oid) => valueTypes.getTypeParser(oid, 'text'))).slice(1)
        : await oneByOne(client, steps);
      await client.query('commit');
      return results;
    } catch (error) {
      // With a SQLSTATE the session lives on and is rolled back; without, its state is unknown and the connection is thrown away.
      if (sqlStateOf(error) === undefined && !(error instanceof OptimisticConflict)) broken = toError(error);
      else
        await client.query('rollback').catch((rollback: unknown) => {
          broken = toError(rollback);
        });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async *copyOut(sql: string, options: { priority?: Priority; alongKey?: boolean } = {}): AsyncIterable<Uint8Array> {
    const { priority = 'read', alongKey = false } = options;
    const client = await this.#pool(priority).connect();
    let broken: Error | undefined = new Error('the reader stopped early');
    try {
      yield* copyRowsOut(client, sql, { alongKey, patient: priority === 'job' });
      broken = undefined;
    } finally {
      client.release(broken);
    }
  }

  async health(): Promise<{ latencyMs: number }> {
    const started = performance.now();
    await this.#writers.query('select 1');
    return { latencyMs: performance.now() - started };
  }

  async close(): Promise<void> {
    await Promise.all([this.#readers.end(), this.#writers.end(), this.#jobs.end()]);
  }

  #pool(priority: Priority): pg.Pool {
    return priority === 'write' ? this.#writers : priority === 'read' ? this.#readers : this.#jobs;
  }
}

async function oneByOne(client: pg.PoolClient, steps: readonly Step[]): Promise<StepResult[]> {
  const results: StepResult[] = [];
  await client.query('begin');
  for (const step of steps) if ('sql' in step) results.push(await perStep(client, step));
  return results;
}

async function perStep(client: pg.PoolClient, step: Extract<Step, { sql: string }>): Promise<StepResult> {
  const result = await client.query<object>(step.sql, [...(step.params ?? [])]);
  const affected = result.rowCount ?? 0;
  if (step.expect !== undefined && affected !== step.expect) {
    throw new OptimisticConflict(`a step affected ${affected} rows instead of ${step.expect}`);
  }
  return { rows: result.rows, affected };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
