import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiCall, apiCall } from '@plume/api';
import { type Child, startChild } from './child.ts';
import type { ProbeReading } from './probe.ts';

const READY_MS = 60_000;

/** The whole service as its users start it, in a process of its own. */
export interface Service {
  readonly url: string;
  readonly token: string;
  readonly mqttPort: number;
  readonly api: ApiCall;
  /** What its main thread and its memory did since the last reading. */
  read(): Promise<ProbeReading>;
  stop(): Promise<void>;
}

/** Starts `main.ts serve` on free loopback ports; `databaseUrl` null: the embedded engine in `directory`. */
export async function startService(directory: string, databaseUrl: string | null): Promise<Service> {
  const child = startChild('../../main.ts', {
    args: ['serve'],
    imports: ['./probe-boot.mjs'],
    env: {
      PLUME_DATA_DIR: directory,
      PLUME_HTTP_PORT: '0',
      PLUME_MQTT_PORT: '0',
      PLUME_TCP_PORT: '0',
      PLUME_MAX_AGE_DAYS: '0',
      ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
    },
  });
  await ready(child);
  const control: unknown = JSON.parse(readFileSync(join(directory, 'service.json'), 'utf8'));
  const { url, token, mqttPort } = control as { url: string; token: string; mqttPort: number };
  return {
    url,
    token,
    mqttPort,
    api: apiCall((path, init) => fetch(new URL(path, url), init), token),
    read: async () => (await child.ask({})) as ProbeReading,
    stop: () => child.stop(),
  };
}

function ready(child: Child): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the service was not ready in a minute')), READY_MS);
    let text = '';
    child.process.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      if (!text.includes('Plume is ready')) return;
      clearTimeout(late);
      resolve();
    });
    child.process.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`the service ended with ${code} before it was ready`));
    });
  });
}
