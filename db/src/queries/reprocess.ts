import type { Db, Step } from '../db.ts';

/** An unresolved ledger entry of a message: records that count as rejected. */
export interface OpenEntry {
  readonly id: number;
  readonly code: string;
  readonly vehicleId: number | null;
  readonly records: number;
}

/** A quarantined message that may be taken in again. */
export interface QuarantinedMessage {
  /** Its oldest entry that was asked for; pages go on behind the last of them. */
  readonly id: number;
  readonly terminalId: string;
  readonly receivedAtMs: number;
  readonly transport: string;
  readonly bytes: Uint8Array;
  /** All its unresolved entries, whatever their code. */
  readonly open: readonly OpenEntry[];
}

/**
 * Messages with unresolved entries of these codes, oldest first, after `afterId`; of one terminal, or of all. Each message once, however many
 * entries it has; the same bytes received in the same millisecond are one. Entries whose bytes were not kept cannot be taken in again.
 */
export async function openQuarantine(
  db: Db,
  codes: readonly string[],
  terminalId: string | null,
  afterId: number,
  limit: number,
): Promise<QuarantinedMessage[]> {
  const rows = await db.query<{
    id: number;
    terminal_id: string;
    received_ms: number;
    transport: string;
    bytes: Uint8Array;
    open: OpenEntry[];
  }>(
    `select l.id, l.terminal_id, (extract(epoch from l.received_at) * 1000)::float8 as received_ms, l.transport, l.bytes,
       (select jsonb_agg(jsonb_build_object('id', o.id, 'code', o.code, 'vehicleId', o.vehicle_id, 'records', o.records) order by o.id) from ledger o
        where o.terminal_id = l.terminal_id and o.received_at = l.received_at and o.sha256 = l.sha256 and o.resolved_at is null) as open
     from (
       select min(id) as id from ledger
       where code = any($1::text[]) and ($2::text is null or terminal_id = $2::text) and disposition = 'quarantined' and resolved_at is null and bytes is not null
       group by terminal_id, received_at, sha256 having min(id) > $3::int8 order by 1 limit $4::int
     ) first join ledger l using (id) order by l.id`,
    [[...codes], terminalId, afterId, limit],
    { priority: 'write' },
  );
  return rows.map((row) => ({
    id: row.id,
    terminalId: row.terminal_id,
    receivedAtMs: row.received_ms,
    transport: row.transport,
    bytes: row.bytes,
    open: row.open,
  }));
}

/** Notes what taking a message in again left of an entry: another number of records, or none and the entry is resolved. */
export function settleQuarantineStep(entry: OpenEntry, recordsLeft: number): Step {
  const unchanged = 'where id = $1 and records = $2 and resolved_at is null';
  return recordsLeft > 0
    ? { sql: `update ledger set records = $3 ${unchanged}`, params: [entry.id, entry.records, recordsLeft], expect: 1 }
    : {
        sql: `update ledger set resolved_at = now(), resolution = 'taken in again' ${unchanged}`,
        params: [entry.id, entry.records],
        expect: 1,
      };
}
