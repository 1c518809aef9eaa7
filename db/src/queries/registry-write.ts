import type { Db, StepResult } from '../db.ts';
import { type Districts, terminalDistrict, within } from './districts.ts';
import { TERMINAL_VERSION } from './registry-change.ts';

/** One column of the first row that a step returned. */
function returned(result: StepResult | undefined, column: string): unknown {
  const row = result?.rows[0];
  return row === undefined ? undefined : Reflect.get(row, column);
}

/** A truck to enter, with the registry facts that results depend on. Times are epoch milliseconds. */
export interface NewVehicle {
  vin: string;
  plate: string;
  plateColor: string | undefined;
  district: string | undefined;
  enterprise: string | undefined;
  useType: string | undefined;
  fittedAtMs: number;
  demo: boolean;
  recordedBy: string;
  parameters: Record<string, string | number | boolean>;
}

/** Enters a truck and its first parameters in one transaction. Returns its id, or undefined when the VIN is already entered. */
export async function insertVehicle(db: Db, v: NewVehicle): Promise<number | undefined> {
  const [result] = await db.batch([
    {
      sql: `with v as (
          insert into vehicles (vin, plate, plate_color, district, enterprise, use_type, fitted_at, demo)
          values ($1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::timestamptz, $8::boolean)
          on conflict (vin) do nothing returning id
        ), p as (
          insert into vehicle_parameters (vehicle_id, valid_from, recorded_by, "values")
          select id, $7::timestamptz, $9::text, $10::jsonb from v
        ) select id from v`,
      params: [
        v.vin,
        v.plate,
        v.plateColor ?? null,
        v.district ?? null,
        v.enterprise ?? null,
        v.useType ?? null,
        new Date(v.fittedAtMs),
        v.demo,
        v.recordedBy,
        JSON.stringify(v.parameters),
      ],
    },
  ]);
  const id = returned(result, 'id');
  return typeof id === 'number' ? id : undefined;
}

/** A terminal to enter; only the SHA-256 of its secret is stored. */
export interface NewTerminal {
  id: string;
  secretHash: Uint8Array;
  vendor: string | undefined;
  model: string | undefined;
  firmware: string | undefined;
  iccid: string | undefined;
  profile: Readonly<Record<string, unknown>>;
  demo: boolean;
  assignment: { vehicleId: number; fromMs: number } | undefined;
}

/** Enters a terminal, with its truck when one is named, in one transaction. False when the id is already entered. */
export async function insertTerminal(db: Db, t: NewTerminal): Promise<boolean> {
  const [result] = await db.batch([
    {
      sql: `with t as (
          insert into terminals (id, secret_hash, vendor, model, firmware, iccid, profile, demo)
          values ($1::text, $2::bytea, $3::text, $4::text, $5::text, $6::text, $7::jsonb, $8::boolean)
          on conflict (id) do nothing returning id
        ), a as (
          insert into assignments (terminal_id, vehicle_id, valid_from)
          select id, $9::int, $10::timestamptz from t where $9::int is not null
        ) select id from t`,
      params: [
        t.id,
        t.secretHash,
        t.vendor ?? null,
        t.model ?? null,
        t.firmware ?? null,
        t.iccid ?? null,
        JSON.stringify(t.profile),
        t.demo,
        t.assignment?.vehicleId ?? null,
        t.assignment ? new Date(t.assignment.fromMs) : null,
      ],
    },
  ]);
  return returned(result, 'id') === t.id;
}

/** Gives a terminal a new secret; the old one keeps working until `previousUntilMs`. False when there is no such terminal or it is revoked. */
export async function rotateSecret(db: Db, id: string, secretHash: Uint8Array, previousUntilMs: number): Promise<boolean> {
  const [result] = await db.batch([
    {
      sql: `update terminals set previous_secret_hash = secret_hash, previous_valid_until = $3::timestamptz, secret_hash = $2::bytea
        where id = $1::text and revoked_at is null returning id`,
      params: [id, secretHash, new Date(previousUntilMs)],
    },
  ]);
  return returned(result, 'id') === id;
}

/** Refuses a terminal from now on. Returns when it was revoked (the first time, if it already was), or undefined when there is no such terminal. */
export async function revokeTerminal(db: Db, id: string, nowMs: number): Promise<Date | undefined> {
  const [result] = await db.batch([
    {
      sql: `update terminals set revoked_at = coalesce(revoked_at, $2::timestamptz), previous_secret_hash = null, previous_valid_until = null
        where id = $1::text returning revoked_at`,
      params: [id, new Date(nowMs)],
    },
  ]);
  const at = returned(result, 'revoked_at');
  return at instanceof Date ? at : undefined;
}

/** Which truck carried which terminal, from when (inclusive) until when (exclusive; null: still). */
export interface AssignmentRow {
  id: number;
  terminal_id: string;
  vehicle_id: number;
  plate: string;
  valid_from: Date;
  valid_to: Date | null;
}

/** Assignments of a terminal that a new one from `fromMs` to `toMs` would overlap, were an earlier still-open one closed at `fromMs`. */
export async function overlappingAssignments(
  db: Db,
  terminalId: string,
  fromMs: number,
  toMs: number | undefined,
): Promise<AssignmentRow[]> {
  return await db.query<AssignmentRow>(
    `select a.id, a.terminal_id, a.vehicle_id, v.plate, a.valid_from, a.valid_to from assignments a join vehicles v on v.id = a.vehicle_id
     where a.terminal_id = $1::text and a.valid_from < coalesce($3::timestamptz, 'infinity'::timestamptz)
       and $2::timestamptz < coalesce(a.valid_to, 'infinity'::timestamptz)
       and not (a.valid_to is null and a.valid_from < $2::timestamptz)
     order by a.valid_from`,
    [terminalId, new Date(fromMs), toMs === undefined ? null : new Date(toMs)],
    { priority: 'write' },
  );
}

/** What a missing or wrong assignment holds back: taken in again when one is entered. */
export const HELD_BACK = ['NO_VEHICLE', 'WRONG_VEHICLE'] as const;

/**
 * Closes a terminal's still-open assignment at `fromMs`, enters the new one, and queues the job that takes in what was held back for want of
 * it: one transaction. The database refuses an overlap (SQLSTATE 23P01).
 */
export async function insertAssignment(
  db: Db,
  a: { terminalId: string; vehicleId: number; fromMs: number; toMs: number | undefined },
): Promise<{ id: number; closed: number | null }> {
  const from = new Date(a.fromMs);
  const [closed, inserted] = await db.batch([
    {
      sql: `update assignments set valid_to = $2::timestamptz where terminal_id = $1::text and valid_to is null and valid_from < $2::timestamptz returning id`,
      params: [a.terminalId, from],
    },
    {
      sql: `insert into assignments (terminal_id, vehicle_id, valid_from, valid_to) values ($1::text, $2::int, $3::timestamptz, $4::timestamptz) returning id`,
      params: [a.terminalId, a.vehicleId, from, a.toMs === undefined ? null : new Date(a.toMs)],
    },
    {
      sql: `insert into jobs (kind, arguments) values ('reprocess', $1::jsonb)`,
      params: [JSON.stringify({ terminalId: a.terminalId, codes: HELD_BACK })],
    },
  ]);
  const id = returned(inserted, 'id');
  if (typeof id !== 'number') throw new Error('the database returned no id for a new assignment');
  const closedId = returned(closed, 'id');
  return { id, closed: typeof closedId === 'number' ? closedId : null };
}

/** A terminal as the register knows it: never its secret, only whether an older one still works. */
export interface TerminalRow {
  id: string;
  vendor: string | null;
  model: string | null;
  firmware: string | null;
  iccid: string | null;
  version: string;
  profile: Record<string, unknown>;
  demo: boolean;
  created_at: Date;
  revoked_at: Date | null;
  previous_valid_until: Date | null;
  vehicle_id: number | null;
  plate: string | null;
  vin: string | null;
  assigned_since: Date | null;
  last_hour: Date | null;
}

/** Terminals by id, after the one named, each with the truck it is on and the last hour in which it sent anything. */
export async function listTerminals(
  db: Db,
  q: { search: string | undefined; districts: Districts; after: string | undefined; limit: number; nowMs: number },
): Promise<TerminalRow[]> {
  return await db.query<TerminalRow>(
    `select t.id, t.vendor, t.model, t.firmware, t.iccid, ${TERMINAL_VERSION} as version, t.profile, t.demo, t.created_at, t.revoked_at,
       case when t.previous_valid_until > $1::timestamptz then t.previous_valid_until end as previous_valid_until,
       a.vehicle_id, a.plate, a.vin, a.valid_from as assigned_since, h.last_hour
     from terminals t
     left join lateral (
       select x.vehicle_id, v.plate, v.vin, x.valid_from from assignments x join vehicles v on v.id = x.vehicle_id
       where x.terminal_id = t.id and x.valid_from <= $1::timestamptz and (x.valid_to is null or x.valid_to > $1::timestamptz)
       order by x.valid_from desc limit 1
     ) a on true
     left join lateral (select max(hour) as last_hour from link_hours l where l.terminal_id = t.id) h on true
     where ($2::text is null or t.id > $2::text)
       and ($3::text is null or t.id ilike $3::text or a.plate ilike $3::text or a.vin ilike $3::text)
       and ${within(terminalDistrict('t.id'), '$5')}
     order by t.id limit $4::int`,
    [new Date(q.nowMs), q.after ?? null, q.search ? `%${q.search.replace(/[\\%_]/g, '\\$&')}%` : null, q.limit, q.districts],
    { priority: 'read' },
  );
}

/** Whether a truck with this id is entered. */
export async function vehicleExists(db: Db, id: number): Promise<boolean> {
  const rows = await db.query('select 1 as one from vehicles where id = $1::int', [id], { priority: 'read' });
  return rows.length > 0;
}

/** Whether a terminal with this id is entered, and whether it is revoked. */
export async function terminalState(db: Db, id: string): Promise<'active' | 'revoked' | undefined> {
  const [row] = await db.query<{ revoked: boolean }>(
    'select revoked_at is not null as revoked from terminals where id = $1::text',
    [id],
    { priority: 'read' },
  );
  return row && (row.revoked ? 'revoked' : 'active');
}
