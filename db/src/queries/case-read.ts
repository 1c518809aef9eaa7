import type { Db } from '../db.ts';
import { type Districts, within } from './districts.ts';
import { STANDS_ALONE } from './lead-events.ts';

/** A case as it is stored, with its truck as it is registered now. Days are Beijing dates. */
export interface CaseRow {
  id: number;
  year: number;
  number: number;
  vehicle_id: number;
  vin: string;
  plate: string;
  district: string | null;
  enterprise: string | null;
  type: string;
  origin: 'lead' | 'inspection' | 'hand';
  origin_id: string | null;
  source: string;
  state: string;
  priority: string;
  officer: string | null;
  officer_name: string | null;
  opened_day: string;
  opened_at: Date;
  opened_by: string;
  due_day: string | null;
  due_for: string | null;
  close_by: string | null;
  objection_due: string | null;
  closed_day: string | null;
  closed_reason: string | null;
  reopened: number;
  version: number;
  updated_at: Date;
}

/** A case whole. `progress`: what the next step is checked against; `facts`: the truck as it was registered at the opening. */
export interface CaseWhole extends CaseRow {
  progress: unknown;
  trigger: Record<string, unknown>;
  vehicle: Record<string, unknown>;
  terminal: Record<string, unknown> | null;
}

const COLUMNS = `c.id, c.year, c.number, c.vehicle_id, v.vin, v.plate, v.district, v.enterprise, c.type, c.origin, c.origin_id, c.source, c.state, c.priority,
  c.officer, u.display_name as officer_name, c.opened_day, c.opened_at, c.opened_by, c.due_day, c.due_for, c.close_by, c.objection_due, c.closed_day,
  c.closed_reason, c.reopened, c.version, c.updated_at`;
const FROM = 'from cases c join vehicles v on v.id = c.vehicle_id left join users u on u.name = c.officer';
/** The nearest of a case's deadlines; null: none, and of a closed case always. */
export const NEAREST_DUE = "case when c.state <> 'closed' then least(c.due_day, c.objection_due, c.close_by) end";

/** What cases can be sorted by; ties go by id. */
export const CASE_SORTS = ['due', 'opened', 'updated', 'number', 'plate'] as const;
export type CaseSort = (typeof CASE_SORTS)[number];

/** Sort keys as texts, so that a cursor is one; the collation is that of the bytes on both engines. */
const SORT_KEYS: Readonly<Record<CaseSort, string>> = {
  due: `coalesce((${NEAREST_DUE})::text, '9999-12-31')`,
  opened: 'c.opened_day::text',
  updated: `to_char(c.updated_at at time zone 'UTC', 'YYYYMMDDHH24MISSMS')`,
  number: `(c.year::text || lpad(c.number::text, 9, '0'))`,
  plate: 'v.plate',
};

/** Which cases are asked for; every part may be absent. */
export interface CaseFilter {
  readonly states: readonly string[] | undefined;
  readonly types: readonly string[] | undefined;
  readonly vehicleId: number | undefined;
  /** User name; '' for cases that nobody has. */
  readonly officer: string | undefined;
  readonly district: string | undefined;
  /** Plate, VIN, enterprise or case number. */
  readonly search: string | undefined;
  /** `overdue`: a deadline has passed; `soon`: none has, and one comes by `soonDay`. */
  readonly due: 'overdue' | 'soon' | undefined;
  readonly today: string;
  readonly soonDay: string;
  readonly districts: Districts;
}

/** A page of cases. */
export interface CaseQuery extends CaseFilter {
  readonly sort: CaseSort;
  readonly descending: boolean;
  readonly after: { readonly key: string; readonly id: number } | undefined;
  readonly limit: number;
}

function contains(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

function conditions(q: CaseFilter, params: unknown[]): string[] {
  params.push(q.districts === null ? null : [...q.districts]);
  const where = [within('v.district', `$${params.length}`)];
  const add = (value: unknown, condition: (place: string) => string): void => {
    if (value === undefined) return;
    params.push(value);
    where.push(condition(`$${params.length}`));
  };
  add(q.states && [...q.states], (n) => `c.state = any(${n}::text[])`);
  add(q.types && [...q.types], (n) => `c.type = any(${n}::text[])`);
  add(q.vehicleId, (n) => `c.vehicle_id = ${n}::int`);
  add(q.officer, (n) => `coalesce(c.officer, '') = ${n}::text`);
  add(q.district, (n) => `v.district = ${n}::text`);
  add(
    q.search === undefined ? undefined : contains(q.search),
    (n) =>
      `(v.plate ilike ${n}::text or v.vin ilike ${n}::text or v.enterprise ilike ${n}::text or (c.year::text || '-' || lpad(c.number::text, 5, '0')) like ${n}::text)`,
  );
  if (q.due === 'overdue') add(q.today, (n) => `${NEAREST_DUE} < ${n}::date`);
  if (q.due === 'soon') {
    add(q.today, (n) => `${NEAREST_DUE} >= ${n}::date`);
    add(q.soonDay, (n) => `${NEAREST_DUE} <= ${n}::date`);
  }
  return where;
}

/** One page of cases, with the key that the next page goes on from. */
export async function listCases(db: Db, q: CaseQuery): Promise<(CaseRow & { sort_key: string })[]> {
  const params: unknown[] = [];
  const where = conditions(q, params);
  const key = `(${SORT_KEYS[q.sort]}) collate "C"`;
  const [compare, order] = q.descending ? ['<', 'desc'] : ['>', 'asc'];
  if (q.after) {
    params.push(q.after.key, q.after.id);
    const [k, id] = [`$${params.length - 1}::text`, `$${params.length}::int`];
    where.push(`(${key} ${compare} ${k} or (${key} = ${k} and c.id ${compare} ${id}))`);
  }
  params.push(q.limit);
  return await db.query<CaseRow & { sort_key: string }>(
    `select ${COLUMNS}, ${key} as sort_key ${FROM} where ${where.join(' and ')} order by ${key} ${order}, c.id ${order} limit $${params.length}::int`,
    params,
    { priority: 'read' },
  );
}

/** How many cases there are by state, and of these how many are overdue and due soon. */
export async function countCases(
  db: Db,
  q: CaseFilter,
): Promise<{ state: string; cases: number; overdue: number; soon: number }[]> {
  const params: unknown[] = [];
  const where = conditions({ ...q, states: undefined, due: undefined }, params);
  params.push(q.today, q.soonDay);
  const [today, soon] = [`$${params.length - 1}::date`, `$${params.length}::date`];
  return await db.query(
    `select c.state, count(*)::int as cases, count(*) filter (where ${NEAREST_DUE} < ${today})::int as overdue,
       count(*) filter (where ${NEAREST_DUE} >= ${today} and ${NEAREST_DUE} <= ${soon})::int as soon
     ${FROM} where ${where.join(' and ')} group by c.state order by c.state`,
    params,
    { priority: 'read' },
  );
}

/** One case; undefined when there is none of this id. */
export async function getCase(db: Db, id: number): Promise<CaseWhole | undefined> {
  const [row] = await db.query<CaseWhole>(
    `select ${COLUMNS}, c.progress, c.trigger, c.vehicle, c.terminal ${FROM} where c.id = $1::int`,
    [id],
    { priority: 'read' },
  );
  return row;
}

/** A step as it was recorded. */
export interface CaseStepRow {
  seq: number;
  kind: string;
  day: string;
  recorded_at: Date;
  actor: string;
  actor_name: string | null;
  from_state: string | null;
  to_state: string;
  values: Record<string, unknown>;
  note: string | null;
  due_day: string | null;
  due_for: string | null;
}

/** The steps of a case after a number, in order. */
export async function caseSteps(db: Db, id: number, after = 0): Promise<CaseStepRow[]> {
  return await db.query<CaseStepRow>(
    `select s.seq, s.kind, s.day, s.recorded_at, s.actor, u.display_name as actor_name, s.from_state, s.to_state, s."values", s.note, s.due_day, s.due_for
     from case_steps s left join users u on u.name = s.actor where s.case_id = $1::int and s.seq > $2::int order by s.seq`,
    [id, after],
    { priority: 'read' },
  );
}

/** An attachment as it is kept. */
export interface CaseFileRow {
  id: string;
  case_id: number;
  seq: number;
  name: string;
  type: string;
  bytes: number;
  sha256: string;
  at: Date;
  actor: string;
}

/** The attachments of a case, in the order of its steps. */
export async function caseFiles(db: Db, id: number): Promise<CaseFileRow[]> {
  return await db.query<CaseFileRow>(
    'select id, case_id, seq, name, type, bytes, sha256, at, actor from case_files where case_id = $1::int order by seq, at, id',
    [id],
    { priority: 'read' },
  );
}

/** A lead that a case rests on. `withdrawn`: findings of the case that a later evaluation no longer finds. */
export interface CaseLeadRow {
  id: string;
  cause: string;
  level: string;
  state: 'open' | 'closed' | 'withdrawn';
  first_day: string;
  last_day: string;
  findings: number;
  withdrawn: number;
}

/** The leads that the findings of a case are folded into now. */
export async function caseLeads(db: Db, id: number): Promise<CaseLeadRow[]> {
  return await db.query<CaseLeadRow>(
    `select l.id, l.cause, l.level, l.state, l.first_day, l.last_day, count(*)::int as findings,
       count(*) filter (where f.withdrawn_at is not null)::int as withdrawn
     from case_findings cf join findings f on f.id = cf.finding_id
     join leads l on l.vehicle_id = f.vehicle_id and f.id = any(l.findings)
     where cf.case_id = $1::int and ${STANDS_ALONE} group by l.id order by l.first_day, l.id`,
    [id],
    { priority: 'read' },
  );
}

/** The evidence packs made of findings of a case. */
export async function casePacks(
  db: Db,
  id: number,
): Promise<{ id: string; finding_id: string; rule: string; day: string; created_at: Date; sha256: string }[]> {
  return await db.query(
    `select p.id, p.finding_id, f.rule, f.day, p.created_at, p.sha256
     from case_findings cf join findings f on f.id = cf.finding_id join evidence_packs p on p.finding_id = f.id
     where cf.case_id = $1::int order by p.seq`,
    [id],
    { priority: 'read' },
  );
}

/** The cases that findings of a lead belong to, the newest first. */
export async function casesOfLead(
  db: Db,
  leadId: string,
): Promise<{ id: number; year: number; number: number; state: string }[]> {
  return await db.query(
    `select c.id, c.year, c.number, c.state from cases c
     where c.id in (select cf.case_id from case_findings cf join leads l on cf.finding_id = any(l.findings) where l.id = $1::text) order by c.id desc`,
    [leadId],
    { priority: 'read' },
  );
}

/** The newest case of a truck and type, closed or not. */
export async function newestCaseOf(db: Db, vehicleId: number, type: string): Promise<CaseWhole | undefined> {
  const [row] = await db.query<CaseWhole>(
    `select ${COLUMNS}, c.progress, c.trigger, c.vehicle, c.terminal ${FROM} where c.vehicle_id = $1::int and c.type = $2::text
     order by (c.state <> 'closed') desc, c.closed_day desc, c.id desc limit 1`,
    [vehicleId, type],
    { priority: 'read' },
  );
  return row;
}

/** What each officer has: open cases, of these overdue and due soon, and closed since a day. '' has what nobody has. */
export async function caseWorkload(
  db: Db,
  districts: Districts,
  days: { readonly today: string; readonly soonDay: string; readonly since: string },
): Promise<{ officer: string; name: string | null; open: number; overdue: number; soon: number; closed: number }[]> {
  return await db.query(
    `select coalesce(c.officer, '') as officer, max(u.display_name) as name, count(*) filter (where c.state <> 'closed')::int as open,
       count(*) filter (where ${NEAREST_DUE} < $2::date)::int as overdue,
       count(*) filter (where ${NEAREST_DUE} >= $2::date and ${NEAREST_DUE} <= $3::date)::int as soon,
       count(*) filter (where c.closed_day >= $4::date)::int as closed
     ${FROM} where ${within('v.district', '$1')} group by 1 order by 3 desc, 1`,
    [districts === null ? null : [...districts], days.today, days.soonDay, days.since],
    { priority: 'read' },
  );
}

/** Open leads of trucks that send nothing, not dismissed, with a finding of a day after their last offline case was closed and no case that is open. */
export async function offlineLeadsWithoutCase(
  db: Db,
  limit: number,
): Promise<{ id: string; vehicle_id: number; last_day: string; first_day: string }[]> {
  return await db.query(
    `select l.id, l.vehicle_id, l.last_day, l.first_day from leads l
     where l.state = 'open' and l.cause = 'offline'
       and not exists (select 1 from finding_triage t where t.finding_id = any(l.findings) and t.decision = 'dismissed')
       and exists (
         select 1 from findings f where f.id = any(l.findings) and f.withdrawn_at is null and f.level = 'fault'
           and not exists (select 1 from case_findings cf where cf.finding_id = f.id)
           and f.day > coalesce((select max(c.closed_day) from cases c where c.vehicle_id = l.vehicle_id and c.type = 'offline'), '-infinity'))
       and not exists (select 1 from cases c where c.vehicle_id = l.vehicle_id and c.type = 'offline' and c.state <> 'closed')
     order by l.first_day, l.id limit $1::int`,
    [limit],
    { priority: 'job' },
  );
}

/** Open offline cases whose truck has sent samples of a time after the case was opened (again); those under penalty are the officer's to end. */
export async function offlineCasesBack(
  db: Db,
  limit: number,
): Promise<{ id: number; version: number; back_at: Date; received_at: Date }[]> {
  return await db.query(
    `select c.id, c.version, vl.time as back_at, vl.received_at from cases c join vehicle_latest vl on vl.vehicle_id = c.vehicle_id
     where c.type = 'offline' and c.state not in ('closed', 'penalty') and c.objection_due is null
       and vl.time > (select max(s.recorded_at) from case_steps s where s.case_id = c.id and s.kind in ('open', 'reopen'))
     order by c.id limit $1::int`,
    [limit],
    { priority: 'job' },
  );
}
