import { spawnSync } from 'node:child_process';
import { findProgram, installPackages } from '../support/debian-package.ts';
import { withClient } from './database.ts';

const LIMIT_MS = 120_000;
const TABLE = 'bench_copy';

/** psql, installed where that can be done; else null. */
export function findPsql(): string | null {
  const found = findProgram('psql');
  if (found !== null) return found;
  installPackages(['postgresql-client']);
  return findProgram('psql');
}

function psql(program: string, url: string, command: string): string {
  const run = spawnSync(program, ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', '\\timing on', '-c', command, url], {
    encoding: 'utf8',
    timeout: LIMIT_MS,
  });
  if (run.status !== 0) throw new Error(`psql: ${run.stderr.trim() || `ended by ${run.signal ?? run.status}`}`);
  return run.stdout;
}

/** Writes the samples from one time to another to a file in the binary COPY format. */
export function saveSamples(program: string, url: string, fromSec: number, toSec: number, file: string): void {
  psql(
    program,
    url,
    `\\copy (select * from samples where time >= to_timestamp(${fromSec}) and time < to_timestamp(${toSec})) to '${file}' (format binary)`,
  );
}

/** Rows a second of `psql \copy` of that file into an empty table defined as `samples` is: hypertable, columns, key. */
export async function copyRate(program: string, url: string, file: string): Promise<number> {
  return await withClient(url, async (client) => {
    await client.query(`drop table if exists ${TABLE}`);
    await client.query(`create table ${TABLE} (like samples including all)`);
    await client.query(
      `select create_hypertable('${TABLE}', by_range('time', interval '1 day'), create_default_indexes => false)`,
    );
    const took = /Time: ([\d.]+) ms/.exec(psql(program, url, `\\copy ${TABLE} from '${file}' (format binary)`))?.[1];
    const counted = await client.query<{ rows: number }>(`select count(*)::int as rows from ${TABLE}`);
    await client.query(`drop table ${TABLE}`);
    if (took === undefined) throw new Error('psql did not say how long it took');
    return (counted.rows[0]?.rows ?? 0) / (Number(took) / 1000);
  });
}
