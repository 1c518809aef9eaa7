import { type Db, OptimisticConflict } from '../db.ts';

/** What of a truck's identity is changed; what is absent stays, null takes a fact away. */
export interface VehicleChange {
  readonly plate?: string | undefined;
  readonly plateColor?: string | null | undefined;
  readonly district?: string | null | undefined;
  readonly enterprise?: string | null | undefined;
  readonly useType?: string | null | undefined;
}

const COLUMNS = {
  plate: 'plate',
  plateColor: 'plate_color',
  district: 'district',
  enterprise: 'enterprise',
  useType: 'use_type',
} as const satisfies Record<keyof VehicleChange, string>;

/** What two people could overwrite for one another, as one short text: another text means that somebody changed something. */
const VERSION = `left(md5(concat_ws(e'\\x1f', plate, coalesce(plate_color, e'\\x1e'), coalesce(district, e'\\x1e'), coalesce(enterprise, e'\\x1e'),
  coalesce(use_type, e'\\x1e'))), 16)`;

/** The version of a truck's identity; undefined when there is no such truck. */
export async function vehicleVersion(db: Db, id: number): Promise<string | undefined> {
  const [row] = await db.query<{ version: string }>(`select ${VERSION} as version from vehicles where id = $1::int`, [id], {
    priority: 'read',
  });
  return row?.version;
}

/** Changes a truck's identity when it is still at `version`. Answers the new version; undefined when it is at another, or there is no such truck. */
export async function changeVehicle(db: Db, id: number, version: string, change: VehicleChange): Promise<string | undefined> {
  const params: unknown[] = [id, version];
  const sets: string[] = [];
  for (const [name, column] of Object.entries(COLUMNS)) {
    const value = change[name as keyof VehicleChange];
    if (value === undefined) continue;
    params.push(value);
    sets.push(`${column} = $${params.length}::text`);
  }
  const [row] = await db.query<{ version: string }>(
    `update vehicles set ${sets.length === 0 ? 'plate = plate' : sets.join(', ')} where id = $1::int and ${VERSION} = $2::text returning ${VERSION} as version`,
    params,
    { priority: 'write' },
  );
  return row?.version;
}

/** One entry of the history of a truck's parameters. */
export interface ParameterRow {
  id: number;
  valid_from: Date;
  recorded_at: Date;
  recorded_by: string;
  values: Record<string, unknown>;
}

/** Everything that was ever recorded of a truck's parameters, the newest recorded first. */
export async function parameterHistory(db: Db, vehicleId: number): Promise<ParameterRow[]> {
  return await db.query<ParameterRow>(
    `select id, valid_from, recorded_at, recorded_by, "values" from vehicle_parameters
     where vehicle_id = $1::int order by recorded_at desc, id desc`,
    [vehicleId],
    { priority: 'read' },
  );
}

/** Parameters to record. */
export interface NewParameters {
  readonly vehicleId: number;
  readonly validFromMs: number;
  readonly recordedBy: string;
  readonly values: Readonly<Record<string, string | number | boolean>>;
  /** The newest entry that the change rests on. */
  readonly after: number;
}

/**
 * Records parameters of a truck when nobody recorded others since `after`; days from `validFromMs` on are marked by the database. Answers
 * the entry's id; undefined when somebody was faster.
 */
export async function recordParameters(db: Db, p: NewParameters): Promise<number | undefined> {
  try {
    const [, inserted] = await db.batch([
      // One at a time per truck, so that the check below sees what the other wrote.
      { sql: 'select id from vehicles where id = $1::int for update', params: [p.vehicleId] },
      {
        sql: `insert into vehicle_parameters (vehicle_id, valid_from, recorded_by, "values")
          select $1::int, $2::timestamptz, $3::text, $4::jsonb
          where (select max(id) from vehicle_parameters where vehicle_id = $1::int) = $5::int8 returning id`,
        params: [p.vehicleId, new Date(p.validFromMs), p.recordedBy, JSON.stringify(p.values), p.after],
        expect: 1,
      },
    ]);
    const row = inserted?.rows[0];
    const id: unknown = row === undefined ? undefined : Reflect.get(row, 'id');
    return typeof id === 'number' ? id : undefined;
  } catch (error) {
    if (error instanceof OptimisticConflict) return undefined;
    throw error;
  }
}
