import type { Db } from './db.ts';

/** The same database for work that waits for everybody else's: all that is asked through it has the lowest priority. */
export function inBackground(db: Db): Db {
  return {
    kind: db.kind,
    edition: db.edition,
    version: db.version,
    query: (sql, params) => db.query(sql, params, { priority: 'job' }),
    batch: (steps) => db.batch(steps, 'job'),
    copyOut: (sql, options) => db.copyOut(sql, { ...options, priority: 'job' }),
    health: () => db.health(),
    close: () => db.close(),
  };
}
