import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ApiCall, apiCall } from '@plume/api';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Long enough for a machine that is busy with much else. */
const READY_MS = 300_000;

export interface ServiceOptions {
  readonly dataDir: string;
  /** A TimescaleDB server; absent: the embedded engine in `dataDir`. */
  readonly databaseUrl?: string;
  /** `serve` unless told. */
  readonly command?: 'start' | 'serve';
  /** Another entrance than main.ts, relative to the project. */
  readonly entry?: string;
  /** A module that is loaded before the service, in each of its threads: to make the disk fail. */
  readonly preload?: URL;
  readonly env?: Readonly<Record<string, string>>;
}

/** A running service in a process of its own, on free loopback ports. */
export interface Service {
  readonly process: ChildProcess;
  /** The line with the set-up link. */
  readonly link: string;
  readonly url: string;
  readonly mqttPort: number;
  readonly api: ApiCall;
  /** Standard error so far. */
  errors(): string;
  /** Its exit code (null after a signal), once it has ended, whatever the cause. */
  readonly ended: Promise<number | null>;
  isRunning(): boolean;
  /** What `/readyz` answers. */
  ready(): Promise<{ readonly status: number; readonly text: string }>;
  /** Memory in use [bytes], as Linux sees it (proc(5), VmRSS). */
  memory(): number;
  /** Ends the process at once, as a crash would. */
  kill(): Promise<void>;
  /** Asks it to stop; answers its exit code and how long it took. */
  stop(): Promise<{ readonly code: number | null; readonly ms: number }>;
}

/** The environment of a child: nothing of ours that Plume reads leaks into it. */
export function serviceEnvironment(options: Pick<ServiceOptions, 'dataDir' | 'databaseUrl' | 'env'>): NodeJS.ProcessEnv {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.startsWith('PLUME_') && !name.startsWith('VITEST') && name !== 'DATABASE_URL' && name !== 'NODE_OPTIONS',
    ),
  );
  return {
    ...clean,
    PLUME_DATA_DIR: options.dataDir,
    PLUME_HTTP_PORT: '0',
    PLUME_MQTT_PORT: '0',
    PLUME_TCP_PORT: '0',
    ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
    ...options.env,
  };
}

/** Starts the service and resolves when it has printed its link. Rejects with its output when it ends before. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const preload = options.preload === undefined ? [] : ['--import', options.preload.href];
  const args = [...preload, '--import', 'tsx', options.entry ?? 'main.ts', options.command ?? 'serve'];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: serviceEnvironment(options),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit').then(() => child.exitCode);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-100_000);
  });
  const deadline = Date.now() + READY_MS;
  while (!/^Plume is ready: (\S+)$/m.test(output)) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the service ended with ${child.exitCode ?? child.signalCode} before it was ready:\n${output}${errors}`);
    if (Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`the service was not ready in ${READY_MS / 1000} s:\n${output}${errors}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const link = /^Plume is ready: (\S+)$/m.exec(output)?.[1] ?? '';
  const control: unknown = JSON.parse(readFileSync(join(options.dataDir, 'service.json'), 'utf8'));
  const { url, token, mqttPort } = control as { url: string; token: string; mqttPort: number };
  return {
    process: child,
    link,
    url,
    mqttPort,
    api: apiCall((path, init) => fetch(new URL(path, url), init), token),
    errors: () => errors,
    ended,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    ready: async () => {
      const response = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(10_000) });
      return { status: response.status, text: await response.text() };
    },
    memory: () => 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]),
    kill: () => end(child, 'SIGKILL'),
    stop: async () => {
      const started = performance.now();
      await end(child, 'SIGTERM');
      return { code: child.exitCode, ms: performance.now() - started };
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

/** Runs one of main.ts's commands to its end; answers what it printed and its exit code. */
export async function runToEnd(options: {
  readonly dataDir: string;
  /** Script and arguments: `['main.ts', 'terminal', 'list']`. */
  readonly entry: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', ...options.entry], {
    cwd: ROOT,
    env: serviceEnvironment(options),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: READY_MS,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}
