import { describe, expect, it } from 'vitest';
import { readImports } from './support/imports.ts';
import { projectFiles, readProjectFile } from './support/project-files.ts';
import { type Manifest, roomOf, violations } from './support/rooms.ts';

const SOURCE = /\.(ts|tsx|mts|mjs|js|cjs)$/;

function isManifest(value: unknown): value is Manifest {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';
}

function readManifests(files: readonly string[]): Map<string, Manifest> {
  const manifests = new Map<string, Manifest>();
  for (const path of files.filter((file) => /^([^/]+\/)?package\.json$/.test(file))) {
    const manifest: unknown = JSON.parse(readProjectFile(path));
    if (!isManifest(manifest)) throw new Error(`${path} has no name`);
    manifests.set(path.includes('/') ? (path.split('/')[0] ?? '') : '', manifest);
  }
  return manifests;
}

describe('who imports whom', () => {
  const files = projectFiles();
  const sources = files.filter((path) => SOURCE.test(path));

  it('is as the table of the architecture has it, in every source file', () => {
    const read = sources.map((path) => ({ path, imports: readImports(path, readProjectFile(path)) }));
    expect(violations(read, readManifests(files))).toEqual([]);
  });

  it('was read from files of every room', () => {
    const rooms = new Set(sources.map(roomOf));
    expect([...rooms].filter((room) => room !== null)).toEqual(
      expect.arrayContaining(['db', 'broker', 'protocol', 'ingest', 'api', 'web', 'simulators', 'test', 'main', 'tool']),
    );
  });

  it('names every package after its folder', () => {
    for (const [folder, manifest] of readManifests(files))
      expect(manifest.name).toBe(folder === '' ? 'plume' : `@plume/${folder}`);
  });
});

describe('the detector', () => {
  const face = { '.': './src/index.ts' };
  const manifests = new Map<string, Manifest>([
    [
      '',
      { name: 'plume', dependencies: { '@plume/api': '*', '@plume/broker': '*', citty: '1' }, devDependencies: { vite: '1' } },
    ],
    ['db', { name: '@plume/db', exports: { ...face, './queries': './src/queries/index.ts' }, dependencies: { pg: '1' } }],
    [
      'broker',
      {
        name: '@plume/broker',
        exports: face,
        dependencies: { '@plume/ingest': '*', aedes: '1' },
        devDependencies: { mqtt: '1' },
      },
    ],
    [
      'ingest',
      {
        name: '@plume/ingest',
        exports: { ...face, './protocol': './a.ts', './emissions': './b.ts', './rules': './c.ts' },
        dependencies: { '@plume/db': '*' },
      },
    ],
    [
      'api',
      { name: '@plume/api', exports: face, dependencies: { '@plume/db': '*', '@plume/ingest': '*', '@hono/zod-openapi': '1' } },
    ],
    ['web', { name: '@plume/web', exports: {}, dependencies: { '@plume/api': '*', preact: '1' } }],
    ['simulators', { name: '@plume/simulators', exports: face, dependencies: { '@plume/ingest': '*' } }],
    [
      'test',
      { name: '@plume/test', exports: {}, dependencies: { '@plume/api': '*', '@plume/db': '*' }, devDependencies: { pg: '1' } },
    ],
  ]);
  const found = (path: string, source: string): string[] => violations([{ path, imports: readImports(path, source) }], manifests);

  it.each([
    ['db/src/a.ts', "import { SIGNALS } from '@plume/ingest/protocol';", 'db may not import protocol'],
    ['db/src/a.test.ts', "import { createApp } from '@plume/api';", 'db may not import api'],
    ['db/src/a.test.ts', "import { freshDatabase } from '../../test/support/fresh-database.ts';", 'does not leave its room'],
    ['broker/src/a.ts', "import { startIngest } from '@plume/ingest';", 'broker may not import ingest'],
    ['broker/src/a.ts', "import type { Db } from '@plume/db';", 'broker may not import db'],
    ['ingest/src/protocol/a.ts', "import type { Db } from '@plume/db';", 'protocol may not import db'],
    ['ingest/src/protocol/a.ts', "import { x } from '../pipeline.ts';", 'does not leave its room'],
    ['ingest/src/protocol/a.ts', "import { x } from '@plume/ingest';", 'protocol may not import ingest'],
    ['ingest/src/emissions/a.ts', "import { x } from '../protocol/index.ts';", 'does not leave its room'],
    ['ingest/src/emissions/a.ts', "import { x } from '@plume/ingest/rules';", 'emissions may not import rules'],
    ['ingest/src/emissions/a.ts', "import { openDb } from '@plume/db';", 'emissions may not import db'],
    ['ingest/src/rules/a.ts', "import { openDb } from '@plume/db';", 'rules may not import db'],
    ['ingest/src/a.ts', "import { x } from './protocol/columns.ts';", 'does not leave its room'],
    ['ingest/src/a.ts', "import { createApp } from '@plume/api';", 'ingest may not import api'],
    ['api/src/a.ts', "import { startIngest } from '@plume/ingest';", 'api may not import ingest'],
    ['api/src/a.ts', "import { startBroker } from '@plume/broker';", 'api may not import broker'],
    ['api/src/a.ts', "import { x } from '@plume/db/src/open.ts';", 'has no such face'],
    ['web/src/a.tsx', "import { createApp } from '@plume/api';", 'only types'],
    ['web/src/a.tsx', "import { type Api } from '@plume/api';", 'only types'],
    ['web/src/a.ts', "import type { Row } from '@plume/db';", 'web may not import db'],
    ['simulators/src/a.ts', "import { startBroker } from '@plume/broker';", 'simulators may not import broker'],
    ['simulators/src/a.ts', "import { runAll } from '@plume/test';", 'has no such face'],
    ['api/src/a.ts', "import { start } from '../../main.ts';", 'does not leave its room'],
    ['main.ts', "import { startBroker } from './broker/src/index.ts';", 'does not leave its room'],
    ['main.ts', "import { openDb } from '@plume/db';", 'package.json does not list @plume/db'],
    ['plume/a.ts', "import { openDb } from '@plume/db';", 'package.json does not list @plume/db'],
    ['plume/a.ts', "import { startBroker } from '../broker/src/index.ts';", 'does not leave its room'],
    ['api/src/a.ts', "import { readConfig } from '../../plume/config.ts';", 'does not leave its room'],
    ['vitest.config.ts', "import { openDb } from '@plume/db';", 'tool may not import db'],
    ['api/src/a.ts', "import { z } from 'zod';", 'api/package.json does not list zod'],
    ['api/src/a.ts', "import { z } from '@hono/other/deep';", 'does not list @hono/other'],
    ['broker/src/a.ts', "import { connect } from 'mqtt';", 'only in devDependencies'],
    ['broker/src/a.ts', "import { it } from 'vitest';", 'only tests'],
    ['broker/src/a.ts', "import { client } from './test-kit.ts';", 'for tests is not for the service'],
    ['broker/src/a.ts', "import { rows } from './b.test.ts';", 'for tests is not for the service'],
    ['tools/a.ts', "import 'node:fs';", 'no room'],
  ])('finds in %s: %s', (path, source, why) => {
    expect(found(path, source)).toEqual([expect.stringContaining(why)]);
  });

  it.each([
    ['a re-export', "export { openDb } from '@plume/db';"],
    ['a re-export of everything', "export * from '@plume/db';"],
    ['a type-only import', "import type { Db } from '@plume/db';"],
    ['a type-only re-export', "export type { Db } from '@plume/db';"],
    ['an import for its effect', "import '@plume/db';"],
    ['a dynamic import', "const db = await import('@plume/db');"],
    ['a dynamic import by template', 'const db = await import(`@plume/db`);'],
    ['a type of an import', "let db: import('@plume/db').Db;"],
    ['an import over several lines', "import {\n  openDb,\n} from '@plume/db';"],
    ['an import deep in a function', "const f = () => { if (x) return async () => (await import('@plume/db')).openDb; };"],
    ['require', "const db = require('@plume/db');"],
    ['import = require', "import db = require('@plume/db');"],
    ['import.meta.resolve', "import.meta.resolve('@plume/db');"],
    ['a module mock', "vi.mock('@plume/db', () => ({}));"],
    ['a module mock by import', "vi.mock(import('@plume/db'));"],
    ['a reference comment', '/// <reference types="@plume/db" />'],
  ])('finds %s', (_kind, source) => {
    expect(found('simulators/src/a.ts', source)).toEqual([expect.stringContaining('simulators may not import db')]);
  });

  it('does not let a computed name pass', () => {
    expect(found('db/src/a.ts', "await import('./' + name);")).toEqual([expect.stringContaining('computed name')]);
  });

  it('does not pass over a file that it cannot read', () => {
    expect(() => readImports('db/src/a.ts', 'import {')).toThrow('db/src/a.ts does not parse');
  });

  it('takes no import from comments and strings', () => {
    expect(readImports('db/src/a.ts', "// import '@plume/api';\nconst s = \"import '@plume/api'\";")).toEqual([]);
  });

  it.each([
    ['db/src/a.test.ts', "import { it } from 'vitest';\nimport { open } from './open.ts';\nimport 'node:fs';"],
    ['db/src/queries/a.ts', "import type { Db } from '../db.ts';"],
    ['broker/src/a.ts', "import { Framer } from '@plume/ingest/protocol';\nimport { Aedes } from 'aedes';"],
    ['broker/src/a.test.ts', "import { connect } from 'mqtt';\nimport { client } from './test-kit.ts';"],
    ['broker/src/test-kit.ts', "import { connect } from 'mqtt';\nimport { expect } from 'vitest';"],
    ['broker/src/contest-rules.ts', "import { rules } from './rules.ts';"],
    ['ingest/src/emissions/a.ts', "import { type SampleColumns, SIGNALS } from '@plume/ingest/protocol';"],
    [
      'ingest/src/rules/a.ts',
      "import { SIGNALS } from '@plume/ingest/protocol';\nimport { bins } from '@plume/ingest/emissions';",
    ],
    ['ingest/src/a.ts', "import { decode } from './protocol/index.ts';\nimport { openDb } from '@plume/db';"],
    ['api/src/routes/a.ts', "import { rows } from '@plume/db/queries';\nimport { SIGNALS } from '@plume/ingest/protocol';"],
    [
      'web/src/a.tsx',
      "import type { Api } from '@plume/api';\nimport { render } from 'preact';\nimport './a.css';\nimport i from './i.svg?raw';",
    ],
    ['test/a.test.ts', "import { openDb } from '@plume/db';\nimport pg from 'pg';"],
    ['main.ts', "import { createApp } from '@plume/api';\nimport { defineCommand } from 'citty';"],
    [
      'plume/commands/a.ts',
      "import { createApp } from '@plume/api';\nimport { fail } from '../fail.ts';\nimport { z } from 'citty';",
    ],
    ['vitest.config.ts', "import { defineConfig } from 'vitest/config';"],
  ])('lets pass what %s may import', (path, source) => {
    expect(found(path, source)).toEqual([]);
  });
});
