import { posix } from 'node:path';
import type { ImportRef } from './imports.ts';

/** The rooms of the project; `protocol`, `emissions` and `rules` are the pure parts of ingest, `tool` is a root file that a tool demands, `main` the entrance and its folder `plume`. */
export type Room =
  | 'db'
  | 'broker'
  | 'protocol'
  | 'emissions'
  | 'rules'
  | 'ingest'
  | 'api'
  | 'web'
  | 'simulators'
  | 'test'
  | 'main'
  | 'tool';

/** What a room may take from another: everything at its face, or types alone. */
type Arrow = 'all' | 'types';

const PURE = { protocol: 'all', emissions: 'all', rules: 'all' } as const;

/** The table of the architecture: who may import whom. What is not here is forbidden. Nobody imports `test` or `main`. */
export const ARROWS: Readonly<Record<Room, Readonly<Partial<Record<Room, Arrow>>>>> = {
  db: {},
  broker: { protocol: 'all' },
  protocol: {},
  emissions: { protocol: 'all' },
  rules: { protocol: 'all', emissions: 'all' },
  ingest: { ...PURE, db: 'all' },
  api: { ...PURE, db: 'all' },
  web: { api: 'types' },
  simulators: { protocol: 'all' },
  test: { ...PURE, db: 'all', broker: 'all', ingest: 'all', api: 'all', web: 'all', simulators: 'all' },
  main: { ...PURE, db: 'all', broker: 'all', ingest: 'all', api: 'all', web: 'all', simulators: 'all' },
  tool: {},
};

const PACKAGES: readonly Room[] = ['db', 'broker', 'ingest', 'api', 'web', 'simulators', 'test'];
const SUB_ROOMS: readonly Room[] = ['protocol', 'emissions', 'rules'];

/** What the check needs to know of a package.json. */
export interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  exports?: Record<string, string>;
}

/** A file of the project, by its path from the root with `/` between folders, and what it imports. */
export interface SourceFile {
  path: string;
  imports: readonly ImportRef[];
}

/** Tests, benches, and what only they use: `x.test.ts`, `x.bench.ts`, `test-kit.ts`. They may use devDependencies. */
function isForTests(path: string): boolean {
  return path.startsWith('test/') || /(\.(test|bench)|\/test-[a-z0-9-]+)\.tsx?$/.test(path);
}

/** The room that a file of this path belongs to; null for paths outside the project's rooms. */
export function roomOf(path: string): Room | null {
  const parts = path.split('/');
  const top = parts[0] ?? '';
  if (parts.length === 1) return top === 'main.ts' ? 'main' : 'tool';
  if (top === 'plume') return 'main';
  if (top === 'ingest' && parts[1] === 'src') {
    const sub = SUB_ROOMS.find((room) => room === parts[2]);
    if (sub !== undefined && parts.length > 3) return sub;
  }
  return PACKAGES.find((room) => room === top) ?? null;
}

/**
 * Everything in these files that the architecture forbids, one sentence each: arrows that its table does not have, paths that
 * climb out of a room or pass by a face, packages that the folder's package.json does not list.
 * `manifests` by folder: `''` is the root's.
 */
export function violations(files: readonly SourceFile[], manifests: ReadonlyMap<string, Manifest>): string[] {
  return files.flatMap((file) =>
    file.imports.flatMap((ref) => {
      const why = judge(file.path, ref, manifests);
      return why === null ? [] : [`${file.path}:${ref.line} imports ${ref.specifier ?? 'a computed name'}: ${why}`];
    }),
  );
}

function judge(path: string, ref: ImportRef, manifests: ReadonlyMap<string, Manifest>): string | null {
  const from = roomOf(path);
  if (from === null) return 'its folder is no room of the project';
  if (ref.specifier === null) return 'name the module in a string, so that it can be checked';
  if (ref.specifier.startsWith('/') || /^(file|data|https?):/.test(ref.specifier))
    return 'import by package name or relative path';
  if (ref.specifier.startsWith('.')) return judgeRelative(path, from, ref);
  if (ref.specifier.startsWith('node:')) return null;
  if (ref.specifier.startsWith('@plume/')) return judgeOurs(path, from, ref, manifests);
  return judgeForeign(path, from, ref, manifests);
}

function judgeRelative(path: string, from: Room, ref: ImportRef): string | null {
  const target = posix.normalize(posix.join(posix.dirname(path), ref.specifier ?? ''));
  const to = target.startsWith('..') ? null : roomOf(target);
  if (to === from) return isForTests(target) && !isForTests(path) ? 'what is for tests is not for the service' : null;
  // A package reaches its own pure parts downwards, by their face.
  if (from === 'ingest' && to !== null && target === `ingest/src/${to}/index.ts`) return judgeArrow(from, to, ref);
  return `a relative path does not leave its room (${from})`;
}

function judgeOurs(path: string, from: Room, ref: ImportRef, manifests: ReadonlyMap<string, Manifest>): string | null {
  const [, folder = '', sub] = ref.specifier?.split('/') ?? [];
  const to =
    folder === 'ingest' ? (SUB_ROOMS.find((room) => room === sub) ?? 'ingest') : PACKAGES.find((room) => room === folder);
  if (to === undefined) return 'there is no such room';
  const face = `.${ref.specifier?.slice(`@plume/${folder}`.length) ?? ''}`;
  if (manifests.get(folder)?.exports?.[face] === undefined) return `@plume/${folder} has no such face`;
  return judgeArrow(from, to, ref) ?? (folder === folderOf(path) ? null : judgeListed(path, `@plume/${folder}`, true, manifests));
}

function judgeArrow(from: Room, to: Room, ref: ImportRef): string | null {
  if (from === to) return null;
  const arrow = ARROWS[from][to];
  if (arrow === undefined) return `${from} may not import ${to}`;
  return arrow === 'types' && !ref.typeOnly ? `${from} may take only types from ${to}: write 'import type'` : null;
}

function judgeForeign(path: string, from: Room, ref: ImportRef, manifests: ReadonlyMap<string, Manifest>): string | null {
  const parts = ref.specifier?.split('/') ?? [];
  const name = parts.slice(0, parts[0]?.startsWith('@') ? 2 : 1).join('/');
  const forTests = from === 'tool' || isForTests(path);
  // The test runner is installed once, at the root.
  if (name === 'vitest') return forTests ? null : 'only tests import the test runner';
  return judgeListed(path, name, forTests || ref.typeOnly, manifests);
}

function judgeListed(path: string, name: string, devToo: boolean, manifests: ReadonlyMap<string, Manifest>): string | null {
  const folder = folderOf(path);
  const manifest = manifests.get(folder);
  const where = folder === '' ? 'package.json' : `${folder}/package.json`;
  if (manifest?.dependencies?.[name] !== undefined) return null;
  if (manifest?.devDependencies?.[name] === undefined) return `${where} does not list ${name}`;
  return devToo ? null : `${where} lists ${name} only in devDependencies`;
}

function folderOf(path: string): string {
  return path.includes('/') && roomOf(path) !== 'main' ? (path.split('/')[0] ?? '') : '';
}
