import { CallError } from './client.ts';

/** What one readiness check found; `facts` are its figures by name, for pages that say it in their own words. */
export interface ReadyCheck {
  ok: boolean;
  detail: string;
  facts?: Readonly<Record<string, number | string | boolean | null>>;
}

/** What the service says of its own fitness. */
export interface Ready {
  ok: boolean;
  version: string;
  checks: Readonly<Record<string, ReadyCheck>>;
}

function isReady(value: unknown): value is Ready {
  return (
    typeof value === 'object' &&
    value !== null &&
    'ok' in value &&
    typeof value.ok === 'boolean' &&
    'checks' in value &&
    typeof value.checks === 'object'
  );
}

/** Asks whether the service is fit. An unfit one answers too. */
export async function fetchReady(signal: AbortSignal): Promise<Ready> {
  let response: Response;
  try {
    response = await fetch('/readyz', { signal });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new CallError('unreachable', error instanceof Error ? error.message : String(error));
  }
  const body: unknown = await response.json();
  if (!isReady(body)) throw new CallError('refused', `HTTP ${response.status}`);
  return body;
}

/** A figure of a check, when it is a number. */
export function factOf(ready: Ready | null, check: string, name: string): number | null {
  const value = ready?.checks[check]?.facts?.[name];
  return typeof value === 'number' ? value : null;
}
