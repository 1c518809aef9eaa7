import { Worker } from 'node:worker_threads';
import type { FileMade, FileOrder, FromThread, ToThread } from './thread-messages.ts';

/** Heap of the thread [MiB]: a row group and its encoding take some tens. What is young is thrown away soon, and would else be left to grow to 48. */
const HEAP_MIB = 256;
const YOUNG_MIB = 8;
/** Bytes of a stream that go to the thread at once. */
const PIECE_BYTES = 262_144;

/**
 * The thread that writes one file. Two pieces of memory go to and fro: while the thread works on one, the other is filled. (Memory that is
 * taken anew for each piece costs more than all that is done with it.)
 */
export class FileThread {
  readonly #worker: Worker;
  #settle: { resolve: (answer: FromThread) => void; reject: (error: Error) => void } | null = null;
  #ended: Error | null = null;
  #filling = new Uint8Array(PIECE_BYTES);
  #filled = 0;
  /** The piece that the thread works on, and its memory once it is done with. */
  #under: Promise<Uint8Array<ArrayBuffer>> = Promise.resolve(new Uint8Array(PIECE_BYTES));
  /** Rows written so far. */
  rows = 0;

  constructor(order: FileOrder) {
    this.#worker = new Worker(new URL('./worker-boot.mjs', import.meta.url), {
      workerData: order,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB, maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    this.#worker.on('message', (answer: FromThread) => this.#settle?.resolve(answer));
    this.#worker.on('error', (error: unknown) => this.#end(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', () => this.#end(new Error('the thread that writes the file has ended')));
  }

  /** A new stream begins, with these values in the columns that it does not carry. It may be read while the thread works on the one before. */
  async begin(constants: Readonly<Record<string, string | null>>): Promise<void> {
    if (this.#filled > 0) await this.#send();
    this.#follow(async (memory) => {
      await this.#ask({ kind: 'begin', constants }, []);
      return memory;
    });
  }

  /** Takes bytes of the stream, and waits while the thread has enough to do. */
  async take(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; ) {
      const part = bytes.subarray(from, from + PIECE_BYTES - this.#filled);
      this.#filling.set(part, this.#filled);
      this.#filled += part.length;
      from += part.length;
      if (this.#filled === PIECE_BYTES) await this.#send();
    }
  }

  async finish(): Promise<FileMade> {
    if (this.#filled > 0) await this.#send();
    await this.#under;
    const answer = await this.#ask({ kind: 'finish' }, []);
    if (!('made' in answer)) throw new Error('the thread that writes the file gave no account of it');
    return answer.made;
  }

  /** Ends the thread, wherever it is. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  /** Sends what has been filled once the piece before is done. */
  async #send(): Promise<void> {
    const bytes = this.#filling;
    const length = this.#filled;
    this.#filling = await this.#under;
    this.#filled = 0;
    this.#follow(async () => {
      const answer = await this.#ask({ kind: 'piece', bytes, length }, [bytes.buffer]);
      if (!('bytes' in answer)) throw new Error('the thread that writes the file kept a piece');
      return answer.bytes;
    });
  }

  /** Asks the thread for one more thing when it is done with what came before; answers the memory that is free then. */
  #follow(ask: (memory: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>): void {
    this.#under = this.#under.then(ask);
    // What it throws is thrown where it is waited for.
    this.#under.catch(() => undefined);
  }

  async #ask(message: ToThread, moved: ArrayBuffer[]): Promise<FromThread> {
    if (this.#ended) throw this.#ended;
    const answer = await new Promise<FromThread>((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#worker.postMessage(message, moved);
    });
    this.#settle = null;
    if ('rows' in answer) this.rows = answer.rows;
    return answer;
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#settle?.reject(this.#ended);
  }
}
