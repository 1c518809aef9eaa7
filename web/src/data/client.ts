import type { Api } from '@plume/api';
import { type ClientResponse, hc } from 'hono/client';

/** The API, typed by its own routes. */
export const api = hc<Api>('/').api.v1;

/**
 * Why a call failed, in terms the pages act on. `broken`: the service failed at it (HTTP 500 and above), which may pass; `refused`: it
 * will not do this, which stays so until something is changed.
 */
export type CallTrouble = 'signIn' | 'away' | 'busy' | 'broken' | 'unreachable' | 'refused';

/** A call that failed. `code` and `fields` are the API's own; `message` is its sentence. */
export class CallError extends Error {
  readonly kind: CallTrouble;
  readonly code: string;
  readonly fields: readonly { field: string; reason: string }[];
  /** How long to wait before the next attempt [s]; null: the service did not say. */
  retryAfterS: number | null = null;

  constructor(kind: CallTrouble, message: string, code = '', fields: CallError['fields'] = []) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.fields = fields;
  }
}

function fieldsOf(errors: unknown): { field: string; reason: string }[] {
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((e: { field?: unknown; reason?: unknown }) =>
    typeof e?.field === 'string' && typeof e.reason === 'string' ? [{ field: e.field, reason: e.reason }] : [],
  );
}

interface Answering {
  ok: boolean;
  status: number;
  headers: Headers;
  json(): Promise<unknown>;
}

/** What a refused call says, as a CallError to throw. */
async function refusal(response: Answering): Promise<CallError> {
  let problem: { code?: unknown; detail?: unknown; errors?: unknown } = {};
  try {
    const body = await response.json();
    if (typeof body === 'object' && body !== null) problem = body;
  } catch (error) {
    // What stands in front of a service answers without a body of ours when the service is gone (502, 504).
    return new CallError('unreachable', error instanceof Error ? error.message : String(error));
  }
  const detail = typeof problem.detail === 'string' ? problem.detail : `HTTP ${response.status}`;
  const code = typeof problem.code === 'string' ? problem.code : '';
  if (code === 'NOT_SIGNED_IN') return new CallError('signIn', detail, code, fieldsOf(problem.errors));
  if (code === 'DATABASE_AWAY') return new CallError('away', detail, code);
  if (response.status === 503) return new CallError('busy', detail, code);
  if (response.status >= 500) return new CallError('broken', detail, code);
  const refused = new CallError('refused', detail, code, fieldsOf(problem.errors));
  const wait = Number(response.headers.get('retry-after') ?? '');
  if (wait > 0) refused.retryAfterS = wait;
  return refused;
}

/** What a route answers when it does what it was asked. */
export type AnswerOf<R> = R extends ClientResponse<infer T, infer S, string> ? (S extends 200 | 201 | 204 ? T : never) : never;

/**
 * Waits for a call and gives its answer. A refusal, or a service that cannot be reached, becomes a CallError; a call that is aborted throws
 * the browser's AbortError.
 */
export async function take<R extends Answering>(call: Promise<R>): Promise<AnswerOf<R>> {
  let response: R;
  try {
    response = await call;
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new CallError('unreachable', error instanceof Error ? error.message : String(error));
  }
  if (!response.ok) throw await refusal(response);
  return (response.status === 204 ? undefined : await response.json()) as AnswerOf<R>;
}

/** Whether an error is that of a call that was given up. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
