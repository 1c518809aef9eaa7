import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project, with a separator at its end. */
export const PROJECT_ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The project's files as paths from its root: committed ones and new ones, without what .gitignore names. Needs git. */
export function projectFiles(): string[] {
  // A checkout that belongs to another user (a container's bind mount) is read all the same.
  const listed = execFileSync('git', ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const paths = new Set(listed.split('\0').filter((path) => path !== ''));
  // A file that was removed but not yet committed is still in the index.
  return [...paths].filter((path) => lstatSync(join(PROJECT_ROOT, path), { throwIfNoEntry: false })?.isFile() ?? false).sort();
}

/** The text of one of `projectFiles`. */
export function readProjectFile(path: string): string {
  return readFileSync(join(PROJECT_ROOT, path), 'utf8');
}
