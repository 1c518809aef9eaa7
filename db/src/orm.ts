import { drizzle } from 'drizzle-orm/pg-proxy';
import type { Db, Priority } from './db.ts';

/**
 * Typed queries over either engine: drizzle builds the statement, `db.query` runs it. One statement a call; what belongs in one
 * transaction goes through `db.batch`.
 */
export function ormOf(db: Db, priority: Priority = 'read') {
  return drizzle(async (sql, params, method) => {
    const rows = await db.query(sql, params, { priority });
    return { rows: method === 'all' ? rows.map((row) => Object.values(row)) : rows };
  });
}
