import { z } from '@hono/zod-openapi';

/** Closed list of what can go wrong at the HTTP face; programs and the page go by it, people by the sentences. */
export const PROBLEM_CODES = [
  'INVALID',
  'NOT_JSON',
  'NOT_ACCEPTABLE',
  'RATE_LIMITED',
  'TOO_LARGE',
  'NOT_SIGNED_IN',
  'WRONG_CREDENTIALS',
  'CODE_NEEDED',
  'TOO_MANY_ATTEMPTS',
  'WEAK_PASSWORD',
  'PASSWORD_TOO_OLD',
  'SECOND_FACTOR_NEEDED',
  'TOKEN_SPENT',
  'FOREIGN_ORIGIN',
  'FORBIDDEN',
  'NOT_FOUND',
  'EXISTS',
  'ACCOUNTS_EXIST',
  'LAST_ADMINISTRATOR',
  'CHANGED',
  'DISABLED',
  'NO_SECOND_FACTOR',
  'OVERLAP',
  'REVOKED',
  'FINISHED',
  'NO_SIMULATOR',
  'REMOVING',
  'NOT_YET',
  'NOT_KEPT',
  'NOT_REPRODUCED',
  'NO_ROOM',
  'BUSY',
  'DATABASE_AWAY',
  'CLIENT_GONE',
  'INTERNAL',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** RFC 9457 problem details with a closed code, what to do next, and the fields concerned. */
export const ProblemSchema = z
  .object({
    type: z.string().openapi({ example: 'about:blank' }),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(PROBLEM_CODES),
    detail: z.string().openapi({ description: 'What is wrong, and where' }),
    action: z.string().openapi({ description: 'What to do next' }),
    errors: z.array(z.object({ field: z.string(), reason: z.string() })).optional(),
  })
  .openapi('Problem');
export type ProblemBody = z.infer<typeof ProblemSchema>;

/** HTTP statuses that a problem can have. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 406 | 409 | 410 | 413 | 415 | 429 | 499 | 500 | 503;

const TITLES: Record<ProblemStatus, string> = {
  400: 'The request is not valid',
  401: 'Not signed in',
  403: 'Refused',
  404: 'Not found',
  406: 'Not in a form that the request takes',
  409: 'Conflict with what is stored',
  410: 'No longer valid',
  413: 'The request is too large',
  415: 'Only JSON is accepted',
  429: 'Too many requests',
  499: 'The client went away',
  500: 'A fault in this service',
  503: 'Not available now',
};

/** Expected trouble, thrown by handlers and turned into problem JSON in one place. */
export class Problem extends Error {
  readonly status: ProblemStatus;
  readonly code: ProblemCode;
  readonly action: string;
  readonly errors: readonly { field: string; reason: string }[] | undefined;
  readonly retryAfterS: number | undefined;

  constructor(
    status: ProblemStatus,
    code: ProblemCode,
    detail: string,
    action: string,
    more: { errors?: readonly { field: string; reason: string }[]; retryAfterS?: number; cause?: unknown } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.action = action;
    this.errors = more.errors;
    this.retryAfterS = more.retryAfterS;
  }
}

/** A request that breaks a stated bound; `field` is the full path (`query.points`, `body.parameters.ratedPowerKw`). */
export function invalid(field: string, reason: string): Problem {
  return new Problem(400, 'INVALID', `${field}: ${reason}`, 'Correct the field and send the request again.', {
    errors: [{ field, reason }],
  });
}

/** The answer to a problem, as `application/problem+json`. */
export function problemResponse(problem: Problem): Response {
  const body: ProblemBody = {
    type: 'about:blank',
    title: TITLES[problem.status],
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    action: problem.action,
    ...(problem.errors ? { errors: [...problem.errors] } : {}),
  };
  const headers = new Headers({ 'Content-Type': 'application/problem+json; charset=utf-8', 'Cache-Control': 'no-store' });
  if (problem.retryAfterS !== undefined) headers.set('Retry-After', String(problem.retryAfterS));
  if (problem.status === 401) headers.set('WWW-Authenticate', 'Bearer realm="plume"');
  return new Response(JSON.stringify(body), { status: problem.status, headers });
}
