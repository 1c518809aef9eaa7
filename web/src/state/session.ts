import { signal } from '@preact/signals';
import { signIn, signOut } from '../data/calls.ts';
import { CallError } from '../data/client.ts';

/** Where the session stands: `trying` until the first answer, `spent` when a set-up link did not work. */
export const session = signal<'trying' | 'in' | 'out' | 'spent'>('trying');
/** Since when the service cannot be reached (this machine's clock, ms); null: it can. */
export const lostSince = signal<number | null>(null);

/** Notes how a call went; returns the reason for a person when it is one that the page does not show elsewhere. */
export function noteFailure(error: unknown): CallError {
  const failure =
    error instanceof CallError ? error : new CallError('refused', error instanceof Error ? error.message : String(error));
  if (failure.kind === 'signIn') session.value = 'out';
  if (failure.kind === 'unreachable') lostSince.value ??= Date.now();
  else lostSince.value = null;
  return failure;
}

/** Notes that the service answered a signed-in call. */
export function noteSuccess(): void {
  lostSince.value = null;
  session.value = 'in';
}

/** Uses the set-up token in the address, if there is one, and removes it from there. */
export async function useSetupLink(): Promise<void> {
  const token = /^#setup=([\w-]{20,100})$/.exec(location.hash)?.[1];
  if (token === undefined) {
    session.value = 'in';
    return;
  }
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  try {
    await signIn(token);
    noteSuccess();
  } catch (error) {
    if (noteFailure(error).kind === 'signIn') session.value = 'spent';
  }
}

/** Ends the session. */
export async function leave(): Promise<void> {
  try {
    await signOut();
    session.value = 'out';
  } catch (error) {
    noteFailure(error);
  }
}
