import type { Db } from '../db.ts';
import { type Districts, within } from './districts.ts';

/** Counts of a Beijing day over the fitted trucks: what the rates of the day are made of. */
export interface DayCounts {
  /** Trucks that were fitted by the end of the day; of these not laid up; of all and of those in service with a sample. */
  fitted: number;
  in_service: number;
  with_data: number;
  in_service_with_data: number;
  /** Engine-on samples received, due, and with a valid downstream NOx; days that these come from. */
  received: number;
  due: number;
  valid: number;
  days: number;
  /** Trucks whose limit could be judged (R-A3 or R-C3 spoke or was clear), and that one of them found over it. */
  judged: number;
  over: number;
  /** Trucks of the day that are marked to be evaluated (again). */
  waiting: number;
}

const LIMIT_RULES = "('R-A3', 'R-C3')";
const SAID = (alias: string, outcomes: string, rules: string) =>
  `exists (select 1 from jsonb_array_elements(${alias}.verdicts) o where o ->> 'rule' in ${rules} and o ->> 'outcome' in ${outcomes})`;
const QUALITY = (path: string) => `(d.summary #>> '{quality,${path}}')::float8`;
const LAID_UP =
  'exists (select 1 from lay_ups u where u.vehicle_id = v.id and u.valid_from <= $2::date and (u.valid_to is null or u.valid_to > $2::date))';

/** The counts of a Beijing day. */
export async function dayCounts(db: Db, day: string, districts: Districts): Promise<DayCounts> {
  const [row] = await db.query<DayCounts>(
    `select count(*)::int as fitted, count(*) filter (where not t.laid)::int as in_service, count(*) filter (where t.samples > 0)::int as with_data,
       count(*) filter (where t.samples > 0 and not t.laid)::int as in_service_with_data,
       coalesce(sum(t.received), 0)::float8 as received, coalesce(sum(t.due), 0)::float8 as due, coalesce(sum(t.valid), 0)::float8 as valid,
       count(*) filter (where t.due > 0)::int as days, count(*) filter (where t.judged)::int as judged, count(*) filter (where t.over)::int as over,
       count(*) filter (where t.waiting)::int as waiting
     from (select ${LAID_UP} as laid, d.samples, ${QUALITY('received')} as received, ${QUALITY('due')} as due,
         coalesce(${QUALITY('channels,noxDownPpm,counts,valid')}, 0) as valid,
         coalesce(${SAID('d', "('found', 'clear')", LIMIT_RULES)}, false) as judged, coalesce(${SAID('d', "('found')", LIMIT_RULES)}, false) as over,
         exists (select 1 from dirty_days m where m.vehicle_id = v.id and m.day = $2::date) as waiting
       from vehicles v left join truck_day d on d.vehicle_id = v.id and d.day = $2::date
       where ${within('v.district', '$1')} and v.fitted_at < $2::date + interval '16 hours') t`,
    [districts === null ? null : [...districts], day],
    { priority: 'read' },
  );
  if (!row) throw new Error('an aggregate without a row');
  return row;
}

/** What trucks that sent on a day and could not be judged are told by; `d`: their day. */
const NOT_JUDGED = `d.day = $2::date and d.samples > 0 and not ${SAID('d', "('found', 'clear')", LIMIT_RULES)}`;

/** How many trucks sent on this Beijing day and could not be judged. */
export async function countNotJudged(db: Db, day: string, districts: Districts): Promise<number> {
  const [row] = await db.query<{ trucks: number }>(
    `select count(*)::int as trucks from truck_day d join vehicles v on v.id = d.vehicle_id where ${within('v.district', '$1')} and ${NOT_JUDGED}`,
    [districts === null ? null : [...districts], day],
    { priority: 'read' },
  );
  return row?.trucks ?? 0;
}

/** A truck with data whose limit could not be judged on a day. */
export interface NotJudged {
  vehicle_id: number;
  plate: string;
  /** The rule that could not be asked, that of single days first, and the code of its reason; null: the day has no outcome of either. */
  rule: string | null;
  reason: string | null;
  nox_valid_share: number | null;
}

/** Trucks that sent on this Beijing day and could not be judged, by plate. */
export async function notJudged(db: Db, day: string, districts: Districts, limit: number): Promise<NotJudged[]> {
  return await db.query<NotJudged>(
    `select v.id as vehicle_id, v.plate, d.nox_valid_share,
       w.rule, w.reason
     from truck_day d join vehicles v on v.id = d.vehicle_id
     left join lateral (select o ->> 'rule' as rule, o ->> 'reason' as reason from jsonb_array_elements(d.outcomes) o
       where o ->> 'rule' in ('R-A2', 'R-A3') and o ->> 'outcome' = 'notEvaluated' order by 1 limit 1) w on true
     where ${within('v.district', '$1')} and ${NOT_JUDGED}
     order by v.plate, v.id limit $3::int`,
    [districts === null ? null : [...districts], day, limit],
    { priority: 'read' },
  );
}

/** Something that happened to a truck. */
export interface Happening {
  kind: 'opened' | 'withdrawn' | 'closed' | 'reopened' | 'tank' | 'alarm';
  /** A moment, or null for what is told by its day alone. */
  at: Date | null;
  day: string | null;
  vehicle_id: number;
  plate: string;
  /** Cause of the lead, rule of the tank event, kind of the alarm. */
  what: string;
  /** Id of the lead or finding; null for alarms. */
  id: string | null;
  /** Why a lead was withdrawn or closed; figures of a tank event as JSON. */
  detail: Record<string, unknown>;
}

const TANK_RULES = ['R-FUEL-REFILL', 'R-UREA-REFILL', 'R-FUEL-THEFT', 'R-UREA-DRAIN'];

/** What happened since a moment [epoch ms], and on its Beijing day and after: leads opened, withdrawn (not those that became part of another), closed and opened again; tank events; alarms. */
export async function happenings(db: Db, sinceMs: number, sinceDay: string, districts: Districts): Promise<Happening[]> {
  const here = within('v.district', '$1');
  return await db.query<Happening>(
    `select e.kind, e.at, null::date as day, v.id as vehicle_id, v.plate, l.cause as what, l.id, jsonb_build_object('reason', e.reason, 'level', l.level) as detail
       from lead_events e join leads l on l.id = e.lead_id join vehicles v on v.id = e.vehicle_id
       where ${here} and e.at >= $2::timestamptz and e.kind in ('opened', 'withdrawn', 'closed', 'reopened') and e.reason <> 'mergedInto'
     union all
     select 'tank', null, f.day, v.id, v.plate, f.rule, f.id, jsonb_build_object('figures', f.detail -> 'figures', 'stretches', f.detail -> 'stretches')
       from findings f join vehicles v on v.id = f.vehicle_id
       where ${here} and f.day >= $3::date and f.withdrawn_at is null and f.rule = any($4::text[])
     union all
     select 'alarm', a.started_at, null, v.id, v.plate, a.kind, null, jsonb_build_object('ended', a.ended_at is not null)
       from alarms a join vehicles v on v.id = a.vehicle_id where ${here} and a.started_at >= $2::timestamptz
     order by 2 desc nulls last, 3 desc, 5`,
    [districts === null ? null : [...districts], new Date(sinceMs), sinceDay, TANK_RULES],
    { priority: 'read' },
  );
}

/** One bucket of a truck's last hours, from its minutes. */
export interface CoverageBucket {
  vehicle_id: number;
  bucket: number;
  /** Minutes with samples; seconds with the engine on, and of these with a valid NOx mass. */
  minutes: number;
  engine_s: number | null;
  valid_s: number | null;
  /** Mean of the downstream NOx [ppm]. */
  nox_ppm: number | null;
  /** NOx and work of the seconds that have both [g, kWh]. */
  nox_g: number | null;
  work_kwh: number | null;
}

/** The minutes of these trucks from a moment on [epoch s], folded into buckets of `bucketS` counted from there; buckets without a minute are absent. */
export async function coverageOf(
  db: Db,
  vehicleIds: readonly number[],
  fromSec: number,
  bucketS: number,
  buckets: number,
): Promise<CoverageBucket[]> {
  return await db.query<CoverageBucket>(
    `select vehicle_id, floor((extract(epoch from time) - $2::float8) / $3::float8)::int as bucket, count(*)::int as minutes,
       sum("engineOnS")::float8 as engine_s, sum("noxValidS")::float8 as valid_s, avg("noxDownMean")::float8 as nox_ppm,
       sum("noxOfWorkG")::float8 as nox_g, sum("workOfNoxKwh")::float8 as work_kwh
     from truck_minute where vehicle_id = any($1::int[]) and time >= to_timestamp($2::float8) and time < to_timestamp($2::float8 + $3::float8 * $4::int)
     group by 1, 2 order by 1, 2`,
    [vehicleIds, fromSec, bucketS, buckets],
    { priority: 'read' },
  );
}

/** Trucks of these districts that are laid up on a Beijing day. */
export async function laidUpOn(db: Db, day: string, districts: Districts): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `select v.id from vehicles v where ${within('v.district', '$1')} and ${LAID_UP} order by v.id`,
    [districts === null ? null : [...districts], day],
    { priority: 'read' },
  );
  return rows.map((row) => row.id);
}
