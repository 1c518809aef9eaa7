import type { Db } from '../db.ts';
import { type Districts, ledgerDistrict, terminalDistrict, within } from './districts.ts';

/** A place in a list ordered by time (newest first) and id: microseconds since 1970, so that no precision is lost between pages. */
export interface TimeCursor {
  micros: number;
  id: number;
}

/** What of the ledger is asked for; every part may be absent. Times are epoch milliseconds, `toMs` exclusive. */
export interface LedgerQuery {
  terminalId: string | undefined;
  code: string | undefined;
  disposition: 'rejected' | 'quarantined' | undefined;
  open: boolean | undefined;
  districts: Districts;
  fromMs: number | undefined;
  toMs: number | undefined;
  after: TimeCursor | undefined;
  limit: number;
}

/** A message, or a part of one, that was not stored, without its bytes. */
export interface LedgerRow {
  id: number;
  received_at: Date;
  received_micros: number;
  terminal_id: string;
  transport: string;
  disposition: 'rejected' | 'quarantined';
  code: string;
  field: string;
  reason: string;
  records: number;
  vehicle_id: number | null;
  vin: string | null;
  first_time: Date | null;
  last_time: Date | null;
  byte_count: number;
  sha256: Uint8Array;
  decoder: string;
  resolved_at: Date | null;
  resolution: string | null;
}

const COLUMNS = `id, received_at, (extract(epoch from received_at) * 1000000)::int8 as received_micros, terminal_id, transport, disposition, code, field, reason,
  records, vehicle_id, vin, first_time, last_time, byte_count, sha256, decoder, resolved_at, resolution`;

const micros = (n: number) => `'epoch'::timestamptz + $${n}::int8 * interval '1 microsecond'`;

/** Ledger entries, newest first. */
export async function listLedger(db: Db, q: LedgerQuery): Promise<LedgerRow[]> {
  const params: unknown[] = [];
  const where = ['true'];
  const add = (value: unknown, condition: (n: number) => string) => {
    params.push(value);
    where.push(condition(params.length));
  };
  if (q.terminalId !== undefined) add(q.terminalId, (n) => `terminal_id = $${n}::text`);
  if (q.code !== undefined) add(q.code, (n) => `code = $${n}::text`);
  if (q.disposition !== undefined) add(q.disposition, (n) => `disposition = $${n}::text`);
  if (q.open !== undefined) where.push(q.open ? 'resolved_at is null' : 'resolved_at is not null');
  if (q.fromMs !== undefined) add(new Date(q.fromMs), (n) => `received_at >= $${n}::timestamptz`);
  if (q.toMs !== undefined) add(new Date(q.toMs), (n) => `received_at < $${n}::timestamptz`);
  if (q.districts !== null) add(q.districts, (n) => within(ledgerDistrict('ledger'), `$${n}`));
  if (q.after) {
    params.push(q.after.micros, q.after.id);
    where.push(`(received_at, id) < (${micros(params.length - 1)}, $${params.length}::int8)`);
  }
  params.push(q.limit);
  return await db.query<LedgerRow>(
    `select ${COLUMNS} from ledger where ${where.join(' and ')} order by received_at desc, id desc limit $${params.length}::int`,
    params,
    { priority: 'read' },
  );
}

/** One ledger entry with the bytes kept of it (null when the terminal had used up its daily allowance). */
export async function getLedgerEntry(db: Db, id: number): Promise<(LedgerRow & { bytes: Uint8Array | null }) | undefined> {
  const [row] = await db.query<LedgerRow & { bytes: Uint8Array | null }>(
    `select ${COLUMNS}, bytes from ledger where id = $1::int8`,
    [id],
    { priority: 'read' },
  );
  return row;
}

/** Link tallies of one terminal over a stretch of hours, in records (bytes and messages apart). */
export interface LinkRow {
  terminal_id: string;
  first_hour: Date;
  last_hour: Date;
  messages: number;
  bytes: number;
  received: number;
  stored: number;
  merged: number;
  duplicate: number;
  rejected: number;
  late: number;
  undecoded_bytes: number;
  unknown_keys: number;
  placeholder_vins: number;
}

const TALLIES = [
  'messages',
  'bytes',
  'received',
  'stored',
  'merged',
  'duplicate',
  'rejected',
  'late',
  'undecoded_bytes',
  'unknown_keys',
  'placeholder_vins',
];

/** Tallies per terminal over whole hours of receipt from `fromMs` (inclusive) to `toMs` (exclusive), ordered by terminal, after the one named. */
export async function linkTallies(
  db: Db,
  q: {
    terminalId: string | undefined;
    districts: Districts;
    fromMs: number;
    toMs: number;
    after: string | undefined;
    limit: number;
  },
): Promise<LinkRow[]> {
  const sums = TALLIES.map((name) => `sum(${name})::int8 as ${name}`).join(', ');
  return await db.query<LinkRow>(
    `select terminal_id, min(hour) as first_hour, max(hour) as last_hour, ${sums} from link_hours
     where hour >= $1::timestamptz and hour < $2::timestamptz
       and ($3::text is null or terminal_id = $3::text) and ($4::text is null or terminal_id > $4::text)
       and ${within(terminalDistrict('link_hours.terminal_id'), '$6')}
     group by terminal_id order by terminal_id limit $5::int`,
    [new Date(q.fromMs), new Date(q.toMs), q.terminalId ?? null, q.after ?? null, q.limit, q.districts],
    { priority: 'read' },
  );
}

/** What a door refused, folded per kind, terminal, address and minute. */
export interface IncidentRow {
  id: number;
  first_at: Date;
  last_at: Date;
  last_micros: number;
  kind: string;
  terminal_id: string | null;
  address: string | null;
  detail: string;
  count: number;
}

/** Incidents, the most recent first. */
export async function listIncidents(
  db: Db,
  q: {
    kind: string | undefined;
    terminalId: string | undefined;
    districts: Districts;
    after: TimeCursor | undefined;
    limit: number;
  },
): Promise<IncidentRow[]> {
  const params: unknown[] = [q.kind ?? null, q.terminalId ?? null, q.limit, q.districts];
  let after = '';
  if (q.after) {
    params.push(q.after.micros, q.after.id);
    after = ` and (last_at, id) < (${micros(5)}, $6::int8)`;
  }
  return await db.query<IncidentRow>(
    `select id, first_at, last_at, (extract(epoch from last_at) * 1000000)::int8 as last_micros, kind, terminal_id, address, detail, count
     from incidents where ($1::text is null or kind = $1::text) and ($2::text is null or terminal_id = $2::text)
       and ${within(terminalDistrict('incidents.terminal_id'), '$4')}${after}
     order by last_at desc, id desc limit $3::int`,
    params,
    { priority: 'read' },
  );
}
