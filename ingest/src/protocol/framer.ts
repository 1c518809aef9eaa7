import { claimedLength, hasHeader, plausibleHeader, startsAt } from './frame-check.ts';
import { COMMAND_AT, MIN_FRAME_BYTES, START_BYTE } from './tables/header.ts';

/** What came out of a byte stream: a whole frame, or bytes that are none (hand them on as well: they are counted as rejected). Copies. */
export interface FramerItem {
  readonly kind: 'frame' | 'garbage';
  readonly bytes: Uint8Array;
}

/** Longest data unit a stream may claim unless told; the standard's 65,531 would let one false start hold back 64 KiB. */
const MAX_DATA_BYTES = 16_384;

/** Bytes that are no frame are handed out in pieces of at most this size. */
const GARBAGE_BYTES = 4096;

/**
 * Finds frames in a byte stream. Only length and check byte delimit a frame (there is no escaping, `23 23` may occur inside); after a false
 * start the search goes on one byte further. The items do not depend on how the stream is cut. Memory is bounded by the longest frame.
 */
export class StreamFramer {
  readonly #maxFrame: number;
  readonly #buffer: Uint8Array;
  /** XOR of all bytes of the buffer before each offset. */
  readonly #prefix: Uint8Array;
  #length = 0;
  /** First byte not yet handed out, and the place looked at. */
  #start = 0;
  #at = 0;

  constructor(maxDataBytes: number = MAX_DATA_BYTES) {
    this.#maxFrame = MIN_FRAME_BYTES + maxDataBytes;
    const size = 2 * (this.#maxFrame + GARBAGE_BYTES);
    this.#buffer = new Uint8Array(size);
    this.#prefix = new Uint8Array(size + 1);
  }

  /** Bytes held back because a frame is not complete. */
  get pending(): number {
    return this.#length - this.#start;
  }

  /** Takes the next bytes of the stream; returns what became whole. */
  push(chunk: Uint8Array): FramerItem[] {
    const items: FramerItem[] = [];
    let taken = 0;
    while (taken < chunk.length) {
      this.#compact();
      const part = Math.min(chunk.length - taken, this.#buffer.length - this.#length);
      this.#take(chunk.subarray(taken, taken + part));
      taken += part;
      this.#scan(items, false);
    }
    return items;
  }

  /** The stream is over, or has been silent too long: returns what is left, frames behind a false start included, and begins anew. */
  end(): FramerItem[] {
    const items: FramerItem[] = [];
    this.#scan(items, true);
    this.#handOut(items, 'garbage', this.#length);
    this.#length = 0;
    this.#start = 0;
    this.#at = 0;
    return items;
  }

  #take(part: Uint8Array): void {
    const prefix = this.#prefix;
    this.#buffer.set(part, this.#length);
    for (let i = 0; i < part.length; i += 1)
      prefix[this.#length + i + 1] = (prefix[this.#length + i] as number) ^ (part[i] as number);
    this.#length += part.length;
  }

  #compact(): void {
    if (this.#start === 0) return;
    this.#buffer.copyWithin(0, this.#start, this.#length);
    this.#prefix.copyWithin(0, this.#start, this.#length + 1);
    this.#length -= this.#start;
    this.#at -= this.#start;
    this.#start = 0;
  }

  /** Looks at each place in turn; stops where more bytes are needed, unless the stream is over. */
  #scan(items: FramerItem[], over: boolean): void {
    while (this.#at < this.#length) {
      const end = this.#frameEnd(over);
      if (end === WAIT) return;
      if (end > 0) {
        this.#handOut(items, 'garbage', this.#at);
        this.#handOut(items, 'frame', end);
        this.#at = end;
        continue;
      }
      this.#at += 1;
      if (this.#at - this.#start === GARBAGE_BYTES) this.#handOut(items, 'garbage', this.#at);
    }
  }

  /** End of the frame at the place looked at; NONE when none begins there; WAIT when that cannot be told yet. */
  #frameEnd(over: boolean): number {
    const { buffer, at, length } = { buffer: this.#buffer, at: this.#at, length: this.#length };
    if (buffer[at] !== START_BYTE) return NONE;
    const wait = over ? NONE : WAIT;
    if (at + 1 >= length) return wait;
    if (!startsAt(buffer, at, length)) return NONE;
    if (!hasHeader(at, length)) return wait;
    const searching = at > this.#start;
    if (searching && !plausibleHeader(buffer, at)) return NONE;
    const size = claimedLength(buffer, at);
    if (size > this.#maxFrame) return NONE;
    const end = at + size;
    if (end > length) return wait;
    const sum = (this.#prefix[end - 1] as number) ^ (this.#prefix[at + COMMAND_AT] as number);
    return sum === buffer[end - 1] ? end : NONE;
  }

  #handOut(items: FramerItem[], kind: FramerItem['kind'], end: number): void {
    if (end > this.#start) items.push({ kind, bytes: this.#buffer.slice(this.#start, end) });
    this.#start = Math.max(this.#start, end);
  }
}

const NONE = -1;
const WAIT = -2;
