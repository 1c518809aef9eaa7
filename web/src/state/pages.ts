import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { type CallError, isAbort } from '../data/client.ts';
import { noteReading } from './failing.ts';
import { noteFailure, noteSuccess, session } from './session.ts';

/** One page of a list, and where the next begins. */
export interface PageOf<R> {
  rows: readonly R[];
  nextCursor: string | null;
}

/** A list that is read page by page, as far as someone looks. */
export interface Pages<R> {
  readonly rows: readonly R[];
  /** Whether there is more than is listed. */
  readonly more: boolean;
  /** Whether the first page is there. */
  readonly ready: boolean;
  readonly failure: CallError | null;
  readOn(): void;
  again(): void;
}

type Fetch<R> = (cursor: string | null, signal: AbortSignal) => Promise<PageOf<R>>;

const RETRY_MS = 3000;

class Pager<R> {
  readonly state = signal<{ rows: readonly R[]; cursor: string | null; ready: boolean; failure: CallError | null }>({
    rows: [],
    cursor: null,
    ready: false,
    failure: null,
  });
  fetch: Fetch<R> = () => Promise.reject(new Error('not started'));
  #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pages = 0;
  #busy = false;

  start(everyMs: number): void {
    this.state.value = { rows: [], cursor: null, ready: false, failure: null };
    void this.read(null);
    // Once someone has read on, the list stays as it is under their eyes.
    this.#timer = setInterval(() => {
      if (!document.hidden && this.#pages <= 1 && !this.#busy) void this.read(null);
    }, everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#abort.abort();
    noteReading(this, null);
  }

  async read(cursor: string | null): Promise<void> {
    if (cursor === null) this.#abort.abort();
    else if (this.#busy) return;
    const mine = cursor === null ? new AbortController() : this.#abort;
    this.#abort = mine;
    this.#busy = true;
    try {
      const page = await this.fetch(cursor, mine.signal);
      if (mine.signal.aborted) return;
      this.#pages = cursor === null ? 1 : this.#pages + 1;
      const before = cursor === null ? [] : this.state.peek().rows;
      this.state.value = { rows: [...before, ...page.rows], cursor: page.nextCursor, ready: true, failure: null };
      noteSuccess();
      noteReading(this, null);
    } catch (error) {
      if (mine.signal.aborted || isAbort(error)) return;
      const failure = noteFailure(error);
      this.state.value = { ...this.state.peek(), failure };
      noteReading(this, this.state.peek().ready || failure.kind === 'broken' ? failure : null);
      if (failure.kind !== 'refused' && failure.kind !== 'signIn')
        setTimeout(() => !mine.signal.aborted && void this.read(cursor), RETRY_MS);
    } finally {
      if (this.#abort === mine) this.#busy = false;
    }
  }
}

/** Reads a list while the component is on the page: its first page at once, when `key` changes and every `everyMs`; more when asked to read on. */
export function usePages<R>(key: string, fetch: Fetch<R>, everyMs: number): Pages<R> {
  const pager = useMemo(() => new Pager<R>(), []);
  pager.fetch = fetch;
  const signedIn = session.value === 'in';
  useEffect(() => {
    if (!signedIn) return undefined;
    pager.start(everyMs);
    return () => pager.stop();
  }, [key, signedIn]);
  const now = pager.state.value;
  return {
    rows: now.rows,
    more: now.cursor !== null,
    ready: now.ready,
    failure: now.failure,
    readOn: () => {
      if (now.cursor !== null) void pager.read(now.cursor);
    },
    again: () => void pager.read(null),
  };
}
