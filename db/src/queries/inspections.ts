import { type Db, OptimisticConflict, type Step } from '../db.ts';
import { type Districts, within } from './districts.ts';

/** What a record of an inspection says, as it is stored. */
export interface InspectionContent {
  readonly kind: string;
  /** Beijing day; `time`: HH:mm, null: not known. */
  readonly day: string;
  readonly time: string | null;
  readonly place: string | null;
  readonly organisation: string;
  readonly method: string;
  readonly values: readonly object[];
  readonly measured: readonly string[];
  readonly over: readonly string[];
  readonly result: string;
  readonly reportNo: string | null;
  readonly note: string | null;
}

/** A record as it stands, with its truck, what it amounts to, and the case that was opened from it. */
export interface InspectionRow {
  id: number;
  vehicle_id: number;
  vin: string;
  plate: string;
  district: string | null;
  enterprise: string | null;
  kind: string;
  day: string;
  time: string | null;
  place: string | null;
  organisation: string;
  method: string;
  values: Record<string, unknown>[];
  measured: string[];
  over: string[];
  result: string;
  report_no: string | null;
  note: string | null;
  voided: boolean;
  version: number;
  created_at: Date;
  created_by: string;
  updated_at: Date;
  updated_by: string;
  files: number;
  case_id: number | null;
  judgement: string;
}

/** Months in which a second exceedance in remote sensing makes a finding (HJ 845-2017 [M]). */
export const REPEAT_MONTHS = 6;

const MOMENT = (row: string): string => `inspection_moment(${row}.day, ${row}.at_time, ${row}.id)`;

/**
 * SQL for what a record `i` amounts to. In remote sensing one pass over a limit is `single`; with one before it, of the same pollutant and within
 * six months, it is `failed` when no pass between them measured that pollutant under its limit, else `repeated`.
 */
const JUDGEMENT = `case when i.kind <> 'remoteSensing' or i.result <> 'failed' then i.result
  else (select case when bool_or(x.in_a_row) then 'failed' when count(*) > 0 then 'repeated' else 'single' end from (
    select not exists (select 1 from inspections b where b.vehicle_id = i.vehicle_id and b.kind = 'remoteSensing' and not b.voided and b.result <> 'invalid'
        and p.name = any(b.measured) and not p.name = any(b.over) and ${MOMENT('b')} > ${MOMENT('e')} and ${MOMENT('b')} < ${MOMENT('i')}) as in_a_row
    from unnest(i.over) p (name) join inspections e on e.vehicle_id = i.vehicle_id and e.kind = 'remoteSensing' and not e.voided and e.result = 'failed'
      and p.name = any(e.over) and e.day >= (i.day - interval '${REPEAT_MONTHS} months')::date and ${MOMENT('e')} < ${MOMENT('i')}
  ) x) end`;

const COLUMNS = `i.id, i.vehicle_id, v.vin, v.plate, v.district, v.enterprise, i.kind, i.day, i.at_time as time, i.place, i.organisation, i.method,
  i."values", i.measured, i.over, i.result, i.report_no, i.note, i.voided, i.version, i.created_at, i.created_by, i.updated_at, i.updated_by,
  (select count(*)::int from inspection_files f where f.inspection_id = i.id) as files,
  (select c.id from cases c where c.origin = 'inspection' and c.origin_id = i.id::text) as case_id, ${JUDGEMENT} as judgement`;
const FROM = 'from inspections i join vehicles v on v.id = i.vehicle_id';

/** Which records are asked for. Days are Beijing dates, both included. */
export interface InspectionQuery {
  readonly kinds: readonly string[] | undefined;
  readonly judgements: readonly string[] | undefined;
  readonly vehicleId: number | undefined;
  readonly district: string | undefined;
  readonly fromDay: string | undefined;
  readonly toDay: string | undefined;
  /** Part of a plate, a VIN, an organisation, a place or a report number. */
  readonly search: string | undefined;
  /** Also those that were taken back. */
  readonly voided: boolean;
  readonly districts: Districts;
  readonly after: { readonly day: string; readonly id: number } | undefined;
  readonly limit: number;
}

function like(text: string): string {
  return `%${text.replace(/[\\%_]/g, (letter) => `\\${letter}`)}%`;
}

/** One page of records, the newest first. */
export async function listInspections(db: Db, q: InspectionQuery): Promise<InspectionRow[]> {
  return await db.query<InspectionRow>(
    `select * from (select ${COLUMNS} ${FROM}
       where ${within('v.district', '$1')} and ($2::text[] is null or i.kind = any($2::text[])) and ($3::int is null or i.vehicle_id = $3::int)
         and ($4::text is null or v.district = $4::text) and ($5::date is null or i.day >= $5::date) and ($6::date is null or i.day <= $6::date)
         and ($7::text is null or v.plate ilike $7::text or v.vin ilike $7::text or i.organisation ilike $7::text or i.place ilike $7::text or i.report_no ilike $7::text)
         and ($8::boolean or not i.voided) and ($9::date is null or (i.day, i.id) < ($9::date, $10::int))) r
     where $11::text[] is null or r.judgement = any($11::text[])
     order by r.day desc, r.id desc limit $12::int`,
    [
      q.districts === null ? null : [...q.districts],
      q.kinds === undefined ? null : [...q.kinds],
      q.vehicleId ?? null,
      q.district ?? null,
      q.fromDay ?? null,
      q.toDay ?? null,
      q.search === undefined ? null : like(q.search),
      q.voided,
      q.after?.day ?? null,
      q.after?.id ?? null,
      q.judgements === undefined ? null : [...q.judgements],
      q.limit,
    ],
    { priority: 'read' },
  );
}

/** One record; undefined when there is none. */
export async function getInspection(db: Db, id: number): Promise<InspectionRow | undefined> {
  const [row] = await db.query<InspectionRow>(`select ${COLUMNS} ${FROM} where i.id = $1::int`, [id], { priority: 'read' });
  return row;
}

/** What a record said at one time, and who changed it why. */
export interface InspectionVersionRow {
  version: number;
  recorded_at: Date;
  actor: string;
  reason: string | null;
  voided: boolean;
  facts: Record<string, unknown>;
}

/** Everything that a record ever said, the first version first. */
export async function inspectionVersions(db: Db, id: number): Promise<InspectionVersionRow[]> {
  return await db.query<InspectionVersionRow>(
    'select version, recorded_at, actor, reason, voided, facts from inspection_versions where inspection_id = $1::int order by version',
    [id],
    { priority: 'read' },
  );
}

/** Who writes, when. */
export interface InspectionAuthor {
  readonly atMs: number;
  readonly actor: string;
}

const factsJson = (c: InspectionContent): string => JSON.stringify(c);
const content = (c: InspectionContent): unknown[] => [
  c.day,
  c.time,
  c.place,
  c.organisation,
  c.method,
  JSON.stringify(c.values),
  [...c.measured],
  [...c.over],
  c.result,
  c.reportNo,
  c.note,
];

const MADE = "currval(pg_get_serial_sequence('inspections', 'id'))::int";

/**
 * Enters a record, with `after` (its row of the audit trail) in one transaction; answers its id. SQLSTATE 23505: one of this truck, kind, day, time and
 * report number is there.
 */
export async function enterInspection(
  db: Db,
  vehicleId: number,
  c: InspectionContent,
  { atMs, actor }: InspectionAuthor,
  after: (id: { readonly select: string; readonly value: string }) => readonly Step[],
): Promise<number> {
  const at = new Date(atMs);
  const results = await db.batch([
    {
      sql: `insert into inspections (vehicle_id, kind, day, at_time, place, organisation, method, "values", measured, over, result, report_no, note,
          created_at, created_by, updated_at, updated_by)
        values ($12::int, $13::text, $1::date, $2::text, $3::text, $4::text, $5::text, $6::jsonb, $7::text[], $8::text[], $9::text, $10::text, $11::text,
          $14::timestamptz, $15::text, $14::timestamptz, $15::text)`,
      params: [...content(c), vehicleId, c.kind, at, actor],
      expect: 1,
    },
    {
      sql: `insert into inspection_versions (inspection_id, version, recorded_at, actor, voided, facts) values (${MADE}, 1, $1::timestamptz, $2::text, false, $3::jsonb)`,
      params: [at, actor, factsJson(c)],
      expect: 1,
    },
    { sql: `select ${MADE} as id`, expect: 1 },
    ...after({ select: `select ${MADE}::text where $1::text is not null`, value: '' }),
  ]);
  const id: unknown = results[2]?.rows[0] === undefined ? undefined : Reflect.get(results[2].rows[0], 'id');
  if (typeof id !== 'number') throw new Error('an inspection that was entered has no id');
  return id;
}

/** What a record is corrected to, and why. */
export interface InspectionCorrection {
  readonly id: number;
  /** The version that its author saw. */
  readonly version: number;
  readonly content: InspectionContent;
  readonly voided: boolean;
  readonly reason: string;
}

/** The steps that correct a record, or take it back; they are in conflict when it is no longer at that version. */
export function correctInspectionSteps(m: InspectionCorrection, { atMs, actor }: InspectionAuthor): Step[] {
  const at = new Date(atMs);
  return [
    {
      sql: `update inspections set day = $1::date, at_time = $2::text, place = $3::text, organisation = $4::text, method = $5::text, "values" = $6::jsonb,
          measured = $7::text[], over = $8::text[], result = $9::text, report_no = $10::text, note = $11::text, voided = $14::boolean, version = version + 1,
          updated_at = $15::timestamptz, updated_by = $16::text
        where id = $12::int and version = $13::int`,
      params: [...content(m.content), m.id, m.version, m.voided, at, actor],
      expect: 1,
    },
    {
      sql: `insert into inspection_versions (inspection_id, version, recorded_at, actor, reason, voided, facts)
        values ($1::int, $2::int, $3::timestamptz, $4::text, $5::text, $6::boolean, $7::jsonb)`,
      params: [m.id, m.version + 1, at, actor, m.reason, m.voided, factsJson(m.content)],
      expect: 1,
    },
  ];
}

/** Corrects a record, or takes it back, when it is still at that version. False when somebody was faster; nothing is written then. SQLSTATE 23505 as above. */
export async function correctInspection(
  db: Db,
  m: InspectionCorrection,
  author: InspectionAuthor,
  after: readonly Step[],
): Promise<boolean> {
  try {
    await db.batch([...correctInspectionSteps(m, author), ...after]);
    return true;
  } catch (error) {
    if (error instanceof OptimisticConflict) return false;
    throw error;
  }
}

/** An attachment of a record. */
export interface InspectionFileRow {
  id: string;
  inspection_id: number;
  name: string;
  type: string;
  bytes: number;
  sha256: string;
  at: Date;
  actor: string;
}

/** The attachments of a record, in the order in which they came. */
export async function inspectionFiles(db: Db, id: number): Promise<InspectionFileRow[]> {
  return await db.query<InspectionFileRow>(
    'select id, inspection_id, name, type, bytes, sha256, at, actor from inspection_files where inspection_id = $1::int order by at, id',
    [id],
    { priority: 'read' },
  );
}

/** Notes an attachment of a record, with `after` in the same transaction. */
export async function addInspectionFile(db: Db, f: InspectionFileRow, after: readonly Step[]): Promise<void> {
  await db.batch([
    {
      sql: `insert into inspection_files (id, inspection_id, name, type, bytes, sha256, at, actor)
        values ($1::text, $2::int, $3::text, $4::text, $5::int, $6::text, $7::timestamptz, $8::text)`,
      params: [f.id, f.inspection_id, f.name, f.type, f.bytes, f.sha256, f.at, f.actor],
      expect: 1,
    },
    ...after,
  ]);
}

/** A truck by its names; `mine`: in the districts that were asked for. */
export interface NamedTruck {
  id: number;
  plate: string;
  vin: string;
  mine: boolean;
}

/** All trucks by plate and by VIN: what the rows of a file are told apart by. Also those of other districts, since a plate may be there as well. */
export async function trucksByName(db: Db, districts: Districts): Promise<NamedTruck[]> {
  return await db.query<NamedTruck>(
    `select v.id, v.plate, v.vin, coalesce(${within('v.district', '$1')}, false) as mine from vehicles v order by v.id`,
    [districts === null ? null : [...districts]],
    { priority: 'read' },
  );
}

/** What tells the records apart that were not taken back: of one truck, kind, day, time and report number there is one. */
export async function inspectionKeys(
  db: Db,
): Promise<{ vehicle_id: number; kind: string; day: string; time: string | null; reportNo: string | null }[]> {
  return await db.query(
    'select vehicle_id, kind, day, at_time as time, report_no as "reportNo" from inspections where not voided',
    [],
    {
      priority: 'read',
    },
  );
}

/** Which records are held against the OBD data. Days are Beijing dates, both included. */
export interface AgreementQuery {
  readonly fromDay: string;
  readonly toDay: string;
  /** Days before and after the inspection in which the OBD data are looked at; its own day belongs to them. */
  readonly before: number;
  readonly after: number;
  /** What counts as judged and as over: R-A3 or R-C3 (probable), or R-A2 on a day alone. */
  readonly verdict: 'probable' | 'day';
  readonly districts: Districts;
}

/** A record beside what the OBD data of its truck said. */
export interface InspectionPair {
  id: number;
  vehicle_id: number;
  plate: string;
  kind: string;
  day: string;
  judgement: string;
  measured: string[];
  over: string[];
  /** First and last day that was looked at; the first is later than the last where a repair leaves none. */
  window_from: string;
  window_to: string;
  /** The last day, up to the inspection, on which a repair was completed that cuts the window; likewise the first after it. */
  repaired_before: string | null;
  repaired_after: string | null;
  /** Days of the window on which the rules of the verdict could be judged, and on which one of them found the truck over its limit. */
  judged_days: number;
  over_days: number;
}

const VERDICT_DAYS = {
  probable: { judged: 'd.limit_judged', over: 'd.over_limit' },
  day: { judged: `(d.over_limit_day or d.verdicts @> '[{"rule": "R-A2", "outcome": "clear"}]')`, over: 'd.over_limit_day' },
} as const;

/**
 * The records of a period that were not taken back, each with what the OBD data said in the window about it. A truck that was repaired is another
 * one: the window begins after the last repair up to the inspection and ends before the next; the days of the repairs are neither. Repairs of a
 * truck that is off line mend its terminal, and cut nothing.
 */
export async function inspectionPairs(db: Db, q: AgreementQuery): Promise<InspectionPair[]> {
  const days = VERDICT_DAYS[q.verdict];
  return await db.query<InspectionPair>(
    `select i.id, i.vehicle_id, v.plate, i.kind, i.day, i.measured, i.over, ${JUDGEMENT} as judgement, w.window_from, w.window_to,
       case when r.last >= i.day - $4::int then r.last end as repaired_before, case when r.next <= i.day + $5::int then r.next end as repaired_after,
       o.judged_days, o.over_days
     ${FROM} cross join lateral (
       select max(s.day) filter (where s.day <= i.day) as last, min(s.day) filter (where s.day > i.day) as next
       from cases c join case_steps s on s.case_id = c.id and s.kind = 'repair' where c.vehicle_id = i.vehicle_id and c.type <> 'offline') r
     cross join lateral (select greatest(i.day - $4::int, r.last + 1) as window_from, least(i.day + $5::int, r.next - 1) as window_to) w
     cross join lateral (
       select count(*) filter (where ${days.judged})::int as judged_days, count(*) filter (where ${days.over})::int as over_days
       from truck_day d where d.vehicle_id = i.vehicle_id and d.day between w.window_from and w.window_to) o
     where ${within('v.district', '$1')} and i.day between $2::date and $3::date and not i.voided order by i.day, i.id`,
    [q.districts === null ? null : [...q.districts], q.fromDay, q.toDay, q.before, q.after],
    { priority: 'read' },
  );
}
