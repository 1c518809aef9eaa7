import type { Db } from '../db.ts';
import { type Districts, within } from './districts.ts';
import type { JobState } from './jobs.ts';

/** A column of a file as it is described beside it. */
export interface ExportColumnNote {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly definition: string;
}

/** What came of an export. */
export interface ExportFile {
  readonly jobId: number;
  readonly file: string;
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: Uint8Array;
  readonly columns: readonly ExportColumnNote[];
  readonly notes: readonly string[];
  readonly expiresAt: Date;
}

/** An export as it is listed: the order, and its file once there is one. */
export interface ExportListed {
  id: number;
  arguments: Record<string, unknown>;
  state: JobState;
  progress: number;
  note: string | null;
  error: string | null;
  ordered_by: string | null;
  ordered_by_user: number | null;
  created_at: Date;
  finished_at: Date | null;
  file: string | null;
  name: string | null;
  rows: number | null;
  bytes: number | null;
  sha256: Uint8Array | null;
  columns: ExportColumnNote[] | null;
  notes: string[] | null;
  expires_at: Date | null;
  removed_at: Date | null;
}

const LISTED = `select j.id, j.arguments, j.state, j.progress, j.note, j.error, j.ordered_by, j.ordered_by_user, j.created_at, j.finished_at,
  e.file, e.name, e.rows, e.bytes, e.sha256, e.columns, e.notes, e.expires_at, e.removed_at
  from jobs j left join exports e on e.job_id = j.id where j.kind = 'export'`;

/** Exports, the newest first; of one account alone, unless `orderedBy` is null. */
export async function listExports(
  db: Db,
  q: { orderedBy: number | null; before: number | undefined; limit: number },
): Promise<ExportListed[]> {
  return await db.query<ExportListed>(
    `${LISTED} and ($1::int is null or j.ordered_by_user = $1::int) and ($2::int8 is null or j.id < $2::int8) order by j.id desc limit $3::int`,
    [q.orderedBy, q.before ?? null, q.limit],
    { priority: 'read' },
  );
}

/** One export. */
export async function getExport(db: Db, id: number): Promise<ExportListed | undefined> {
  const [row] = await db.query<ExportListed>(`${LISTED} and j.id = $1::int8`, [id], { priority: 'read' });
  return row;
}

/** Exports that wait or run. */
export async function countOpenExports(db: Db): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `select count(*)::int as n from jobs where kind = 'export' and state in ('queued', 'running')`,
    [],
    { priority: 'read' },
  );
  return row?.n ?? 0;
}

/** Notes the file of an export whose job still runs; false when it was cancelled meanwhile, and the file is nobody's. */
export async function storeExport(db: Db, made: ExportFile): Promise<boolean> {
  const rows = await db.query<{ job_id: number }>(
    `insert into exports (job_id, file, name, rows, bytes, sha256, columns, notes, expires_at)
     select j.id, $2::text, $3::text, $4::int8, $5::int8, decode($6::text, 'hex'), $7::jsonb, $8::jsonb, $9::timestamptz
     from jobs j where j.id = $1::int8 and j.state = 'running'
     on conflict (job_id) do update set file = excluded.file, name = excluded.name, rows = excluded.rows, bytes = excluded.bytes,
       sha256 = excluded.sha256, columns = excluded.columns, notes = excluded.notes, made_at = now(), expires_at = excluded.expires_at, removed_at = null
     returning job_id`,
    [
      made.jobId,
      made.file,
      made.name,
      made.rows,
      made.bytes,
      Buffer.from(made.sha256).toString('hex'),
      JSON.stringify(made.columns),
      JSON.stringify(made.notes),
      made.expiresAt,
    ],
    { priority: 'write' },
  );
  return rows.length === 1;
}

/** Files whose time is over, and those whose job did not end well. */
export async function expiredExports(db: Db, now: Date): Promise<{ job_id: number; file: string }[]> {
  return await db.query<{ job_id: number; file: string }>(
    `select e.job_id, e.file from exports e join jobs j on j.id = e.job_id
     where e.removed_at is null and (e.expires_at <= $1::timestamptz or j.state in ('cancelled', 'failed')) order by e.job_id limit 500`,
    [now],
    { priority: 'job' },
  );
}

/** Notes that a file is gone. */
export async function markExportRemoved(db: Db, jobId: number): Promise<void> {
  await db.query('update exports set removed_at = now() where job_id = $1::int8 and removed_at is null', [jobId], {
    priority: 'write',
  });
}

/** A truck whose data are exported. */
export interface ExportTruck {
  id: number;
  vin: string;
  plate: string;
  district: string | null;
  enterprise: string | null;
}

/** Trucks that lie in these districts and, where these are given, have one of these ids and belong to one of these enterprises; by plate. */
export async function exportTrucks(
  db: Db,
  q: { districts: Districts; ids: readonly number[] | null; enterprises: readonly string[] | null },
): Promise<ExportTruck[]> {
  return await db.query<ExportTruck>(
    `select v.id, v.vin, v.plate, v.district, v.enterprise from vehicles v where ${within('v.district', '$1')}
       and ($2::int[] is null or v.id = any($2::int[])) and ($3::text[] is null or coalesce(v.enterprise = any($3::text[]), false))
     order by v.plate, v.id`,
    [q.districts, q.ids, q.enterprises],
    { priority: 'read' },
  );
}

/** Seconds of driving that a day counts for which has records and is not evaluated yet: eight hours. */
const DAY_UNKNOWN_S = 28_800;

/**
 * About how many rows there are of these trucks from one Beijing day to another (both included): samples and minutes by what the evaluated
 * days say, a day that waits for its evaluation counted as eight hours at 1 Hz; and the evaluated days themselves.
 */
export async function estimateExport(
  db: Db,
  ids: readonly number[],
  fromDay: string,
  toDay: string,
): Promise<{ samples: number; minutes: number; days: number }> {
  const [row] = await db.query<{ samples: number; minutes: number; days: number }>(
    `select coalesce(sum(samples), 0)::int8 as samples, coalesce(sum(minutes), 0)::int8 as minutes, count(*)::int8 as days from (
       select d.samples, least(d.samples, 1440) as minutes from truck_day d
       where d.vehicle_id = any($1::int[]) and d.day between $2::date and $3::date
       union all
       select ${DAY_UNKNOWN_S}, ${DAY_UNKNOWN_S / 60} from dirty_days m
       where m.vehicle_id = any($1::int[]) and m.day between $2::date and $3::date
         and not exists (select 1 from truck_day d where d.vehicle_id = m.vehicle_id and d.day = m.day and d.samples > 0)
     ) rows`,
    [ids, fromDay, toDay],
    { priority: 'read' },
  );
  return { samples: row?.samples ?? 0, minutes: row?.minutes ?? 0, days: row?.days ?? 0 };
}

/** Of these files those that nothing knows of: no export that is kept, and no job that may still be writing it. `id`: number of the job. */
export async function strayExports(db: Db, files: readonly { readonly id: number; readonly file: string }[]): Promise<string[]> {
  const rows = await db.query<{ file: string }>(
    `select f.file from unnest($1::int8[], $2::text[]) as f (id, file)
     where not exists (select 1 from exports e where e.file = f.file and e.removed_at is null)
       and not exists (select 1 from jobs j where j.id = f.id and j.state in ('queued', 'running'))`,
    [files.map(({ id }) => id), files.map(({ file }) => file)],
    { priority: 'job' },
  );
  return rows.map(({ file }) => file);
}
