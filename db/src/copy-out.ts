import type { Connection, PoolClient, Submittable } from 'pg';

/** Message kinds of the PostgreSQL protocol, version 3 ("Message Formats"). */
const COPY_DATA = 0x64;
const COPY_DONE = 0x63;
const ERROR = 0x45;
const HEADER_BYTES = 5;
const LENGTH_BYTES = 4;
/** Bytes that wait for their reader before the server is made to wait. */
const MOST_WAITING = 524_288;
/**
 * The server sends 8 kB at a time, and a reader that is faster than it is woken for each of them. It looks again after so long [ms] instead: half
 * as often, for a fifth of its own processor time and a twentieth of the server's (2026-12, 1.9 M samples).
 */
const GATHER_MS = 1;
/** Bytes received at once that show a reader to be slower than the server. */
const MUCH = 32_768;

/**
 * How rows are read that an index has in the order asked for. A bitmap with a sort, and helpers beside it, cost the server two times the
 * processor (a million samples, 36 trucks: 6 s and 3.5 s), which is what acknowledgements wait for.
 */
const ALONG_THE_KEY =
  'set local enable_bitmapscan = off; set local enable_sort = off; set local max_parallel_workers_per_gather = 0;';

/**
 * The binary COPY stream of a select, in pieces of whole rows as they come off the wire. Rejects when the statement fails;
 * a reader that stops before the end leaves a connection that cannot be used again. `patient`: nobody waits for the first of the rows, so that
 * they may gather.
 */
export function copyRowsOut(
  client: PoolClient,
  sql: string,
  { alongKey, patient }: { readonly alongKey: boolean; readonly patient: boolean },
): AsyncIterable<Uint8Array> {
  return client.query(new CopyOut(`${alongKey ? ALONG_THE_KEY : ''}copy (${sql}) to stdout (format binary)`, patient));
}

type OnData = (data: Buffer) => void;

/**
 * What `pg` needs to know of a query of our own. While the copy runs, it takes the place of `pg`'s parser, which makes an object of each row:
 * the heads of the messages are taken out of what was received, in its own memory. A message of the server is one row ("Message Formats", CopyData):
 * one that comes in parts is put together, so that a reader has whole rows before it.
 */
class CopyOut implements Submittable, AsyncIterable<Uint8Array> {
  readonly #sql: string;
  readonly #patient: boolean;
  readonly #head = new Uint8Array(HEADER_BYTES);
  readonly #headView = new DataView(this.#head.buffer);
  #headBytes = 0;
  /** Bytes of the message under way that have not come yet. */
  #body = 0;
  /** The parts of the row under way that have come. */
  #begun: Uint8Array[] = [];
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #gathering = false;
  #stream: Connection['stream'] | null = null;
  #parser: OnData | null = null;
  #ended = false;
  #error: Error | null = null;
  #wake: (() => void) | null = null;

  constructor(sql: string, patient: boolean) {
    this.#sql = sql;
    this.#patient = patient;
  }

  /** `pg` puts its time limit here; it is called when there is nothing to wait for any more. */
  callback = (): void => undefined;

  submit(connection: Connection): void {
    const { stream } = connection;
    const listeners = stream.listeners('data');
    const [parser] = listeners;
    if (listeners.length !== 1 || parser === undefined) throw new Error('the connection is read by more than its parser');
    this.#stream = stream;
    // The one listener is what pg-protocol gave the stream: it takes the bytes received.
    this.#parser = parser as OnData;
    stream.off('data', this.#parser);
    stream.on('data', this.#take);
    connection.query(this.#sql);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for (;;) {
      const pieces = this.#waiting;
      this.#waiting = [];
      this.#waitingBytes = 0;
      if (pieces.length > 0) this.#flow();
      yield* pieces;
      if (this.#waiting.length > 0) continue;
      if (this.#error) throw this.#error;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  handleRowDescription(): void {
    // No rows but those that are copied.
  }

  handleDataRow(): void {
    // The same.
  }

  handleCommandComplete(): void {
    // The end of the copy is the end of the statement.
  }

  handleReadyForQuery(): void {
    this.#end(null);
  }

  handleError(error: unknown): void {
    this.#restore(null);
    this.#end(error instanceof Error ? error : new Error(String(error)));
  }

  handleCopyInResponse(): void {
    // Nothing is copied in.
  }

  handleCopyData(): void {
    // Taken before the parser sees it.
  }

  handleEmptyQuery(): void {
    // There is a statement.
  }

  handlePortalSuspended(): void {
    // The simple protocol has no portals.
  }

  #end(error: Error | null): void {
    if (this.#ended) return;
    this.callback();
    this.#error = error;
    this.#ended = true;
    this.#wake?.();
  }

  readonly #take = (data: Buffer): void => {
    let from = 0;
    let to = 0;
    /** Where the rows begin that are not kept yet, and where the last whole one ends. */
    let first = 0;
    let whole = 0;
    while (from < data.length) {
      if (this.#body === 0) {
        from = this.#readHead(data, from);
        if (this.#headBytes < HEADER_BYTES) break;
        const kind = this.#head[0];
        if (kind === COPY_DONE || kind === ERROR) {
          this.#keep(data.subarray(first, whole));
          this.#restore(Buffer.concat([this.#head, data.subarray(from)]));
          return;
        }
        if (this.#body === 0) this.#headBytes = 0;
        continue;
      }
      const bytes = Math.min(this.#body, data.length - from);
      if (this.#head[0] === COPY_DATA) {
        data.copyWithin(to, from, from + bytes);
        to += bytes;
      }
      from += bytes;
      this.#body -= bytes;
      if (this.#body > 0) break;
      this.#headBytes = 0;
      whole = to;
      if (this.#begun.length > 0) {
        this.#keep(Buffer.concat([...this.#begun, data.subarray(0, whole)]));
        this.#begun = [];
        first = whole;
      }
    }
    this.#keep(data.subarray(first, whole));
    if (to > whole) this.#begun.push(data.subarray(whole, to));
    if (this.#patient && data.length < MUCH) this.#gather();
  };

  /** Lets more come before it is looked at again. */
  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.#stream?.pause();
    setTimeout(() => {
      this.#gathering = false;
      this.#flow();
    }, GATHER_MS);
  }

  /** Receives on, unless more is to come first, or enough waits for the reader. */
  #flow(): void {
    if (!this.#gathering && this.#waitingBytes < MOST_WAITING) this.#stream?.resume();
  }

  /** Reads on the head of a message, and its length once it is all there; answers where its body begins. */
  #readHead(data: Buffer, start: number): number {
    let from = start;
    while (this.#headBytes < HEADER_BYTES && from < data.length) {
      this.#head[this.#headBytes] = data[from] as number;
      this.#headBytes += 1;
      from += 1;
    }
    if (this.#headBytes === HEADER_BYTES) {
      this.#body = this.#headView.getInt32(1) - LENGTH_BYTES;
    }
    return from;
  }

  #keep(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#waiting.push(piece);
    this.#waitingBytes += piece.length;
    if (this.#waitingBytes >= MOST_WAITING) this.#stream?.pause();
    this.#wake?.();
  }

  /** Gives the stream back to the parser, with the message that ended the copy and what followed it, if any did. */
  #restore(rest: Buffer | null): void {
    const stream = this.#stream;
    const parser = this.#parser;
    if (stream === null || parser === null) return;
    this.#stream = null;
    this.#parser = null;
    stream.off('data', this.#take);
    stream.on('data', parser);
    stream.resume();
    if (rest !== null) parser(rest);
  }
}
