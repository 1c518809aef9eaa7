import type { Db, Step } from '../db.ts';

/** A quarantined message that may be taken in again. */
export interface QuarantinedMessage {
  readonly id: number;
  readonly terminalId: string;
  readonly receivedAtMs: number;
  readonly transport: string;
  readonly bytes: Uint8Array;
  /** Records of this message that were rejected, by all its entries. */
  readonly rejectedBefore: number;
  /** Codes of all its entries. */
  readonly codesBefore: readonly string[];
}

/** Open entries of one code, oldest first, after `afterId`; of one terminal, or of all. Entries whose bytes were not kept cannot be taken in again. */
export async function openQuarantine(
  db: Db,
  code: string,
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
    before: number;
    codes: string[];
  }>(
    `select l.id, l.terminal_id, (extract(epoch from l.received_at) * 1000)::float8 as received_ms, l.transport, l.bytes, m.before, m.codes
     from ledger l
     cross join lateral (
       select sum(o.records)::int as before, array_agg(o.code) as codes from ledger o
       where o.terminal_id = l.terminal_id and o.received_at = l.received_at and o.sha256 = l.sha256 and o.resolved_at is null
     ) m
     where l.code = $1 and ($2::text is null or l.terminal_id = $2) and l.disposition = 'quarantined' and l.resolved_at is null and l.bytes is not null and l.id > $3
     order by l.id limit $4`,
    [code, terminalId, afterId, limit],
    { priority: 'write' },
  );
  return rows.map((row) => ({
    id: row.id,
    terminalId: row.terminal_id,
    receivedAtMs: row.received_ms,
    transport: row.transport,
    bytes: row.bytes,
    rejectedBefore: row.before,
    codesBefore: row.codes,
  }));
}

/** Notes what taking a message in again left of its entry: fewer records, or none and the entry is resolved. */
export function settleQuarantineStep(ledgerId: number, recordsLeft: number): Step {
  return recordsLeft > 0
    ? { sql: 'update ledger set records = $2 where id = $1 and resolved_at is null', params: [ledgerId, recordsLeft], expect: 1 }
    : {
        sql: "update ledger set resolved_at = now(), resolution = 'taken in again' where id = $1 and resolved_at is null",
        params: [ledgerId],
        expect: 1,
      };
}
