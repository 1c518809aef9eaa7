import type { Db } from '../db.ts';

/** What the registry knows of a truck over time. Times in epoch seconds, ends excluded (Infinity: still). */
export interface TruckHistory {
  readonly id: number;
  readonly vin: string;
  readonly fittedSec: number;
  readonly createdSec: number;
  /** In the order in which they were recorded: of those valid at a time the last applies. */
  readonly parameters: readonly { readonly fromSec: number; readonly values: Readonly<Record<string, unknown>> }[];
  readonly assignments: readonly { readonly terminalId: string; readonly fromSec: number; readonly toSec: number }[];
  /** Beijing days, the end excluded; null: still. */
  readonly layUps: readonly { readonly fromDay: string; readonly toDay: string | null }[];
}

const SEC = (column: string) => `extract(epoch from ${column})::float8`;

/** All that the registry knows of a truck over time; null when there is none with this number. */
export async function truckHistory(db: Db, vehicleId: number): Promise<TruckHistory | null> {
  const [truck] = await db.query<{ vin: string; fitted: number; created: number }>(
    `select vin, ${SEC('fitted_at')} as fitted, ${SEC('created_at')} as created from vehicles where id = $1::int`,
    [vehicleId],
    { priority: 'job' },
  );
  if (!truck) return null;
  const parameters = await db.query<{ t: number; values: Record<string, unknown> }>(
    `select ${SEC('valid_from')} as t, "values" from vehicle_parameters where vehicle_id = $1::int order by recorded_at, id`,
    [vehicleId],
    { priority: 'job' },
  );
  const assignments = await db.query<{ terminal_id: string; f: number; t: number | null }>(
    `select terminal_id, ${SEC('valid_from')} as f, ${SEC('valid_to')} as t from assignments where vehicle_id = $1::int order by valid_from, id`,
    [vehicleId],
    { priority: 'job' },
  );
  const layUps = await db.query<{ valid_from: string; valid_to: string | null }>(
    'select valid_from, valid_to from lay_ups where vehicle_id = $1::int order by valid_from, id',
    [vehicleId],
    { priority: 'job' },
  );
  return {
    id: vehicleId,
    vin: truck.vin,
    fittedSec: truck.fitted,
    createdSec: truck.created,
    parameters: parameters.map((row) => ({ fromSec: row.t, values: row.values })),
    assignments: assignments.map((row) => ({
      terminalId: row.terminal_id,
      fromSec: row.f,
      toSec: row.t ?? Number.POSITIVE_INFINITY,
    })),
    layUps: layUps.map((row) => ({ fromDay: row.valid_from, toDay: row.valid_to })),
  };
}
