import { signal } from '@preact/signals';
import { useLayoutEffect, useMemo } from 'preact/hooks';
import { type CallError, isAbort } from '../data/client.ts';
import { type FetchPage, type PageOf, readPages, turnsBetween } from '../model/read-pages.ts';
import { noteReading } from './failing.ts';
import { noteFailure, noteSuccess, session } from './session.ts';

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

const RETRY_MS = 3000;

/** Reads a list for `usePages`. */
export class Pager<R> {
  readonly state = signal<{ rows: readonly R[]; cursor: string | null; ready: boolean; failure: CallError | null }>({
    rows: [],
    cursor: null,
    ready: false,
    failure: null,
  });
  fetch: FetchPage<R> = () => Promise.reject(new Error('not started'));
  #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pages = 0;
  /** Turns since the list was last read anew. */
  #turns = 0;
  #busy = false;
  /** Whether someone wanted to read on while the list was read anew. */
  #wanted = false;

  start(everyMs: number): void {
    this.state.value = { rows: [], cursor: null, ready: false, failure: null };
    this.#pages = 0;
    void this.read();
    this.#timer = setInterval(() => {
      this.#turns += 1;
      if (!document.hidden && !this.#busy && this.#turns >= turnsBetween(this.#pages)) void this.read(this.#pages);
    }, everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#abort.abort();
    noteReading(this, null);
  }

  /** Reads the list anew from its beginning, this many pages of it; what is listed stays until all of them are there. */
  async read(pages = 1): Promise<void> {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#wanted = false;
    this.#turns = 0;
    await this.#try(
      (signal) => readPages(this.fetch, pages, signal),
      () => void this.read(pages),
    );
    const { cursor } = this.state.peek();
    if (this.#wanted && !this.#busy && cursor !== null) await this.readOn(cursor);
  }

  async readOn(cursor: string): Promise<void> {
    if (this.#busy) {
      this.#wanted = true;
      return;
    }
    await this.#try(
      async (signal) => {
        const { rows, nextCursor } = await this.fetch(cursor, signal);
        return { rows: [...this.state.peek().rows, ...rows], nextCursor, pages: this.#pages + 1 };
      },
      () => void this.readOn(cursor),
    );
  }

  async #try(fetch: (signal: AbortSignal) => Promise<PageOf<R> & { pages: number }>, again: () => void): Promise<void> {
    const mine = this.#abort;
    this.#busy = true;
    try {
      const { rows, nextCursor, pages } = await fetch(mine.signal);
      if (mine.signal.aborted) return;
      this.#pages = pages;
      this.state.value = { rows, cursor: nextCursor, ready: true, failure: null };
      noteSuccess();
      noteReading(this, null);
    } catch (error) {
      if (mine.signal.aborted || isAbort(error)) return;
      const failure = noteFailure(error);
      this.state.value = { ...this.state.peek(), failure };
      noteReading(this, this.state.peek().ready || failure.kind === 'broken' ? failure : null);
      if (failure.kind !== 'refused' && failure.kind !== 'signIn') setTimeout(() => !mine.signal.aborted && again(), RETRY_MS);
    } finally {
      if (this.#abort === mine) this.#busy = false;
    }
  }
}

/** Reads a list while the component is on the page: its first page at once and when `key` changes, more when asked to read on, and every `everyMs` anew as far as it was read; more rarely the further that is (see `turnsBetween`). */
export function usePages<R>(key: string, fetch: FetchPage<R>, everyMs: number): Pages<R> {
  const pager = useMemo(() => new Pager<R>(), []);
  pager.fetch = fetch;
  const signedIn = session.value === 'in';
  // Asked for before what is there is painted, not after.
  useLayoutEffect(() => {
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
      if (now.cursor !== null) void pager.readOn(now.cursor);
    },
    again: () => void pager.read(),
  };
}
