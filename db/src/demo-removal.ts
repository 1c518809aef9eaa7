import type { Db, Step } from './db.ts';

/** Trucks of which a piece of a large table is removed in one statement: on the embedded engine nothing else runs meanwhile. */
const TRUCKS_AT_ONCE = 4;
/** Tables of which nothing is ever removed. */
const KEPT = ['audit', 'evidence_packs'];

/** What was removed. */
export interface DemoRemoval {
  readonly trucks: number;
  readonly terminals: number;
}

/** Told how far it is (0 … 1); answers false when it is to end. */
export type RemovalReport = (progress: number, note: string) => Promise<boolean>;

interface Thing {
  readonly vehicleIds: readonly number[];
  readonly terminalIds: readonly string[];
}

/**
 * Removes every demonstration truck with all that any table holds of it, and the terminals that only such trucks carried. Which tables those
 * are is asked of the database itself: every one with a vehicle or a terminal in it, and every one that refers to such a row. Other trucks
 * keep everything; the audit trail and the chain of evidence keep what they say. Cancelled or interrupted, it goes on where it was when it
 * is begun again. Nothing may write records of these trucks meanwhile.
 */
export async function removeDemo(db: Db, report: RemovalReport): Promise<DemoRemoval | null> {
  const trucks = (await db.query<{ id: number }>('select id from vehicles where demo order by id')).map((row) => row.id);
  const terminals = await demoTerminals(db);
  const terminalIds = terminals.map(({ id }) => id);
  const ofTruck = (truck: number | null) => terminals.filter((each) => each.truck === truck).map(({ id }) => id);
  if (!(await dropChunks(db, report)) || !(await removeRows(db, { vehicleIds: trucks, terminalIds }, report))) return null;
  const order = await tablesInOrder(db);
  await removeThing(db, order, { vehicleIds: [], terminalIds: ofTruck(null) });
  for (const [index, id] of trucks.entries()) {
    await removeThing(db, order, { vehicleIds: [id], terminalIds: ofTruck(id) });
    if (!(await report(0.8 + (0.18 * (index + 1)) / trucks.length, `${index + 1} of ${trucks.length} trucks`))) return null;
  }
  // What trucks were compared with stays where a day was, or where a truck that is left has the same engine and stage: a month is made once.
  await db.batch([
    {
      sql: `delete from fleet_references r where not exists (select 1 from truck_day d where d.reference_id = r.id)
        and not exists (select 1 from vehicle_parameters p where p."values" ->> 'engineModel' = r.engine_model and p."values" ->> 'stage' = r.stage)`,
    },
  ]);
  return { trucks: trucks.length, terminals: terminals.length };
}

interface DemoTerminal {
  readonly id: string;
  /** The truck with which it goes: of those that carried it the last that goes; null: none did. */
  readonly truck: number | null;
}

async function demoTerminals(db: Db): Promise<DemoTerminal[]> {
  return await db.query<DemoTerminal>(
    `select t.id, (select max(a.vehicle_id) from assignments a where a.terminal_id = t.id) as truck from terminals t where t.demo
       and not exists (select 1 from assignments a join vehicles v on v.id = a.vehicle_id where a.terminal_id = t.id and not v.demo)
     order by t.id`,
  );
}

interface Chunk {
  readonly hypertable: string;
  readonly column: string;
  readonly begin: string;
  readonly end: string;
}

/** Chunks of the tables that have a truck or a terminal, the oldest first. */
async function chunksOf(db: Db): Promise<Chunk[]> {
  return await db.query<Chunk>(
    `select c.hypertable_name::text as hypertable, c.primary_dimension::text as "column", c.range_start::text as begin, c.range_end::text as "end"
     from timescaledb_information.chunks c
     where c.hypertable_schema = 'public' and exists (select 1 from information_schema.columns k
       where k.table_schema = 'public' and k.table_name = c.hypertable_name and k.column_name in ('vehicle_id', 'terminal_id'))
     order by c.range_start, 1`,
  );
}

/** Where there is no other truck and no other terminal, records go by whole chunks, which gives their disk space back at once. */
async function dropChunks(db: Db, report: RemovalReport): Promise<boolean> {
  const chunks = await chunksOf(db);
  for (const [index, chunk] of chunks.entries()) {
    await db.batch(
      [
        // Nobody enters a truck or a terminal between the look and the drop.
        { sql: 'lock table vehicles, terminals in share mode' },
        {
          sql: `select drop_chunks('${chunk.hypertable}', older_than => $2::timestamptz, newer_than => $1::timestamptz)
            where not exists (select 1 from vehicles where not demo) and not exists (select 1 from terminals where not demo)`,
          params: [chunk.begin, chunk.end],
        },
      ],
      'job',
    );
    if (!(await report((0.5 * (index + 1)) / chunks.length, `records: ${index + 1} of ${chunks.length} chunks`))) return false;
  }
  return true;
}

/** Records of the large tables, a chunk and a few trucks at a time. */
async function removeRows(db: Db, { vehicleIds, terminalIds }: Thing, report: RemovalReport): Promise<boolean> {
  const chunks = await chunksOf(db);
  const keyed = await columnsOf(db);
  for (const [index, { hypertable, column, begin, end }] of chunks.entries()) {
    const byTruck = keyed.get(hypertable)?.has('vehicle_id') ?? false;
    const owners: readonly (number | string)[] = byTruck ? vehicleIds : terminalIds;
    const key = byTruck ? 'vehicle_id = any($1::int[])' : 'terminal_id = any($1::text[])';
    for (let from = 0; from < owners.length; from += TRUCKS_AT_ONCE) {
      // The bounds are written out, so that the other chunks are not even opened.
      const sql = `delete from ${hypertable} where ${key} and "${column}" >= '${begin}'::timestamptz and "${column}" < '${end}'::timestamptz`;
      await db.batch([{ sql, params: [owners.slice(from, from + TRUCKS_AT_ONCE)] }], 'job');
    }
    if (!(await report(0.5 + (0.3 * (index + 1)) / chunks.length, `records: ${index + 1} of ${chunks.length} chunks`)))
      return false;
  }
  return true;
}

/** A reference by the first column of its key, which says whose rows they are in a key of several too. */
interface Reference {
  readonly child: string;
  readonly column: string;
  readonly parent: string;
  readonly parentColumn: string;
}

/** A table with what says which of its rows belong to a truck ($1: int[]) or to a terminal ($2: text[]). */
interface Owned {
  readonly table: string;
  readonly rows: string;
}

async function columnsOf(db: Db): Promise<Map<string, Set<string>>> {
  const rows = await db.query<{ table: string; column: string }>(
    `select c.table_name::text as "table", c.column_name::text as "column" from information_schema.columns c
     join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name and t.table_type = 'BASE TABLE'
     where c.table_schema = 'public' and c.column_name in ('vehicle_id', 'terminal_id')`,
  );
  const columns = new Map<string, Set<string>>();
  for (const { table, column } of rows) columns.set(table, (columns.get(table) ?? new Set()).add(column));
  return columns;
}

/** Every table that has something of trucks or terminals, those that refer to others before those. */
async function tablesInOrder(db: Db): Promise<Owned[]> {
  const keyed = await columnsOf(db);
  const references = await db.query<Reference>(
    `select c.conrelid::regclass::text as child, a.attname::text as "column", c.confrelid::regclass::text as parent, b.attname::text as "parentColumn"
     from pg_constraint c join pg_class k on k.oid = c.conrelid join pg_namespace n on n.oid = k.relnamespace and n.nspname = 'public'
     join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1] join pg_attribute b on b.attrelid = c.confrelid and b.attnum = c.confkey[1]
     where c.contype = 'f'`,
  );
  const ordered: Owned[] = [];
  const seen = new Set<string>();
  const visit = (table: string): void => {
    if (seen.has(table)) return;
    seen.add(table);
    for (const each of references) if (each.parent === table && each.child !== table) visit(each.child);
    const rows = ownedRows(table, keyed, references, new Set());
    if (rows !== null) ordered.push({ table, rows });
  };
  for (const table of ['vehicles', 'terminals', ...[...keyed.keys()].sort()]) if (!KEPT.includes(table)) visit(table);
  // A table comes after all that refer to it: parents were put behind their children as they were visited.
  return ordered;
}

/** Which rows of a table go, as a condition; null: none of it does. */
function ownedRows(
  table: string,
  keyed: ReadonlyMap<string, ReadonlySet<string>>,
  references: readonly Reference[],
  asked: ReadonlySet<string>,
): string | null {
  if (KEPT.includes(table) || asked.has(table)) return null;
  if (table === 'vehicles') return 'id = any($1::int[])';
  if (table === 'terminals') return 'id = any($2::text[])';
  const columns = keyed.get(table);
  const byTruck = 'vehicle_id = any($1::int[])';
  if (columns?.has('vehicle_id') && columns.has('terminal_id'))
    return `(${byTruck} or (terminal_id = any($2::text[]) and not coalesce((select not v.demo from vehicles v where v.id = ${table}.vehicle_id), false)))`;
  if (columns?.has('vehicle_id')) return byTruck;
  if (columns?.has('terminal_id')) return 'terminal_id = any($2::text[])';
  const ways = references
    .filter((each) => each.child === table && each.parent !== table)
    .flatMap(({ column, parent, parentColumn }) => {
      const rows = ownedRows(parent, keyed, references, new Set([...asked, table]));
      return rows === null ? [] : [`"${column}" in (select "${parentColumn}" from ${parent} where ${rows})`];
    });
  return ways.length === 0 ? null : `(${ways.join(' or ')})`;
}

/** All rows of these trucks and terminals, in one transaction. */
async function removeThing(db: Db, tables: readonly Owned[], { vehicleIds, terminalIds }: Thing): Promise<void> {
  const steps: Step[] = [{ sql: `select set_config('plume.removing_demo', 'on', true)` }];
  for (const { table, rows } of tables) {
    // Both parameters are named in every statement: an engine refuses one that it is given and does not use.
    const named = '$1::int[] is not null and $2::text[] is not null';
    steps.push({ sql: `delete from ${table} where ${named} and ${rows}`, params: [vehicleIds, terminalIds] });
  }
  await db.batch(steps, 'job');
}
