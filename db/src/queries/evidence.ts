import type { Db, Step } from '../db.ts';

/** A pack as the chain has it. */
export interface EvidencePackRow {
  seq: number;
  id: string;
  finding_id: string;
  created_at: Date;
  created_by: string;
  reason: string;
  sha256: string;
  prev_sha256: string;
  file: string;
}

const COLUMNS = 'seq, id, finding_id, created_at, created_by, reason, sha256, prev_sha256, file';

/** The newest pack; undefined before the first. */
export async function newestPack(db: Db): Promise<EvidencePackRow | undefined> {
  const [row] = await db.query<EvidencePackRow>(`select ${COLUMNS} from evidence_packs order by seq desc limit 1`, [], {
    priority: 'write',
  });
  return row;
}

/** Appends a pack to the chain. The database refuses one that does not follow the newest (SQLSTATE 40001: make it anew and repeat). */
export function appendPackStep(row: EvidencePackRow): Step {
  return {
    sql: `insert into evidence_packs (${COLUMNS}) values ($1::int8, $2::text, $3::text, $4::timestamptz, $5::text, $6::text, $7::text, $8::text, $9::text)`,
    params: [row.seq, row.id, row.finding_id, row.created_at, row.created_by, row.reason, row.sha256, row.prev_sha256, row.file],
    expect: 1,
  };
}

/** A pack with the truck that its finding is of. */
export interface EvidencePackListed extends EvidencePackRow {
  rule: string;
  day: string;
  vehicle_id: number;
  vin: string;
  plate: string;
}

const LISTED = `select ${COLUMNS.split(', ')
  .map((name) => `p.${name}`)
  .join(', ')}, f.rule, f.day::text as day, v.id as vehicle_id, v.vin, v.plate
  from evidence_packs p join findings f on f.id = p.finding_id join vehicles v on v.id = f.vehicle_id`;

/** What of the packs is asked for; every part may be absent. `districts` null: of the whole site. */
export interface EvidenceQuery {
  readonly findingId: string | undefined;
  readonly vehicleId: number | undefined;
  readonly districts: readonly string[] | null;
  readonly before: number | undefined;
  readonly limit: number;
}

/** Packs, the newest first. */
export async function listPacks(db: Db, q: EvidenceQuery): Promise<EvidencePackListed[]> {
  return await db.query<EvidencePackListed>(
    `${LISTED} where ($1::text is null or p.finding_id = $1::text) and ($2::int is null or v.id = $2::int)
       and ($3::text[] is null or v.district = any($3::text[])) and ($4::int8 is null or p.seq < $4::int8)
     order by p.seq desc limit $5::int`,
    [q.findingId ?? null, q.vehicleId ?? null, q.districts === null ? null : [...q.districts], q.before ?? null, q.limit],
    { priority: 'read' },
  );
}

/** One pack by its id. */
export async function getPack(db: Db, id: string): Promise<EvidencePackListed | undefined> {
  const [row] = await db.query<EvidencePackListed>(`${LISTED} where p.id = $1::text`, [id], { priority: 'read' });
  return row;
}

/** Packs in the order of the chain, after the one with this number. */
export async function chainAfter(db: Db, seq: number, limit: number): Promise<EvidencePackRow[]> {
  return await db.query<EvidencePackRow>(
    `select ${COLUMNS} from evidence_packs where seq > $1::int8 order by seq limit $2::int`,
    [seq, limit],
    { priority: 'read' },
  );
}
