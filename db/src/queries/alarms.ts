import type { Db } from '../db.ts';
import { type Districts, within } from './districts.ts';
import type { TimeCursor } from './ledger.ts';

/** An alarm with its truck. */
export interface AlarmListed {
  id: string;
  kind: 'tamper' | 'fuelTheft' | 'noxSustained' | 'ureaEmpty';
  started_at: Date;
  started_micros: number;
  raised_at: Date;
  ended_at: Date | null;
  detail: Record<string, unknown>;
  vehicle_id: number;
  vin: string;
  plate: string;
  district: string | null;
}

/** What of the alarms is asked for; every part may be absent. Times are epoch milliseconds, `toMs` exclusive. */
export interface AlarmQuery {
  readonly kinds: readonly string[] | undefined;
  readonly vehicleId: number | undefined;
  readonly inForce: boolean | undefined;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly districts: Districts;
  readonly after: (Omit<TimeCursor, 'id'> & { readonly id: string }) | undefined;
  readonly limit: number;
}

/** Alarms, those that began last first. */
export async function listAlarms(db: Db, q: AlarmQuery): Promise<AlarmListed[]> {
  const params: unknown[] = [q.districts === null ? null : [...q.districts]];
  const where = [within('v.district', '$1')];
  const add = (value: unknown, condition: (place: string) => string): void => {
    if (value === undefined) return;
    params.push(value);
    where.push(condition(`$${params.length}`));
  };
  add(q.kinds && [...q.kinds], (n) => `a.kind = any(${n}::text[])`);
  add(q.vehicleId, (n) => `a.vehicle_id = ${n}::int`);
  if (q.inForce !== undefined) where.push(q.inForce ? 'a.ended_at is null' : 'a.ended_at is not null');
  add(q.fromMs === undefined ? undefined : new Date(q.fromMs), (n) => `a.started_at >= ${n}::timestamptz`);
  add(q.toMs === undefined ? undefined : new Date(q.toMs), (n) => `a.started_at < ${n}::timestamptz`);
  if (q.after) {
    params.push(q.after.micros, q.after.id);
    where.push(
      `(a.started_at, a.id) < ('epoch'::timestamptz + $${params.length - 1}::int8 * interval '1 microsecond', $${params.length}::text)`,
    );
  }
  params.push(q.limit);
  return await db.query<AlarmListed>(
    `select a.id, a.kind, a.started_at, (extract(epoch from a.started_at) * 1000000)::int8 as started_micros, a.raised_at, a.ended_at, a.detail,
       v.id as vehicle_id, v.vin, v.plate, v.district
     from alarms a join vehicles v on v.id = a.vehicle_id where ${where.join(' and ')}
     order by a.started_at desc, a.id desc limit $${params.length}::int`,
    params,
    { priority: 'read' },
  );
}
