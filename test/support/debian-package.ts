import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { firstInRun } from './once-per-run.ts';

const INSTALL_LIMIT_MS = 300_000;

/** The full path of the first of these programs that PATH has, or null. */
export function findProgram(...names: string[]): string | null {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name);
      if (folder !== '' && existsSync(path)) return path;
    }
  }
  return null;
}

/** True where `apt-get install` can give us programs: root on Debian itself (other systems name their packages differently). */
export function canInstall(): boolean {
  const isDebian = existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  return isDebian && process.getuid?.() === 0 && findProgram('apt-get') !== null;
}

/**
 * Installs Debian packages; tried once per run, since what failed a moment ago fails again.
 * Answers null when they are installed, else one clause that says why not.
 */
export function installPackages(packages: readonly string[]): string | null {
  if (!canInstall()) return 'not root on Debian, so it cannot be installed here';
  if (!firstInRun(`apt-${packages.join('-')}`)) return 'its installation was already tried in this run';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const lock = ['-o', 'DPkg::Lock::Timeout=300'];
  for (const args of [
    ['update', ...lock],
    ['install', '-y', '--no-install-recommends', ...lock, ...packages],
  ]) {
    const run = spawnSync('apt-get', args, {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      timeout: INSTALL_LIMIT_MS,
    });
    if (run.status !== 0) return `apt-get ${args[0]} failed: ${run.stderr.trim().split('\n').at(-1) ?? ''}`;
  }
  return null;
}
