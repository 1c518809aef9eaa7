import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ApiCall, apiCall, pinnedRequest } from '@plume/api/cli';
import { z } from 'zod';
import { type Config, readConfig } from './config.ts';
import { fail } from './fail.ts';

/** Tells commands on this machine where the running service is; readable by its owner alone. */
const SERVICE_FILE = 'service.json';
/** A service that has not answered by then is taken for none [ms]. */
const ANSWER_LIMIT_MS = 2_000;

const ServiceFile = z.object({
  url: z.string(),
  token: z.string(),
  pid: z.number(),
  mqttPort: z.number().nullable(),
  tcpPort: z.number().nullable(),
  /** SHA-256 fingerprint of its certificate; null over plain HTTP. */
  certificate: z.string().nullable(),
});
/** What a running service says of itself to commands on its machine. */
export type Service = z.infer<typeof ServiceFile>;

/** A way to the API of a running service; requests end with `signal`. */
export function callTo({ url, token, certificate }: Service, signal: AbortSignal | null = null): ApiCall {
  const request =
    certificate === null ? (path: string, init: RequestInit) => fetch(new URL(path, url), init) : pinnedRequest(url, certificate);
  return apiCall((path, init) => request(path, { ...init, signal }), token);
}

/**
 * The service that runs on this data directory, if it knows its own token: the file may be left from a service that was killed, its process
 * id and port now another program's. (One that runs and does not answer still holds the directory's lock.)
 */
export async function runningService(config: Config): Promise<Service | null> {
  const file = join(resolve(config.PLUME_DATA_DIR), SERVICE_FILE);
  if (!existsSync(file)) return null;
  try {
    const service = ServiceFile.parse(JSON.parse(readFileSync(file, 'utf8')));
    await callTo(service, AbortSignal.timeout(ANSWER_LIMIT_MS))('GET', '/api/v1/session');
    return service;
  } catch {
    return null;
  }
}

/** The running service, or the end of the process with a line that says how to start it. */
export async function needService(): Promise<Service> {
  return (
    (await runningService(readConfig())) ??
    fail('No service runs on this data directory. Start it with "npm start" or "npm run serve" first.')
  );
}

/** Where the running service is; null when none runs. */
export async function serviceUrl(): Promise<string | null> {
  return (await runningService(readConfig()))?.url ?? null;
}

/** Writes where the service is; answers how to take that away again. */
export function announceService(dataDir: string, service: Service): () => void {
  const file = join(dataDir, SERVICE_FILE);
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, JSON.stringify(service), { mode: 0o600 });
  return () => rmSync(file, { force: true });
}
