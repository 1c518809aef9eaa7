import { sqlStateOf } from '@plume/db';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { invalid, Problem } from './problem.ts';

interface Issue {
  path: PropertyKey[];
  message: string;
}

/** Turns a failed validation into a problem that names each field by its full path. Hook of every router. */
export function explainInvalid(
  result: { success: true } | { success: false; target: string; error: { issues: Issue[] } },
  _c: Context,
): undefined {
  if (result.success) return undefined;
  const place = result.target === 'json' ? 'body' : result.target === 'param' ? 'path' : result.target;
  const errors = result.error.issues.slice(0, 20).map((issue) => ({
    field: [place, ...issue.path.map(String)].join('.'),
    reason: issue.message,
  }));
  throw new Problem(
    400,
    'INVALID',
    errors.map((e) => `${e.field}: ${e.reason}`).join('; '),
    'Correct the fields and send the request again; /api/docs says what each takes.',
    { errors },
  );
}

/** SQLSTATE class of values that do not fit where they are put. */
const DATA_EXCEPTION = '22';

/**
 * Any error as a problem. What is not expected says nothing of its inside. A `cursor` that has the shape of one, but names a place that the
 * database cannot read, was not made here.
 */
export function toProblem(error: unknown, cursor?: string): Problem {
  if (error instanceof Problem) return error;
  if (cursor !== undefined && sqlStateOf(error)?.startsWith(DATA_EXCEPTION))
    return invalid('query.cursor', 'is not a cursor of this list; start without one');
  if (error instanceof HTTPException && error.status === 400) {
    return new Problem(400, 'INVALID', 'body: is not valid JSON', 'Send one JSON object.', {
      errors: [{ field: 'body', reason: 'is not valid JSON' }],
    });
  }
  return new Problem(
    500,
    'INTERNAL',
    'Something went wrong in this service; it is in its log.',
    'Try again; if it lasts, give the time of this request to whoever runs the service.',
    {
      cause: error,
    },
  );
}
