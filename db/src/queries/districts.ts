import type { Db } from '../db.ts';

/** Districts that a question is limited to; null: the whole site. */
export type Districts = readonly string[] | null;

/** Where a thing lies, seen from someone's districts. */
export type Place = 'inside' | 'outside' | 'absent';

/**
 * SQL for the district of a terminal (`id`: an expression of its id): that of the truck it is on, or was on last. A terminal that was never
 * on a truck has none, and is then of the whole site alone.
 */
export function terminalDistrict(id: string): string {
  return `(select tv.district from assignments ta join vehicles tv on tv.id = ta.vehicle_id where ta.terminal_id = ${id} order by ta.valid_from desc, ta.id desc limit 1)`;
}

/** SQL for the district of a ledger entry `l`: of the truck it is about, or else of the terminal that sent it. */
export function ledgerDistrict(l: string): string {
  return `case when ${l}.vehicle_id is null then ${terminalDistrict(`${l}.terminal_id`)} else (select lv.district from vehicles lv where lv.id = ${l}.vehicle_id) end`;
}

/** SQL condition: the district `expression` is one of those in parameter `place` (text[], null: any). What has no district is of the whole site. */
export function within(expression: string, place: string): string {
  return `(${place}::text[] is null or coalesce(${expression} = any(${place}::text[]), false))`;
}

/** How the district of each kind of thing is found, and the form that its id has. */
const DISTRICT_OF = {
  vehicle: { id: /^[1-9]\d{0,8}$/, sql: 'select district from vehicles where id = $1::int8' },
  terminal: {
    id: /^[A-Za-z0-9_-]{1,64}$/,
    sql: `select ${terminalDistrict('t.id')} as district from terminals t where t.id = $1::text`,
  },
  assignment: {
    id: /^[1-9]\d{0,14}$/,
    sql: 'select v.district from assignments a join vehicles v on v.id = a.vehicle_id where a.id = $1::int8',
  },
  ledgerEntry: {
    id: /^[1-9]\d{0,14}$/,
    sql: `select ${ledgerDistrict('l')} as district from ledger l where l.id = $1::int8`,
  },
  lead: {
    id: /^[0-9a-f]{16}$/,
    sql: 'select v.district from leads l join vehicles v on v.id = l.vehicle_id where l.id = $1::text',
  },
  finding: {
    id: /^[0-9a-f]{16}$/,
    sql: 'select v.district from findings f join vehicles v on v.id = f.vehicle_id where f.id = $1::text',
  },
  evidencePack: {
    id: /^\d{6,15}-[0-9a-f]{12}$/,
    sql: `select v.district from evidence_packs p join findings f on f.id = p.finding_id join vehicles v on v.id = f.vehicle_id where p.id = $1::text`,
  },
  case: {
    id: /^[1-9]\d{0,8}$/,
    sql: 'select v.district from cases c join vehicles v on v.id = c.vehicle_id where c.id = $1::int8',
  },
  inspection: {
    id: /^[1-9]\d{0,8}$/,
    sql: 'select v.district from inspections i join vehicles v on v.id = i.vehicle_id where i.id = $1::int8',
  },
  report: { id: /^[1-9]\d{0,8}$/, sql: 'select district from reports where id = $1::int8' },
} as const satisfies Readonly<Record<string, { id: RegExp; sql: string }>>;

/** Kinds of things that lie in a district. */
export type PlacedKind = keyof typeof DISTRICT_OF;

/** Whether a thing lies in these districts. */
export async function placeOf(db: Db, kind: PlacedKind, id: string, districts: readonly string[]): Promise<Place> {
  const of = DISTRICT_OF[kind];
  if (!of.id.test(id)) return 'absent';
  const [row] = await db.query<{ district: string | null }>(of.sql, [id], { priority: 'read' });
  if (!row) return 'absent';
  return row.district !== null && districts.includes(row.district) ? 'inside' : 'outside';
}

/** Ids of the trucks in these districts. */
export async function vehicleIdsIn(db: Db, districts: readonly string[]): Promise<Set<number>> {
  const rows = await db.query<{ id: number }>('select id from vehicles where district = any($1::text[])', [districts], {
    priority: 'read',
  });
  return new Set(rows.map((row) => row.id));
}

/** Districts of entered trucks, by name. */
export async function listDistricts(db: Db): Promise<{ district: string; vehicles: number }[]> {
  return await db.query<{ district: string; vehicles: number }>(
    'select district, count(*)::int as vehicles from vehicles where district is not null group by district order by district',
    [],
    { priority: 'read' },
  );
}
