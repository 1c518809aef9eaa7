import { computed, signal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { api, CallError, take } from '../data/client.ts';

/** Who is signed in, and what they may do. */
export type Me = InferResponseType<typeof api.session.$get, 200>;
/** A name of something that can be allowed. */
export type Permission = Me['permissions'][number];

/**
 * Where the session stands. `trying` until the first answer; `in`; `out`; `spent`: a one-time link did not work; `first`: the holder of a
 * set-up link makes the first administrator; `welcome`: someone sets their password by a link.
 */
export const session = signal<'trying' | 'in' | 'out' | 'spent' | 'first' | 'welcome'>('trying');
/** Who is signed in; null: nobody. */
export const me = signal<Me | null>(null);
/** The one-time link by which someone sets their password. */
export const welcomeToken = signal<string | null>(null);
/** Since when the service cannot be reached (this machine's clock, ms); null: it can. */
export const lostSince = signal<number | null>(null);
/** When the service last answered, by this machine's clock [ms]; null: not yet. */
export const heardAt = signal<number | null>(null);
/** What keeps a reachable service from answering. */
export const trouble = signal<'away' | 'busy' | null>(null);

const permissions = computed(() => new Set<Permission>(me.value?.permissions ?? []));

/** Whether who is signed in may do this. What a page does not offer the service refuses too. */
export function may(permission: Permission): boolean {
  return permissions.value.has(permission);
}

/** Notes how a call went and gives the reason as a CallError. */
export function noteFailure(error: unknown): CallError {
  const failure =
    error instanceof CallError ? error : new CallError('refused', error instanceof Error ? error.message : String(error));
  if (failure.kind === 'signIn' && session.value === 'in') session.value = 'out';
  if (failure.kind === 'unreachable') lostSince.value ??= Date.now();
  else lostSince.value = null;
  trouble.value = failure.kind === 'away' || failure.kind === 'busy' ? failure.kind : null;
  return failure;
}

/** Notes that the service answered. */
export function noteSuccess(): void {
  lostSince.value = null;
  trouble.value = null;
  heardAt.value = Date.now();
}

/** Whether what this page holds was read for somebody else. Who makes the first account by a set-up link goes on as its owner. */
function isAnother(before: Me | null, who: Me): boolean {
  return before !== null && before.kind !== 'setup' && before.person?.name !== who.person?.name;
}

/**
 * Takes over who the service says is signed in. Where that is somebody else than before, the page is loaded anew: nothing that one
 * person read, chose or was told (a terminal's secret) is left in it for the next.
 */
export function enter(who: Me): void {
  if (isAnother(me.peek(), who)) {
    location.reload();
    return;
  }
  noteSuccess();
  me.value = who;
  session.value = who.kind === 'setup' && who.permissions.length === 0 ? 'first' : 'in';
}

/** Asks who is signed in. */
export async function askWho(): Promise<void> {
  enter(await take(api.session.$get()));
}

const RETRY_MS = 3000;

/** Finds out where the session stands, again and again until the service answers. */
async function find(): Promise<void> {
  try {
    await askWho();
  } catch (error) {
    const failure = noteFailure(error);
    if (failure.kind === 'signIn') session.value = 'out';
    else setTimeout(() => void find(), RETRY_MS);
  }
}

/** Uses the one-time link in the address, if there is one, and removes it from there; else asks who is signed in. */
export async function begin(): Promise<void> {
  const [, kind, token] = /^#(setup|welcome)=([\w-]{20,100})$/.exec(location.hash) ?? [];
  if (token === undefined) {
    if (session.peek() === 'trying') await find();
    return;
  }
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  if (kind === 'welcome') {
    welcomeToken.value = token;
    session.value = 'welcome';
    return;
  }
  try {
    enter(await take(api.session.$post({ json: { token } })));
  } catch (error) {
    const failure = noteFailure(error);
    session.value = failure.code === 'ACCOUNTS_EXIST' ? 'out' : failure.code === 'TOKEN_SPENT' ? 'spent' : session.peek();
    if (session.peek() === 'trying') await find();
  }
}

/** Ends the session, and with it all that this page holds: the console is loaded anew. */
export async function leave(): Promise<void> {
  try {
    await take(api.session.$delete());
  } catch (error) {
    // A session that had ended already is left all the same.
    if (noteFailure(error).kind !== 'signIn') return;
  }
  // A browser may keep this page as it stood, and bring it back by its back button.
  addEventListener('pageshow', (event) => event.persisted && location.reload());
  location.replace('/');
}
