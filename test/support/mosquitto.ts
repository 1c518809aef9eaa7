import { spawn } from 'node:child_process';
import { findProgram, installPackages } from './debian-package.ts';
import { loudOnce } from './once-per-run.ts';

/** How a finished client ended: its exit code (null when it was ended for taking too long) and what it printed. */
export interface ClientRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** How `mosquittoPub` runs: what the client reads from standard input, and after how many milliseconds it is ended. */
export interface ClientOptions {
  input?: string | Uint8Array;
  limitMs?: number;
}

/**
 * The path of `mosquitto_pub`, a foreign MQTT client: from PATH, else Debian's package where it can be installed.
 * Null, after one loud line per run, where there is none: `describe.runIf(findMosquittoPub() !== null)`.
 */
export function findMosquittoPub(): string | null {
  const found = findProgram('mosquitto_pub');
  if (found !== null) return found;
  const problem = installPackages(['mosquitto-clients']);
  const fresh = findProgram('mosquitto_pub');
  if (fresh === null) {
    loudOnce(
      'mosquitto',
      `FOREIGN MQTT CLIENT NOT TESTED: no mosquitto_pub (${problem ?? 'its package has no program'}). Install mosquitto-clients.`,
    );
  }
  return fresh;
}

/** Runs `mosquitto_pub` with these arguments until it ends. Throws where `findMosquittoPub` gives null. */
export async function mosquittoPub(args: readonly string[], options: ClientOptions = {}): Promise<ClientRun> {
  const program = findMosquittoPub();
  if (program === null) throw new Error('no mosquitto_pub on this machine; guard the test with findMosquittoPub()');
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: options.limitMs ?? 20_000,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // A client that was refused ends before it has read its input; its exit code tells that.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
