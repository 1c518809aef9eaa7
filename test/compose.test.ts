import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readProjectFile } from './support/project-files.ts';

interface Service {
  image: string;
  command?: string[];
  depends_on?: Record<string, { condition: string }>;
  environment: Record<string, string>;
  ports?: string[];
  volumes: string[];
  healthcheck: { test: string[] };
}

interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
}

/** The variables that the service reads, as the architecture names them. */
const VARIABLES = [
  ...['HTTP_PORT', 'MQTT_PORT', 'MQTTS_PORT', 'TCP_PORT', 'TLS_CERT', 'TLS_KEY', 'TLS_CA', 'HOST', 'DATA_DIR', 'ROLES'].map(
    (name) => `PLUME_${name}`,
  ),
  ...['PLUME_MAX_AGE_DAYS', 'PLUME_BROKER_URL', 'DATABASE_URL', 'LOG_LEVEL'],
];
/** What npm and pnpm read of a container's environment. */
const TOOL_VARIABLES = ['HOME', 'npm_config_store_dir'];

const compose: Compose = parse(readProjectFile('compose.yaml'));
const { database, plume } = compose.services;

/** Runs the health check's script against a service that answers so, and gives the exit code. */
async function probe(script: string, answer: () => Promise<{ ok: boolean }>): Promise<{ code: number; asked: string[] }> {
  const asked: string[] = [];
  const code = await new Promise<number>((resolve) => {
    const fetch = (url: string): Promise<{ ok: boolean }> => {
      asked.push(url);
      return answer();
    };
    runInNewContext(script, { fetch, process: { exit: resolve } });
  });
  return { code, asked };
}

describe('compose.yaml', () => {
  it('has a database and the service, and waits for the first before it starts the second', () => {
    expect(Object.keys(compose.services)).toEqual(['database', 'plume']);
    expect(plume?.depends_on).toEqual({ database: { condition: 'service_healthy' } });
  });

  it('pins the Community edition of TimescaleDB on PostgreSQL 17, 2.20 or newer', () => {
    const version = /^timescale\/timescaledb:2\.(\d+)\.\d+-pg17$/.exec(database?.image ?? '');
    expect(Number(version?.[1])).toBeGreaterThanOrEqual(20);
  });

  it('keeps the database in a declared volume', () => {
    expect(database?.volumes).toEqual(['database:/var/lib/postgresql/data']);
    expect(Object.keys(compose.volumes)).toEqual(['database']);
  });

  it('has no password of its own: without one it does not start', () => {
    expect(database?.environment.POSTGRES_PASSWORD).toMatch(/^\$\{PLUME_DB_PASSWORD:\?.+\}$/);
    expect(plume?.environment.DATABASE_URL).toBe(`postgres://plume:\${PLUME_DB_PASSWORD}@database:5432/plume`);
  });

  it('runs a command that package.json has', () => {
    expect(plume?.command?.slice(0, 2)).toEqual(['npm', 'run']);
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(readProjectFile('package.json'));
    expect(Object.keys(scripts)).toContain(plume?.command?.[2]);
  });

  it('sets only variables that are read', () => {
    for (const name of Object.keys(plume?.environment ?? {})) expect([...VARIABLES, ...TOOL_VARIABLES]).toContain(name);
  });

  it('publishes the page, MQTT and TCP, to this machine alone unless told', () => {
    expect(plume?.ports).toEqual(['8080', '1883', '17691'].map((port) => `\${PLUME_BIND:-127.0.0.1}:${port}:${port}`));
    expect(database?.ports).toBeUndefined();
  });

  it('is healthy exactly when /readyz says so', async () => {
    const [, , , script = ''] = plume?.healthcheck.test ?? [];
    expect(plume?.healthcheck.test.slice(0, 3)).toEqual(['CMD', 'node', '--eval']);
    const ready = await probe(script, () => Promise.resolve({ ok: true }));
    expect(ready).toEqual({ code: 0, asked: ['http://127.0.0.1:8080/readyz'] });
    expect((await probe(script, () => Promise.resolve({ ok: false }))).code).toBe(1);
    expect((await probe(script, () => Promise.reject(new Error('refused')))).code).toBe(1);
  });
});
