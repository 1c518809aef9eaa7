/** Types of MQTT control packets (MQTT 3.1.1, table 2.1). */
export const PACKET = {
  connect: 1,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
} as const;

/** One whole packet, header included. */
export interface PacketFrame {
  /** Upper four bits of the first byte. */
  type: number;
  bytes: Buffer;
}

/** A stream that cannot be followed further; the connection has to go. */
export interface FramingError {
  fault: 'oversized' | 'malformed';
  /** The length the packet claims, where it could be read. */
  remainingLength: number;
}

const MAX_LENGTH_BYTES = 4;
const FIRST_ALLOCATION_BYTES = 4096;

/**
 * Cuts a byte stream into MQTT packets without looking into them. A packet longer than `maxRemainingBytes` is seen from its
 * header, before any of its content is kept. Holds at most one packet and the chunks appended since the last call of `next`.
 */
export class PacketFramer {
  /** Largest remaining length (MQTT 3.1.1, 2.2.3) let through. */
  maxRemainingBytes: number;
  readonly #chunks: Buffer[] = [];
  #offset = 0;
  readonly #header = Buffer.alloc(1 + MAX_LENGTH_BYTES);
  #headerBytes = 0;
  /** Length of the packet under way with its header; 0 while the header is incomplete. */
  #total = 0;
  #body: Buffer | null = null;
  #filled = 0;

  constructor(maxRemainingBytes: number) {
    this.maxRemainingBytes = maxRemainingBytes;
  }

  append(chunk: Buffer): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
  }

  /** True when a packet has begun and is not complete. */
  get isInside(): boolean {
    return this.#headerBytes > 0;
  }

  /** True when appended bytes wait to be cut. */
  get hasBytes(): boolean {
    return this.#chunks.length > 0;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#offset = 0;
    this.#reset();
  }

  /** The next whole packet, null when more bytes are needed, or why the stream cannot be followed. */
  next(): PacketFrame | FramingError | null {
    if (this.#total === 0) {
      const fault = this.#readHeader();
      if (fault !== null) return fault;
      if (this.#total === 0) return null;
    }
    return this.#readBody();
  }

  #readHeader(): FramingError | null {
    for (let chunk = this.#chunks[0]; chunk !== undefined; chunk = this.#chunks[0]) {
      while (this.#offset < chunk.length) {
        const byte = chunk[this.#offset] ?? 0;
        this.#offset += 1;
        this.#header[this.#headerBytes] = byte;
        this.#headerBytes += 1;
        if (this.#headerBytes > 1 && byte < 0x80) {
          this.#dropUsedChunk();
          return this.#lengthKnown();
        }
        if (this.#headerBytes > MAX_LENGTH_BYTES) return { fault: 'malformed', remainingLength: -1 };
      }
      this.#dropUsedChunk();
    }
    return null;
  }

  #lengthKnown(): FramingError | null {
    let remainingLength = 0;
    for (let i = this.#headerBytes - 1; i >= 1; i -= 1) remainingLength = remainingLength * 128 + ((this.#header[i] ?? 0) & 0x7f);
    if (remainingLength > this.maxRemainingBytes) return { fault: 'oversized', remainingLength };
    this.#total = this.#headerBytes + remainingLength;
    return null;
  }

  #readBody(): PacketFrame | null {
    const chunk = this.#chunks[0];
    const bodyBytes = this.#total - this.#headerBytes;
    // The usual case: header and body lie in one chunk, so the packet is a view of it.
    if (
      this.#body === null &&
      this.#offset >= this.#headerBytes &&
      chunk !== undefined &&
      chunk.length - this.#offset >= bodyBytes
    ) {
      const start = this.#offset - this.#headerBytes;
      this.#offset += bodyBytes;
      const bytes = chunk.subarray(start, this.#offset);
      this.#dropUsedChunk();
      return this.#finish(bytes);
    }
    if (this.#body === null) {
      this.#body = Buffer.allocUnsafe(Math.min(this.#total, FIRST_ALLOCATION_BYTES));
      this.#header.copy(this.#body, 0, 0, this.#headerBytes);
      this.#filled = this.#headerBytes;
    }
    let body = this.#body;
    for (let next = this.#chunks[0]; next !== undefined && this.#filled < this.#total; next = this.#chunks[0]) {
      const take = Math.min(next.length - this.#offset, this.#total - this.#filled);
      if (this.#filled + take > body.length) body = this.#grow(body, this.#filled + take);
      next.copy(body, this.#filled, this.#offset, this.#offset + take);
      this.#filled += take;
      this.#offset += take;
      this.#dropUsedChunk();
    }
    return this.#filled === this.#total ? this.#finish(body.subarray(0, this.#total)) : null;
  }

  /** Memory follows what has arrived, not what a header claims. */
  #grow(body: Buffer, atLeast: number): Buffer {
    const larger = Buffer.allocUnsafe(Math.min(this.#total, Math.max(atLeast, body.length * 2)));
    body.copy(larger, 0, 0, this.#filled);
    this.#body = larger;
    return larger;
  }

  #dropUsedChunk(): void {
    const chunk = this.#chunks[0];
    if (chunk !== undefined && this.#offset >= chunk.length) {
      this.#chunks.shift();
      this.#offset = 0;
    }
  }

  #finish(bytes: Buffer): PacketFrame {
    this.#reset();
    return { type: (bytes[0] ?? 0) >> 4, bytes };
  }

  #reset(): void {
    this.#headerBytes = 0;
    this.#total = 0;
    this.#body = null;
    this.#filled = 0;
  }
}
