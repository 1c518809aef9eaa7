import type { Db, Step } from '../db.ts';
import { HELD_BACK } from './registry-write.ts';

/** A truck as an import holds its rows against it. */
export interface KnownTruck {
  id: number;
  vin: string;
  plate: string;
  plate_color: string | null;
  district: string | null;
  enterprise: string | null;
  use_type: string | null;
  /** The newest recorded facts, and the id of their entry (0: there are none). */
  values: Record<string, unknown>;
  after: number;
}

/** A terminal as an import sees it. */
export interface KnownTerminal {
  id: string;
  revoked: boolean;
  /** The truck that it is on now, or is entered for a time to come; null: none. */
  vehicle_id: number | null;
  plate: string | null;
  /** District of the truck that it is on, or was on last. */
  district: string | null;
}

/** What is entered of the trucks and terminals that a file names. */
export interface FleetKnown {
  readonly trucks: readonly KnownTruck[];
  readonly terminals: readonly KnownTerminal[];
}

/** Names that one question asks for, so that the engine is not held for long. */
const SLICE = 1_000;

async function sliced<T>(names: readonly string[], ask: (slice: readonly string[]) => Promise<T[]>): Promise<T[]> {
  const rows: T[] = [];
  for (let i = 0; i < names.length; i += SLICE) rows.push(...(await ask(names.slice(i, i + SLICE))));
  return rows;
}

/** What is entered of these VINs, plates and terminals. */
export async function fleetKnown(
  db: Db,
  names: { readonly vins: readonly string[]; readonly plates: readonly string[]; readonly terminals: readonly string[] },
): Promise<FleetKnown> {
  const ask = (column: 'vin' | 'plate') => (slice: readonly string[]) =>
    db.query<KnownTruck>(
      `select v.id, v.vin, v.plate, v.plate_color, v.district, v.enterprise, v.use_type,
         coalesce(p."values", '{}') as "values", coalesce(p.id, 0)::int8 as after
       from vehicles v left join lateral (
         select id, "values" from vehicle_parameters where vehicle_id = v.id order by recorded_at desc, id desc limit 1
       ) p on true where v.${column} = any($1::text[])`,
      [slice],
      { priority: 'read' },
    );
  const trucks = [...(await sliced(names.vins, ask('vin'))), ...(await sliced(names.plates, ask('plate')))];
  const terminals = await sliced(names.terminals, (slice) =>
    db.query<KnownTerminal>(
      `select t.id, t.revoked_at is not null as revoked, a.vehicle_id, v.plate,
         case when a.vehicle_id is null then l.district else v.district end as district
       from terminals t
       left join lateral (select vehicle_id from assignments where terminal_id = t.id and (valid_to is null or valid_to > now())
         order by valid_from limit 1) a on true
       left join vehicles v on v.id = a.vehicle_id
       left join lateral (select lv.district from assignments la join vehicles lv on lv.id = la.vehicle_id
         where la.terminal_id = t.id order by la.valid_from desc, la.id desc limit 1) l on true
       where t.id = any($1::text[])`,
      [slice],
      { priority: 'read' },
    ),
  );
  return { trucks: [...new Map(trucks.map((truck) => [truck.id, truck])).values()], terminals };
}

/** What an import writes; times are epoch milliseconds. */
export interface FleetImport {
  readonly by: string;
  readonly atMs: number;
  readonly added: readonly {
    readonly vin: string;
    readonly plate: string;
    readonly plateColor: string | null;
    readonly district: string | null;
    readonly enterprise: string | null;
    readonly useType: string | null;
    readonly fittedAtMs: number;
    readonly values: Readonly<Record<string, unknown>>;
  }[];
  /** Identity that changes: what a truck has before, and what it is to have; of a truck that is no longer as before nothing is written. */
  readonly changed: readonly { readonly before: KnownTruck; readonly after: Identity }[];
  /** Facts that verdicts rest on, whole, from `fromMs` on; of a truck with entries after the one they rest on nothing is written. */
  readonly facts: readonly {
    readonly id: number;
    readonly after: number;
    readonly fromMs: number;
    readonly values: Readonly<Record<string, unknown>>;
  }[];
  readonly terminals: readonly { readonly id: string; readonly secretHash: Uint8Array }[];
  /** Terminals that come onto trucks, by VIN. */
  readonly assigned: readonly { readonly terminalId: string; readonly vin: string; readonly fromMs: number }[];
}

/** What a truck is known by. */
export interface Identity {
  readonly plate: string;
  readonly plateColor: string | null;
  readonly district: string | null;
  readonly enterprise: string | null;
  readonly useType: string | null;
}

/** Rows that one statement writes. */
const ROWS = 500;

function steps<T>(rows: readonly T[], sql: string, toJson: (row: T) => object, more: readonly unknown[] = []): Step[] {
  const made: Step[] = [];
  for (let i = 0; i < rows.length; i += ROWS) {
    const slice = rows.slice(i, i + ROWS);
    made.push({ sql, params: [JSON.stringify(slice.map(toJson)), ...more], expect: slice.length });
  }
  return made;
}

const iso = (ms: number) => new Date(ms).toISOString();

/**
 * The steps of an import, for one transaction with the rows of the trail: all of it is written, or nothing. Throws `OptimisticConflict`, or
 * the database's own refusal (23505, 23P01), when something it rests on was changed meanwhile.
 */
export function importSteps(i: FleetImport): Step[] {
  return [
    ...steps(
      i.added,
      `insert into vehicles (vin, plate, plate_color, district, enterprise, use_type, fitted_at)
       select vin, plate, plate_color, district, enterprise, use_type, fitted_at from jsonb_to_recordset($1::jsonb)
         as r (vin text, plate text, plate_color text, district text, enterprise text, use_type text, fitted_at timestamptz)`,
      (v) => ({
        vin: v.vin,
        plate: v.plate,
        plate_color: v.plateColor,
        district: v.district,
        enterprise: v.enterprise,
        use_type: v.useType,
        fitted_at: iso(v.fittedAtMs),
      }),
    ),
    ...steps(
      i.added,
      `insert into vehicle_parameters (vehicle_id, valid_from, recorded_by, "values")
       select v.id, r.valid_from, $2::text, r.facts from jsonb_to_recordset($1::jsonb) as r (vin text, valid_from timestamptz, facts jsonb)
       join vehicles v on v.vin = r.vin`,
      (v) => ({ vin: v.vin, valid_from: iso(v.fittedAtMs), facts: v.values }),
      [i.by],
    ),
    ...steps(
      i.changed,
      `update vehicles v set plate = r.plate, plate_color = r.plate_color, district = r.district, enterprise = r.enterprise, use_type = r.use_type
       from jsonb_to_recordset($1::jsonb) as r (id int, was jsonb, plate text, plate_color text, district text, enterprise text, use_type text)
       where v.id = r.id and r.was = jsonb_build_array(v.plate, v.plate_color, v.district, v.enterprise, v.use_type)`,
      ({ before, after }) => ({
        id: before.id,
        was: [before.plate, before.plate_color, before.district, before.enterprise, before.use_type],
        plate: after.plate,
        plate_color: after.plateColor,
        district: after.district,
        enterprise: after.enterprise,
        use_type: after.useType,
      }),
    ),
    ...steps(
      i.facts,
      `with locked as (select v.id from vehicles v join jsonb_to_recordset($1::jsonb) as k (id int) on k.id = v.id order by v.id for update of v)
       insert into vehicle_parameters (vehicle_id, valid_from, recorded_by, "values")
       select r.id, r.valid_from, $2::text, r.facts
       from jsonb_to_recordset($1::jsonb) as r (id int, after int8, valid_from timestamptz, facts jsonb) join locked l on l.id = r.id
       where coalesce((select max(p.id) from vehicle_parameters p where p.vehicle_id = r.id), 0) = r.after`,
      (v) => ({ id: v.id, after: v.after, valid_from: iso(v.fromMs), facts: v.values }),
      [i.by],
    ),
    ...steps(
      i.terminals,
      `insert into terminals (id, secret_hash) select id, decode(hash, 'hex') from jsonb_to_recordset($1::jsonb) as r (id text, hash text)`,
      (t) => ({ id: t.id, hash: Buffer.from(t.secretHash).toString('hex') }),
    ),
    ...steps(
      i.assigned,
      `insert into assignments (terminal_id, vehicle_id, valid_from)
       select r.terminal_id, v.id, r.valid_from from jsonb_to_recordset($1::jsonb) as r (terminal_id text, vin text, valid_from timestamptz)
       join vehicles v on v.vin = r.vin`,
      (a) => ({ terminal_id: a.terminalId, vin: a.vin, valid_from: iso(a.fromMs) }),
    ),
    // What was held back for want of an assignment is taken in now; a terminal that was just entered has sent nothing.
    ...i.assigned
      .filter(({ terminalId }) => !i.terminals.some(({ id }) => id === terminalId))
      .map(({ terminalId }) => ({
        sql: `insert into jobs (kind, arguments) values ('reprocess', $1::jsonb)`,
        params: [JSON.stringify({ terminalId, codes: HELD_BACK })],
      })),
  ];
}
