import { describe, expect, it } from 'vitest';
import { projectFiles, readProjectFile } from './support/project-files.ts';

const FOLDERS = ['broker', 'ingest', 'api', 'web', 'db', 'simulators', 'test', 'plume', 'docs', '.ci'];
const FILES = [
  ...['main.ts', 'package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', 'README.md', 'CHANGELOG.md', 'LICENSE', 'compose.yaml'],
  ...[
    'tsconfig.json',
    'biome.json',
    'vitest.config.ts',
    'ensure-deps.mjs',
    '.gitignore',
    '.gitattributes',
    '.editorconfig',
    '.npmrc',
  ],
];

/** Names at the top of the project that its architecture does not have. */
function strangers(paths: readonly string[]): string[] {
  const names = paths.filter((path) => {
    const [top = '', ...rest] = path.split('/');
    return rest.length > 0 ? !FOLDERS.includes(top) : !FILES.includes(top);
  });
  return [...new Set(names.map((path) => path.split('/')[0] ?? ''))];
}

/** Folders of one machine, and hosts that a machine's own settings name. Written apart, so that this file does not hold them. */
const START = '(?:(?<![\\w.$})~/-])|(?<=file://))';
const PLACES = [
  ...['work', 'tmp'].map((name) => new RegExp(`${START}/${name}(?=[/\\s'"\`),;]|$)`)),
  ...['root', 'home/[a-z0-9_-]+', 'Users/[A-Za-z0-9_-]+', 'mnt', 'opt'].map((name) => new RegExp(`${START}/${name}/`)),
];
const HOSTS = [
  ['registry', '[\\w.-]+'].join('\\.'),
  ['[a-z]+', 'debian', 'org'].join('\\.'),
  ['[a-z]+', 'npm(js|mirror)', '(org|com)'].join('\\.'),
];
const FORBIDDEN = [...PLACES, ...HOSTS.map((host) => new RegExp(`https?://${host}`))];

/** Lines of a text that name a machine's folder or a package host. */
function machineTraces(path: string, text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const hit = FORBIDDEN.map((pattern) => pattern.exec(line)?.[0]).find((found) => found !== undefined);
    return hit === undefined ? [] : [`${path}:${index + 1} has ${hit}`];
  });
}

describe('the top of the project', () => {
  it('has only what the architecture allows', () => {
    expect(strangers(projectFiles())).toEqual([]);
  });

  it('would show a stranger', () => {
    expect(strangers(['utils/a.ts', 'utils/b.ts', 'notes.md', 'db/src/a.ts', 'main.ts', 'db'])).toEqual([
      'utils',
      'notes.md',
      'db',
    ]);
  });
});

describe('the text of the project', () => {
  const texts = projectFiles().filter((path) => !/\.(png|jpg|woff2?|gz|parquet|bin)$/.test(path));

  it('names no folder of a machine and no package host', () => {
    expect(texts.flatMap((path) => machineTraces(path, readProjectFile(path)))).toEqual([]);
  });

  it.each([
    ['a working folder', `see /${'work'}/main/db`],
    ['a working folder at the end', `cd /${'work'}`],
    ['a quoted folder', `const x = '/${'tmp'}/x';`],
    ['a home', `cd "/${'home'}/someone/plume"`],
    ['a file URL', `file:///${'root'}/x`],
    ['a package host', `"resolved": "https://${'registry'}.npmjs.org/x"`],
    ['a system package host', `URIs: http://deb.${'debian'}.org/x`],
  ])('would show %s', (_kind, line) => {
    expect(machineTraces('x', `first\n${line}`)).toEqual([expect.stringMatching(/^x:2 has /)]);
  });

  it.each([
    '/api/v1/work/1',
    'a/tmp/b',
    '$DIR/root/srv',
    'rework/tmp',
    '/var/lib/postgresql/data',
    '/etc/apt',
    '/usr/bin/chromium',
  ])('lets pass %s', (line) => {
    expect(machineTraces('x', line)).toEqual([]);
  });
});
