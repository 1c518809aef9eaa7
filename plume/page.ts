import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, WEB_ROOT } from './project.ts';

/** Builds the page when its sources, or how it is built, are newer than what was built. */
export async function buildPage(): Promise<void> {
  const built = join(WEB_ROOT, 'index.html');
  const newest = (folder: string): number =>
    Math.max(
      0,
      ...readdirSync(folder, { withFileTypes: true }).map((entry) =>
        entry.isDirectory() ? newest(join(folder, entry.name)) : statSync(join(folder, entry.name)).mtimeMs,
      ),
    );
  const changed = (file: string): number => statSync(join(ROOT, 'web', file)).mtimeMs;
  const sources = Math.max(newest(join(ROOT, 'web', 'src')), changed('index.html'), changed('vite.config.ts'));
  if (existsSync(built) && statSync(built).mtimeMs > sources) return;
  const { build } = await import('vite');
  await build({ root: join(ROOT, 'web'), configFile: join(ROOT, 'web', 'vite.config.ts'), logLevel: 'error' });
}
