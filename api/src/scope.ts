import { type Db, type PlacedKind, placeOf } from '@plume/db';
import type { Context } from 'hono';
import type { ApiEnv } from './access.ts';
import { Problem } from './problem.ts';

/**
 * Refuses what a body or a query names in another district, with the very problem that it would get if there were no such thing; the refusal
 * goes to the audit trail. What does not exist passes: the handler says so itself.
 */
export async function requireInside(
  c: Context<ApiEnv>,
  db: Db,
  kind: PlacedKind,
  id: string | number,
  absent: Problem,
): Promise<void> {
  const { districts } = c.get('caller');
  if (districts === null || (await placeOf(db, kind, String(id), districts)) !== 'outside') return;
  await c.get('trail').refused('access.district', { kind, id: String(id) });
  throw absent;
}

/** Refuses to enter something in a district that is not the caller's. */
export function requireOwnDistrict(c: Context<ApiEnv>, field: string, district: string | undefined): void {
  const { districts } = c.get('caller');
  if (districts === null || (district !== undefined && districts.includes(district))) return;
  throw new Problem(
    403,
    'FORBIDDEN',
    `${field}: must be one of your districts: ${districts.join(', ')}`,
    'Choose one of them, or ask somebody who is responsible for the whole site.',
    { errors: [{ field, reason: 'is not one of your districts' }] },
  );
}

/** Refuses what concerns the whole site to who is responsible for some districts only. */
export function requireWholeSite(c: Context<ApiEnv>, what: string): void {
  if (c.get('caller').districts === null) return;
  throw new Problem(
    403,
    'FORBIDDEN',
    `${what} concerns the whole site, and your account only some districts of it.`,
    'Ask somebody who is responsible for the whole site.',
  );
}
