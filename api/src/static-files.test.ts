import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { staticFiles } from './static-files.ts';

let root: string;
let app: Hono;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'plume-page-'));
  mkdirSync(join(root, 'assets'));
  writeFileSync(join(root, 'index.html'), '<script type="module" src="/assets/console-1.js"></script>');
  for (const name of ['console-1.js', 'leads-2.js', 'vehicle-3.js', 'parts-4.js']) writeFileSync(join(root, 'assets', name), '');
  writeFileSync(
    join(root, 'manifest.json'),
    JSON.stringify({
      _console: { file: 'assets/console-1.js' },
      _parts: { file: 'assets/parts-4.js', imports: ['_console'] },
      'src/pages/leads/page.tsx': { file: 'assets/leads-2.js', imports: ['_console', '_parts'], css: ['assets/leads-5.css'] },
      'src/pages/leads/lead-pane.tsx': { file: 'assets/pane-6.js' },
      'src/pages/vehicle/page.tsx': { file: 'assets/vehicle-3.js', imports: ['_parts'] },
    }),
  );
  app = new Hono().get('*', staticFiles(root));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const linkOf = async (path: string) => (await app.request(path, { headers: { Accept: 'text/html' } })).headers.get('Link');

describe('a page of the console', () => {
  it('names the files of its code, each once, but not the console, which it asks for itself', async () => {
    expect(await linkOf('/leads?tab=todo')).toBe(
      '</assets/leads-2.js>; rel=modulepreload, </assets/leads-5.css>; rel=preload; as=style; crossorigin, </assets/parts-4.js>; rel=modulepreload',
    );
    expect(await linkOf('/leads/0123456789abcdef')).toContain('/assets/leads-2.js');
    expect(await linkOf('/vehicles/7')).toBe(
      '</assets/vehicle-3.js>; rel=modulepreload, </assets/parts-4.js>; rel=modulepreload',
    );
  });

  it('names nothing where the build tells of no such page, nor for a file', async () => {
    expect(await linkOf('/nowhere')).toBeNull();
    expect(await linkOf('/assets/leads-2.js')).toBeNull();
  });

  it('keeps what the build tells of itself to the service', async () => {
    expect((await app.request('/manifest.json')).status).toBe(404);
  });
});
