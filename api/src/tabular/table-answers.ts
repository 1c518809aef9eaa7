import type { Context, MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../access.ts';
import { API_BASE, routeOf } from '../doorkeeper.ts';
import type { Facts } from '../exports/formats/xlsx.ts';
import type { OpenApiDocument } from '../openapi-document.ts';
import { Problem } from '../problem.ts';
import { acceptedType } from './accepted-type.ts';
import { type AnswerColumn, columnsOf, type JsonSchema, rowSchema, type Schemas } from './schema-columns.ts';
import { CSV_TYPE, csvOf, PARQUET_TYPE, parquetOf } from './table-file.ts';
import { type AnswerTable, TABLE_ROUTES, type TableRoute } from './table-routes.ts';

/** What a table can be asked for as; the first where the request does not care. */
export const TABLE_TYPES = ['application/json', CSV_TYPE, PARQUET_TYPE] as const;

/** Tells whether there is more than the page, and where the next is: in the headers of answers that cannot say so themselves. */
export const MORE_HEADER = 'Plume-More';

/** The schema of a route's good answer in JSON. */
export function answerSchema(document: OpenApiDocument, key: string): JsonSchema | undefined {
  const [method = '', path = ''] = key.split(' ');
  return document.paths[API_BASE + path]?.[method.toLowerCase()]?.responses['200']?.content?.['application/json']?.schema;
}

/** Columns of the routes that name a list, by their names in the route table; throws where the document does not have it. */
export function listColumns(document: OpenApiDocument): ReadonlyMap<string, readonly AnswerColumn[]> {
  const schemas: Schemas = document.components?.schemas ?? {};
  const all = new Map<string, readonly AnswerColumn[]>();
  for (const [key, route] of Object.entries(TABLE_ROUTES)) {
    const answer = answerSchema(document, key);
    if (!answer) throw new Error(`table-routes.ts names ${key}, which answers no JSON`);
    if ('list' in route) all.set(key, columnsOf(rowSchema(answer, route.list, schemas), schemas));
  }
  return all;
}

function notAcceptable(): Problem {
  return new Problem(
    406,
    'NOT_ACCEPTABLE',
    `This address answers as ${TABLE_TYPES.join(', ')}, and the request takes none of them.`,
    'Name one of them in the header Accept, or leave the header out for JSON.',
  );
}

/** The next page's address in a Link header (RFC 8288); undefined: this is the last. */
function nextLink(c: Context, cursor: unknown): string | undefined {
  if (typeof cursor !== 'string') return undefined;
  const next = new URL(c.req.url);
  next.searchParams.set('cursor', cursor);
  return `<${next.pathname}${next.search}>; rel="next"`;
}

function tableOf(route: TableRoute, answer: unknown, columns: readonly AnswerColumn[]): AnswerTable & { cut: boolean } {
  if ('of' in route) return { ...route.of(answer), cut: route.cut(answer) };
  const rows: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, route.list) : undefined;
  if (!Array.isArray(rows)) throw new Error(`the answer has no list ${route.list}`);
  return { columns, rows, cut: false };
}

/** What is behind the middleware. */
export interface TableParts {
  readonly document: () => OpenApiDocument;
  clock(): number;
  readonly version: string;
}

/**
 * Gives the answers of the table routes as the request likes them (RFC 9110 §12.5.1): JSON as the route made it, or its rows as CSV or
 * Parquet. The one place where that is done; routes know nothing of it. Pages are bounded by their limit, and so is what is held here.
 */
export function tableAnswers({ document, clock, version }: TableParts): MiddlewareHandler<ApiEnv> {
  let known: ReadonlyMap<string, readonly AnswerColumn[]> | null = null;
  return async (c, next) => {
    const key = routeOf(c)?.key;
    const route = key !== undefined && Object.hasOwn(TABLE_ROUTES, key) ? TABLE_ROUTES[key] : undefined;
    if (key === undefined || route === undefined) return await next();
    const type = acceptedType(c, TABLE_TYPES);
    c.header('Vary', 'Accept', { append: true });
    if (type === null) throw notAcceptable();
    await next();
    if (type === 'application/json' || c.error || c.res.status !== 200) return;
    known ??= listColumns(document());
    const answer: unknown = await c.res.json();
    const { columns, rows, cut } = tableOf(route, answer, known.get(key) ?? []);
    const told = typeof answer === 'object' && answer !== null ? answer : {};
    const link = nextLink(c, Reflect.get(told, 'nextCursor'));
    const facts: Facts = [
      ['request', `${c.req.path}${new URL(c.req.url).search}`],
      ['madeAt', new Date(clock()).toISOString()],
      ['source', `Plume ${version}`],
      ['definitions', '/api/docs'],
    ];
    const bytes = type === CSV_TYPE ? csvOf(columns, rows) : parquetOf(columns, rows, facts);
    const headers = new Headers(c.res.headers);
    headers.delete('content-length');
    headers.set('Content-Type', type === CSV_TYPE ? 'text/csv; charset=utf-8; header=present' : PARQUET_TYPE);
    headers.set(MORE_HEADER, String(link !== undefined || cut));
    if (link !== undefined) headers.set('Link', link);
    c.res = undefined;
    c.res = new Response(bytes, { status: 200, headers });
  };
}
