import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, DEFAULT_RETENTION, openDb, tierSizes } from '@plume/db';
import { QUALITY_BYTES, SIGNALS, type SignalId, setQuality, signalIndex } from '@plume/ingest/protocol';
import { inject } from 'vitest';
import { createApp } from './app.ts';
import { fileFolder } from './cases/file-folder.ts';
import type { ApiDeps, LiveSample } from './deps.ts';
import { ExportStore } from './exports/store.ts';
import { createSetupTokens } from './setup-tokens.ts';

/** The moment that tests run at: 2026-11-23 14:00 in Beijing. */
export const NOW_MS = Date.UTC(2026, 10, 23, 6, 0, 0);
const SERVICE_TOKEN = 'service-token-of-the-test-suite-0123456789a';

/** One sample to store: raw integers by signal; a signal that is null gets `code`, one that is absent was not sent. */
export interface TestSample {
  timeSec: number;
  raw: Partial<Record<SignalId, number | null>>;
  code?: number;
}

/** Opens an embedded database in a folder of its own and the application over it, with a clock that the test moves. */
export async function openTestApp(more: Partial<ApiDeps> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'plume-api-'));
  cpSync(inject('embeddedTemplate'), join(folder, 'db'), { recursive: true });
  const db = await openDb({ url: null, dataDir: join(folder, 'db') });
  const listeners = new Set<(batch: readonly LiveSample[]) => void>();
  const kicked: string[] = [];
  const logged: { fields: object; message: string }[] = [];
  const state = { nowMs: NOW_MS, refreshes: 0 };
  const clock = () => state.nowMs;
  const setup = createSetupTokens(clock);
  const note = (fields: object, message: string) => void logged.push({ fields, message });
  const stop = new AbortController();
  const deps: ApiDeps = {
    db,
    registry: {
      refresh: async () => {
        state.refreshes += 1;
      },
    },
    live: {
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    evidence: {
      make: async () => ({ ok: false, code: 'unknown', detail: 'There is no such finding.', differences: [] }),
      read: async () => null,
      check: async () => ({ packs: 0, newestSha256: null, faults: [], strayFiles: [] }),
    },
    caseFiles: fileFolder(join(folder, 'files', 'cases')),
    inspectionFiles: fileFolder(join(folder, 'files', 'inspections')),
    exports: new ExportStore({ db, folder: join(folder, 'exports'), clock }),
    documentFiles: fileFolder(join(folder, 'files', 'documents')),
    chromium: null,
    dayTrace: async () => null,
    checks: async () => ({ database: { ok: true, detail: 'answers' } }),
    metrics: async () => 'plume_up 1\n',
    setup,
    demo: true,
    trustedProxies: [],
    // The clock of tests stands still, so nothing would fill again.
    rateLimits: { token: 0, session: 0, address: 0, windowS: 60 },
    passwordCost: { memoryKiB: 8, passes: 1 },
    serviceToken: SERVICE_TOKEN,
    kick: (id) => kicked.push(id) > 0,
    webRoot: join(folder, 'page'),
    clock,
    version: '0.0.0-test',
    keep: DEFAULT_RETENTION,
    tierSizes: () => tierSizes(db, state.nowMs),
    log: { info: note, warn: note, error: note },
    stop: stop.signal,
    ...more,
  };
  const app = createApp(deps);
  const bearer = { Authorization: `Bearer ${SERVICE_TOKEN}` };
  return {
    app,
    db,
    deps,
    state,
    setup,
    kicked,
    logged,
    listeners,
    folder,
    stop,
    /** GET as the service. */
    get: (path: string) => app.request(path, { headers: bearer }),
    /** POST of JSON as the service. */
    post: (path: string, body: unknown) =>
      app.request(path, {
        method: 'POST',
        headers: { ...bearer, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    /** PATCH of JSON as the service. */
    patch: (path: string, body: unknown) =>
      app.request(path, {
        method: 'PATCH',
        headers: { ...bearer, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    emit: (batch: readonly LiveSample[]) => {
      for (const listener of listeners) listener(batch);
    },
    async close() {
      stop.abort();
      await db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The test application. */
export type TestApp = Awaited<ReturnType<typeof openTestApp>>;

/** A truck entered straight into the database. */
export async function addVehicle(db: Db, vin: string, plate: string): Promise<number> {
  const [row] = await db.query<{ id: number }>(
    'insert into vehicles (vin, plate) values ($1::text, $2::text) returning id',
    [vin, plate],
    {
      priority: 'write',
    },
  );
  if (!row) throw new Error('no vehicle');
  return row.id;
}

function qualityHex(sample: TestSample): string {
  const bytes = new Uint8Array(QUALITY_BYTES);
  for (const { id } of SIGNALS) {
    const raw = sample.raw[id];
    setQuality(bytes, 0, signalIndex(id), raw === undefined ? 1 : raw === null ? (sample.code ?? 2) : 0);
  }
  return Buffer.from(bytes).toString('hex');
}

/** Stores samples of one truck with plain inserts, in pieces. */
export async function addSamples(
  db: Db,
  vehicleId: number,
  samples: readonly TestSample[],
  signals: readonly SignalId[],
): Promise<void> {
  const names = signals.map((id) => `"${id}"`).join(', ');
  const places = signals.map((_, i) => `, unnest($${i + 4}::int8[])`).join('');
  for (let i = 0; i < samples.length; i += 5000) {
    const part = samples.slice(i, i + 5000);
    await db.query(
      `insert into samples (vehicle_id, time, quality, ${names}) select $1::int, to_timestamp(unnest($2::float8[])), decode(unnest($3::text[]), 'hex')${places}`,
      [vehicleId, part.map((s) => s.timeSec), part.map(qualityHex), ...signals.map((id) => part.map((s) => s.raw[id] ?? null))],
      { priority: 'write' },
    );
  }
}

/** JSON of an answer as a plain object; fails when it is none. */
export async function objectOf(response: Response): Promise<Record<string, unknown>> {
  const value: unknown = await response.json();
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`not a JSON object: ${JSON.stringify(value)}`);
  return { ...value };
}
