import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { overHttps } from './access.ts';
import { MOST_FILE_BYTES } from './cases/file-kinds.ts';
import { Problem } from './problem.ts';

/** Largest request body: 64 KiB; nothing the API takes comes near it. */
export const MAX_BODY_BYTES = 65_536;
/** Routes that take the bytes of a file as they are, with the most that each may have. */
const UPLOADS: readonly { path: RegExp; maxBytes: number }[] = [
  { path: /^\/api\/v1\/(cases|inspections)\/\d{1,9}\/files$/, maxBytes: MOST_FILE_BYTES },
];
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses writes that another site's page makes a browser send. A browser says where a request comes from in Sec-Fetch-Site or Origin;
 * programs send neither and carry no cookie by accident.
 */
export const refuseForeignOrigin: MiddlewareHandler = async (c, next) => {
  if (!SAFE_METHODS.has(c.req.method)) {
    const site = c.req.header('sec-fetch-site');
    const origin = c.req.header('origin');
    const host = c.req.header('host') ?? new URL(c.req.url).host;
    const sameOrigin = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
    const foreign = site === undefined ? !sameOrigin : site !== 'same-origin' && site !== 'none';
    if (foreign) {
      throw new Problem(
        403,
        'FOREIGN_ORIGIN',
        'The request comes from another site; nothing was changed.',
        'Use the page of this service itself, under the address it is served at.',
      );
    }
  }
  await next();
};

/**
 * Refuses a write by cookie whose sender does not say where it comes from. Every browser says so with a write (Origin, and over HTTPS or on
 * this machine Sec-Fetch-Site too); programs use tokens. See docs/decisions/0009.
 */
export function comesFromPage(c: Context): void {
  if (c.req.header('origin') !== undefined || c.req.header('sec-fetch-site') !== undefined) return;
  throw new Problem(
    403,
    'FOREIGN_ORIGIN',
    'The request carries a session cookie but does not say which page it comes from; nothing was changed.',
    'Use the page of this service itself, or a token in place of the cookie.',
  );
}

function uploadOf(c: Context): (typeof UPLOADS)[number] | undefined {
  return c.req.method === 'POST' ? UPLOADS.find(({ path }) => path.test(c.req.path)) : undefined;
}

/** Takes request bodies as JSON only, and uploads as application/octet-stream only, so that no plain HTML form can write. */
export const jsonOnly: MiddlewareHandler = async (c, next) => {
  if (c.req.method === 'POST' || c.req.method === 'PUT' || c.req.method === 'PATCH') {
    const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
    if (type === 'application/octet-stream' && uploadOf(c)) return await next();
    if (type !== 'application/json') {
      throw new Problem(415, 'NOT_JSON', 'The body must be JSON.', 'Send it with the header Content-Type: application/json.');
    }
  }
  await next();
};

/** Routes whose JSON may be more: a list of trucks as a file, in base64. Whoever sends it says beforehand how much it is. */
const LARGE_JSON: Readonly<Record<string, number>> = {
  '/api/v1/vehicles/import': 5_400_000,
  '/api/v1/case-imports': 5_400_000,
  '/api/v1/inspection-imports': 5_400_000,
};

const limitOf = (maxSize: number): MiddlewareHandler =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new Problem(413, 'TOO_LARGE', `The body is larger than ${maxSize} bytes.`, 'Send less at a time.');
    },
  });
const limitJson = limitOf(MAX_BODY_BYTES);
const limitUploads = new Map(UPLOADS.map((upload) => [upload, limitOf(upload.maxBytes)]));

/** Stops reading a body beyond the bound. */
export const limitBody: MiddlewareHandler = (c, next) => {
  const most = c.req.method === 'POST' ? LARGE_JSON[c.req.path] : undefined;
  if (most !== undefined) {
    // Over the network a body without a length comes in pieces, and would be held before anybody knows who sends it.
    const length = c.req.header('content-length');
    if (c.req.header('transfer-encoding') !== undefined || (length !== undefined && !(Number(length) <= most)))
      throw new Problem(
        413,
        'TOO_LARGE',
        `The body is larger than ${most} bytes, or its length is not told.`,
        'Send less at a time.',
      );
    return next();
  }
  const upload = uploadOf(c);
  const limit = (upload && limitUploads.get(upload)) ?? limitJson;
  return limit(c, next);
};

/** Answers of the API are for this caller and this moment: no cache keeps them. Over HTTPS the browser is told to stay there. */
export const privateAnswers: MiddlewareHandler = async (c, next) => {
  await next();
  if (!c.res.headers.has('cache-control')) c.res.headers.set('Cache-Control', 'no-store');
};

/** Tells a browser that came over HTTPS to come no other way for a year. */
export const stayOnHttps: MiddlewareHandler = async (c, next) => {
  await next();
  if (overHttps(c)) c.res.headers.set('Strict-Transport-Security', 'max-age=31536000');
};

/**
 * Headers of every answer: only our own scripts, styles and connections; no framing, no sniffing, no referrer. Pictures may also come from
 * the map's tile host, where one is configured.
 */
export function safeHeaders(tileOrigin: string | null): MiddlewareHandler {
  const strict = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:', ...(tileOrigin === null ? [] : [tileOrigin])],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: 'no-referrer',
    xFrameOptions: 'DENY',
    strictTransportSecurity: false,
    crossOriginResourcePolicy: 'same-origin',
  });
  // A file that is handed out may name a policy of its own, for a page that is a document and not the console.
  return async (c, next) => {
    let own: string | null = null;
    await strict(c, async () => {
      await next();
      own = c.res.headers.get('Content-Security-Policy');
    });
    if (own !== null) c.res.headers.set('Content-Security-Policy', own);
  };
}
