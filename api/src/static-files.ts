import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Handler } from 'hono';
import { z } from 'zod';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

/** What the build says of its parts (Vite's manifest); it is not served. */
const MANIFEST = '/manifest.json';

interface StaticFile {
  type: string;
  etag: string;
  immutable: boolean;
  plain: Uint8Array<ArrayBuffer>;
  gzip: Uint8Array<ArrayBuffer>;
  brotli: Uint8Array<ArrayBuffer>;
}

function load(root: string): Map<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const plain = new Uint8Array(readFileSync(path));
    const url = `/${relative(root, path).split(sep).join('/')}`;
    files.set(url, {
      type,
      etag: createHash('sha256').update(plain).digest('base64url').slice(0, 22),
      immutable: url.startsWith('/assets/'),
      plain,
      gzip: new Uint8Array(gzipSync(plain)),
      brotli: new Uint8Array(brotliCompressSync(plain)),
    });
  }
  return files;
}

const Manifest = z.record(
  z.string(),
  z.object({ file: z.string(), imports: z.array(z.string()).default([]), css: z.array(z.string()).default([]) }),
);

/**
 * For each page of the console a `Link` header with the files of its code, so that a browser fetches them beside the console's own and not after
 * that has run. None where the build does not tell them.
 */
function codeOfPages(files: ReadonlyMap<string, StaticFile>): Map<string, string> {
  const textOf = (path: string) => new TextDecoder().decode(files.get(path)?.plain);
  const parts = files.has(MANIFEST) ? Manifest.parse(JSON.parse(textOf(MANIFEST))) : {};
  const console = textOf('/index.html');
  const links = (name: string, seen: Set<string>): string[] => {
    const part = parts[name];
    if (part === undefined || console.includes(`/${part.file}"`) || seen.has(name)) return [];
    seen.add(name);
    return [
      `</${part.file}>; rel=modulepreload`,
      ...part.css.map((file) => `</${file}>; rel=preload; as=style; crossorigin`),
      ...part.imports.flatMap((each) => links(each, seen)),
    ];
  };
  const pages = Object.keys(parts).flatMap((name) => /^src\/pages\/(\w+)\/page\.tsx$/.exec(name)?.[1] ?? []);
  return new Map(pages.map((page) => [page, links(`src/pages/${page}/page.tsx`, new Set()).join(', ')]));
}

/** The page of the console at an address, as the console tells them apart. */
function pageAt(path: string): string {
  const [, page = '', id = ''] = path.split('/');
  return page === '' ? 'today' : page === 'vehicles' && id !== '' ? 'vehicle' : page;
}

/** The tag that a browser may hold, without weak mark and quotes. */
function heldTags(header: string | undefined): string[] {
  return (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, '').replaceAll('"', ''));
}

/** Whether a browser asks for a page of the console by its address: such an address is told apart by the page itself. */
function isPageAddress(path: string, accept: string): boolean {
  return accept.includes('text/html') && !path.startsWith('/api/') && !/\.[^/]*$/.test(path);
}

/**
 * Serves the built page from memory: names are looked up, never joined to a path, so nothing outside the folder can be reached. A new build
 * is taken up when `index.html` changes. Files under /assets/ carry their hash in the name and never expire.
 */
export function staticFiles(root: string): Handler {
  let files = new Map<string, StaticFile>();
  let code = new Map<string, string>();
  let loadedMs = -1;
  const refresh = () => {
    const mtimeMs = statSync(join(root, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (mtimeMs === loadedMs) return;
    files = mtimeMs === 0 ? new Map() : load(root);
    code = codeOfPages(files);
    files.delete(MANIFEST);
    loadedMs = mtimeMs;
  };
  return async (c, next) => {
    if (loadedMs === -1) refresh();
    const asked = c.req.path;
    const isPage = asked === '/' || (!files.has(asked) && isPageAddress(asked, c.req.header('accept') ?? ''));
    const path = isPage ? '/index.html' : asked;
    if (path === '/index.html') refresh();
    const file = files.get(path);
    if (!file) {
      if (path !== '/index.html') return await next();
      return c.text(
        'The page is not built yet. Run "npm start" (it builds the page), or "npx vite build web", and reload.\n',
        503,
      );
    }
    const accepted = c.req.header('accept-encoding') ?? '';
    const coding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : undefined;
    const headers: Record<string, string> = {
      'Content-Type': file.type,
      'Cache-Control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
      ETag: `"${file.etag}${coding ? `-${coding}` : ''}"`,
      Vary: 'Accept-Encoding',
    };
    const link = isPage ? code.get(pageAt(asked)) : undefined;
    if (link) headers.Link = link;
    if (heldTags(c.req.header('if-none-match')).some((tag) => tag.replace(/-(br|gzip)$/, '') === file.etag))
      return c.body(null, 304, headers);
    if (coding) headers['Content-Encoding'] = coding;
    return c.body(coding === 'br' ? file.brotli : coding === 'gzip' ? file.gzip : file.plain, 200, headers);
  };
}
