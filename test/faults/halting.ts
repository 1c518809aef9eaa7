import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { serverEngine } from '../support/server-engine.ts';

const SCRIPT = fileURLToPath(new URL('../support/timescale-server.sh', import.meta.url));

export type HaltVerb = 'start' | 'kill' | 'freeze' | 'thaw';

/** The server that fault tests may halt, or null (the loud line has been printed). One that TEST_DATABASE_URL names is never halted. */
export function haltableServer(): { readonly url: string } | null {
  const engine = serverEngine();
  return engine?.ours ? { url: engine.url } : null;
}

/** Halts the server or lets it go on, without halting this process meanwhile: its terminals go on sending. */
export async function halt(verb: HaltVerb): Promise<void> {
  const child = spawn('bash', [SCRIPT, verb], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`timescale-server.sh ${verb}: ${stderr.trim()}`);
}
