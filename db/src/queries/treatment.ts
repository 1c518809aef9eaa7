import type { Db } from '../db.ts';
import { type StatFilter, TRUCKS_CTE, truckParams } from './statistics.ts';

/** A completed repair of a case, with the newest road check of it; what of that is null: there is none. */
export interface TreatmentRow {
  readonly case_id: number;
  readonly case_number: string;
  readonly case_type: string;
  readonly vehicle_id: number;
  readonly plate: string;
  readonly district: string | null;
  readonly stage: string | null;
  /** Beijing day on which it was completed. */
  readonly done_day: string;
  readonly fault: string | null;
  readonly work: string | null;
  readonly station: string | null;
  readonly verdict: 'repaired' | 'notRepaired' | 'notYetDecidable' | null;
  readonly reason: string | null;
  readonly version: string | null;
  readonly inputs_sha256: string | null;
  /** Consumption that turns fuel into work [kg/kWh]. */
  readonly bsfc: number | null;
  /** NOx before, on comparable operation [g/kWh]. */
  readonly before: number | null;
  readonly after: number | null;
  /** ln(after ÷ before), less the median of the controls where there were enough of them. */
  readonly log_ratio: number | null;
  readonly log_low: number | null;
  readonly log_high: number | null;
  readonly controls: number | null;
  readonly control_log_ratio: number | null;
  /** Fuel [kg] of the days after the repair, up to a year, and how many calendar days these are. */
  readonly fuel_kg: number | null;
  readonly days: number;
}

/** Days after a repair from which a year's operation is told. */
const YEAR_DAYS = 365;

/** Completed repairs of cases by the day of completion, from … to (both included); operation after them up to `yesterday`. */
export async function treatmentRepairs(
  db: Db,
  q: {
    readonly from: string;
    readonly to: string;
    readonly yesterday: string;
    readonly filter: StatFilter;
    readonly atMs: number;
  },
): Promise<TreatmentRow[]> {
  const of = (path: string) => `(r.result #>> '{comparison,${path}}')::float8`;
  return await db.query<TreatmentRow>(
    `with ${TRUCKS_CTE}
     select c.id as case_id, c.year::text || '-' || lpad(c.number::text, 5, '0') as case_number, c.type as case_type, t.id as vehicle_id, t.plate, t.district, t.stage,
       s.day::text as done_day, s."values" ->> 'fault' as fault, s."values" ->> 'work' as work, coalesce(m.name, s."values" ->> 'station') as station,
       r.verdict, r.reason, r.version, r.inputs_sha256, (r.inputs #>> '{bsfc,value}')::float8 as bsfc, ${of('before,value')} as before, ${of('after,value')} as after,
       ${of('logRatio,value')} as log_ratio, ${of('logRatio,low')} as log_low, ${of('logRatio,high')} as log_high,
       (r.result #>> '{comparison,controls}')::int as controls, ${of('controlLogRatio')} as control_log_ratio, d.fuel_kg,
       greatest(0, least($11::date, s.day + ${YEAR_DAYS}) - s.day)::int as days
     from case_steps s join cases c on c.id = s.case_id join trucks t on t.id = c.vehicle_id
     left join stations m on m.id::text = s."values" ->> 'station'
     left join lateral (
       select k.verdict, k.reason, k.version, k.inputs_sha256, k.inputs, k.result from road_checks k
       where k.case_id = c.id and k.repaired_day = s.day order by k.id desc limit 1
     ) r on true
     left join lateral (
       select sum(e.fuel_kg)::float8 as fuel_kg from truck_day e
       where e.vehicle_id = t.id and e.day > s.day and e.day <= least($11::date, s.day + ${YEAR_DAYS})
     ) d on true
     where s.kind = 'repair' and s.day between $9::date and $10::date
     order by s.day, c.id, s.seq`,
    [...truckParams(q.filter, q.atMs), q.from, q.to, q.yesterday],
    { priority: 'read' },
  );
}
