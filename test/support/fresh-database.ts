import pg from 'pg';

const PREFIX = 'plume_test_';
/** After so long a database of an unreachable owner is nobody's. */
const ABANDONED_AFTER_S = 6 * 3600;

/** An empty database of its own for one test file. */
export interface FreshDatabase {
  readonly name: string;
  readonly url: string;
  /** Removes it, cutting connections that are still open. Harmless when repeated. */
  drop(): Promise<void>;
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'plume-test', connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

let counter = 0;

/** Creates an empty UTF-8 database on the server of this URL, under a name that no other process or test uses. */
export async function freshDatabase(url: string): Promise<FreshDatabase> {
  counter += 1;
  const name = `${PREFIX}${Math.floor(Date.now() / 1000)}_${process.pid}_${counter}`;
  await withClient(url, (client) => client.query(`create database ${name} template template0 encoding 'UTF8'`));
  const own = new URL(url);
  own.pathname = `/${name}`;
  return { name, url: own.href, drop: () => dropDatabase(url, name) };
}

/** TimescaleDB's own workers run as superuser: a drop by anybody else is refused (42501) while one looks into the database. */
const WORKERS_LEAVE_WITHIN_MS = 20_000;

async function dropDatabase(url: string, name: string): Promise<void> {
  const deadline = Date.now() + WORKERS_LEAVE_WITHIN_MS;
  for (;;) {
    try {
      await withClient(url, (client) => client.query(`drop database if exists ${name} with (force)`));
      return;
    } catch (error) {
      const workerInside = error instanceof pg.DatabaseError && error.code === '42501' && /terminate process/.test(error.message);
      if (!workerInside || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/**
 * Removes databases that ended test processes left behind, and gives their names. On a server of this machine a database is
 * left behind when the process in its name no longer runs; on any other, six hours after its creation.
 */
export async function dropLeftovers(url: string, sameMachine: boolean): Promise<string[]> {
  const rows = await withClient(url, (client) =>
    client.query<{ name: string }>('select datname as name from pg_database where starts_with(datname, $1)', [PREFIX]),
  );
  const left = rows.rows.map((row) => row.name).filter((name) => isLeftOver(name, sameMachine, Date.now() / 1000, isRunning));
  for (const name of left) await dropDatabase(url, name);
  return left;
}

/** Whether a database of this name is nobody's any more; see `dropLeftovers`. Names that are not ours never are. */
export function isLeftOver(name: string, sameMachine: boolean, nowS: number, running: (pid: number) => boolean): boolean {
  const match = /^plume_test_(\d+)_(\d+)_\d+$/.exec(name);
  if (match === null) return false;
  if (sameMachine) return !running(Number(match[2]));
  return nowS - Number(match[1]) > ABANDONED_AFTER_S;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
