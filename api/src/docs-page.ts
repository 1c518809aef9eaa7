import { readFileSync } from 'node:fs';
import { Hono } from 'hono';

const FILES = [
  { path: '/api/docs', file: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/api/docs.js', file: 'docs.js', type: 'text/javascript; charset=utf-8' },
  { path: '/api/docs.css', file: 'docs.css', type: 'text/css; charset=utf-8' },
] as const;

/** The API's documentation page: built in the browser from /api/openapi.json, with nothing from elsewhere. */
export function docsPage() {
  const app = new Hono();
  for (const { path, file, type } of FILES) {
    const text = readFileSync(new URL(`./docs-page/${file}`, import.meta.url), 'utf8');
    app.get(path, (c) => c.body(text, 200, { 'Content-Type': type, 'Cache-Control': 'no-cache' }));
  }
  return app;
}
