import type { Step } from '../db.ts';
import { SLICE_SUMS } from '../slice-columns.ts';

/** What a truck did in the cells of the map on a day, as columns of equal length. */
export interface CellRows {
  readonly count: number;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly hour: ArrayLike<number>;
  readonly passes: ArrayLike<number>;
  readonly seconds: ArrayLike<number>;
  readonly validS: ArrayLike<number>;
  readonly noxG: ArrayLike<number>;
  readonly km: ArrayLike<number>;
  readonly droppedS: number;
}

/** Entries that a truck's month keeps at most, those with the most time. */
const MOST_MONTH_CELLS = 20_000;

const NAMES = SLICE_SUMS.map(([name]) => name);
const LIST = NAMES.join(', ');

/**
 * Puts a day's sums and cells in the place of those that stand. Those of its month have to be made anew afterwards (`renewMonthSteps`): once
 * for all its days, as each time reads them all.
 * @param slices JSON: rows with kind, bin and sums by the evaluator's names; null: the day has no samples
 */
export function replaceSlicesSteps(vehicleId: number, day: string, slices: string | null, cells: CellRows | null): Step[] {
  const of = [vehicleId, day];
  const steps: Step[] = [
    {
      sql: `delete from truck_sums where span = 'day' and day = $2::date and vehicle_id = $1::int and kind = any(${KINDS})`,
      params: of,
    },
    { sql: `delete from truck_cells where span = 'day' and day = $2::date and vehicle_id = $1::int`, params: of },
  ];
  if (slices !== null) steps.push({ sql: INSERT_DAY, params: [...of, slices] });
  if (cells !== null && cells.count > 0) steps.push({ sql: INSERT_CELLS, params: [...of, ...cellParams(cells)] });
  return steps;
}

/** Makes the sums and cells of the month of a day anew from its days, added in the order of the days: the same to the last digit, however often. */
export function renewMonthSteps(vehicleId: number, day: string): Step[] {
  const of = [vehicleId, day];
  const month = `date_trunc('month', $2::date::timestamp)::date`;
  return [
    {
      sql: `delete from truck_sums where span = 'month' and day = ${month} and vehicle_id = $1::int and kind = any(${KINDS})`,
      params: of,
    },
    {
      sql: `insert into truck_sums (span, kind, day, vehicle_id, bin, days, nox_days, ${LIST})
        select 'month', kind, ${month}, vehicle_id, bin, sum(days)::int, sum(nox_days)::int, ${NAMES.map((name) => `sum(${name} order by day)`).join(', ')}
        from (select * from truck_sums where span = 'day' and vehicle_id = $1::int and kind = any(${KINDS})
          and day >= ${month} and day < ${month} + interval '1 month') d
        group by kind, vehicle_id, bin`,
      params: of,
    },
    { sql: `delete from truck_cells where span = 'month' and day = ${month} and vehicle_id = $1::int`, params: of },
    { sql: monthCells(month), params: of },
  ];
}

const KINDS = `array['day', 'hour', 'speed', 'power', 'operation', 'mode', 'ambient']`;

const INSERT_DAY = `insert into truck_sums (span, kind, day, vehicle_id, bin, days, nox_days, ${LIST})
  select 'day', r.kind, $2::date, $1::int, r.bin, 1, case when (r.sums ->> 'noxValidS')::float8 > 0 then 1 else 0 end,
    ${SLICE_SUMS.map(([, name]) => `(r.sums ->> '${name}')::float8`).join(', ')}
  from jsonb_to_recordset($3::jsonb) as r (kind text, bin int2, sums jsonb)`;

const INSERT_CELLS = `insert into truck_cells (span, day, vehicle_id, x, y, hour, passes, seconds, valid_s, nox_g, km, dropped_s)
  values ('day', $2::date, $1::int, $3::int4[], $4::int4[], $5::int4[], $6::int4[], $7::real[], $8::real[], $9::real[], $10::real[], $11::float8)`;

function cellParams(cells: CellRows): unknown[] {
  const { x, y, hour, passes, seconds, validS, noxG, km } = cells;
  return [...[x, y, hour, passes, seconds, validS, noxG, km].map((column) => Array.from(column)), cells.droppedS];
}

function monthCells(month: string): string {
  return `insert into truck_cells (span, day, vehicle_id, x, y, hour, passes, seconds, valid_s, nox_g, km, dropped_s)
    select 'month', ${month}, $1::int, array_agg(x order by x, y, hour), array_agg(y order by x, y, hour), array_agg(hour order by x, y, hour),
      array_agg(passes order by x, y, hour), array_agg(seconds order by x, y, hour), array_agg(valid_s order by x, y, hour),
      array_agg(nox_g order by x, y, hour), array_agg(km order by x, y, hour), max(all_s) - sum(seconds::float8) + max(dropped)
    from (
      select e.x, e.y, e.hour, sum(e.passes)::int4 as passes, sum(e.seconds::float8 order by c.day)::real as seconds, sum(e.valid_s::float8 order by c.day)::real as valid_s,
        sum(e.nox_g::float8 order by c.day)::real as nox_g, sum(e.km::float8 order by c.day)::real as km, sum(sum(e.seconds::float8)) over () as all_s,
        (select sum(dropped_s) from truck_cells where span = 'day' and vehicle_id = $1::int and day >= ${month} and day < ${month} + interval '1 month') as dropped
      from truck_cells c, unnest(c.x, c.y, c.hour, c.passes, c.seconds, c.valid_s, c.nox_g, c.km) as e (x, y, hour, passes, seconds, valid_s, nox_g, km)
      where c.span = 'day' and c.vehicle_id = $1::int and c.day >= ${month} and c.day < ${month} + interval '1 month'
      group by 1, 2, 3 order by 5 desc, 1, 2, 3 limit ${MOST_MONTH_CELLS}
    ) kept having count(*) > 0`;
}
