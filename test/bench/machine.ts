import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What the figures were taken on; engines where a database was measured. */
export function machineLines(engines: readonly string[]): string[] {
  const cores = cpus();
  return [
    `- Machine: ${cores.length} cores (${cores[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB memory, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    ...(engines.length > 0 ? [`- Engines: ${engines.join('; ')}`] : []),
    `- Source: commit ${commit()}`,
  ];
}

function commit(): string {
  try {
    const hash = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
    const changed = execFileSync('git', ['status', '--porcelain', '--', 'main.ts', 'plume', 'broker', 'ingest', 'api', 'db'], {
      cwd: ROOT,
      encoding: 'utf8',
    }).trim();
    return changed === '' ? hash : `${hash}, with changes that are not committed`;
  } catch {
    return 'unknown (not a git checkout)';
  }
}
