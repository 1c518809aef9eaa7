import { CopyWriter } from '../copy-binary.ts';
import type { Db, Step } from '../db.ts';
import { ORDERED } from './evaluation-marks.ts';

/** Original bytes of a message that stored something. Times in epoch seconds. */
export interface FrameRow {
  readonly terminalId: string;
  readonly receivedSec: number;
  readonly firstSec: number | null;
  readonly lastSec: number | null;
  readonly transport: string;
  readonly bytes: Uint8Array;
}

export function insertFramesStep(frames: readonly FrameRow[]): Step {
  const writer = new CopyWriter(frames.reduce((sum, frame) => sum + frame.bytes.length + 128, 0));
  for (const frame of frames) {
    writer.row(6);
    writer.text(frame.terminalId);
    writer.timestamptz(frame.receivedSec);
    if (frame.firstSec === null) writer.null();
    else writer.timestamptz(frame.firstSec);
    if (frame.lastSec === null) writer.null();
    else writer.timestamptz(frame.lastSec);
    writer.text(frame.transport);
    writer.bytea(frame.bytes);
  }
  return { copy: 'frames (terminal_id, received_at, first_time, last_time, transport, bytes)', data: [writer.finish()] };
}

export interface ObdRow {
  readonly vehicleId: number;
  readonly timeSec: number;
  readonly terminalId: string;
  readonly receivedSec: number;
  readonly protocol: number | null;
  readonly mil: boolean | null;
  readonly supported: number | null;
  readonly ready: number | null;
  readonly vin: string | null;
  readonly calId: string | null;
  readonly cvn: Uint8Array | null;
  readonly iupr: readonly number[] | null;
  readonly dtcs: readonly string[] | null;
  readonly body: Uint8Array;
}

export function insertObdStep(row: ObdRow): Step {
  return {
    sql: `insert into obd_readings (vehicle_id, time, terminal_id, received_at, obd_protocol, mil, supported, ready, vin, cal_id, cvn, iupr, dtcs, body)
          values ($1, to_timestamp($2::float8), $3, to_timestamp($4::float8), $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    params: [
      row.vehicleId,
      row.timeSec,
      row.terminalId,
      row.receivedSec,
      row.protocol,
      row.mil,
      row.supported,
      row.ready,
      row.vin,
      row.calId,
      row.cvn,
      row.iupr,
      row.dtcs,
      row.body,
    ],
  };
}

/** The stored OBD block of a truck and second, if any. */
export async function readObdBody(db: Db, vehicleId: number, timeSec: number): Promise<Uint8Array | null> {
  const [row] = await db.query<{ body: Uint8Array }>(
    'select body from obd_readings where vehicle_id = $1 and time = to_timestamp($2::float8)',
    [vehicleId, timeSec],
    { priority: 'write' },
  );
  return row?.body ?? null;
}

export type TerminalEventKind = 'login' | 'logout' | 'timeSync' | 'status' | 'tamper';

export interface TerminalEventRow {
  readonly terminalId: string;
  readonly vehicleId: number | null;
  readonly kind: TerminalEventKind;
  readonly timeSec: number;
  readonly seq: number | null;
  readonly receivedSec: number;
  readonly detail: string;
}

export function insertTerminalEventStep(row: TerminalEventRow): Step {
  return {
    sql: `insert into terminal_events (terminal_id, vehicle_id, kind, time, seq, received_at, detail)
          values ($1, $2, $3, to_timestamp($4::float8), $5, to_timestamp($6::float8), $7::jsonb)`,
    params: [row.terminalId, row.vehicleId, row.kind, row.timeSec, row.seq, row.receivedSec, row.detail],
  };
}

/** The stored detail of a control message with the same key, as parsed JSON; undefined when there is none. */
export async function readTerminalEvent(
  db: Db,
  key: Pick<TerminalEventRow, 'terminalId' | 'kind' | 'timeSec' | 'seq'>,
): Promise<Record<string, unknown> | undefined> {
  const [row] = await db.query<{ detail: Record<string, unknown> }>(
    'select detail from terminal_events where terminal_id = $1 and kind = $2 and time = to_timestamp($3::float8) and seq is not distinct from $4::int4',
    [key.terminalId, key.kind, key.timeSec, key.seq],
    { priority: 'write' },
  );
  return row?.detail;
}

export interface LedgerRow {
  readonly receivedSec: number;
  readonly terminalId: string;
  readonly transport: string;
  readonly disposition: 'rejected' | 'quarantined';
  readonly code: string;
  readonly field: string;
  readonly reason: string;
  readonly records: number;
  readonly vehicleId: number | null;
  readonly vin: string | null;
  readonly firstSec: number | null;
  readonly lastSec: number | null;
  readonly byteCount: number;
  readonly sha256: Uint8Array;
  /** Null beyond the terminal's daily quota. */
  readonly bytes: Uint8Array | null;
  readonly decoder: string;
}

export function insertLedgerStep(row: LedgerRow): Step {
  return {
    sql: `insert into ledger (received_at, terminal_id, transport, disposition, code, field, reason, records, vehicle_id, vin, first_time, last_time, byte_count, sha256, bytes, decoder)
          values (to_timestamp($1::float8), $2, $3, $4, $5, $6, $7, $8, $9, $10, to_timestamp($11::float8), to_timestamp($12::float8), $13, $14, $15, $16)`,
    params: [
      row.receivedSec,
      row.terminalId,
      row.transport,
      row.disposition,
      row.code,
      row.field,
      row.reason,
      row.records,
      row.vehicleId,
      row.vin,
      row.firstSec,
      row.lastSec,
      row.byteCount,
      row.sha256,
      row.bytes,
      row.decoder,
    ],
  };
}

/** Bytes already kept in the ledger since `since`, per terminal: the daily quota survives a restart. */
export async function ledgerBytesSince(db: Db, since: Date): Promise<Map<string, number>> {
  const rows = await db.query<{ terminal_id: string; kept: number }>(
    'select terminal_id, coalesce(sum(octet_length(bytes)), 0)::int8 as kept from ledger where received_at >= $1 group by terminal_id',
    [since],
    { priority: 'write' },
  );
  return new Map(rows.map((row) => [row.terminal_id, row.kept]));
}

/** What one terminal's messages of one hour came to, in records. A re-processed message changes earlier counts: then values may be negative. */
export interface Tally {
  readonly terminalId: string;
  readonly hourSec: number;
  messages: number;
  bytes: number;
  received: number;
  stored: number;
  merged: number;
  duplicate: number;
  rejected: number;
  late: number;
  undecodedBytes: number;
  unknownKeys: number;
  placeholderVins: number;
}

const TALLY_COLUMNS = [
  ['messages', 'messages'],
  ['bytes', 'bytes'],
  ['received', 'received'],
  ['stored', 'stored'],
  ['merged', 'merged'],
  ['duplicate', 'duplicate'],
  ['rejected', 'rejected'],
  ['late', 'late'],
  ['undecoded_bytes', 'undecodedBytes'],
  ['unknown_keys', 'unknownKeys'],
  ['placeholder_vins', 'placeholderVins'],
] as const satisfies readonly (readonly [string, keyof Tally])[];

export function addTalliesStep(tallies: readonly Tally[]): Step {
  const names = TALLY_COLUMNS.map(([column]) => column);
  return {
    sql: `insert into link_hours (terminal_id, hour, ${names.join(', ')})
          select u.terminal_id, to_timestamp(u.hour), ${names.map((name) => `u.${name}`).join(', ')}
          from unnest($1::text[], $2::float8[], ${names.map((_, index) => `$${index + 3}::int8[]`).join(', ')}) as u (terminal_id, hour, ${names.join(', ')})
          on conflict (terminal_id, hour) do update set ${names.map((name) => `${name} = link_hours.${name} + excluded.${name}`).join(', ')}`,
    params: [
      tallies.map((tally) => tally.terminalId),
      tallies.map((tally) => tally.hourSec),
      ...TALLY_COLUMNS.map(([, key]) => tallies.map((tally) => tally[key])),
    ],
  };
}

/** A Beijing calendar day of a truck, `YYYY-MM-DD`. */
export interface VehicleDay {
  readonly vehicleId: number;
  readonly day: string;
}

/** Reason of a mark that says no more than that records came. */
export const NEW_RECORDS = 'new records';

/**
 * Marks days for evaluation. For `openS` seconds more records may be stored under these marks (0: none). A reason that says more than
 * `NEW_RECORDS` stays.
 */
export function markDirtyDaysStep(days: readonly (VehicleDay & { readonly reason: string })[], openS: number): Step {
  return {
    sql: `insert into dirty_days (vehicle_id, day, reason, open_until)
          select v, d, r, case when $4::float8 > 0 then now() + $4::float8 * interval '1 second' end from unnest($1::int4[], $2::date[], $3::text[]) as u (v, d, r)
          on conflict (vehicle_id, day) do update set marked_at = now(), open_until = excluded.open_until,
            reason = case when excluded.reason = '${NEW_RECORDS}' and dirty_days.reason <> '${ORDERED}' then dirty_days.reason else excluded.reason end`,
    params: [days.map((each) => each.vehicleId), days.map((each) => each.day), days.map((each) => each.reason), openS],
  };
}

export function addConflictsStep(days: readonly (VehicleDay & { readonly conflicts: number })[]): Step {
  return {
    sql: `insert into day_conflicts (vehicle_id, day, conflicts) select * from unnest($1::int4[], $2::date[], $3::int8[])
          on conflict (vehicle_id, day) do update set conflicts = day_conflicts.conflicts + excluded.conflicts`,
    params: [days.map((each) => each.vehicleId), days.map((each) => each.day), days.map((each) => each.conflicts)],
  };
}

/** A refusal at the doors, folded. */
export interface IncidentRow {
  readonly kind: string;
  readonly terminalId: string | null;
  readonly address: string | null;
  readonly detail: string;
  readonly count: number;
  readonly firstSec: number;
  readonly lastSec: number;
}

export function insertIncidentsStep(rows: readonly IncidentRow[]): Step {
  return {
    sql: `insert into incidents (first_at, last_at, kind, terminal_id, address, detail, count)
          select to_timestamp(f), to_timestamp(l), k, t, a, d, c from unnest($1::float8[], $2::float8[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int4[]) as u (f, l, k, t, a, d, c)`,
    params: [
      rows.map((row) => row.firstSec),
      rows.map((row) => row.lastSec),
      rows.map((row) => row.kind),
      rows.map((row) => row.terminalId),
      rows.map((row) => row.address),
      rows.map((row) => row.detail),
      rows.map((row) => row.count),
    ],
  };
}
