import type { Db } from '../db.ts';
import { type Districts, within } from './districts.ts';

/** What the handling figures can be told apart by. `repairStation`: of a case's newest repair; `inspectionStation`: of each retest. */
export const FIGURE_GROUPS = ['all', 'type', 'officer', 'district', 'enterprise', 'repairStation', 'inspectionStation'] as const;
export type FigureGroup = (typeof FIGURE_GROUPS)[number];

/** Closings are looked at for so many days for a reopening. */
export const AGAIN_DAYS = 90;

const STATION_OF_CASE = `(select r."values" ->> 'station' from case_steps r where r.case_id = c.id and r.kind = 'repair' order by r.seq desc limit 1)`;

/** The group of a case `c` of a truck `v`, as a text; '' where there is none. */
const KEY_OF_CASE: Readonly<Record<FigureGroup, string>> = {
  all: "''",
  type: 'c.type',
  officer: "coalesce(c.officer, '')",
  district: "coalesce(v.district, '')",
  enterprise: "coalesce(v.enterprise, '')",
  repairStation: `coalesce(${STATION_OF_CASE}, '')`,
  inspectionStation: "''",
};

/** What of the cases is counted. Days are Beijing dates, both included. */
export interface CaseFiguresQuery {
  readonly by: FigureGroup;
  readonly fromDay: string;
  readonly toDay: string;
  readonly today: string;
  readonly types: readonly string[] | undefined;
  readonly districts: Districts;
}

/** Counts of one group; shares are the reader's to compute. */
export interface CaseFiguresRow {
  key: string;
  /** Opened in the period, and of these closed by now. */
  opened: number;
  handled: number;
  /** Whose deadline for closing fell into the period and has passed, or which were closed; of these closed by it. */
  due: number;
  in_time: number;
  /** Retests in the period, and of these passed. */
  retested: number;
  passed: number;
  /** Closings in the period, but of offline cases, and of these opened again within 90 days. */
  closings: number;
  again: number;
}

/** Days from entering a state to leaving it. */
export interface CaseTimesRow {
  key: string;
  state: string;
  steps: number;
  median_days: number;
}

const CASES = (by: FigureGroup) => `cs as materialized (
  select c.id, c.type, c.state, c.opened_day, c.closed_day, c.close_by, ${KEY_OF_CASE[by]} as key
  from cases c join vehicles v on v.id = c.vehicle_id
  where ${within('v.district', '$1')} and ($5::text[] is null or c.type = any($5::text[])))`;

const params = (q: CaseFiguresQuery): unknown[] => [
  q.districts === null ? null : [...q.districts],
  q.fromDay,
  q.toDay,
  q.today,
  q.types === undefined ? null : [...q.types],
];

/** What was opened, closed, due, retested and opened again in a period, by group. */
export async function caseFigures(db: Db, q: CaseFiguresQuery): Promise<CaseFiguresRow[]> {
  const byStation = q.by === 'inspectionStation';
  const retestKey = byStation ? `coalesce(s."values" ->> 'station', '')` : 'cs.key';
  return await db.query<CaseFiguresRow>(
    `with ${CASES(q.by)},
      counted as (
        select key, 'opened' as what, (state = 'closed') as good from cs where opened_day between $2::date and $3::date
        union all
        select key, 'due', coalesce(closed_day <= close_by, false) from cs
        where close_by between $2::date and $3::date and (state = 'closed' or close_by < $4::date)
        union all
        select ${retestKey}, 'retested', s."values" ->> 'verdict' = 'passed' from case_steps s join cs on cs.id = s.case_id
        where s.kind = 'retest' and s.day between $2::date and $3::date
        union all
        select cs.key, 'closings', exists (
          select 1 from case_steps r where r.case_id = s.case_id and r.kind = 'reopen' and r.seq > s.seq and r.day <= s.day + ${AGAIN_DAYS}
            and not exists (select 1 from case_steps k where k.case_id = s.case_id and k.kind = 'close' and k.seq > s.seq and k.seq < r.seq))
        from case_steps s join cs on cs.id = s.case_id
        where s.kind = 'close' and cs.type <> 'offline' and s.day between $2::date and $3::date
      )
      select key, count(*) filter (where what = 'opened')::int as opened, count(*) filter (where what = 'opened' and good)::int as handled,
        count(*) filter (where what = 'due')::int as due, count(*) filter (where what = 'due' and good)::int as in_time,
        count(*) filter (where what = 'retested')::int as retested, count(*) filter (where what = 'retested' and good)::int as passed,
        count(*) filter (where what = 'closings')::int as closings, count(*) filter (where what = 'closings' and good)::int as again
      from counted ${byStation ? "where what = 'retested'" : ''} group by key order by key`,
    params(q),
    { priority: 'read' },
  );
}

/** How long cases stood in each state: median days, of the steps by which they left it in the period, by group. */
export async function caseTimes(db: Db, q: CaseFiguresQuery): Promise<CaseTimesRow[]> {
  return await db.query<CaseTimesRow>(
    `with ${CASES(q.by)},
      moves as (
        select cs.key, s.from_state, s.day, lag(s.day) over (partition by s.case_id order by s.seq) as entered
        from case_steps s join cs on cs.id = s.case_id
        where s.from_state is distinct from s.to_state
      )
      select key, from_state as state, count(*)::int as steps, (percentile_cont(0.5) within group (order by day - entered))::float8 as median_days
      from moves where from_state is not null and from_state <> 'closed' and day between $2::date and $3::date and $4::date is not null
      group by key, from_state order by key, from_state`,
    params(q),
    { priority: 'read' },
  );
}
