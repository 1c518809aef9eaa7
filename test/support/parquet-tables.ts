import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExportStore, exportRunner } from '@plume/api';
import { enqueueJob, getExport, JobQueue } from '@plume/db';
import { parquetReadObjects } from 'hyparquet';
import type { EvaluationSite } from './evaluation-site.ts';

/** Rows that one statement puts in. */
const ROWS_AT_ONCE = 2000;

/**
 * Exports tables of a site as Parquet by the service's own jobs, reads the files with another program's reader, and puts what they hold into
 * fresh tables `file_<table>` of the site's database: `time` and `day` as they are, text as text, all else as numbers.
 */
export async function parquetTables(
  site: EvaluationSite,
  tables: readonly string[],
  fromMs: number,
  toMs: number,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'plume-parquet-'));
  try {
    const clock = () => site.nowMs;
    const store = new ExportStore({ db: site.db, folder, clock });
    const runner = exportRunner({ db: site.db, store, version: 'test', clock, signal: new AbortController().signal });
    for (const table of tables) {
      const all = { vehicleIds: null, districts: null, enterprises: null, signals: null, stepS: 1 };
      const id = await enqueueJob(site.db, 'export', { table, format: 'parquet', language: 'en', fromMs, toMs, ...all });
      const failed: unknown[] = [];
      await new JobQueue(site.db, new Map([['export', runner]]), { error: (fields) => failed.push(fields) }).look();
      const made = await getExport(site.db, id);
      if (failed.length > 0 || !made?.file) throw new Error(`no file of ${table} was made: ${JSON.stringify(failed)}`);
      const bytes = readFileSync(join(folder, made.file));
      const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
      await fill(site, `file_${table}`, await parquetReadObjects({ file }));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill({ db }: EvaluationSite, table: string, rows: readonly Record<string, unknown>[]): Promise<void> {
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  const columns = [...names].map((name) => {
    const value = rows.find((row) => row[name] !== null && row[name] !== undefined)?.[name];
    if (value instanceof Date) return `"${name}" ${name === 'day' ? 'date' : 'timestamptz'}`;
    return `"${name}" ${typeof value === 'string' ? 'text' : 'float8'}`;
  });
  const list = columns.join(', ');
  await db.query(`create table ${table} (${list})`, [], { priority: 'write' });
  const text = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
    await db.query(
      `insert into ${table} select * from jsonb_to_recordset($1::jsonb) as r (${list})`,
      [JSON.stringify(rows.slice(from, from + ROWS_AT_ONCE), text)],
      { priority: 'write' },
    );
}
