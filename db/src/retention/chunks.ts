import { type Db, type Step, sqlStateOf } from '../db.ts';
import { type HeldBook, type HeldSpan, LEAD_IN_MS, spansOf } from './held-days.ts';
import { dayAfter, dayStartMs, type Tier } from './tiers.ts';

const BEIJING_MS = 28_800_000;
/** A chunk that somebody reads is not waited for longer: readers that come later would wait behind [ms]. */
const LOCK_LIMIT_MS = 5_000;
const LOCK_TRIES = 5;

/** The tiers that lie in chunks by time: their tables, and whose rows they are. */
export const CHUNKED = {
  frames: { table: 'frames', time: 'received_at', owner: 'terminal_id' },
  samples: { table: 'samples', time: 'time', owner: 'vehicle_id' },
  minutes: { table: 'truck_minute', time: 'time', owner: 'vehicle_id' },
} as const satisfies Partial<Record<Tier, object>>;
export type ChunkedTier = keyof typeof CHUNKED;

/** A chunk of a tier, whole before the bound. */
export interface Chunk {
  /** Its table, quoted. */
  readonly name: string;
  readonly begin: Date;
  readonly end: Date;
  /** On disk, indexes included. */
  readonly bytes: number;
}

/** What of a chunk goes and what stays. */
export interface ChunkFound {
  readonly rows: number;
  readonly heldRows: number;
  /** Trucks, or terminals, of the rows. */
  readonly owners: readonly (number | string)[];
}

/** Chunks of a tier that end before a moment, the oldest first. */
export async function chunksBefore(db: Db, tier: ChunkedTier, beforeMs: number): Promise<Chunk[]> {
  const { table } = CHUNKED[tier];
  return await db.query<Chunk>(
    `select format('%I.%I', c.chunk_schema, c.chunk_name) as name, c.range_start as begin, c.range_end as "end", coalesce(s.total_bytes, 0)::int8 as bytes
     from timescaledb_information.chunks c
     left join chunks_detailed_size('${table}') s on s.chunk_schema = c.chunk_schema and s.chunk_name = c.chunk_name
     where c.hypertable_schema = 'public' and c.hypertable_name = '${table}' and c.range_end <= $1::timestamptz order by c.range_start`,
    [new Date(beforeMs)],
    { priority: 'job' },
  );
}

/** What is held of a chunk, as a condition on its rows `t` with its parameters; null: nothing. */
interface Held {
  readonly condition: string;
  readonly params: readonly unknown[];
}

async function heldIn(db: Db, book: HeldBook, tier: ChunkedTier, chunk: Chunk): Promise<Held | null> {
  const day = (at: Date) => new Date(at.getTime() + BEIJING_MS).toISOString().slice(0, 10);
  // Messages may come up to years after their records: of them every held day counts.
  const days =
    tier === 'frames'
      ? await book.days('2000-01-01', '2099-12-31')
      : await book.days(day(chunk.begin), dayAfter(day(chunk.end), 1));
  const spans = spansOf(days).filter(
    ({ fromMs, toMs }) => tier === 'frames' || (fromMs < chunk.end.getTime() && toMs > chunk.begin.getTime()),
  );
  if (spans.length === 0) return null;
  return tier === 'frames' ? await framesHeld(db, spans) : { condition: HELD_ROWS, params: columns(spans) };
}

const HELD_ROWS = `exists (select from unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) as h (v, f, e) where h.v = t.vehicle_id and t.time >= h.f and t.time < h.e)`;
const HELD_FRAMES = `exists (select from unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) as h (v, f, e) where h.v = t.terminal_id and t.last_time >= h.f and t.first_time < h.e)`;

function columns(spans: readonly HeldSpan[]): unknown[] {
  return [
    spans.map(({ vehicleId }) => vehicleId),
    spans.map(({ fromMs }) => new Date(fromMs).toISOString()),
    spans.map(({ toMs }) => new Date(toMs).toISOString()),
  ];
}

/** The same by the terminals that the trucks carried then. */
async function framesHeld(db: Db, spans: readonly HeldSpan[]): Promise<Held | null> {
  const rows = await db.query<{ id: string; f: Date; e: Date }>(
    `select a.terminal_id as id, h.f, h.e from unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) as h (v, f, e)
     join assignments a on a.vehicle_id = h.v and a.valid_from < h.e and (a.valid_to is null or a.valid_to > h.f)`,
    columns(spans),
    { priority: 'job' },
  );
  if (rows.length === 0) return null;
  const params = [rows.map(({ id }) => id), rows.map(({ f }) => f.toISOString()), rows.map(({ e }) => e.toISOString())];
  return { condition: HELD_FRAMES, params };
}

/** The rows of a chunk: its bounds as literals, so that no other is opened. */
function within(tier: ChunkedTier, { begin, end }: Chunk): string {
  const { time } = CHUNKED[tier];
  return `t.${time} >= '${begin.toISOString()}'::timestamptz and t.${time} < '${end.toISOString()}'::timestamptz`;
}

/** Counts what of a chunk would go and what would stay. */
export async function lookIntoChunk(db: Db, book: HeldBook, tier: ChunkedTier, chunk: Chunk): Promise<ChunkFound> {
  const { table, owner } = CHUNKED[tier];
  const rows = await db.query<{ owner: number | string; n: number }>(
    `select t.${owner} as owner, count(*)::int8 as n from ${table} t where ${within(tier, chunk)} group by 1`,
    [],
    { priority: 'job' },
  );
  const held = rows.length === 0 ? null : await heldIn(db, book, tier, chunk);
  let heldRows = 0;
  if (held !== null) {
    const [row] = await db.query<{ n: number }>(
      `select count(*)::int8 as n from ${table} t where ${within(tier, chunk)} and ${held.condition}`,
      held.params,
      { priority: 'job' },
    );
    heldRows = row?.n ?? 0;
  }
  return { rows: rows.reduce((sum, { n }) => sum + n, 0), heldRows, owners: rows.map((row) => row.owner) };
}

/**
 * Drops a chunk in one transaction; rows that are held are put back, into a chunk of their own. Nothing is written into it meanwhile. False
 * when it is in use by somebody who reads, and stays in use: it is for another time.
 */
export async function dropChunk(db: Db, book: HeldBook, tier: ChunkedTier, chunk: Chunk): Promise<boolean> {
  const { table } = CHUNKED[tier];
  for (let tries = 1; ; tries += 1) {
    const held = await heldIn(db, book, tier, chunk);
    const steps: Step[] = [
      { sql: `set local lock_timeout = ${LOCK_LIMIT_MS}` },
      { sql: `lock table ${chunk.name} in exclusive mode` },
    ];
    const drop = {
      sql: `select drop_chunks('${table}', older_than => '${chunk.end.toISOString()}'::timestamptz, newer_than => '${chunk.begin.toISOString()}'::timestamptz)`,
    };
    if (held === null) steps.push(drop);
    else
      steps.push(
        { sql: `create temporary table held_rows (like ${table}) on commit drop` },
        {
          sql: `insert into held_rows select t.* from ${table} t where ${within(tier, chunk)} and ${held.condition}`,
          params: held.params,
        },
        drop,
        { sql: `insert into ${table} select * from held_rows` },
      );
    try {
      await db.batch(steps, 'job');
      return true;
    } catch (error) {
      if (sqlStateOf(error) !== '55P03') throw error;
      if (tries === LOCK_TRIES) return false;
    }
  }
}

/** The moment up to which a tier's chunks go, of the day before which it goes: what the first kept day looks at before its beginning stays. */
export function chunkBoundMs(tier: ChunkedTier, before: string): number {
  return dayStartMs(before) - (tier === 'samples' ? LEAD_IN_MS : 0);
}
