import { type ReadonlySignal, signal } from '@preact/signals';
import { useLayoutEffect, useMemo } from 'preact/hooks';
import { type CallError, type CallTrouble, isAbort } from '../data/client.ts';
import { noteReading } from './failing.ts';
import { noteFailure, noteSuccess, session } from './session.ts';

const RETRY_MS = 3000;

/**
 * When a reading that failed is tried again [ms]; null: not by itself. What is refused stays refused where it is read once; a page that looks
 * every now and then looks again at its own pace, since what it reads may have come back.
 */
export function againAfterMs(kind: CallTrouble, everyMs: number | null): number | null {
  if (kind === 'signIn') return null;
  return kind === 'refused' ? everyMs : RETRY_MS;
}

/** Something read from the service and kept fresh. */
export interface Query<T> {
  /** The newest answer; it stays while the next one is being read. Null before the first. */
  readonly data: ReadonlySignal<T | null>;
  /** Why the last reading failed; null when it did not. */
  readonly failure: ReadonlySignal<CallError | null>;
  readonly loading: ReadonlySignal<boolean>;
  /** Reads again now. */
  again(): void;
  /** Puts an answer in place without reading, for a change that has just been made. */
  put(answer: T): void;
}

/** Reads one thing, again and again. For `useQuery`. */
export class Reader<T> implements Query<T> {
  readonly data = signal<T | null>(null);
  readonly failure = signal<CallError | null>(null);
  readonly loading = signal(false);
  read: (abort: AbortSignal) => Promise<T> = () => Promise.reject(new Error('not started'));
  everyMs: number | null = null;
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = true;

  start(keep: boolean): void {
    this.#stopped = false;
    if (!keep) this.data.value = null;
    this.failure.value = null;
    this.again();
  }

  stop(): void {
    this.#stopped = true;
    this.#abort?.abort();
    clearTimeout(this.#timer);
    noteReading(this, null);
  }

  // Handed on by themselves (`done={query.again}`), so they know whose they are.
  put = (answer: T): void => {
    this.data.value = answer;
  };

  again = (): void => {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#abort?.abort();
    const mine = new AbortController();
    this.#abort = mine;
    void this.#once(mine);
  };

  async #once(mine: AbortController): Promise<void> {
    this.loading.value = true;
    try {
      const answer = await this.read(mine.signal);
      if (mine.signal.aborted) return;
      this.data.value = answer;
      this.failure.value = null;
      noteSuccess();
      noteReading(this, null);
      if (this.everyMs !== null) this.#later(this.everyMs);
    } catch (error) {
      if (mine.signal.aborted || isAbort(error)) return;
      const failure = noteFailure(error);
      this.failure.value = failure;
      const afterMs = againAfterMs(failure.kind, this.everyMs);
      // What was refused from the first is told where the answer would stand; what is shown and no longer moves, above the page.
      const stale = this.data.peek() !== null && afterMs !== null;
      noteReading(this, stale || failure.kind === 'broken' ? failure : null);
      if (afterMs !== null) this.#later(afterMs);
    } finally {
      if (this.#abort === mine) this.loading.value = false;
    }
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // A page that nobody sees asks for nothing; it reads again when it is seen.
      if (!document.hidden) this.again();
      else document.addEventListener('visibilitychange', () => this.again(), { once: true });
    }, ms);
  }
}

/**
 * Reads something while the component is on the page: at once, when `key` changes, every `everyMs` (null: once), and until it
 * works when the service is away. A null key reads nothing, and so does everyone who is not
 * signed in, unless `signedOut` says that this is for them. With `keep` the answer to the last key stays until the next one is there.
 */
export function useQuery<T>(
  key: string | null,
  read: (abort: AbortSignal) => Promise<T>,
  options: { everyMs?: number | null; keep?: boolean; signedOut?: boolean } = {},
): Query<T> {
  const reader = useMemo(() => new Reader<T>(), []);
  reader.read = read;
  reader.everyMs = options.everyMs ?? null;
  const signedIn = options.signedOut === true || session.value === 'in';
  // Asked for before what is there is painted, not after.
  useLayoutEffect(() => {
    if (key === null || !signedIn) {
      reader.data.value = null;
      return undefined;
    }
    reader.start(options.keep ?? false);
    return () => reader.stop();
  }, [key, signedIn]);
  return reader;
}
