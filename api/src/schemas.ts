import { z } from '@hono/zod-openapi';
import { ProblemSchema } from './problem.ts';

/** A moment in answers: ISO 8601 in UTC. */
export const Moment = z.iso.datetime().openapi({ example: '2026-11-23T06:30:00.000Z' });

/** A moment in queries. */
export const MomentInput = z.string().max(40).openapi({
  example: 'now-6h',
  description: 'now, now-6h (s, m, h, d, w), ISO 8601 with offset, or epoch milliseconds',
});

/** A vehicle id in a path. */
export const VehicleParam = z.object({
  id: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'must be the number of a vehicle')
    .openapi({ param: { name: 'id', in: 'path' }, example: '7' }),
});

/** A terminal id in a path or body. */
export const TerminalId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, "_" or "-"')
  .openapi({ example: 'T-0007' });

/** What every answer in pages says of the rest. */
export const Paging = {
  more: z.boolean().openapi({ description: 'Whether there is more than this page' }),
  nextCursor: z
    .string()
    .nullable()
    .openapi({ description: 'Pass as cursor, with all else as it was, to get the next page; null: this is the last one' }),
} as const;

/** A cursor as given back by a client. */
export const CursorInput = z.string().max(400).optional();

/** Page size with a bound. */
export const limit = (fallback: number, max: number) =>
  z.coerce
    .number()
    .int()
    .min(1)
    .max(max)
    .default(fallback)
    .openapi({ description: `at most ${max}` });

/** Free text without control characters. */
export const plainText = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not contain control characters');

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: ProblemSchema } },
});

/** The problems every guarded route can answer with. */
export const problems = {
  400: problem('The request is not valid; `errors` names the fields'),
  401: problem('Not signed in'),
  403: problem('Not allowed to this account'),
  503: problem('The database is away or too many queries wait; see Retry-After'),
} as const;

/** More problems of a route, by status. */
export const throttled = { 429: problem('Too many failed attempts; see Retry-After') } as const;
export const gone = { 410: problem('No longer valid') } as const;
export const notFound = { 404: problem('There is no such thing') } as const;
export const conflict = { 409: problem('Conflicts with what is stored') } as const;

/** A JSON answer. */
export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } } as const;
}

/** A JSON body, required. */
export function body<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } } as const;
}
