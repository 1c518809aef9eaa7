import type { Db } from '../db.ts';
import { CHUNKED, type ChunkedTier, chunkBoundMs, chunksBefore, dropChunk, lookIntoChunk } from './chunks.ts';
import { dropMonth, lookIntoMonth, monthsBefore, nextMonth } from './days.ts';
import { HeldBook, type Hold } from './held-days.ts';
import { dayAfter, dueBefore, type Retention, TIERS, type Tier } from './tiers.ts';

/** What goes of a tier, or has gone. */
export interface TierReport {
  readonly tier: Tier;
  /** Kept so many days; 0: for ever. */
  readonly keepDays: number;
  /** What lies before this Beijing day goes; null: nothing is due. */
  readonly before: string | null;
  /** First and last Beijing day of what goes; null: nothing does. */
  readonly from: string | null;
  readonly to: string | null;
  /** Chunks; of truck-days months. */
  readonly pieces: number;
  readonly rows: number;
  /** Trucks; of original messages terminals. */
  readonly owners: number;
  readonly bytes: number;
  /** `disk`: the file system has the bytes back at once; `database`: later rows use them. */
  readonly freed: 'disk' | 'database';
  /** Rows in the same pieces that stay, because something rests on them. */
  readonly heldRows: number;
  /** Truck-days before the bound that something rests on, by what that is. */
  readonly heldDays: Readonly<Partial<Record<Hold, number>>>;
  /** Pieces that somebody was reading all the time: they go with the next run. */
  readonly leftInUse: number;
}

/** Told how far it is (0 … 1); answers false when it is to end. */
export type RetentionProgress = (progress: number, note: string) => Promise<boolean>;

/** For each tier the Beijing day before which it goes; null: it stays. */
export type Bounds = Readonly<Record<Tier, string | null>>;

/** The bounds that a configuration gives now. */
export function boundsOf(keep: Retention, nowMs: number): Bounds {
  const of = (tier: Tier) => dueBefore(tier, keep, nowMs);
  return { frames: of('frames'), samples: of('samples'), minutes: of('minutes'), days: of('days') };
}

/** Until where each tier has gone already, with who had it dropped. */
export interface RetentionFloor {
  readonly tier: Tier;
  readonly before: string;
  readonly setAt: Date;
  readonly setBy: string;
}

export async function retentionFloors(db: Db): Promise<RetentionFloor[]> {
  return await db.query<RetentionFloor>('select tier, before, set_at as "setAt", set_by as "setBy" from retention_floors');
}

/** Notes that what lies before a day goes; it never falls back. */
export async function setRetentionFloor(db: Db, tier: Tier, before: string, by: string): Promise<void> {
  await db.query(
    `insert into retention_floors (tier, before, set_by) values ($1::text, $2::date, $3::text)
     on conflict (tier) do update set before = excluded.before, set_at = now(), set_by = excluded.set_by where retention_floors.before < excluded.before`,
    [tier, before, by],
    { priority: 'write' },
  );
}

/** What a run is to do. */
export interface RetentionOrder {
  readonly keep: Retention;
  readonly bounds: Bounds;
  /** Only looked at: nothing is changed. */
  readonly dryRun: boolean;
  /** Who has it done, for `retention_floors`. */
  readonly by: string;
  /** Returns when every process that takes records in knows of the new floors. */
  readonly announced: () => Promise<void>;
}

/**
 * Goes through the tiers and says what goes; unless it is a dry run, it goes. Piece by piece, so that writes and reads get their turn; ended
 * between two pieces it is consistent, and a later run goes on. Null when it was told to end.
 */
export async function runRetention(db: Db, order: RetentionOrder, progress: RetentionProgress): Promise<TierReport[] | null> {
  if (!order.dryRun) {
    for (const tier of TIERS) {
      const before = order.bounds[tier];
      if (before !== null) await setRetentionFloor(db, tier, before, order.by);
    }
    await order.announced();
  }
  const reports: TierReport[] = [];
  const book = new HeldBook(db);
  for (const [at, tier] of TIERS.entries()) {
    const told: RetentionProgress = (share, note) => progress((at + share) / TIERS.length, `${tier}: ${note}`);
    const report =
      tier === 'days' ? await goThroughMonths(db, book, order, told) : await goThroughChunks(db, book, tier, order, told);
    if (report === null) return null;
    reports.push(report);
  }
  return reports;
}

interface Tally {
  from: string | null;
  to: string | null;
  pieces: number;
  rows: number;
  bytes: number;
  heldRows: number;
  leftInUse: number;
  readonly owners: Set<number | string>;
}

function emptyTally(): Tally {
  return { from: null, to: null, pieces: 0, rows: 0, bytes: 0, heldRows: 0, leftInUse: 0, owners: new Set() };
}

async function reportOf(book: HeldBook, tier: Tier, { keep, bounds }: RetentionOrder, tally: Tally): Promise<TierReport> {
  const before = bounds[tier];
  const counted: Partial<Record<Hold, number>> = {};
  const held = before === null ? [] : await book.days('2000-01-01', dayAfter(before, -1), tier === 'days');
  for (const { holds } of held) for (const hold of holds) counted[hold] = (counted[hold] ?? 0) + 1;
  const { owners, ...sums } = tally;
  return {
    tier,
    keepDays: keep[tier],
    before,
    ...sums,
    owners: owners.size,
    freed: tier === 'days' ? 'database' : 'disk',
    heldDays: counted,
  };
}

const BEIJING_MS = 28_800_000;

function beijing(atMs: number): string {
  return new Date(atMs + BEIJING_MS).toISOString().slice(0, 10);
}

async function goThroughChunks(
  db: Db,
  book: HeldBook,
  tier: ChunkedTier,
  order: RetentionOrder,
  progress: RetentionProgress,
): Promise<TierReport | null> {
  const before = order.bounds[tier];
  const tally = emptyTally();
  if (before === null) return await reportOf(book, tier, order, tally);
  const chunks = await chunksBefore(db, tier, chunkBoundMs(tier, before));
  for (const [at, chunk] of chunks.entries()) {
    if (!(await progress(at / chunks.length, `${at} of ${chunks.length} chunks`))) return null;
    const { rows, heldRows, owners } = await lookIntoChunk(db, book, tier, chunk);
    const going = rows - heldRows;
    tally.heldRows += heldRows;
    // An empty chunk goes too; one that holds nothing but what is kept stays as it is.
    if (going === 0 && rows > 0) continue;
    if (!order.dryRun && !(await dropChunk(db, book, tier, chunk))) {
      tally.leftInUse += 1;
      continue;
    }
    tally.pieces += 1;
    tally.rows += going;
    tally.bytes += rows === 0 ? chunk.bytes : Math.round((chunk.bytes * going) / rows);
    for (const owner of owners) tally.owners.add(owner);
    tally.from ??= beijing(chunk.begin.getTime());
    tally.to = beijing(chunk.end.getTime() - 1);
  }
  return await reportOf(book, tier, order, tally);
}

async function goThroughMonths(
  db: Db,
  book: HeldBook,
  order: RetentionOrder,
  progress: RetentionProgress,
): Promise<TierReport | null> {
  const before = order.bounds.days;
  const tally = emptyTally();
  if (before === null) return await reportOf(book, 'days', order, tally);
  const months = await monthsBefore(db, before);
  for (const [at, month] of months.entries()) {
    if (!(await progress(at / months.length, `${at} of ${months.length} months`))) return null;
    const { days, heldDays: held, vehicleIds, bytes } = await lookIntoMonth(db, book, month);
    tally.heldRows += held;
    if (days === 0) continue;
    if (!order.dryRun) await dropMonth(db, book, month, vehicleIds);
    tally.pieces += 1;
    tally.rows += days;
    tally.bytes += bytes;
    for (const id of vehicleIds) tally.owners.add(id);
    tally.from ??= month;
    tally.to = dayAfter(nextMonth(month), -1);
  }
  return await reportOf(book, 'days', order, tally);
}

/** Originals beyond their time go by themselves, day by day: answers how many chunks went. `stopped` ends it between two. */
export async function dropOldFrames(
  db: Db,
  keep: Retention,
  nowMs: number,
  stopped: () => boolean = () => false,
): Promise<number> {
  const before = dueBefore('frames', keep, nowMs);
  if (before === null) return 0;
  const book = new HeldBook(db);
  let dropped = 0;
  for (const chunk of await chunksBefore(db, 'frames', chunkBoundMs('frames', before))) {
    if (stopped()) break;
    const { rows, heldRows } = await lookIntoChunk(db, book, 'frames', chunk);
    if (rows > 0 && rows === heldRows) continue;
    if (dropped === 0) await setRetentionFloor(db, 'frames', before, 'Plume');
    if (await dropChunk(db, book, 'frames', chunk)) dropped += 1;
  }
  return dropped;
}

/** A tier as it lies on the disk now. */
export interface TierSize {
  readonly tier: Tier;
  readonly bytes: number;
  /** First Beijing day of which there is anything; null: nothing is stored. */
  readonly oldest: string | null;
  /** Bytes that a day adds for good, as measured over the newest days that are as small as they get; null: too little is stored. */
  readonly bytesPerDay: number | null;
}

/** Days that growth is measured over, at most. */
const MEASURED_DAYS = 60;
/** Of records in chunks as little as this says how fast they grow. */
const LEAST_MEASURED_DAYS = 1;

/** Sizes of all tiers, and how fast they grow. */
export async function tierSizes(db: Db, nowMs: number): Promise<TierSize[]> {
  const sizes: TierSize[] = [];
  for (const tier of TIERS) sizes.push(tier === 'days' ? await sizeOfDays(db, nowMs) : await sizeOfChunks(db, tier, nowMs));
  return sizes;
}

async function sizeOfChunks(db: Db, tier: ChunkedTier, nowMs: number): Promise<TierSize> {
  const { table } = CHUNKED[tier];
  const chunks = await db.query<{ begin: Date; end: Date; bytes: number; packed: boolean }>(
    `select c.range_start as begin, c.range_end as "end", coalesce(s.total_bytes, 0)::int8 as bytes, coalesce(c.is_compressed, false) as packed
     from timescaledb_information.chunks c
     left join chunks_detailed_size('${table}') s on s.chunk_schema = c.chunk_schema and s.chunk_name = c.chunk_name
     where c.hypertable_schema = 'public' and c.hypertable_name = '${table}' order by c.range_start`,
    [],
    { priority: 'job' },
  );
  const newest = chunks.filter(({ begin }) => begin.getTime() >= nowMs - MEASURED_DAYS * 86_400_000);
  const packed = newest.filter((chunk) => chunk.packed);
  const measured = packed.length > 0 ? packed : newest;
  const days = measured.reduce((sum, { begin, end }) => sum + (Math.min(end.getTime(), nowMs) - begin.getTime()) / 86_400_000, 0);
  const bytes = measured.reduce((sum, chunk) => sum + chunk.bytes, 0);
  return {
    tier,
    bytes: chunks.reduce((sum, chunk) => sum + chunk.bytes, 0),
    oldest: chunks[0] ? beijing(chunks[0].begin.getTime()) : null,
    bytesPerDay: days < LEAST_MEASURED_DAYS ? null : bytes / days,
  };
}

async function sizeOfDays(db: Db, nowMs: number): Promise<TierSize> {
  const [row] = await db.query<{ bytes: number; oldest: string | null; newest: string | null; days: number }>(
    `select (pg_total_relation_size('truck_day') + pg_total_relation_size('truck_sums') + pg_total_relation_size('truck_cells'))::int8 as bytes,
       (select min(day) from truck_day) as oldest, (select max(day) from truck_day) as newest, (select count(distinct day)::int from truck_day) as days`,
    [],
    { priority: 'job' },
  );
  const bytes = row?.bytes ?? 0;
  return {
    tier: 'days',
    bytes,
    oldest: row?.oldest ?? null,
    bytesPerDay: row?.newest && row.days > 0 && row.newest <= beijing(nowMs) ? bytes / row.days : null,
  };
}
