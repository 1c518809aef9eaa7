import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDb } from '@plume/db';
import type {} from 'vitest';
import type { TestProject } from 'vitest/node';
import { dropLeftovers } from './fresh-database.ts';
import { runFolder } from './once-per-run.ts';
import { serverEngine, serverIsStopped } from './server-engine.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of a TimescaleDB server to test on, or null: `inject('serverUrl')`. Databases on it come from `freshDatabase`. */
    serverUrl: string | null;
    /** A migrated, closed data directory of the embedded engine: copying it spares each test file the making of one. */
    embeddedTemplate: string;
  }
}

/** Once per run: finds (and starts) the server engine or says loudly that it is not tested; the answer stops what was started. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  process.env.PLUME_TEST_RUN ??= `${process.pid}-${Date.now()}`;
  const startedHere = serverIsStopped();
  const engine = serverEngine();
  if (engine !== null) await dropLeftovers(engine.url, engine.ours);
  project.provide('serverUrl', engine?.url ?? null);
  const template = join(runFolder(), 'embedded-template');
  await (await openDb({ url: null, dataDir: template })).close();
  project.provide('embeddedTemplate', template);
  return async () => {
    if (engine !== null && startedHere) engine.stop();
    rmSync(runFolder(), { recursive: true, force: true });
  };
}
