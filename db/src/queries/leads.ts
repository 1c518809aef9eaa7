import type { Db } from '../db.ts';
import { type Districts, within } from './districts.ts';
import { newestEvent, STANDS_ALONE } from './lead-events.ts';
import { RANK } from './levels.ts';
import { TRIAGE_JSON, type Triage, type TriageState, triageOf } from './triage.ts';

/** What the list of leads is sorted by: the gravest first, then the newest; by the newest day; by plate. */
export const LEAD_SORTS = ['urgency', 'day', 'plate'] as const;
export type LeadSort = (typeof LEAD_SORTS)[number];

/** A place in the list of leads: rank of the level, newest day, plate, id. */
export interface LeadCursor {
  readonly rank: number;
  readonly lastDay: string;
  readonly plate: string;
  readonly id: string;
}

/** What of the leads is asked for; every part may be absent. Days are Beijing dates, both included. */
export interface LeadQuery {
  readonly states: readonly string[] | undefined;
  readonly causes: readonly string[] | undefined;
  readonly levels: readonly string[] | undefined;
  readonly vehicleId: number | undefined;
  readonly district: string | undefined;
  readonly fromDay: string | undefined;
  readonly toDay: string | undefined;
  readonly triage: readonly TriageState[] | undefined;
  /** User name; '' for leads that nobody has. */
  readonly assignee: string | undefined;
  /** Beijing date of today: what is put off comes back on its day. */
  readonly today: string;
  readonly districts: Districts;
  /** Part of a plate or VIN. */
  readonly search: string | undefined;
  readonly sort: LeadSort;
  /** The other way round than the sort's own: urgency and day begin with the most, plates with the first. */
  readonly reversed: boolean;
  readonly after: LeadCursor | undefined;
  readonly limit: number;
}

/** A lead with its truck and the finding that tells most: of the highest level, the newest. */
export interface LeadListed {
  id: string;
  cause: string;
  level: string;
  state: 'open' | 'closed' | 'withdrawn';
  first_day: string;
  last_day: string;
  opened_at: Date;
  updated_at: Date;
  rank: number;
  findings: number;
  days: number;
  vehicle_id: number;
  vin: string;
  plate: string;
  district: string | null;
  headline: FindingJson | null;
  triage: Triage;
  /** Why it is not open any more, as its newest event says; null while it is open. */
  ended: string | null;
}

/** A finding as JSON of the database: times are ISO texts. */
export interface FindingJson {
  readonly id: string;
  readonly rule: string;
  readonly day: string;
  readonly level: string;
  readonly cause: string;
  readonly version: string;
  readonly class: string | null;
  readonly detail: FindingDetail;
  readonly openedAt: string;
  readonly updatedAt: string;
  readonly withdrawnAt: string | null;
  readonly withdrawnWhy: Readonly<Record<string, unknown>> | null;
  /** Of its day: shares 0 … 1 and figures that say how much stands behind it; null where the day is not stored. */
  readonly noxValidShare: number | null;
  readonly transmissionRate: number | null;
  readonly engineOnS: number | null;
  readonly distanceKm: number | null;
}

/** limit, figures, days, stretches, caveats as the rule gave them. */
export interface FindingDetail {
  readonly limit: { readonly value: number; readonly unit: string; readonly source: string; readonly mark: string } | null;
  readonly figures: Readonly<Record<string, number | string | null>>;
  readonly days: readonly string[];
  readonly stretches: readonly { readonly fromSec: number; readonly toSec: number }[];
  readonly caveats: readonly string[];
}

/** One finding `f` with its day `d`. */
export const FINDING = `jsonb_build_object('id', f.id, 'rule', f.rule, 'day', f.day, 'level', f.level, 'cause', f.cause, 'version', f.version, 'class', f.class,
  'detail', f.detail, 'openedAt', f.opened_at, 'updatedAt', f.updated_at, 'withdrawnAt', f.withdrawn_at, 'withdrawnWhy', f.withdrawn_why,
  'noxValidShare', d.nox_valid_share, 'transmissionRate', d.transmission_rate, 'engineOnS', d.engine_on_s, 'distanceKm', d.distance_km)`;
/** Joins the day of a finding `f`. */
export const DAY_OF_FINDING = 'left join truck_day d on d.vehicle_id = f.vehicle_id and d.day = f.day';

const DAY_NUMBER = (day: string) => `(${day} - date '2000-01-01')`;

/** The keys that a list is sorted by, all ascending: of a lead `l` of a truck `v`, or of the place after which a page begins. */
function sortKeys(
  q: Pick<LeadQuery, 'sort' | 'reversed'>,
  of: { rank: string; day: string; plate: string; id: string },
): string[] {
  const back = q.reversed ? '' : '-';
  switch (q.sort) {
    case 'urgency':
      return [`${back}${of.rank}`, `${back}${DAY_NUMBER(of.day)}`, of.id];
    case 'day':
      return [`${back}${DAY_NUMBER(of.day)}`, `-${of.rank}`, of.id];
    case 'plate':
      return [of.plate, `-${of.rank}`, of.id];
  }
}

/** Why a lead is not open any more. */
const ENDED = `case when l.state <> 'open' then ${newestEvent('e.reason')} end as ended`;
/** The lead under which the findings of a lead stand now. */
const SUCCESSOR = `case when l.state = 'withdrawn' then ${newestEvent("case when e.reason = 'mergedInto' then e.detail #>> '{figures,lead}' end")} end as successor`;

/** Leads by urgency (the gravest level first, then the newest), by their newest day, or by plate; without those that became part of another. */
export async function listLeads(db: Db, q: LeadQuery): Promise<LeadListed[]> {
  const params: unknown[] = [q.districts === null ? null : [...q.districts]];
  const where = [within('v.district', '$1'), STANDS_ALONE];
  const add = (value: unknown, condition: (place: string) => string): void => {
    if (value === undefined) return;
    params.push(value);
    where.push(condition(`$${params.length}`));
  };
  add(q.states && [...q.states], (n) => `l.state = any(${n}::text[])`);
  add(q.causes && [...q.causes], (n) => `l.cause = any(${n}::text[])`);
  add(q.levels && [...q.levels], (n) => `l.level = any(${n}::text[])`);
  add(q.vehicleId, (n) => `l.vehicle_id = ${n}::int`);
  add(q.district, (n) => `v.district = ${n}::text`);
  add(q.fromDay, (n) => `l.last_day >= ${n}::date`);
  add(q.toDay, (n) => `l.first_day <= ${n}::date`);
  params.push(q.today);
  const triage = triageOf(`$${params.length}::date`);
  add(q.triage && [...q.triage], (n) => `t.state = any(${n}::text[])`);
  add(q.assignee, (n) => `coalesce(t.assignee, '') = ${n}::text`);
  add(
    q.search === undefined ? undefined : `%${q.search.replaceAll(/[\\%_]/g, '\\$&')}%`,
    (n) => `(v.plate ilike ${n}::text or v.vin ilike ${n}::text)`,
  );
  const keys = sortKeys(q, { rank: RANK('l.level'), day: 'l.last_day', plate: 'v.plate', id: 'l.id' });
  const down = q.sort === 'plate' && q.reversed;
  if (q.after) {
    params.push(q.after.rank, q.after.lastDay, q.after.plate, q.after.id);
    const [rank, day, plate, id] = [3, 2, 1, 0].map((back) => `$${params.length - back}`);
    const place = sortKeys(q, { rank: `${rank}::int`, day: `${day}::date`, plate: `${plate}::text`, id: `${id}::text` });
    // Each place is named once, so that no parameter is without a type.
    where.push(
      `(${keys.join()}) ${down ? '<' : '>'} (${place.join()}) and ${rank}::int is not null and ${day}::date is not null and ${plate}::text is not null`,
    );
  }
  params.push(q.limit);
  return await db.query<LeadListed>(
    `select l.id, l.cause, l.level, l.state, l.first_day, l.last_day, l.opened_at, l.updated_at, ${RANK('l.level')} as rank,
       v.id as vehicle_id, v.vin, v.plate, v.district, n.findings, n.days, h.headline, ${TRIAGE_JSON} as triage, ${ENDED}
     from leads l join vehicles v on v.id = l.vehicle_id
     ${triage}
     cross join lateral (select count(*)::int as findings, count(distinct f.day)::int as days from findings f where f.id = any(l.findings) and f.withdrawn_at is null) n
     left join lateral (
       select ${FINDING} as headline from findings f ${DAY_OF_FINDING} where f.id = any(l.findings)
       order by (f.withdrawn_at is null) desc, ${RANK('f.level')} desc, f.day desc, f.id limit 1
     ) h on true
     where ${where.join(' and ')}
     order by ${keys.map((key) => (down ? `${key} desc` : key)).join()} limit $${params.length}::int`,
    params,
    { priority: 'read' },
  );
}

/** How many leads there are by state, triage, cause and level, within districts, without those that became part of another; `today`: Beijing date. */
export async function countLeads(
  db: Db,
  districts: Districts,
  today: string,
): Promise<{ state: string; triage: TriageState; cause: string; level: string; leads: number }[]> {
  return await db.query(
    `select l.state, t.state as triage, l.cause, l.level, count(*)::int as leads from leads l join vehicles v on v.id = l.vehicle_id
     ${triageOf('$2::date')}
     where ${within('v.district', '$1')} and ${STANDS_ALONE} group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    [districts === null ? null : [...districts], today],
    { priority: 'read' },
  );
}

/** What became of a lead. */
export interface LeadEventListed {
  id: number;
  at: Date;
  kind: 'opened' | 'extended' | 'withdrawn' | 'closed' | 'reopened';
  reason: string;
  detail: Record<string, unknown>;
}

/** One lead with all its findings, those that were withdrawn too, and what became of it. */
export interface LeadWhole extends Omit<LeadListed, 'findings' | 'days' | 'rank' | 'headline'> {
  findings: FindingJson[];
  events: LeadEventListed[];
  /** Id of the lead that it became part of; null when it stands alone. */
  successor: string | null;
}

/** One lead; undefined when there is none with this id. `today`: Beijing date. */
export async function getLead(db: Db, id: string, today: string): Promise<LeadWhole | undefined> {
  const [lead] = await db.query<Omit<LeadWhole, 'events'>>(
    `select l.id, l.cause, l.level, l.state, l.first_day, l.last_day, l.opened_at, l.updated_at, v.id as vehicle_id, v.vin, v.plate, v.district,
       coalesce((select jsonb_agg(${FINDING} order by f.day, f.rule) from findings f ${DAY_OF_FINDING} where f.id = any(l.findings)), '[]') as findings,
       ${TRIAGE_JSON} as triage, ${ENDED}, ${SUCCESSOR}
     from leads l join vehicles v on v.id = l.vehicle_id ${triageOf('$2::date')} where l.id = $1::text`,
    [id, today],
    { priority: 'read' },
  );
  if (!lead) return undefined;
  const events = await db.query<LeadEventListed>(
    'select id, at, kind, reason, detail from lead_events where lead_id = $1::text order by id',
    [id],
    { priority: 'read' },
  );
  return { ...lead, events };
}
