import type { Db, ExportTruck, Job, JobRunner } from '@plume/db';
import { storeExport } from '@plume/db';
import { noteOf } from './column.ts';
import { factsOf, fileName } from './facts.ts';
import { FileThread } from './file-thread.ts';
import { DISK_RESERVE_BYTES, KEPT_DAYS, MOST_ROWS } from './limits.ts';
import { trucksOf } from './plan.ts';
import { ExportRequest } from './request.ts';
import type { ExportStore } from './store.ts';
import { TABLES } from './tables/index.ts';
import type { TableRange } from './tables/table.ts';
import type { FileMade } from './thread-messages.ts';

const REPORT_EVERY_MS = 500;
/** Statements counted before others get their turn. */
const COUNT_AT_ONCE = 2_000;
const DAY_MS = 86_400_000;

/** What making exports needs. */
export interface ExportDeps {
  readonly db: Db;
  readonly store: ExportStore;
  readonly version: string;
  readonly clock: () => number;
  /** Ends what is under way; it begins again at the next start. */
  readonly signal: AbortSignal;
}

/** What an export came to, as the result of its job. */
export interface ExportResult {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly name: string;
}

/** Makes ordered exports: reads slice by slice with the priority of a job, writes in a thread of its own. A cancelled one leaves nothing. */
export function exportRunner(deps: ExportDeps): JobRunner {
  return async (job, report) => {
    const request = ExportRequest.parse(job.arguments);
    const file = `${job.id}.${request.format}`;
    try {
      const made = await makeFile(deps, job, request, file, report);
      if (made === null) return null;
      deps.store.complete(file);
      const name = fileName(request, request.language);
      const kept = await storeExport(deps.db, {
        jobId: job.id,
        file,
        name,
        rows: made.rows,
        bytes: made.bytes,
        sha256: made.sha256,
        columns: TABLES[request.table].columns(request).map((column) => noteOf(column, request.language)),
        notes: made.notes,
        expiresAt: new Date(deps.clock() + KEPT_DAYS * DAY_MS),
      });
      if (!kept) deps.store.remove(file);
      const sha256 = Buffer.from(made.sha256).toString('hex');
      return { rows: made.rows, bytes: made.bytes, sha256, name } satisfies ExportResult;
    } catch (error) {
      deps.store.remove(file);
      throw error;
    }
  };
}

/** How many statements a table takes for a range. */
async function countSlices(range: TableRange, table: ExportRequest['table']): Promise<number> {
  let count = 0;
  for (const _slice of TABLES[table].slices(range)) {
    count += 1;
    if (count % COUNT_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return count;
}

type Report = Parameters<JobRunner>[1];

/** Writes the file; null when the job was cancelled, and then there is no file. */
async function makeFile(
  deps: ExportDeps,
  job: Job,
  request: ExportRequest,
  file: string,
  report: Report,
): Promise<FileMade | null> {
  const trucks: readonly ExportTruck[] = await trucksOf(deps.db, request);
  const range: TableRange = { ...request, trucks, engine: deps.db.kind };
  const total = await countSlices(range, request.table);
  const facts = factsOf(request, trucks, {
    atMs: deps.clock(),
    by: job.ordered_by ?? 'Plume',
    jobId: job.id,
    version: deps.version,
  });
  const { format, language, table } = request;
  const columns = TABLES[table].columns(request);
  const thread = new FileThread({ path: deps.store.partOf(file), format, language, columns, facts });
  try {
    let reportedAt = 0;
    let done = 0;
    for (const { sql, constants, alongKey = false } of TABLES[table].slices(range)) {
      deps.signal.throwIfAborted();
      if (Date.now() - reportedAt >= REPORT_EVERY_MS) {
        reportedAt = Date.now();
        requireRoom(deps, request, thread.rows);
        if (!(await report(total === 0 ? 0 : done / total, `${thread.rows} rows`))) {
          await thread.stop();
          deps.store.remove(file);
          return null;
        }
      }
      await thread.begin(constants);
      for await (const piece of deps.db.copyOut(sql, { priority: 'job', alongKey })) await thread.take(piece);
      done += 1;
    }
    return await thread.finish();
  } finally {
    await thread.stop();
  }
}

/** Stops an export that turns out larger than its format or the disk allows; its job fails with these words. */
function requireRoom(deps: ExportDeps, { format }: ExportRequest, rows: number): void {
  if (rows > MOST_ROWS[format])
    throw new Error(
      `There are more than ${MOST_ROWS[format]} rows, which is the most a file of this format holds. Choose a shorter period or fewer trucks.`,
    );
  if (deps.store.freeBytes() < DISK_RESERVE_BYTES)
    throw new Error(
      'The disk has no room left for this file. Remove exports that are no longer needed, or choose a shorter period.',
    );
}
