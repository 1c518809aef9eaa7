import type { Db } from '@plume/db';

/** A year of the fleet as the evaluator keeps it, made by the database itself: sums by every division of the day, cells, quality. */
export interface FillPlan {
  readonly trucks: number;
  readonly days: number;
  /** Last day, Beijing. */
  readonly to: string;
  /** Also the minutes themselves (8 h a day), which no query of the statistics reads. */
  readonly minutes: boolean;
}

const KINDS: readonly (readonly [kind: string, first: number, last: number])[] = [
  ['day', 0, 0],
  ['hour', 8, 17],
  ['speed', 0, 9],
  ['power', 0, 10],
  ['operation', 0, 12],
  ['mode', 0, 40],
  ['ambient', -4, 6],
];
const DAYS_AT_ONCE = 20;
const MONTHS_SQL = `insert into truck_sums select 'month', kind, date_trunc('month', day::timestamp)::date, vehicle_id, bin, sum(days)::int, sum(nox_days)::int,
  sum(engine_on_s), sum(nox_valid_s), sum(nox_g), sum(co2_g), sum(fuel_kg), sum(work_kwh), sum(distance_km), sum(nox_of_work_g), sum(work_of_nox_kwh), sum(nox_of_fuel_g),
  sum(fuel_of_nox_kg), sum(nox_of_distance_g), sum(distance_of_nox_km), sum(idle_nox_g), sum(idle_nox_s), sum(filled_nox_g), sum(filled_s), sum(unfilled_s)
  from truck_sums where span = 'day' and kind = $1::text group by 2, 3, 4, 5`;

/** Fills an empty, migrated database. Answers the rows of `truck_sums`. */
export async function fillFleet(db: Db, { trucks, days, to, minutes }: FillPlan): Promise<number> {
  const job = { priority: 'job' } as const;
  await db.query(
    `insert into vehicles (vin, plate, district, enterprise, use_type, fitted_at)
     select 'LBENCH' || lpad(n::text, 11, '0'), '新B' || lpad(n::text, 5, '0'), (array['昌吉市', '阜康市', '奇台县', '准东'])[1 + n % 4],
       (array['甲', '乙', '丙', '丁', '戊', '己'])[1 + n % 6], (array['物流', '渣土', '环卫'])[1 + n % 3], now() - interval '4 years'
     from generate_series(1, $1::int) n`,
    [trucks],
    job,
  );
  await db.query(
    `insert into vehicle_parameters (vehicle_id, valid_from, recorded_by, "values") select id, now() - interval '4 years', 'bench',
       jsonb_build_object('stage', case when id % 3 = 0 then 'IV' else 'V' end, 'engineModel', 'M' || id % 2, 'ratedPowerKw', 250) from vehicles`,
    [],
    job,
  );
  for (let back = days; back > 0; back -= DAYS_AT_ONCE) {
    const piece = [to, back - 1, Math.max(0, back - DAYS_AT_ONCE)];
    for (const [kind, first, last] of KINDS) await db.query(sumsSql(kind), [...piece, first, last], job);
    await db.query(DAYS_SQL, piece, job);
    await db.query(CELLS_SQL, piece, job);
  }
  for (const [kind] of KINDS) await db.query(MONTHS_SQL, [kind], job);
  await db.query(
    `insert into truck_cells select 'month', date_trunc('month', c.day::timestamp)::date, c.vehicle_id, array_agg(e.x), array_agg(e.y), array_agg(e.hour), array_agg(e.passes),
       array_agg(e.seconds), array_agg(e.valid_s), array_agg(e.nox_g), array_agg(e.km), 0
     from (select day, vehicle_id, x, y, hour, passes, seconds, valid_s, nox_g, km, row_number() over (partition by vehicle_id, date_trunc('month', day::timestamp) order by day) as n from truck_cells) c,
       unnest(c.x, c.y, c.hour, c.passes, c.seconds, c.valid_s, c.nox_g, c.km) as e (x, y, hour, passes, seconds, valid_s, nox_g, km)
     where c.n <= 4 group by 2, 3`,
    [],
    job,
  );
  if (minutes) await fillMinutes(db, days, to);
  await db.query('analyze', [], job);
  const [count] = await db.query<{ n: number }>('select count(*)::int8 as n from truck_sums');
  return count?.n ?? 0;
}

/** Parameters: last day, first and last day back from it, first and last bin. */
function sumsSql(kind: string): string {
  return `insert into truck_sums
    select 'day', '${kind}', d.day, v.id, b.bin, 1, 1, s, s * 0.8, s * 0.8 * f, s * 5.5, s * 0.0018, s * 0.008, s * 0.008, s * 0.8 * f, s * 0.0064, s * 0.8 * f, s * 0.00144,
      s * 0.8 * f, s * 0.0064, ${kind === 'hour' || kind === 'day' ? 's * 0.01' : 'null::float8'}, ${kind === 'hour' || kind === 'day' ? 's * 0.1' : 'null::float8'},
      ${kind === 'day' ? 's * 0.2 * f, s * 0.2, 0' : 'null::float8, null::float8, null::float8'}
    from vehicles v, lateral (select $1::date - n as day, n from generate_series($3::int, $2::int) n) d, generate_series($4::int, $5::int) b (bin),
      lateral (select (28800.0 / ($5::int - $4::int + 1)) * (0.7 + 0.6 * ((v.id * 31 + d.n * 17 + b.bin * 7) % 100) / 100.0) as s,
        0.02 + 0.002 * (v.id % 12) + 0.001 * ((v.id * 13 + d.n * 7 + b.bin) % 10) as f) x`;
}

const DAYS_SQL = `insert into truck_day (vehicle_id, day, until, samples, first_time, last_time, rules_version, summary, outcomes, outcomes_sha256, verdicts)
  select v.id, d.day, d.day + interval '1 day', 28800, d.day + interval '0 hours', d.day + interval '9 hours', 'bench',
    jsonb_build_object('quality', jsonb_build_object('received', 28000, 'due', 28800, 'channels', jsonb_build_object('noxDownPpm', jsonb_build_object('counts', jsonb_build_object('valid', 23000 + (v.id * d.n) % 4000))))),
    '[]', '', jsonb_build_array(jsonb_build_object('rule', 'R-A3', 'outcome', case when v.id % 9 = 0 then 'found' else 'clear' end))
  from vehicles v, lateral (select $1::date - n as day, n from generate_series($3::int, $2::int) n) d`;

/** 200 cells a truck-day along a road of its own. */
const CELLS_SQL = `insert into truck_cells
  select 'day', d.day, v.id, array_agg(17460 + v.id % 6 + i order by i), array_agg(8800 + (i + v.id) % 40 order by i), array_agg(8 + i / 20 order by i), array_agg(1 + i % 3 order by i),
    array_agg((140.0 + i)::real order by i), array_agg((100.0 + i)::real order by i), array_agg((3.0 + (i * v.id) % 7)::real order by i), array_agg(0.5::real order by i), 0
  from vehicles v, lateral (select $1::date - n as day from generate_series($3::int, $2::int) n) d, generate_series(1, 200) i group by d.day, v.id`;

async function fillMinutes(db: Db, days: number, to: string): Promise<void> {
  for (let n = 0; n < days; n += 1) {
    await db.query(
      `insert into truck_minute (vehicle_id, time, "samples", "engineOnS", "noxValidS", "noxG", "fuelKg", "workKwh", "distanceKm", formula)
       select v.id, $1::date - $2::int + interval '8 hours' - interval '8 hours' + m * interval '1 minute', 60, 60, 48, 2, 0.1, 0.5, 0.5, 'bench' from vehicles v, generate_series(0, 479) m`,
      [to, n],
      { priority: 'job' },
    );
  }
}
