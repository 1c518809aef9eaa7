import type { Db } from './db.ts';

/** Samples older than this are compressed unless told (a terminal re-sends up to 7 days back: protocol.md §7). */
export const COMPRESS_AFTER_DAYS = 8;
/** Minutes are written anew when a late record comes, which may be 30 days old. */
const COMPRESS_MINUTES_AFTER_DAYS = 31;
/** Hypertables with the key that their compressed rows are grouped and ordered by, and the length of their chunks on each engine. */
const HYPERTABLES = [
  {
    table: 'samples',
    segmentBy: 'vehicle_id',
    orderBy: 'time',
    chunk: { embedded: '3 hours', server: '1 day' },
    lateDays: 0,
  },
  {
    table: 'frames',
    segmentBy: 'terminal_id',
    orderBy: 'received_at',
    chunk: { embedded: '3 hours', server: '1 day' },
    lateDays: 0,
  },
  {
    table: 'truck_minute',
    segmentBy: 'vehicle_id',
    orderBy: 'time',
    chunk: { embedded: '2 days', server: '7 days' },
    lateDays: COMPRESS_MINUTES_AFTER_DAYS,
  },
] as const;

/**
 * Sets what depends on the engine: chunk length (short on the embedded engine, where one compression call stops every write meanwhile)
 * and compression, where the edition has it. Idempotent; run at each start after the migrations.
 */
export async function configureHypertables(db: Db): Promise<void> {
  for (const { table, segmentBy, orderBy, chunk } of HYPERTABLES) {
    await db.query(`select set_chunk_time_interval('${table}', interval '${chunk[db.kind]}')`, [], { priority: 'write' });
    if (db.edition !== 'community') continue;
    const [state] = await db.query<{ on: boolean }>(
      `select compression_enabled as on from timescaledb_information.hypertables where hypertable_name = $1`,
      [table],
      { priority: 'write' },
    );
    if (state?.on) continue;
    await db.batch([
      {
        sql: `alter table ${table} set (timescaledb.compress, timescaledb.compress_segmentby = '${segmentBy}', timescaledb.compress_orderby = '${orderBy}')`,
      },
    ]);
  }
}

interface Chunk {
  readonly name: string;
}

/**
 * Compresses the oldest chunk that is due (or was compressed and has since received late rows) and answers its name; null when none is.
 * One chunk a call, so that writes get their turn between.
 */
export async function compressNext(db: Db, now: Date, afterDays = COMPRESS_AFTER_DAYS): Promise<string | null> {
  if (db.edition !== 'community') return null;
  const [chunk] = await db.query<Chunk>(
    `select format('%I.%I', c.chunk_schema, c.chunk_name) as name
     from timescaledb_information.chunks c
     join _timescaledb_catalog.chunk k on k.schema_name = c.chunk_schema and k.table_name = c.chunk_name
     join unnest($1::text[], $2::timestamptz[]) as due (name, before) on due.name = c.hypertable_name
     where c.range_end < due.before and (not c.is_compressed or k.status & 8 = 8)
     order by c.range_end limit 1`,
    [
      HYPERTABLES.map((each) => each.table),
      HYPERTABLES.map((each) => new Date(now.getTime() - Math.max(afterDays, each.lateDays) * 86_400_000).toISOString()),
    ],
    { priority: 'job' },
  );
  if (!chunk) return null;
  await db.query('select compress_chunk($1::regclass, if_not_compressed => true)', [chunk.name], { priority: 'job' });
  return chunk.name;
}

/** How fast the records of a site grow. */
export interface Growth {
  /** Bytes on disk that a day of records and originals takes before it is compressed. */
  readonly bytesPerDay: number;
  /** Days that this was measured over. */
  readonly days: number;
}

/** Measured over the days that are not compressed yet; null while there is less than half a day of records. */
export async function growthOf(db: Db, now: Date, afterDays = COMPRESS_AFTER_DAYS): Promise<Growth | null> {
  const from = new Date(now.getTime() - afterDays * 86_400_000);
  const [measured] = await db.query<{ bytes: number; since: Date | null }>(
    `select coalesce(sum(d.total_bytes), 0)::int8 as bytes, min(c.range_start) as since
       from timescaledb_information.chunks c
       join lateral (values ('samples'), ('frames')) as t (name) on c.hypertable_name = t.name
       join lateral chunks_detailed_size(t.name::regclass) d on d.chunk_schema = c.chunk_schema and d.chunk_name = c.chunk_name
      where c.range_start >= $1::timestamptz and c.range_start < $2::timestamptz`,
    [from, now],
    { priority: 'job' },
  );
  if (!measured?.since) return null;
  const days = (now.getTime() - measured.since.getTime()) / 86_400_000;
  return days < 0.5 ? null : { bytesPerDay: measured.bytes / days, days };
}

/** Bytes on disk of a hypertable, indexes included, and of those the compressed ones. */
export async function hypertableBytes(
  db: Db,
  table: (typeof HYPERTABLES)[number]['table'],
): Promise<{ total: number; compressed: number }> {
  const [size] = await db.query<{ total: number }>(`select coalesce(hypertable_size($1::regclass), 0)::int8 as total`, [table]);
  if (db.edition !== 'community') return { total: size?.total ?? 0, compressed: 0 };
  const [packed] = await db.query<{ bytes: number }>(
    `select coalesce(sum(after_compression_total_bytes), 0)::int8 as bytes from chunk_compression_stats($1::regclass)`,
    [table],
  );
  return { total: size?.total ?? 0, compressed: packed?.bytes ?? 0 };
}
