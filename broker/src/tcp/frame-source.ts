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

/** Bytes cut into frames at a time: an array of small frames takes many times the room of their bytes. */
const SLICE_BYTES = 4096;
const NOTHING: Uint8Array = new Uint8Array(0);

/** The bytes of one connection, cut into frames and pieces that are none, little by little as they are asked for. */
export class FrameSource {
  readonly #pool: FramerPool;
  #framer: StreamFramer | null = null;
  #rest: Uint8Array = NOTHING;
  #hasEnded = false;
  #bytes = 0;

  constructor(pool: FramerPool) {
    this.#pool = pool;
  }

  /** Bytes are held back because a frame is incomplete. */
  get isInside(): boolean {
    return this.#framer !== null;
  }

  /** Bytes looked at so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The peer has ended, and nothing is left to cut. */
  get isOver(): boolean {
    return this.#hasEnded && this.#rest.length === 0 && this.#framer === null;
  }

  append(chunk: Uint8Array): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
  }

  /** No more bytes are coming. */
  end(): void {
    this.#hasEnded = true;
  }

  /** What becomes whole by the next few bytes, which may be nothing; null when no bytes are left. */
  next(): FramerItem[] | null {
    if (this.#rest.length === 0) return this.#hasEnded && this.isInside ? this.flush() : null;
    const framer = this.#framer ?? this.#pool.take();
    const slice = this.#rest.subarray(0, SLICE_BYTES);
    this.#rest = this.#rest.length > SLICE_BYTES ? this.#rest.subarray(SLICE_BYTES) : NOTHING;
    this.#bytes += slice.length;
    const items = framer.push(slice);
    this.#framer = framer;
    if (framer.pending === 0) this.#release();
    return items;
  }

  /** None have come for too long: gives what was held back, good frames behind a false start included. */
  flush(): FramerItem[] {
    const items = this.#framer?.end() ?? [];
    this.#release();
    return items;
  }

  /** Forgets everything. */
  clear(): void {
    this.#rest = NOTHING;
    this.#release();
  }

  #release(): void {
    if (this.#framer !== null) this.#pool.give(this.#framer);
    this.#framer = null;
  }
}
