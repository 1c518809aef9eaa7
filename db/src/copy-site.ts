import { collect } from './copy-binary.ts';
import { type Db, DbStartError, type Step } from './db.ts';

/** Plain tables, parents before children, with the columns that identify rows. */
const TABLES = [
  'vehicles',
  'vehicle_parameters',
  'terminals',
  'assignments',
  'lay_up_events',
  'lay_ups',
  'users',
  'recovery_codes',
  'sessions',
  'devices',
  'api_tokens',
  'sign_in_throttle',
  'settings',
  'audit',
  'jobs',
  'exports',
  'vehicle_latest',
  'obd_readings',
  'terminal_events',
  'ledger',
  'link_hours',
  'dirty_days',
  'day_conflicts',
  'incidents',
  'retention_floors',
  'truck_day',
  'truck_sums',
  'truck_cells',
  'saved_views',
  'rule_settings',
  'reference_months',
  'fleet_references',
  'findings',
  'leads',
  'lead_events',
  'lead_decisions',
  'finding_triage',
  'alarms',
  'alarm_watch',
  'evidence_packs',
  'stations',
  'calendar_years',
  'calendar_days',
  'cases',
  'case_steps',
  'case_findings',
  'case_files',
  'inspections',
  'inspection_versions',
  'inspection_files',
  'road_checks',
  'demo',
  'notice_addresses',
  'notice_channels',
  'notice_subscriptions',
  'notice_outbox',
  'notice_attempts',
  'notice_troubles',
  'document_templates',
  'document_series',
  'documents',
  'document_files',
  'reports',
  'report_revisions',
] as const;
/** Tables that a fresh database already has rows in: what the source holds takes their place. */
const SHIPPED: readonly string[] = ['calendar_years', 'calendar_days'];
/** `sliceMs`: time span of one piece, some ten thousand rows of a 36-truck site. */
const HYPERTABLES = [
  { table: 'samples', time: 'time', sliceMs: 600_000 },
  { table: 'frames', time: 'received_at', sliceMs: 600_000 },
  { table: 'truck_minute', time: 'time', sliceMs: 6 * 3_600_000 },
] as const;
/** Tables whose rows must arrive in their order: each row of the trail is checked against the one before as it is written. */
const ORDERED: Readonly<Record<string, string>> = { audit: 'seq' };
/** Tables whose ids the database gives: their sequence must go on behind the copied rows. */
const IDENTITIES = [
  'vehicles',
  'vehicle_parameters',
  'assignments',
  'users',
  'sessions',
  'api_tokens',
  'jobs',
  'terminal_events',
  'ledger',
  'incidents',
  'rule_settings',
  'lead_events',
  'lead_decisions',
  'lay_ups',
  'stations',
  'cases',
  'case_steps',
  'inspections',
  'road_checks',
  'saved_views',
  'notice_channels',
  'notice_subscriptions',
  'notice_outbox',
  'lay_up_events',
  'document_templates',
  'documents',
  'reports',
  'report_revisions',
] as const;
const ROWS_PER_PAGE = 5_000;

export interface CopyProgress {
  readonly table: string;
  readonly rows: number;
  readonly total: number;
}

/**
 * Copies a whole site from one engine to another (embedded to server). The target must be empty; it is migrated already. Stops cleanly when
 * `signal` aborts. Answers rows per table, after comparing the counts of both sides.
 */
export async function copySite(
  source: Db,
  target: Db,
  onProgress: (progress: CopyProgress) => void,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  await refuseUnlessEmpty(target);
  const copied: Record<string, number> = {};
  await target.batch(SHIPPED.map((table) => ({ sql: `delete from ${table}` })));
  for (const table of TABLES) {
    copied[table] = await copyTable(source, target, table, onProgress, signal);
  }
  for (const hypertable of HYPERTABLES) {
    copied[hypertable.table] = await copyHypertable(source, target, hypertable, onProgress, signal);
  }
  await target.batch([
    ...IDENTITIES.map((table) => ({
      sql: `select setval(pg_get_serial_sequence('${table}', 'id'), greatest((select coalesce(max(id), 0) from ${table}), 1))`,
    })),
    { sql: 'update registry_state set version = version + 1' },
  ]);
  await compareCounts(source, target, copied);
  return copied;
}

async function refuseUnlessEmpty(target: Db): Promise<void> {
  const tables = TABLES.filter((table) => !SHIPPED.includes(table));
  for (const table of [...tables, ...HYPERTABLES.map((each) => each.table)]) {
    if ((await target.query(`select 1 as one from ${table} limit 1`)).length > 0) {
      throw new DbStartError(`The target database is not empty (table ${table} has rows). Copy into a fresh database.`);
    }
  }
}

/** The columns that are copied; the database makes the generated ones anew. */
async function columnsOf(db: Db, table: string): Promise<string> {
  const rows = await db.query<{ name: string }>(
    `select column_name::text as name from information_schema.columns where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' order by ordinal_position`,
    [table],
  );
  return rows.map((row) => `"${row.name}"`).join(', ');
}

async function countOf(db: Db, table: string): Promise<number> {
  const [row] = await db.query<{ n: number }>(`select count(*)::int8 as n from ${table}`);
  return row?.n ?? 0;
}

async function copyTable(
  source: Db,
  target: Db,
  table: string,
  onProgress: (progress: CopyProgress) => void,
  signal: AbortSignal,
): Promise<number> {
  const columns = await columnsOf(source, table);
  const total = await countOf(source, table);
  let rows = 0;
  while (rows < total) {
    signal.throwIfAborted();
    const page = `select ${columns} from ${table} order by ${ORDERED[table] ?? 'ctid'} offset ${rows} limit ${ROWS_PER_PAGE}`;
    const moved = await copyPiece(source, target, table, columns, page);
    if (moved === 0) break;
    rows += moved;
    onProgress({ table, rows, total });
  }
  return rows;
}

async function copyHypertable(
  source: Db,
  target: Db,
  { table, time, sliceMs }: (typeof HYPERTABLES)[number],
  onProgress: (progress: CopyProgress) => void,
  signal: AbortSignal,
): Promise<number> {
  const columns = await columnsOf(source, table);
  const total = await countOf(source, table);
  const chunks = await source.query<{ from_ms: number; to_ms: number }>(
    `select (extract(epoch from range_start) * 1000)::float8 as from_ms, (extract(epoch from range_end) * 1000)::float8 as to_ms
     from timescaledb_information.chunks where hypertable_name = $1 order by range_start`,
    [table],
  );
  let rows = 0;
  for (const chunk of chunks) {
    for (let from = chunk.from_ms; from < chunk.to_ms; from += sliceMs) {
      signal.throwIfAborted();
      const to = Math.min(chunk.to_ms, from + sliceMs);
      const piece = `select ${columns} from ${table} where ${time} >= '${new Date(from).toISOString()}'::timestamptz and ${time} < '${new Date(to).toISOString()}'::timestamptz`;
      rows += await copyPiece(source, target, table, columns, piece);
    }
    onProgress({ table, rows, total });
  }
  return rows;
}

async function copyPiece(source: Db, target: Db, table: string, columns: string, select: string): Promise<number> {
  const step: Step = { copy: `${table} (${columns})`, data: [new Uint8Array(await collect(source.copyOut(select)))] };
  const [result] = await target.batch([step]);
  return result?.affected ?? 0;
}

async function compareCounts(source: Db, target: Db, copied: Readonly<Record<string, number>>): Promise<void> {
  for (const table of Object.keys(copied)) {
    const [here, there] = [await countOf(source, table), await countOf(target, table)];
    if (here !== there)
      throw new Error(
        `Table ${table} has ${here} rows here and ${there} in the target: the copy is not whole. Drop the target database and copy again.`,
      );
  }
}
