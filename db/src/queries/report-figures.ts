import type { Db } from '../db.ts';
import { type StatFilter, TRUCKS_CTE, truckParams } from './statistics.ts';

/** Trucks of a filter over Beijing days, both included; facts of trucks are those in force at `atMs`. */
export interface ReportRange {
  readonly filter: StatFilter;
  readonly atMs: number;
  readonly from: string;
  readonly to: string;
}

const rangeParams = (q: ReportRange): unknown[] => [...truckParams(q.filter, q.atMs), q.from, q.to];

/** What handling of cases can be told apart by. */
export const CASE_GROUPS = {
  all: `''`,
  type: 'c.type',
  district: `coalesce(t.district, '')`,
  enterprise: `coalesce(t.enterprise, '')`,
};
export type CaseGroup = keyof typeof CASE_GROUPS;

/** What was done in cases in a period, and how they stood at its end, of one group. */
export interface CaseWorkRow {
  key: string;
  opened: number;
  reopened: number;
  notices: number;
  repaired: number;
  retested: number;
  passed: number;
  closed: number;
  /** At the end of the last day: not closed; of these in repair, and waiting for the retest. */
  open_end: number;
  in_repair: number;
  in_retest: number;
}

/** Handling of cases by the days on which its steps happened, whenever they were entered. */
export async function caseWork(db: Db, q: ReportRange & { readonly by: CaseGroup }): Promise<CaseWorkRow[]> {
  return await db.query<CaseWorkRow>(
    `with ${TRUCKS_CTE}, st as materialized (
       select ${CASE_GROUPS[q.by]} as key, s.case_id, s.seq, s.kind, s.to_state, s.day between $9::date and $10::date as inside,
         s."values" ->> 'verdict' = 'passed' as passed, row_number() over (partition by s.case_id order by s.seq desc) as back
       from cases c join trucks t on t.id = c.vehicle_id join case_steps s on s.case_id = c.id where s.day <= $10::date
     )
     select key, count(*) filter (where inside and kind = 'open')::int as opened, count(*) filter (where inside and kind = 'reopen')::int as reopened,
       count(*) filter (where inside and kind = 'notice')::int as notices, count(*) filter (where inside and kind = 'repair')::int as repaired,
       count(*) filter (where inside and kind = 'retest')::int as retested, count(*) filter (where inside and kind = 'retest' and passed)::int as passed,
       count(*) filter (where inside and kind = 'close')::int as closed, count(*) filter (where back = 1 and to_state <> 'closed')::int as open_end,
       count(*) filter (where back = 1 and to_state = 'repair')::int as in_repair, count(*) filter (where back = 1 and to_state = 'retest')::int as in_retest
     from st group by key order by key`,
    rangeParams(q),
    { priority: 'job' },
  );
}

/** NOx concentrations of a truck over a period: minutes of the running engine with a reading, those above the level of its stage, and the same of days. */
export interface NoxMinutesRow {
  vehicle_id: number;
  /** Days with minutes at all. */
  days: number;
  up_minutes: number;
  up_over: number;
  up_days: number;
  up_over_days: number;
  down_minutes: number;
  down_over: number;
  down_days: number;
  down_over_days: number;
}

/** Concentration levels by emission stage [ppm], upstream and downstream, and the share of a day's minutes above which the day counts. */
export interface NoxLevels {
  readonly up: Readonly<Record<string, number>>;
  readonly down: Readonly<Record<string, number>>;
  readonly share: number;
}

/** Minutes whose mean NOx lies above the level of the truck's stage, by truck. A stage without a level is not looked at. */
export async function noxMinutes(db: Db, q: ReportRange & { readonly levels: NoxLevels }): Promise<NoxMinutesRow[]> {
  const side = (name: 'up' | 'down', column: string) =>
    `count(*) filter (where "engineOnS" > 0 and "${column}" is not null and ${name}_level is not null)::int as ${name}_minutes,
     count(*) filter (where "engineOnS" > 0 and "${column}" > ${name}_level)::int as ${name}_over`;
  const sums = (name: 'up' | 'down') =>
    `sum(${name}_minutes)::int as ${name}_minutes, sum(${name}_over)::int as ${name}_over, count(*) filter (where ${name}_minutes > 0)::int as ${name}_days,
     count(*) filter (where ${name}_over > $13::float8 * ${name}_minutes)::int as ${name}_over_days`;
  return await db.query<NoxMinutesRow>(
    `with ${TRUCKS_CTE}, levels as materialized (
       select id, ($11::jsonb ->> stage)::float8 as up_level, ($12::jsonb ->> stage)::float8 as down_level from trucks
     ), by_day as (
       select m.vehicle_id, beijing_day(m.time) as day, ${side('up', 'noxUpMean')}, ${side('down', 'noxDownMean')}
       from truck_minute m join levels l on l.id = m.vehicle_id
       where m.time >= ($9::date - interval '8 hours') at time zone 'UTC' and m.time < ($10::date + interval '16 hours') at time zone 'UTC' group by 1, 2
     )
     select vehicle_id, count(*)::int as days, ${sums('up')}, ${sums('down')} from by_day group by vehicle_id order by vehicle_id`,
    [...rangeParams(q), JSON.stringify(q.levels.up), JSON.stringify(q.levels.down), q.levels.share],
    { priority: 'job' },
  );
}

/** Findings of a rule in a period that stand: truck-days and trucks. */
export interface RuleCountRow {
  rule: string;
  days: number;
  trucks: number;
}

/** What each rule found, the most often first. */
export async function findingsByRule(db: Db, q: ReportRange): Promise<RuleCountRow[]> {
  return await db.query<RuleCountRow>(
    `with ${TRUCKS_CTE} select f.rule, count(*)::int as days, count(distinct f.vehicle_id)::int as trucks from findings f join trucks t on t.id = f.vehicle_id
     where f.withdrawn_at is null and f.day between $9::date and $10::date group by f.rule order by 2 desc, 1`,
    rangeParams(q),
    { priority: 'job' },
  );
}

/** The newest data of a period, and what they were made with. */
export interface DataStandRow {
  newest_sample: Date | null;
  evaluated_at: Date | null;
  days: number;
  samples: number;
  formulas: string[] | null;
  rules: string[] | null;
}

/** How far the data of a period reach, and by which versions they were evaluated. */
export async function dataStand(db: Db, q: ReportRange): Promise<DataStandRow> {
  const [row] = await db.query<DataStandRow>(
    `with ${TRUCKS_CTE} select max(d.last_time) as newest_sample, max(d.evaluated_at) as evaluated_at, count(*) filter (where d.samples > 0)::int as days,
       coalesce(sum(d.samples), 0)::float8 as samples, array_agg(distinct d.formula) filter (where d.formula is not null) as formulas,
       array_agg(distinct d.rules_version) as rules
     from truck_day d join trucks t on t.id = d.vehicle_id where d.day between $9::date and $10::date`,
    rangeParams(q),
    { priority: 'job' },
  );
  return row ?? { newest_sample: null, evaluated_at: null, days: 0, samples: 0, formulas: null, rules: null };
}

/** Fingerprint of a truck's days in one step of a period. */
export interface DayPrintRow {
  vehicle_id: number;
  /** A day, or the first day of a month. */
  step: string;
  samples: number;
  versions: string;
  digest: string;
}

/** SQL of the fingerprint of truck-days `d`: what was evaluated of them, by which versions. */
const DIGEST = `md5(string_agg(d.vehicle_id || ':' || d.day || ':' || d.samples || ':' || encode(coalesce(d.summary_sha256, ''::bytea), 'hex') || ':'
  || encode(d.outcomes_sha256, 'hex') || ':' || coalesce(d.formula, '') || ':' || d.rules_version, ';' order by d.vehicle_id, d.day))`;

/** Fingerprints of truck-days, by truck and day, or by truck and month. */
export async function dayPrints(db: Db, q: ReportRange & { readonly step: 'day' | 'month' }): Promise<DayPrintRow[]> {
  const step = q.step === 'day' ? 'd.day' : `date_trunc('month', d.day::timestamp)::date`;
  return await db.query<DayPrintRow>(
    `with ${TRUCKS_CTE} select d.vehicle_id, (${step})::text as step, sum(d.samples)::float8 as samples,
       string_agg(distinct coalesce(d.formula, '-') || '/' || d.rules_version, ' ') as versions, ${DIGEST} as digest
     from truck_day d join trucks t on t.id = d.vehicle_id where d.day between $9::date and $10::date group by d.vehicle_id, ${step} order by 2, 1`,
    rangeParams(q),
    { priority: 'job' },
  );
}

/** One fingerprint of all truck-days of a period; null: there are none. */
export async function periodPrint(db: Db, q: ReportRange): Promise<string | null> {
  const [row] = await db.query<{ digest: string | null }>(
    `with ${TRUCKS_CTE}, by_truck as (select d.vehicle_id, ${DIGEST} as digest from truck_day d join trucks t on t.id = d.vehicle_id
       where d.day between $9::date and $10::date group by d.vehicle_id)
     select md5(string_agg(digest, ';' order by vehicle_id)) as digest from by_truck`,
    rangeParams(q),
    { priority: 'job' },
  );
  return row?.digest ?? null;
}

/** The steps of cases up to the end of a period: how many, and their fingerprint. */
export async function casePrint(db: Db, q: ReportRange): Promise<{ steps: number; digest: string | null }> {
  const [row] = await db.query<{ steps: number; digest: string | null }>(
    `with ${TRUCKS_CTE} select count(*)::int as steps, md5(string_agg(s.case_id || ':' || s.seq || ':' || s.kind || ':' || s.to_state, ';' order by s.case_id, s.seq)) as digest
     from cases c join trucks t on t.id = c.vehicle_id join case_steps s on s.case_id = c.id where s.day <= $10::date and $9::date is not null`,
    rangeParams(q),
    { priority: 'job' },
  );
  return row ?? { steps: 0, digest: null };
}
