import type { Db, Step } from '../db.ts';
import type { RoleName } from './account-row.ts';
import { NEAREST_DUE } from './case-read.ts';
import { type Districts, within } from './districts.ts';
import { STANDS_ALONE } from './lead-events.ts';
import { DAY_OF_FINDING, FINDING, type FindingJson } from './leads.ts';
import { LEVEL_ORDER, RANK } from './levels.ts';
import type { ChannelKind, NoticeKind } from './notice-settings.ts';
import type { ReportKind } from './reports.ts';

/** Somebody who is to be told, by one subscription. */
export interface Listener {
  subscription_id: number;
  channel_id: number;
  channel_kind: ChannelKind;
  kinds: NoticeKind[];
  level: string;
  districts: string[] | null;
  quiet_from: number | null;
  quiet_to: number | null;
  digest_at: number;
  language: 'zh' | 'en';
  created_at: Date;
  /** Of the person; null: the channel itself. */
  role: RoleName | null;
  person_districts: string[] | null;
  /** Address of the person; '' for a channel that goes to one place; null: the person has none. */
  recipient: string | null;
}

/** Everyone who is to be told something, one row for each subscription and person. */
export async function listListeners(db: Db): Promise<Listener[]> {
  return await db.query<Listener>(
    `select s.id as subscription_id, s.channel_id, c.kind as channel_kind, s.kinds, s.level, s.districts, s.quiet_from, s.quiet_to, s.digest_at, s.language,
       s.created_at, u.role, u.districts as person_districts,
       case c.kind when 'email' then a.email when 'sms' then a.phone else '' end as recipient
     from notice_subscriptions s join notice_channels c on c.id = s.channel_id
     left join users u on c.kind in ('email', 'sms') and u.disabled_at is null and (u.id = s.user_id or u.role = s.role)
     left join notice_addresses a on a.user_id = u.id
     where s.ended_at is null and c.enabled order by s.id, u.id`,
    [],
    { priority: 'job' },
  );
}

/** A lead that may have to be told. */
export interface LeadSource {
  id: string;
  cause: string;
  level: string;
  first_day: string;
  last_day: string;
  vehicle_id: number;
  vin: string;
  plate: string;
  district: string | null;
  headline: FindingJson | null;
  /** When a finding of at least each level was first made [epoch s]; null: none was. */
  reached: Readonly<Record<string, number | null>>;
}

/** Open leads that were written since `sinceMs` and whose newest day is not before `fromDay`: up to `limit`, by id, from behind `after`. */
export async function leadsForNotices(
  db: Db,
  sinceMs: number,
  fromDay: string,
  after: string | null,
  limit: number,
): Promise<LeadSource[]> {
  const reached = LEVEL_ORDER.map(
    (level, i) => `'${level}', extract(epoch from min(f.opened_at) filter (where ${RANK('f.level')} >= ${i + 1}))`,
  ).join(', ');
  return await db.query<LeadSource>(
    `select l.id, l.cause, l.level, l.first_day, l.last_day, v.id as vehicle_id, v.vin, v.plate, v.district, h.headline, r.reached
     from (select * from leads where state = 'open' and updated_at >= $1::timestamptz and last_day >= $2::date and ($3::text is null or id > $3::text)
       order by id limit $4::int) l
     join vehicles v on v.id = l.vehicle_id
     cross join lateral (select jsonb_build_object(${reached}) as reached from findings f where f.id = any(l.findings) and f.withdrawn_at is null) r
     left join lateral (
       select ${FINDING} as headline from findings f ${DAY_OF_FINDING} where f.id = any(l.findings) and f.withdrawn_at is null
       order by ${RANK('f.level')} desc, f.day desc, f.id limit 1
     ) h on true
     order by l.id`,
    [new Date(sinceMs), fromDay, after, limit],
    { priority: 'job' },
  );
}

/** An alarm that may have to be told. */
export interface AlarmSource {
  id: string;
  kind: string;
  started_at: Date;
  raised_at: Date;
  vehicle_id: number;
  vin: string;
  plate: string;
  district: string | null;
}

/** Alarms that were raised since `sinceMs`: up to `limit`, by id, from behind `after`. */
export async function alarmsForNotices(db: Db, sinceMs: number, after: string | null, limit: number): Promise<AlarmSource[]> {
  return await db.query<AlarmSource>(
    `select a.id, a.kind, a.started_at, a.raised_at, v.id as vehicle_id, v.vin, v.plate, v.district
     from alarms a join vehicles v on v.id = a.vehicle_id where a.raised_at >= $1::timestamptz and ($2::text is null or a.id > $2::text)
     order by a.id limit $3::int`,
    [new Date(sinceMs), after, limit],
    { priority: 'job' },
  );
}

/** An open case and the nearest of its deadlines. */
export interface CaseSource {
  id: number;
  year: number;
  number: number;
  type: string;
  state: string;
  officer: string | null;
  officer_name: string | null;
  nearest: string;
  vehicle_id: number;
  vin: string;
  plate: string;
  district: string | null;
}

/** Open cases of which a deadline has passed or comes by a Beijing day: up to `limit`, by id, from behind `after`. */
export async function casesForNotices(db: Db, untilDay: string, after: number | null, limit: number): Promise<CaseSource[]> {
  return await db.query<CaseSource>(
    `select c.id, c.year, c.number, c.type, c.state, c.officer, u.display_name as officer_name, ${NEAREST_DUE} as nearest, v.id as vehicle_id, v.vin, v.plate, v.district
     from cases c join vehicles v on v.id = c.vehicle_id left join users u on u.name = c.officer
     where ${NEAREST_DUE} <= $1::date and ($2::int is null or c.id > $2::int) order by c.id limit $3::int`,
    [untilDay, after, limit],
    { priority: 'job' },
  );
}

/** How many cases of these districts are open, of these overdue and due by a day. */
export async function caseCounts(
  db: Db,
  districts: Districts,
  today: string,
  soonDay: string,
): Promise<{ open: number; overdue: number; dueSoon: number }> {
  const [row] = await db.query<{ open: number; overdue: number; due_soon: number }>(
    `select count(*) filter (where c.state <> 'closed')::int as open, count(*) filter (where ${NEAREST_DUE} < $2::date)::int as overdue,
       count(*) filter (where ${NEAREST_DUE} >= $2::date and ${NEAREST_DUE} <= $3::date)::int as due_soon
     from cases c join vehicles v on v.id = c.vehicle_id where ${within('v.district', '$1')}`,
    [districts === null ? null : [...districts], today, soonDay],
    { priority: 'job' },
  );
  return { open: row?.open ?? 0, overdue: row?.overdue ?? 0, dueSoon: row?.due_soon ?? 0 };
}

/** A check of the service that fails, and since when. */
export interface TroubleRow {
  name: string;
  since: Date;
  detail: string;
}

/** Checks that failed at the last look. */
export async function listTroubles(db: Db): Promise<TroubleRow[]> {
  return await db.query<TroubleRow>('select name, since, detail from notice_troubles order by name', [], { priority: 'job' });
}

/** Notes which checks fail now; one that failed before keeps its beginning, one that is well again is forgotten. */
export function noteTroublesStep(failing: readonly { readonly name: string; readonly detail: string }[], nowMs: number): Step[] {
  const names = failing.map(({ name }) => name);
  return [
    { sql: 'delete from notice_troubles where not (name = any($1::text[]))', params: [names] },
    {
      sql: `insert into notice_troubles (name, since, detail) select n, $3::timestamptz, d from unnest($1::text[], $2::text[]) as u (n, d)
        on conflict (name) do update set detail = excluded.detail`,
      params: [names, failing.map(({ detail }) => detail), new Date(nowMs)],
    },
  ];
}

/** What a daily digest counts, within districts. Shares are 0 … 1. */
export interface DigestFigures {
  trucks: number;
  /** Trucks with samples on the day. */
  ran: number;
  engine_on_s: number | null;
  /** Share of samples due that were received, over the trucks that ran; null: none ran. */
  transmission_rate: number | null;
  nox_valid_share: number | null;
  open_leads: Readonly<Record<string, number>>;
  new_leads: number;
  withdrawn_leads: number;
  alarms: number;
  offline: number;
}

/** The figures of one Beijing day, from `fromMs` to before `toMs`, and what is open now. */
export async function digestFigures(
  db: Db,
  day: string,
  fromMs: number,
  toMs: number,
  districts: Districts,
): Promise<DigestFigures> {
  const place = districts === null ? null : [...districts];
  const [days] = await db.query<Pick<DigestFigures, 'trucks' | 'ran' | 'engine_on_s' | 'transmission_rate' | 'nox_valid_share'>>(
    `select count(v.id)::int as trucks, count(d.vehicle_id)::int as ran, sum(d.engine_on_s) as engine_on_s,
       sum(d.transmission_rate * d.engine_on_s) / nullif(sum(d.engine_on_s) filter (where d.transmission_rate is not null), 0) as transmission_rate,
       sum(d.nox_valid_share * d.engine_on_s) / nullif(sum(d.engine_on_s) filter (where d.nox_valid_share is not null), 0) as nox_valid_share
     from vehicles v left join truck_day d on d.vehicle_id = v.id and d.day = $2::date and d.samples > 0 where ${within('v.district', '$1')}`,
    [place, day],
    { priority: 'job' },
  );
  const [leads] = await db.query<Pick<DigestFigures, 'open_leads' | 'new_leads' | 'withdrawn_leads' | 'offline'>>(
    `select coalesce((select jsonb_object_agg(level, n) from (
         select l.level, count(*)::int as n from leads l join vehicles v on v.id = l.vehicle_id
         where l.state = 'open' and l.cause not in ('offline', 'data') and ${within('v.district', '$1')} group by l.level) o), '{}') as open_leads,
       count(*) filter (where l.state = 'open' and l.cause not in ('offline', 'data') and l.opened_at >= $2::timestamptz and l.opened_at < $3::timestamptz)::int as new_leads,
       count(*) filter (where l.state = 'withdrawn' and l.updated_at >= $2::timestamptz and l.updated_at < $3::timestamptz and ${STANDS_ALONE})::int as withdrawn_leads,
       count(*) filter (where l.state = 'open' and l.cause = 'offline')::int as offline
     from leads l join vehicles v on v.id = l.vehicle_id where ${within('v.district', '$1')}`,
    [place, new Date(fromMs), new Date(toMs)],
    { priority: 'job' },
  );
  const [alarms] = await db.query<{ alarms: number }>(
    `select count(*)::int as alarms from alarms a join vehicles v on v.id = a.vehicle_id
     where a.raised_at >= $2::timestamptz and a.raised_at < $3::timestamptz and ${within('v.district', '$1')}`,
    [place, new Date(fromMs), new Date(toMs)],
    { priority: 'job' },
  );
  return {
    trucks: days?.trucks ?? 0,
    ran: days?.ran ?? 0,
    engine_on_s: days?.engine_on_s ?? null,
    transmission_rate: days?.transmission_rate ?? null,
    nox_valid_share: days?.nox_valid_share ?? null,
    open_leads: leads?.open_leads ?? {},
    new_leads: leads?.new_leads ?? 0,
    withdrawn_leads: leads?.withdrawn_leads ?? 0,
    alarms: alarms?.alarms ?? 0,
    offline: leads?.offline ?? 0,
  };
}

/** A revision of a report that may have to be told. */
export interface ReportSource {
  id: number;
  report_id: number;
  revision: number;
  kind: ReportKind;
  from_day: string;
  to_day: string;
  district: string | null;
  enterprise: string | null;
  issued_at: Date;
  issued_by: string;
  sha256: string;
  note: unknown;
  summary: { zh: string; en: string };
}

/** Revisions of reports that were issued since `sinceMs`: up to `limit`, by id, from behind `after`. */
export async function reportsForNotices(db: Db, sinceMs: number, after: number | null, limit: number): Promise<ReportSource[]> {
  return await db.query<ReportSource>(
    `select v.id, v.report_id, v.revision, r.kind, r.from_day, r.to_day, r.district, r.enterprise, v.issued_at, v.issued_by, v.sha256, v.note,
       v.content::jsonb -> 'summary' as summary
     from report_revisions v join reports r on r.id = v.report_id
     where v.issued_at >= $1::timestamptz and ($2::int8 is null or v.id > $2::int8) order by v.id limit $3::int`,
    [new Date(sinceMs), after, limit],
    { priority: 'job' },
  );
}
