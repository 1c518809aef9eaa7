import type { Db } from '../db.ts';
import { receiptRanges } from './evaluation-read.ts';

/** A finding with its truck, as an evidence pack tells them. */
export interface EvidenceFinding {
  id: string;
  vehicle_id: number;
  rule: string;
  day: string;
  version: string;
  opened_at: Date;
  withdrawn_at: Date | null;
  vin: string;
  plate: string;
  plate_color: string | null;
  district: string | null;
  enterprise: string | null;
  use_type: string | null;
}

/** One finding; undefined when there is none with this id. */
export async function evidenceFinding(db: Db, id: string): Promise<EvidenceFinding | undefined> {
  const [row] = await db.query<EvidenceFinding>(
    `select f.id, f.vehicle_id, f.rule, f.day, f.version, f.opened_at, f.withdrawn_at, v.vin, v.plate, v.plate_color, v.district, v.enterprise, v.use_type
     from findings f join vehicles v on v.id = f.vehicle_id where f.id = $1::text`,
    [id],
    { priority: 'read' },
  );
  return row;
}

/** What an evaluated day was made with. `reference` and `settings` are null where there was none. */
export interface EvidenceDay {
  day: string;
  until_sec: number;
  last_sec: number | null;
  /** JSON text; null: no records of the day. */
  summary: string | null;
  /** JSON text. */
  outcomes: string;
  reference: string | null;
  settings: {
    id: number;
    overrides: Record<string, number>;
    valid_from: string;
    recorded_by: string;
    note: string;
  } | null;
}

/** Evaluated days of a truck, ascending, with the settings and the fleet reference that each was made with. */
export async function evidenceDays(db: Db, vehicleId: number, fromDay: string, toDay: string): Promise<EvidenceDay[]> {
  return await db.query<EvidenceDay>(
    `select d.day, extract(epoch from d.until)::float8 as until_sec, extract(epoch from d.last_time)::float8 as last_sec, d.summary::text as summary,
       d.outcomes::text as outcomes, r.reference::text as reference,
       case when s.id is not null then jsonb_build_object('id', s.id, 'overrides', s.overrides, 'valid_from', s.valid_from, 'recorded_by', s.recorded_by, 'note', s.note) end as settings
     from truck_day d left join fleet_references r on r.id = d.reference_id left join rule_settings s on s.id = d.settings_id
     where d.vehicle_id = $1::int and d.day between $2::date and $3::date order by d.day`,
    [vehicleId, fromDay, toDay],
    { priority: 'read' },
  );
}

/** Days of a truck that wait to be evaluated anew. */
export async function waitingDays(db: Db, vehicleId: number, fromDay: string, toDay: string): Promise<string[]> {
  const rows = await db.query<{ day: string }>(
    'select day from dirty_days where vehicle_id = $1::int and day between $2::date and $3::date order by day',
    [vehicleId, fromDay, toDay],
    { priority: 'read' },
  );
  return rows.map((row) => row.day);
}

/** Seconds from one record of a terminal's data unit to the next, as its profile says; 1 unless it says otherwise. */
export async function recordPeriod(db: Db, terminalId: string): Promise<number> {
  const [row] = await db.query<{ period: number | null }>(
    `select (profile ->> 'recordPeriodS')::float8 as period from terminals where id = $1::text`,
    [terminalId],
    { priority: 'read' },
  );
  return row?.period !== null && row?.period !== undefined && row.period > 0 ? row.period : 1;
}

/** An original message. Times in epoch seconds. */
export interface StoredFrame {
  readonly receivedSec: number;
  readonly firstSec: number | null;
  readonly lastSec: number | null;
  readonly bytes: Uint8Array;
}

/** Original messages of a terminal that stored a record of from … to (excluded) [epoch s], in order of receipt. */
export async function readFrames(db: Db, terminalId: string, fromSec: number, toSec: number): Promise<StoredFrame[]> {
  const frames: StoredFrame[] = [];
  for (const range of await receiptRanges(db, terminalId, fromSec, toSec))
    frames.push(
      ...(await db.query<StoredFrame>(
        `select extract(epoch from received_at)::float8 as "receivedSec", extract(epoch from first_time)::float8 as "firstSec",
           extract(epoch from last_time)::float8 as "lastSec", bytes from frames
         where terminal_id = $1::text and received_at >= $2::timestamptz and received_at < $3::timestamptz
           and last_time >= $4::timestamptz and first_time < $5::timestamptz order by received_at`,
        [terminalId, ...[range.from, range.to, fromSec, toSec].map((sec) => new Date(sec * 1000))],
        { priority: 'job' },
      )),
    );
  return frames;
}

/** A message, or a part of one, that was not stored. Times in epoch seconds. */
export interface RefusedMessage {
  readonly terminal: string;
  readonly receivedSec: number;
  readonly code: string;
  readonly records: number;
  readonly firstSec: number | null;
  readonly lastSec: number | null;
  readonly reason: string;
  readonly sha256: string;
}

/** What of a terminal's records of from … to (excluded) [epoch s] was refused and still is, the first ones. */
export async function refusedMessages(
  db: Db,
  terminalId: string,
  fromSec: number,
  toSec: number,
  limit: number,
): Promise<RefusedMessage[]> {
  return await db.query<RefusedMessage>(
    `select terminal_id as terminal, extract(epoch from received_at)::float8 as "receivedSec", code, records, extract(epoch from first_time)::float8 as "firstSec",
       extract(epoch from last_time)::float8 as "lastSec", reason, encode(sha256, 'hex') as sha256 from ledger
     where terminal_id = $1::text and last_time >= $2::timestamptz and first_time < $3::timestamptz and resolved_at is null
     order by received_at, id limit $4::int`,
    [terminalId, new Date(fromSec * 1000), new Date(toSec * 1000), limit],
    { priority: 'job' },
  );
}
