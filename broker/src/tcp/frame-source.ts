import { type FramerItem, StreamFramer } from '@plume/ingest/protocol';

/** Framers kept for the next connection that needs one. */
const MAX_FREE = 16;

/**
 * Framers for all connections. One holds some 80 KiB of buffers, and frames nearly always arrive whole: so a connection has one only while a
 * frame of it is incomplete, and thousands of quiet terminals have none.
 */
export class FramerPool {
  readonly #free: StreamFramer[] = [];

  take(): StreamFramer {
    return this.#free.pop() ?? new StreamFramer();
  }

  /** Takes a framer back; whatever it still holds is forgotten. */
  give(framer: StreamFramer): void {
    framer.end();
    if (this.#free.length < MAX_FREE) this.#free.push(framer);
  }
}

/** The bytes of one connection, cut into frames and pieces that are none. */
export class FrameSource {
  readonly #pool: FramerPool;
  #framer: StreamFramer | null = null;

  constructor(pool: FramerPool) {
    this.#pool = pool;
  }

  /** Bytes are held back because a frame is incomplete. */
  get isInside(): boolean {
    return this.#framer !== null;
  }

  push(chunk: Uint8Array): FramerItem[] {
    const framer = this.#framer ?? this.#pool.take();
    const items = framer.push(chunk);
    this.#framer = framer;
    if (framer.pending === 0) this.clear();
    return items;
  }

  /** No more bytes are coming, or none for too long: gives what was held back, good frames behind a false start included. */
  flush(): FramerItem[] {
    const items = this.#framer?.end() ?? [];
    this.clear();
    return items;
  }

  /** Forgets what is held back. */
  clear(): void {
    if (this.#framer !== null) this.#pool.give(this.#framer);
    this.#framer = null;
  }
}
