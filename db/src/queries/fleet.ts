import type { Db } from '../db.ts';
import { type Districts, within } from './districts.ts';

/** How long after its last received sample a truck counts as late and as silent, against the server's clock. */
export interface LinkThresholds {
  onlineMs: number;
  lateMs: number;
}

/** Where a truck's link stands. `laidUp`: reported laid up today, and nothing is heard of it; one that sends all the same is online or late. */
export type LinkState = 'online' | 'late' | 'silent' | 'neverSeen' | 'laidUp';

/** What a fleet list can be sorted by. `attention`: silent, late, never seen, online, then laid up, each by plate. */
export type FleetSort = 'attention' | 'plate' | 'vin' | 'lastReceived' | { signal: string };

/** One page of the fleet list. */
export interface FleetQuery {
  search: string | undefined;
  state: LinkState | undefined;
  ids: readonly number[] | undefined;
  districts: Districts;
  /** Only trucks of this district. */
  district?: string | undefined;
  sort: FleetSort;
  descending: boolean;
  after: { key: string | number | null; id: number } | undefined;
  limit: number;
  nowMs: number;
  thresholds: LinkThresholds;
}

/** A truck with its newest values as stored: raw integers in wire resolution, each with its own sample time. */
export interface FleetRow {
  id: number;
  vin: string;
  plate: string;
  plate_color: string | null;
  district: string | null;
  enterprise: string | null;
  use_type: string | null;
  demo: boolean;
  fitted_at: Date;
  terminal_id: string | null;
  terminal_since: Date | null;
  last_time: Date | null;
  last_received: Date | null;
  signals: Record<string, [number, number]> | null;
  /** The lay-up under way, Beijing days; null: in service. */
  lay_up: { from: string; to: string | null; reason: string } | null;
  sort_key: string | number | null;
}

const FROM = `from vehicles v
  left join vehicle_latest l on l.vehicle_id = v.id
  left join lateral (
    select a.terminal_id, a.valid_from from assignments a
    where a.vehicle_id = v.id and a.valid_from <= $1::timestamptz and (a.valid_to is null or a.valid_to > $1::timestamptz)
    order by a.valid_from desc limit 1
  ) t on true
  left join lateral (
    select u.valid_from, u.valid_to, u.reason from lay_ups u
    where u.vehicle_id = v.id and u.valid_from <= beijing_day($1::timestamptz) and (u.valid_to is null or u.valid_to > beijing_day($1::timestamptz))
    limit 1
  ) u on true`;

const COLUMNS = `v.id, v.vin, v.plate, v.plate_color, v.district, v.enterprise, v.use_type, v.demo, v.fitted_at,
  t.terminal_id, t.valid_from as terminal_since, l.time as last_time, l.received_at as last_received, l.signals,
  case when u.valid_from is not null then jsonb_build_object('from', u.valid_from, 'to', u.valid_to, 'reason', u.reason) end as lay_up`;

const STATE = `case when l.received_at >= $2::timestamptz then 'online' when l.received_at >= $3::timestamptz then 'late'
  when u.valid_from is not null then 'laidUp' when l.received_at is null then 'neverSeen' else 'silent' end`;

/** Text as a pattern that LIKE takes literally. */
function contains(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

function bounds(q: { nowMs: number; thresholds: LinkThresholds }): Date[] {
  return [new Date(q.nowMs), new Date(q.nowMs - q.thresholds.onlineMs), new Date(q.nowMs - q.thresholds.lateMs)];
}

function filters(q: Pick<FleetQuery, 'search' | 'state' | 'ids' | 'districts' | 'district'>, params: unknown[]): string[] {
  params.push(q.districts);
  const where: string[] = [within('v.district', `$${params.length}`)];
  if (q.search) {
    params.push(contains(q.search));
    const p = `$${params.length}::text`;
    where.push(
      `(v.plate ilike ${p} or v.vin ilike ${p} or t.terminal_id ilike ${p} or v.enterprise ilike ${p} or v.district ilike ${p})`,
    );
  }
  if (q.district !== undefined) {
    params.push(q.district);
    where.push(`v.district = $${params.length}::text`);
  }
  if (q.state) {
    params.push(q.state);
    where.push(`${STATE} = $${params.length}::text`);
  }
  if (q.ids) {
    params.push(q.ids);
    where.push(`v.id = any($${params.length}::int[])`);
  }
  return where;
}

function sortExpression(sort: FleetSort, params: unknown[]): { sql: string; type: string } {
  if (sort === 'attention')
    return {
      sql: `(case ${STATE} when 'silent' then 'a' when 'late' then 'b' when 'neverSeen' then 'c' when 'online' then 'd' else 'e' end || v.plate)`,
      type: 'text',
    };
  if (sort === 'plate') return { sql: 'v.plate', type: 'text' };
  if (sort === 'vin') return { sql: 'v.vin', type: 'text' };
  if (sort === 'lastReceived') return { sql: '(extract(epoch from l.received_at) * 1000)::float8', type: 'float8' };
  params.push(sort.signal);
  return { sql: `(l.signals -> $${params.length}::text ->> 0)::float8`, type: 'float8' };
}

/** One page of trucks; nulls of the sort key come last in either direction, ties go by id, so that pages neither overlap nor skip. */
export async function listFleet(db: Db, q: FleetQuery): Promise<FleetRow[]> {
  const params: unknown[] = bounds(q);
  const where = filters(q, params);
  // The state filter may be absent; naming every bound keeps the engine from refusing an untyped, unused parameter.
  where.push('$2::timestamptz is not null', '$3::timestamptz is not null');
  const key = sortExpression(q.sort, params);
  if (q.after) {
    params.push(q.after.id);
    const id = `$${params.length}::int`;
    if (q.after.key === null) where.push(`(${key.sql} is null and v.id > ${id})`);
    else {
      params.push(q.after.key);
      const k = `$${params.length}::${key.type}`;
      where.push(`(${key.sql} ${q.descending ? '<' : '>'} ${k} or (${key.sql} = ${k} and v.id > ${id}) or ${key.sql} is null)`);
    }
  }
  params.push(q.limit);
  const sql = `select ${COLUMNS}, ${key.sql} as sort_key ${FROM} where ${where.join(' and ')}
    order by sort_key ${q.descending ? 'desc' : 'asc'} nulls last, v.id limit $${params.length}::int`;
  return await db.query<FleetRow>(sql, params, { priority: 'read' });
}

/** How many trucks match a search, by link state. */
export async function countFleet(
  db: Db,
  q: Pick<FleetQuery, 'search' | 'districts' | 'district' | 'nowMs' | 'thresholds'>,
): Promise<Record<LinkState, number>> {
  const params: unknown[] = bounds(q);
  const where = filters({ ...q, state: undefined, ids: undefined }, params);
  const rows = await db.query<{ state: LinkState; n: number }>(
    `select ${STATE} as state, count(*)::int as n ${FROM} where ${where.join(' and ')} group by 1`,
    params,
    { priority: 'read' },
  );
  const counts: Record<LinkState, number> = { online: 0, late: 0, silent: 0, neverSeen: 0, laidUp: 0 };
  for (const row of rows) counts[row.state] = row.n;
  return counts;
}

/** The registry facts recorded for a truck that are valid at a time: the newest recorded row that has begun. */
export async function vehicleParameters(
  db: Db,
  vehicleId: number,
  atMs: number,
): Promise<{ valid_from: Date; recorded_at: Date; recorded_by: string; values: Record<string, unknown> } | undefined> {
  const [row] = await db.query<{ valid_from: Date; recorded_at: Date; recorded_by: string; values: Record<string, unknown> }>(
    `select valid_from, recorded_at, recorded_by, "values" from vehicle_parameters
     where vehicle_id = $1::int and valid_from <= $2::timestamptz order by recorded_at desc, id desc limit 1`,
    [vehicleId, new Date(atMs)],
    { priority: 'read' },
  );
  return row;
}

/** Which terminals a truck has carried, newest first. */
export async function vehicleAssignments(
  db: Db,
  vehicleId: number,
): Promise<{ id: number; terminal_id: string; valid_from: Date; valid_to: Date | null }[]> {
  return await db.query(
    'select id, terminal_id, valid_from, valid_to from assignments where vehicle_id = $1::int order by valid_from desc, id desc',
    [vehicleId],
    { priority: 'read' },
  );
}
