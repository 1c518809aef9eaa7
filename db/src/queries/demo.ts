import type { Db, Step } from '../db.ts';

/** The demonstration of a site as it is remembered. Times in epoch seconds. */
export interface DemoPlan {
  readonly wanted: boolean;
  readonly seed: number;
  readonly historyFromSec: number;
  readonly liveFromSec: number;
  /** Terminals whose history is written whole. */
  readonly written: readonly string[];
}

/** What is remembered of the demonstration; undefined: there never was one. */
export async function demoPlan(db: Db): Promise<DemoPlan | undefined> {
  const [row] = await db.query<DemoPlan>(
    `select wanted, seed, extract(epoch from history_from)::float8 as "historyFromSec", extract(epoch from live_from)::float8 as "liveFromSec", written from demo`,
    [],
    { priority: 'read' },
  );
  return row;
}

/** Begins a demonstration, or another after the first was removed. One that is wanted already stays as it is. */
export function beginDemoStep(plan: Omit<DemoPlan, 'wanted' | 'written'>): Step {
  return {
    sql: `insert into demo (wanted, seed, history_from, live_from) values (true, $1::int, to_timestamp($2::float8), to_timestamp($3::float8))
          on conflict (one) do update set wanted = true, seed = excluded.seed, history_from = excluded.history_from, live_from = excluded.live_from, written = '{}'
          where not demo.wanted`,
    params: [plan.seed, plan.historyFromSec, plan.liveFromSec],
  };
}

/** Notes that nobody wants the demonstration any more, whether or not there was one. */
export function endDemoStep(): Step {
  return {
    sql: `insert into demo (wanted, seed, history_from, live_from) values (false, 1, now(), now()) on conflict (one) do update set wanted = false`,
  };
}

/** How many trucks there are: of the demonstration, others, and those of the others that a sample has come from. */
export async function countDemo(db: Db): Promise<{ demo: number; real: number; heard: number }> {
  const [row] = await db.query<{ demo: number; real: number; heard: number }>(
    `select count(*) filter (where demo)::int as demo, count(*) filter (where not demo)::int as real,
            count(l.vehicle_id) filter (where not demo)::int as heard
     from vehicles v left join vehicle_latest l on l.vehicle_id = v.id`,
    [],
    { priority: 'read' },
  );
  return row ?? { demo: 0, real: 0, heard: 0 };
}

/**
 * Puts terminals on their trucks from a time on [epoch s], where no other was on them: records from then on are theirs. `vehicleIds` null: all
 * trucks of the demonstration.
 */
export function backdateAssignmentsStep(fromSec: number, vehicleIds: readonly number[] | null): Step {
  return {
    sql: `update assignments a set valid_from = to_timestamp($1::float8) from vehicles v
          where v.id = a.vehicle_id and v.demo and a.valid_to is null and a.valid_from > to_timestamp($1::float8)
            and ($2::int[] is null or v.id = any($2::int[]))
            and not exists (select 1 from assignments b where b.id <> a.id and (b.terminal_id = a.terminal_id or b.vehicle_id = a.vehicle_id))`,
    params: [fromSec, vehicleIds],
  };
}

/** These trucks of the demonstration count as known and fitted since a time [epoch s], if they came later. */
function backdateVehiclesStep(fromSec: number, vehicleIds: readonly number[]): Step {
  return {
    sql: 'update vehicles set created_at = least(created_at, to_timestamp($1::float8)), fitted_at = least(fitted_at, to_timestamp($1::float8)) where demo and id = any($2::int[])',
    params: [fromSec, vehicleIds],
  };
}

/** These trucks of the demonstration, and the terminals on them, count as there since a time [epoch s]. */
export function backdateDemoSteps(fromSec: number, vehicleIds: readonly number[]): Step[] {
  return [backdateVehiclesStep(fromSec, vehicleIds), backdateAssignmentsStep(fromSec, vehicleIds)];
}

/**
 * While the history of these trucks is being written, a mark of the last whole day stands open: a day that has not come yet is not taken for
 * one without records. `untilSec` at the latest it is done.
 */
export function holdDemoStep(vehicleIds: readonly number[], day: string, untilSec: number): Step {
  return {
    sql: `insert into dirty_days (vehicle_id, day, reason, open_until) select v, $2::date, 'history is being written', to_timestamp($3::float8) from unnest($1::int[]) v
          on conflict (vehicle_id, day) do update set open_until = excluded.open_until`,
    params: [vehicleIds, day, untilSec],
  };
}

/** The history of these trucks is whole: they count as known since its begin, and its days are evaluated at once. */
export function demoWrittenSteps(vehicleIds: readonly number[], terminals: readonly string[], fromSec: number): Step[] {
  return [
    backdateVehiclesStep(fromSec, vehicleIds),
    {
      sql: 'update dirty_days set open_until = now() where vehicle_id = any($1::int[]) and day < beijing_day(now())',
      params: [vehicleIds],
    },
    {
      sql: 'update demo set written = array(select distinct t from unnest(written || $1::text[]) t order by t)',
      params: [terminals],
    },
  ];
}

/** Demonstration trucks that carry these terminals. */
export async function demoVehiclesOf(db: Db, terminals: readonly string[]): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    'select distinct v.id from vehicles v join assignments a on a.vehicle_id = v.id where v.demo and a.terminal_id = any($1::text[]) order by 1',
    [terminals],
    { priority: 'read' },
  );
  return rows.map((row) => row.id);
}
