import type { Db } from './db.ts';
import { type EmbeddedDb, openEmbedded } from './embedded/engine.ts';
import { configureHypertables } from './hypertables.ts';
import { migrate } from './migrate.ts';
import { openServer } from './server.ts';

export interface DbConfig {
  /** `postgres://…` of a TimescaleDB server; null: the embedded engine in `dataDir`. */
  readonly url: string | null;
  readonly dataDir: string;
}

/** Opens the database, brings its schema up to date and sets what depends on the engine. Throws `DbStartError` with one clear sentence. */
export async function openDb(config: DbConfig): Promise<Db | EmbeddedDb> {
  const db = config.url === null ? await openEmbedded(config.dataDir) : await openServer(config.url);
  try {
    await migrate(db);
    await configureHypertables(db);
    return db;
  } catch (error) {
    await db.close();
    throw error;
  }
}
