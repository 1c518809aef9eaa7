import type { OpenAPIHono } from '@hono/zod-openapi';
import { API_BASE } from './doorkeeper.ts';
import { EXAMPLES } from './examples/index.ts';
import type { RateLimits } from './rate-limits.ts';
import { ROUTES, type RouteRule } from './route-table.ts';
import type { JsonSchema } from './tabular/schema-columns.ts';
import { MORE_HEADER, TABLE_TYPES } from './tabular/table-answers.ts';
import { TABLE_ROUTES } from './tabular/table-routes.ts';

interface Media {
  schema?: JsonSchema;
  example?: unknown;
}

interface Answer {
  description: string;
  headers?: Record<string, object>;
  content?: Record<string, Media>;
}

/** An operation of the document, as far as it is looked into. */
export interface Operation {
  description?: string;
  parameters?: { name: string; in: string; schema?: JsonSchema; required?: boolean; example?: unknown }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, Answer>;
}

/** The document of the API (OpenAPI 3.1), as far as it is looked into. */
export interface OpenApiDocument {
  openapi: string;
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, JsonSchema> };
}

/** Routes with what the route table says of them, by their operation in the document; those that are not documented are left out. */
export function* operations(document: OpenApiDocument): Generator<{ key: string; rule: RouteRule; operation: Operation }> {
  for (const [key, rule] of Object.entries(ROUTES)) {
    const [method = '', path = ''] = key.split(' ');
    const operation = document.paths[API_BASE + path]?.[method.toLowerCase()];
    if (operation) yield { key, rule, operation };
  }
}

const problemContent = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
const header = (description: string) => ({ description, schema: { type: 'string' } });

const LIMIT_HEADERS = {
  RateLimit: header('What is left of the limit in force, and seconds until it is whole again: "token";r=119;t=30 (IETF draft)'),
  'RateLimit-Policy': header('The limit in force: requests (q) in a window of seconds (w): "token";q=120;w=60'),
};

function tellTable(operation: Operation): void {
  const good = operation.responses['200'];
  if (!good?.content) return;
  for (const type of TABLE_TYPES.slice(1))
    good.content[type] = { schema: { type: 'string', ...(type.startsWith('text/') ? {} : { format: 'binary' }) } };
  good.headers = {
    ...good.headers,
    [MORE_HEADER]: header('CSV and Parquet: true when there is more than this page'),
    Link: header('CSV and Parquet: address of the next page, rel="next" (RFC 8288)'),
  };
  operation.responses['406'] = { description: 'None of the forms that the request takes', content: problemContent };
  const words =
    'Also as CSV and Parquet, by the header Accept: the rows alone, objects within them as columns under joined names, lists as JSON.';
  operation.description = operation.description === undefined ? words : `${operation.description} ${words}`;
}

function tellLimits(operation: Operation): void {
  const limited = operation.responses['429'];
  operation.responses['429'] = {
    description: `${limited ? `${limited.description}. ` : ''}Too many requests: what was too much, and when to try again; see Retry-After`,
    headers: { ...LIMIT_HEADERS, 'Retry-After': header('Seconds until a request is taken again') },
    content: problemContent,
  };
  for (const [status, answer] of Object.entries(operation.responses))
    if (status.startsWith('2')) answer.headers = { ...answer.headers, ...LIMIT_HEADERS };
}

function tellExample(key: string, operation: Operation): void {
  const example = Object.hasOwn(EXAMPLES, key) ? EXAMPLES[key] : undefined;
  if (!example) return;
  for (const parameter of operation.parameters ?? []) {
    const given = (parameter.in === 'path' ? example.path : example.query)?.[parameter.name];
    if (given !== undefined) parameter.example = given;
  }
  const asked = operation.requestBody?.content['application/json'];
  if (asked && example.body !== undefined) asked.example = example.body;
  const answered = operation.responses[String(example.status)]?.content?.['application/json'];
  if (answered) answered.example = example.answer;
}

/** What the document says of the whole. */
function aboutAll({ address, session, token, windowS }: RateLimits): string {
  return [
    'Emission telemetry of heavy diesel trucks. Moments in answers are UTC; every figure carries its unit; what is missing is null, never 0.',
    'Lists come in pages: `more` tells whether there is another, `nextCursor` is passed as `cursor` to get it. Cursors are places in the order of the list, so rows that come or go meanwhile neither repeat nor hide others; with other parameters than before they are refused.',
    `Tables are answered as ${TABLE_TYPES.join(', ')}, as the header Accept likes them best (406 where it takes none). CSV: UTF-8 without byte order mark (the Content-Type names the encoding), RFC 4180, names of columns as in JSON, times in Beijing time with +08:00, texts that a spreadsheet would run as formulas quoted with '. Parquet: typed, timestamps in UTC. Both tell in ${MORE_HEADER} and Link what JSON tells in more and nextCursor. Whole tables without pages: exports.`,
    `Limits: a token ${token}, a session ${session}, whoever has neither ${address} requests in ${windowS} s; RateLimit and RateLimit-Policy tell what is left, and beyond it the answer is 429 with Retry-After.`,
  ].join('\n\n');
}

/** Describes the application: what its routes declare, and what the application does with all of them. */
export function openApiDocument(app: OpenAPIHono, version: string, limits: RateLimits): OpenApiDocument {
  // The library's own type of the document is that of its parts; what is looked into here is checked by the tests of the document.
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Plume', version, description: aboutAll(limits) },
    servers: [{ url: '/' }],
    security: [{ session: [] }, { service: [] }],
  }) as unknown as OpenApiDocument;
  for (const { key, operation } of operations(document)) {
    if (Object.hasOwn(TABLE_ROUTES, key)) tellTable(operation);
    tellLimits(operation);
    tellExample(key, operation);
  }
  return document;
}
