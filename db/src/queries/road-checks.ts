import type { Db, Step } from '../db.ts';

/** A road check as it was computed. Days are Beijing dates. */
export interface RoadCheckRow {
  id: number;
  repaired_day: string;
  computed_at: Date;
  computed_by: string;
  version: string;
  verdict: 'repaired' | 'notRepaired' | 'notYetDecidable';
  reason: string;
  days_before: number;
  days_after: number;
  days_missing: number | null;
  inputs_sha256: string;
}

/** The same with what it rests on and what came out. */
export interface RoadCheckWhole extends RoadCheckRow {
  inputs: unknown;
  result: unknown;
}

const COLUMNS =
  'id, repaired_day, computed_at, computed_by, version, verdict, reason, days_before, days_after, days_missing, inputs_sha256';

/** The road checks of a case, the newest first. */
export async function listRoadChecks(db: Db, caseId: number): Promise<RoadCheckRow[]> {
  return await db.query<RoadCheckRow>(`select ${COLUMNS} from road_checks where case_id = $1::int order by id desc`, [caseId], {
    priority: 'read',
  });
}

/** The newest road check of a case's repair that was completed on a day; undefined: none. */
export async function newestRoadCheck(db: Db, caseId: number, repairedDay: string): Promise<RoadCheckWhole | undefined> {
  const [row] = await db.query<RoadCheckWhole>(
    `select ${COLUMNS}, inputs, result from road_checks where case_id = $1::int and repaired_day = $2::date order by id desc limit 1`,
    [caseId, repairedDay],
    { priority: 'read' },
  );
  return row;
}

/** What the newest road check of a repair says; undefined: there is none. */
export async function newestRoadVerdict(
  db: Db,
  caseId: number,
  repairedDay: string,
): Promise<RoadCheckRow['verdict'] | undefined> {
  const [row] = await db.query<Pick<RoadCheckRow, 'verdict'>>(
    'select verdict from road_checks where case_id = $1::int and repaired_day = $2::date order by id desc limit 1',
    [caseId, repairedDay],
    { priority: 'read' },
  );
  return row?.verdict;
}

/** A road check to keep. */
export interface NewRoadCheck {
  readonly caseId: number;
  readonly repairedDay: string;
  readonly atMs: number;
  readonly by: string;
  readonly version: string;
  readonly verdict: RoadCheckRow['verdict'];
  readonly reason: string;
  readonly daysBefore: number;
  readonly daysAfter: number;
  readonly daysMissing: number | null;
  readonly inputs: object;
  readonly inputsSha256: string;
  readonly result: object;
}

/** Keeps a road check. */
export function addRoadCheckStep(c: NewRoadCheck): Step {
  return {
    sql: `insert into road_checks (case_id, repaired_day, computed_at, computed_by, version, verdict, reason, days_before, days_after, days_missing, inputs, inputs_sha256, result)
      values ($1::int, $2::date, $3::timestamptz, $4::text, $5::text, $6::text, $7::text, $8::int, $9::int, $10::int, $11::jsonb, $12::text, $13::jsonb)`,
    params: [
      c.caseId,
      c.repairedDay,
      new Date(c.atMs),
      c.by,
      c.version,
      c.verdict,
      c.reason,
      c.daysBefore,
      c.daysAfter,
      c.daysMissing,
      JSON.stringify(c.inputs),
      c.inputsSha256,
      JSON.stringify(c.result),
    ],
    expect: 1,
  };
}

/** A completed repair of a truck: into the workshop, and out of it. */
export interface TruckRepairRow {
  case_id: number;
  in_day: string;
  done_day: string;
  /** Whether it is of the round of its case that is under way, or was the last one. */
  this_round: boolean;
}

/** Every completed repair of a truck, of all its cases and their rounds, in the order in which they were completed. */
export async function truckRepairs(db: Db, vehicleId: number): Promise<TruckRepairRow[]> {
  return await db.query<TruckRepairRow>(
    `select s.case_id, coalesce(s."values" ->> 'inDay', s.day::text) as in_day, s.day::text as done_day,
       not exists (select 1 from case_steps r where r.case_id = s.case_id and r.kind = 'reopen' and r.seq > s.seq) as this_round
     from case_steps s join cases c on c.id = s.case_id where c.vehicle_id = $1::int and s.kind = 'repair' order by s.day, s.case_id, s.seq`,
    [vehicleId],
    { priority: 'read' },
  );
}

/** A whole day that was evaluated: why it is not valid for a road check, null when it is; and the version of its arithmetic. */
export interface RoadJudgedRow {
  day: string;
  not_valid: string | null;
  formula: string | null;
}

/** A day of which ammonia may have been read as NOx: R-A3 is held (emissions §4 "NH3"). The short verdicts are asked before the outcomes. */
const HELD_FOR_NH3 = `(d.verdicts @> '[{"rule": "R-A3", "outcome": "notEvaluated"}]' and d.outcomes @> '[{"rule": "R-A3", "outcome": "notEvaluated", "reason": "nh3Possible"}]')`;

/** The whole evaluated days with samples of a truck from … to (both included): valid when R-A2 could be judged and R-A3 is not held for ammonia. */
export async function roadJudgedDays(db: Db, vehicleId: number, from: string, to: string): Promise<RoadJudgedRow[]> {
  return await db.query<RoadJudgedRow>(
    `select d.day::text as day, d.formula,
       case when coalesce(o.one ->> 'outcome', '') not in ('found', 'clear') then coalesce(o.one ->> 'reason', 'notJudged') when ${HELD_FOR_NH3} then 'nh3Possible' end as not_valid
     from truck_day d left join lateral (select e as one from jsonb_array_elements(d.outcomes) e where e ->> 'rule' = 'R-A2' limit 1) o on true
     where d.vehicle_id = $1::int and d.day between $2::date and $3::date and d.samples > 0 and d.summary is not null
       and d.until >= (d.day + 1)::timestamp at time zone 'Asia/Shanghai'
     order by d.day`,
    [vehicleId, from, to],
    { priority: 'read' },
  );
}

/** Marks evaluated days whose arithmetic is not the one in force, so that they are evaluated anew. A mark that stands stays as it is. */
export function orderOutdatedStep(days: readonly { readonly vehicleId: number; readonly day: string }[]): Step {
  return {
    sql: `insert into dirty_days (vehicle_id, day, reason) select v, d::date, 'computed by other arithmetic' from unnest($1::int[], $2::text[]) as u (v, d)
      on conflict (vehicle_id, day) do nothing`,
    params: [days.map(({ vehicleId }) => vehicleId), days.map(({ day }) => day)],
  };
}

/** Sums of a bin of a day, as JSON tells them. */
export interface RoadSliceRow {
  kind: 'operation' | 'speed';
  bin: number;
  workOfNoxKwh: number | null;
  noxOfFuelG: number | null;
  fuelOfNoxKg: number | null;
}

/** Summaries of some days of a truck with their sums by operating bin and by speed, ascending. */
export async function roadDays(
  db: Db,
  vehicleId: number,
  days: readonly string[],
): Promise<{ summary: unknown; formula: string | null; slices: RoadSliceRow[] }[]> {
  return await db.query(
    `select d.summary, d.formula, (select coalesce(jsonb_agg(jsonb_build_object('kind', s.kind, 'bin', s.bin, 'workOfNoxKwh', s.work_of_nox_kwh,
         'noxOfFuelG', s.nox_of_fuel_g, 'fuelOfNoxKg', s.fuel_of_nox_kg) order by s.kind, s.bin), '[]')
       from truck_sums s where s.span = 'day' and s.kind in ('operation', 'speed') and s.day = d.day and s.vehicle_id = d.vehicle_id) as slices
     from truck_day d where d.vehicle_id = $1::int and d.day = any($2::date[]) order by d.day`,
    [vehicleId, [...days]],
    { priority: 'read' },
  );
}

/** What controls are looked for by. */
export interface ControlQuery {
  readonly vehicleId: number;
  readonly basis: 'work' | 'fuel';
  readonly before: { readonly from: string; readonly to: string };
  readonly after: { readonly from: string; readonly to: string };
  readonly leastDays: number;
  readonly most: number;
  /** Version of the arithmetic that their days must be of. */
  readonly formula: string;
}

/** Sums of a control in one bin of one period. */
export interface ControlRow {
  vehicle_id: number;
  period: 'before' | 'after';
  days: number;
  /** Days in the spans that are of other arithmetic: with any, its sums are not to be used. */
  outdated: string[];
  kind: 'operation' | 'speed';
  bin: number;
  workOfNoxKwh: number | null;
  noxOfFuelG: number | null;
  fuelOfNoxKg: number | null;
}

/**
 * Trucks of the same stage that no case repaired between the first day before and the last after, with enough valid days in both spans: of the
 * same engine model first, then by the MD5 of their VIN, so that the choice rests on nothing that has to do with emissions. A day that waits to
 * be evaluated does not count, nor one on which ammonia may have been read as NOx.
 */
export async function roadControls(db: Db, q: ControlQuery): Promise<ControlRow[]> {
  return await db.query<ControlRow>(
    `with own as (
       select v.id, v.demo, p."values" ->> 'stage' as stage, p."values" ->> 'engineModel' as engine from vehicles v
       join lateral (select "values" from vehicle_parameters where vehicle_id = v.id order by recorded_at desc, id desc limit 1) p on true
       where v.id = $1::int),
     candidates as (
       select v.id, row_number() over (order by (p."values" ->> 'engineModel' is not distinct from own.engine) desc, md5(v.vin)) as place
       from vehicles v cross join own
       join lateral (select "values" from vehicle_parameters where vehicle_id = v.id order by recorded_at desc, id desc limit 1) p on true
       where v.id <> $1::int and v.demo = own.demo and p."values" ->> 'stage' = own.stage
         and not exists (select 1 from case_steps s join cases c on c.id = s.case_id
           where c.vehicle_id = v.id and s.kind = 'repair' and s.day >= $3::date and coalesce((s."values" ->> 'inDay')::date, s.day) <= $6::date)
       order by place limit 4 * $8::int),
     days as (
       select d.vehicle_id, d.day, case when d.day <= $4::date then 'before' else 'after' end as period, d.formula is distinct from $9::text as outdated
       from truck_day d join candidates k on k.id = d.vehicle_id left join dirty_days m on m.vehicle_id = d.vehicle_id and m.day = d.day
       where (d.day between $3::date and $4::date or d.day between $5::date and $6::date)
         and d.until >= (d.day + 1)::timestamp at time zone 'Asia/Shanghai'
         and (d.verdicts @> '[{"rule": "R-A2", "outcome": "clear"}]' or d.verdicts @> '[{"rule": "R-A2", "outcome": "found"}]')
         and not ${HELD_FOR_NH3}
         and (m.day is null or (d.formula is distinct from $9::text and m.error is null))),
     chosen as (
       select d.vehicle_id, count(*) filter (where d.period = 'before')::int as before, count(*) filter (where d.period = 'after')::int as after,
         coalesce(jsonb_agg(d.day::text order by d.day) filter (where d.outdated), '[]') as outdated
       from days d join candidates k on k.id = d.vehicle_id group by d.vehicle_id, k.place
       having count(*) filter (where d.period = 'before') >= $7::int and count(*) filter (where d.period = 'after') >= $7::int
       order by k.place limit $8::int)
     select c.vehicle_id, d.period, case d.period when 'before' then c.before else c.after end as days, c.outdated, s.kind, s.bin,
       sum(s.work_of_nox_kwh) as "workOfNoxKwh", sum(s.nox_of_fuel_g) as "noxOfFuelG", sum(s.fuel_of_nox_kg) as "fuelOfNoxKg"
     from chosen c join days d on d.vehicle_id = c.vehicle_id
     join truck_sums s on s.span = 'day' and s.kind = $2::text and s.day = d.day and s.vehicle_id = d.vehicle_id
     group by c.vehicle_id, d.period, 3, c.outdated, s.kind, s.bin order by c.vehicle_id, d.period desc, s.bin`,
    [
      q.vehicleId,
      q.basis === 'work' ? 'operation' : 'speed',
      q.before.from,
      q.before.to,
      q.after.from,
      q.after.to,
      q.leastDays,
      q.most,
      q.formula,
    ],
    { priority: 'read' },
  );
}

/** A case whose road check is looked after, and when anything was evaluated or repaired of its truck last; null: never. */
export interface RoadCheckCaseRow {
  id: number;
  state: string;
  changed_at: Date | null;
  computed_at: Date | null;
}

/**
 * Cases after a repair that wait for retest, road check or closing, and those closed as compliant since a day: what comes late may say
 * otherwise.
 */
export async function roadCheckCases(db: Db, closedSince: string): Promise<RoadCheckCaseRow[]> {
  return await db.query<RoadCheckCaseRow>(
    `select c.id, c.state, greatest(
         (select max(d.evaluated_at) from truck_day d where d.vehicle_id = c.vehicle_id and d.until >= (d.day + 1)::timestamp at time zone 'Asia/Shanghai'),
         (select max(s.recorded_at) from case_steps s join cases o on o.id = s.case_id where o.vehicle_id = c.vehicle_id and s.kind = 'repair')) as changed_at,
       (select max(r.computed_at) from road_checks r where r.case_id = c.id and r.repaired_day = (c.progress ->> 'repairedDay')::date) as computed_at
     from cases c
     where (c.state in ('retest', 'roadCheck', 'closing') or (c.state = 'closed' and c.closed_reason = 'compliant' and c.closed_day >= $1::date))
       and c.type in ('overLimit', 'urea', 'tamper', 'fault') and c.progress ->> 'repairedDay' is not null
     order by c.id`,
    [closedSince],
    { priority: 'job' },
  );
}
