import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loudOnce } from './once-per-run.ts';

const SCRIPT = fileURLToPath(new URL('timescale-server.sh', import.meta.url));
const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const VERB_LIMIT_MS = 90_000;

/**
 * A TimescaleDB server to test on. `ours` is false for the one that TEST_DATABASE_URL names: it is somebody's, so the verbs
 * that end or halt it throw, and fault tests on them run only where `ours` is true.
 */
export interface ServerEngine {
  readonly url: string;
  readonly ours: boolean;
  /** Starts it when it is not running; ready for connections when it returns. The URL stays. */
  start(): void;
  /** Ends it in order: sessions are cut, data is checkpointed. */
  stop(): void;
  /** Ends it as a power cut would: no checkpoint, recovery at the next start. */
  kill(): void;
  /** Halts all its processes: connections hang and nothing is refused, until `thaw`. */
  freeze(): void;
  /** Lets a frozen server go on. */
  thaw(): void;
}

function verb(name: string): string {
  const run = spawnSync('bash', [SCRIPT, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: VERB_LIMIT_MS });
  if (run.status !== 0)
    throw new Error(`timescale-server.sh ${name}: ${run.stderr.trim() || `ended by ${run.signal ?? run.status}`}`);
  return run.stdout.trim();
}

/** True when the folder's server is there but not running: whoever starts it then should stop it afterwards. */
export function serverIsStopped(): boolean {
  if (process.env.TEST_DATABASE_URL) return false;
  return spawnSync('bash', [SCRIPT, 'status'], { stdio: 'ignore' }).status === 3;
}

/**
 * The server to test on: TEST_DATABASE_URL, else the one that `timescale-server.sh install` put into PLUME_TEST_SERVER_DIR
 * (default `.server`), started when it is not running. Null, after one loud line per run, where there is neither.
 */
export function serverEngine(): ServerEngine | null {
  const given = process.env.TEST_DATABASE_URL;
  if (given) {
    const refuse = (): never => {
      throw new Error('the server of TEST_DATABASE_URL is not ours to halt; guard the test with engine.ours');
    };
    return { url: given, ours: false, start: refuse, stop: refuse, kill: refuse, freeze: refuse, thaw: refuse };
  }
  const folder = process.env.PLUME_TEST_SERVER_DIR ?? join(PROJECT, '.server');
  if (!existsSync(join(folder, 'installed'))) {
    return notTested('run test/support/timescale-server.sh install (root on Debian, about a minute), or set TEST_DATABASE_URL');
  }
  try {
    const url = verb('start');
    const run = (name: string) => (): void => void verb(name);
    const start = (): void => {
      const now = verb('start');
      if (now !== url) throw new Error('the test server came back on another port: something else took its own');
    };
    return { url, ours: true, start, stop: run('stop'), kill: run('kill'), freeze: run('freeze'), thaw: run('thaw') };
  } catch (error) {
    return notTested(error instanceof Error ? error.message : String(error));
  }
}

function notTested(why: string): null {
  loudOnce('server-engine', `SERVER ENGINE NOT TESTED: ${why}`);
  return null;
}
