// Installs the locked dependencies when they are missing or out of date. Plain Node: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Plume needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

const root = new URL('.', import.meta.url);
const { packageManager } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const stampFile = new URL('node_modules/.deps-stamp', root);
const stamp = createHash('sha256')
  .update(packageManager)
  .update(readFileSync(new URL('pnpm-lock.yaml', root)))
  .digest('hex');

if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
  console.error(`Installing dependencies with ${packageManager} (first run, or the lock file changed) …`);
  const install = spawnSync(
    process.platform === 'win32' ? 'npx.cmd' : 'npx',
    ['--yes', packageManager, 'install', '--frozen-lockfile', '--reporter=append-only'],
    { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' },
  );
  if (install.status !== 0) {
    console.error('The dependencies could not be installed; the lines above say why. An npm registry must be reachable.');
    process.exit(1);
  }
  writeFileSync(stampFile, stamp);
}
