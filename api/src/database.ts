import { type Db, sqlStateOf, troubleOf } from '@plume/db';
import { Problem } from './problem.ts';

/** SQLSTATE classes that mean the engine cannot be asked now: connection, resources, operator intervention, system, internal. */
const AWAY_CLASSES = ['08', '53', '57', '58', 'XX'];

function isAway(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state !== undefined) return AWAY_CLASSES.includes(state.slice(0, 2));
  return troubleOf(error) === 'away';
}

/** Runs one database call; when the engine cannot be asked now, throws the 503 problem instead of the engine's own error. */
async function asking<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (!isAway(cause)) throw cause;
    throw new Problem(
      503,
      'DATABASE_AWAY',
      'The database does not answer. Terminals keep what they could not hand over and send it again.',
      'Wait a few seconds and repeat; if it lasts, look at /readyz.',
      { retryAfterS: 5, cause },
    );
  }
}

/** The same database with its absence told in the API's own words; faulty statements stay what they are. */
export function withProblems(db: Db): Db {
  return {
    kind: db.kind,
    edition: db.edition,
    version: db.version,
    query: (sql, params, options) => asking(() => db.query(sql, params, options)),
    batch: (steps, priority) => asking(() => db.batch(steps, priority)),
    copyOut: (sql, options) => db.copyOut(sql, options),
    health: () => asking(() => db.health()),
    close: () => db.close(),
  };
}
