import type { Api } from '@plume/api';
import { hc, type InferResponseType } from 'hono/client';

/** The API, typed by its own routes. */
export const api = hc<Api>('/').api.v1;

/** Answers of the routes the page uses. */
export type Fleet = InferResponseType<typeof api.vehicles.$get, 200>;
export type Vehicle = Fleet['vehicles'][number];
export type VehicleDetail = InferResponseType<(typeof api.vehicles)[':id']['$get'], 200>;
export type Series = InferResponseType<(typeof api.vehicles)[':id']['series']['$get'], 200>;
export type Catalogue = InferResponseType<typeof api.signals.$get, 200>;
export type CatalogueSignal = Catalogue['signals'][number];

/** Why a call failed, in terms the page acts on. */
export class CallError extends Error {
  readonly kind: 'signIn' | 'away' | 'busy' | 'unreachable' | 'refused';
  readonly fields: readonly { field: string; reason: string }[];

  constructor(kind: CallError['kind'], message: string, fields: CallError['fields'] = []) {
    super(message);
    this.kind = kind;
    this.fields = fields;
  }
}

interface ProblemLike {
  code?: unknown;
  detail?: unknown;
  errors?: unknown;
}

function fieldsOf(errors: unknown): { field: string; reason: string }[] {
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((e: { field?: unknown; reason?: unknown }) =>
    typeof e?.field === 'string' && typeof e.reason === 'string' ? [{ field: e.field, reason: e.reason }] : [],
  );
}

/** What a refused call says, as a CallError to throw. */
export async function refusal(response: { status: number; json(): Promise<unknown> }): Promise<CallError> {
  let problem: ProblemLike = {};
  try {
    const body = await response.json();
    if (typeof body === 'object' && body !== null) problem = body;
  } catch (error) {
    return new CallError('unreachable', error instanceof Error ? error.message : String(error));
  }
  const detail = typeof problem.detail === 'string' ? problem.detail : `HTTP ${response.status}`;
  if (response.status === 401) return new CallError('signIn', detail);
  if (problem.code === 'DATABASE_AWAY') return new CallError('away', detail);
  if (response.status === 503) return new CallError('busy', detail);
  return new CallError('refused', detail, fieldsOf(problem.errors));
}

/** Waits for a call; a service that cannot be reached becomes a CallError. A call that is aborted throws the browser's AbortError. */
export async function attempt<R>(call: Promise<R>): Promise<R> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new CallError('unreachable', error instanceof Error ? error.message : String(error));
  }
}
