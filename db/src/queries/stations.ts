import type { Db } from '../db.ts';

/** A repair station (M) or an inspection station (I). */
export interface StationRow {
  id: number;
  kind: 'M' | 'I';
  name: string;
  licence: string | null;
  district: string | null;
  address: string | null;
  contact: string | null;
  phone: string | null;
  retired_at: Date | null;
  version: number;
  created_at: Date;
}

const COLUMNS = 'id, kind, name, licence, district, address, contact, phone, retired_at, version, created_at';

/** All stations: those in use first, then by name. */
export async function listStations(db: Db): Promise<StationRow[]> {
  return await db.query<StationRow>(`select ${COLUMNS} from stations order by retired_at is not null, kind desc, name, id`, [], {
    priority: 'read',
  });
}

/** One station; undefined when there is none. */
export async function getStation(db: Db, id: number): Promise<StationRow | undefined> {
  const [row] = await db.query<StationRow>(`select ${COLUMNS} from stations where id = $1::int`, [id], { priority: 'read' });
  return row;
}

/** What of a station can be written. */
export interface StationFacts {
  readonly name: string;
  readonly licence: string | null;
  readonly district: string | null;
  readonly address: string | null;
  readonly contact: string | null;
  readonly phone: string | null;
}

const facts = (f: StationFacts) => [f.name, f.licence, f.district, f.address, f.contact, f.phone];

/** Enters a station; answers its id. SQLSTATE 23505: one of this kind and name is in use. */
export async function insertStation(db: Db, kind: 'M' | 'I', f: StationFacts): Promise<number> {
  const [row] = await db.query<{ id: number }>(
    `insert into stations (kind, name, licence, district, address, contact, phone)
     values ($7::text, $1::text, $2::text, $3::text, $4::text, $5::text, $6::text) returning id`,
    [...facts(f), kind],
    { priority: 'write' },
  );
  if (!row) throw new Error('a station that was entered has no id');
  return row.id;
}

/** Changes a station, and retires it or takes it into use again, when it is still at `version`. False when it is not. */
export async function changeStation(
  db: Db,
  id: number,
  version: number,
  f: StationFacts,
  retiredAtMs: number | null,
): Promise<boolean> {
  const rows = await db.query(
    `update stations set name = $1::text, licence = $2::text, district = $3::text, address = $4::text, contact = $5::text, phone = $6::text,
       retired_at = case when $9::timestamptz is null then null else coalesce(retired_at, $9::timestamptz) end, version = version + 1
     where id = $7::int and version = $8::int returning id`,
    [...facts(f), id, version, retiredAtMs === null ? null : new Date(retiredAtMs)],
    { priority: 'write' },
  );
  return rows.length === 1;
}
