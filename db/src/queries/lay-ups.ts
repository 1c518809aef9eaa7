import { type Db, OptimisticConflict, type Step } from '../db.ts';

/** A period in which a truck is laid up. Beijing days; `valid_to` is the day on which it is back (null: not known yet). */
export interface LayUpRow {
  id: number;
  valid_from: string;
  valid_to: string | null;
  reason: string;
  note: string | null;
  recorded_by: string;
  recorded_at: Date;
  version: number;
}

/** What was done about a lay-up, and the period as it stood afterwards (`removed`: before). */
export interface LayUpEventRow {
  id: number;
  lay_up_id: number;
  at: Date;
  actor: string;
  kind: 'entered' | 'changed' | 'removed';
  valid_from: string;
  valid_to: string | null;
  reason: string;
  note: string | null;
}

/** A period as it is to be. */
export interface LayUpPeriod {
  readonly from: string;
  readonly to: string | null;
  readonly reason: string;
  readonly note: string | null;
}

/** Who does something, and when (epoch ms). */
export interface LayUpDeed {
  readonly vehicleId: number;
  readonly actor: string;
  readonly atMs: number;
}

const COLUMNS = 'id, valid_from, valid_to, reason, note, recorded_by, recorded_at, version';

/** A truck's lay-ups, the latest first. */
export async function listLayUps(db: Db, vehicleId: number): Promise<LayUpRow[]> {
  return await db.query<LayUpRow>(
    `select ${COLUMNS} from lay_ups where vehicle_id = $1::int order by valid_from desc, id desc`,
    [vehicleId],
    { priority: 'read' },
  );
}

/** Everything that was done about a truck's lay-ups, the newest first. */
export async function layUpEvents(db: Db, vehicleId: number): Promise<LayUpEventRow[]> {
  return await db.query<LayUpEventRow>(
    `select id, lay_up_id, at, actor, kind, valid_from, valid_to, reason, note from lay_up_events
     where vehicle_id = $1::int order by id desc`,
    [vehicleId],
    { priority: 'read' },
  );
}

/** One lay-up of a truck; undefined when it has none with this id. */
export async function getLayUp(db: Db, vehicleId: number, id: number): Promise<LayUpRow | undefined> {
  const [row] = await db.query<LayUpRow>(`select ${COLUMNS} from lay_ups where vehicle_id = $1::int and id = $2::int8`, [
    vehicleId,
    id,
  ]);
  return row;
}

/** Lay-ups of a truck that a period would overlap, but for the one that is being changed. */
export async function overlappingLayUps(
  db: Db,
  vehicleId: number,
  period: Pick<LayUpPeriod, 'from' | 'to'>,
  except: number | null,
): Promise<LayUpRow[]> {
  return await db.query<LayUpRow>(
    `select ${COLUMNS} from lay_ups where vehicle_id = $1::int and id is distinct from $4::int8
       and valid_from < coalesce($3::date, 'infinity') and $2::date < coalesce(valid_to, 'infinity') order by valid_from`,
    [vehicleId, period.from, period.to, except],
  );
}

/** One change at a time per truck, so that what is noted is what was done. */
function lockStep(vehicleId: number): Step {
  return { sql: 'select id from vehicles where id = $1::int for update', params: [vehicleId] };
}

/** Enters a lay-up; the days concerned are marked by the database, which refuses an overlap (SQLSTATE 23P01). Answers its id. */
export async function enterLayUp(db: Db, deed: LayUpDeed, p: LayUpPeriod): Promise<number> {
  const [, inserted] = await db.batch([
    lockStep(deed.vehicleId),
    {
      sql: `insert into lay_ups (vehicle_id, valid_from, valid_to, reason, note, recorded_by, recorded_at)
        values ($1::int, $2::date, $3::date, $4::text, $5::text, $6::text, $7::timestamptz) returning id`,
      params: [deed.vehicleId, p.from, p.to, p.reason, p.note, deed.actor, new Date(deed.atMs)],
    },
  ]);
  const row = inserted?.rows[0];
  const id: unknown = row === undefined ? undefined : Reflect.get(row, 'id');
  if (typeof id !== 'number') throw new Error('the database returned no id for a lay-up');
  return id;
}

async function unlessOvertaken(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof OptimisticConflict) return false;
    throw error;
  }
}

/** Changes a lay-up when it is still at `version`; false when it is not, or is gone. */
export async function changeLayUp(
  db: Db,
  deed: LayUpDeed,
  at: { id: number; version: number },
  p: LayUpPeriod,
): Promise<boolean> {
  return await unlessOvertaken(
    db.batch([
      lockStep(deed.vehicleId),
      {
        sql: `update lay_ups set valid_from = $4::date, valid_to = $5::date, reason = $6::text, note = $7::text, recorded_by = $8::text,
            recorded_at = $9::timestamptz where vehicle_id = $1::int and id = $2::int8 and version = $3::int`,
        params: [deed.vehicleId, at.id, at.version, p.from, p.to, p.reason, p.note, deed.actor, new Date(deed.atMs)],
        expect: 1,
      },
    ]),
  );
}

/** Takes a lay-up away that was entered by mistake, when it is still at `version`; false when it is not, or is gone. What was done stays told. */
export async function removeLayUp(db: Db, deed: LayUpDeed, at: { id: number; version: number }): Promise<boolean> {
  return await unlessOvertaken(
    db.batch([
      lockStep(deed.vehicleId),
      {
        sql: `insert into lay_up_events (lay_up_id, vehicle_id, at, actor, kind, valid_from, valid_to, reason, note)
          select id, vehicle_id, $3::timestamptz, $4::text, 'removed', valid_from, valid_to, reason, note from lay_ups
          where vehicle_id = $1::int and id = $2::int8`,
        params: [deed.vehicleId, at.id, new Date(deed.atMs), deed.actor],
        expect: 1,
      },
      {
        sql: 'delete from lay_ups where vehicle_id = $1::int and id = $2::int8 and version = $3::int',
        params: [deed.vehicleId, at.id, at.version],
        expect: 1,
      },
    ]),
  );
}
