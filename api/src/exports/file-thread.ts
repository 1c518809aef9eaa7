import { Worker } from 'node:worker_threads';
import type { FileMade, FileOrder, FromThread, ToThread } from './thread-messages.ts';

/** Heap of the thread [MiB]: a row group and its encoding take some tens. */
const HEAP_MIB = 256;

/** The thread that writes one file. One message at a time is under way, so that no more than a piece is ever held. */
export class FileThread {
  readonly #worker: Worker;
  #settle: { resolve: (answer: FromThread) => void; reject: (error: Error) => void } | null = null;
  #ended: Error | null = null;
  /** Rows written so far. */
  rows = 0;

  constructor(order: FileOrder) {
    this.#worker = new Worker(new URL('./worker-boot.mjs', import.meta.url), {
      workerData: order,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    });
    this.#worker.on('message', (answer: FromThread) => this.#settle?.resolve(answer));
    this.#worker.on('error', (error: unknown) => this.#end(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', () => this.#end(new Error('the thread that writes the file has ended')));
  }

  async begin(constants: Readonly<Record<string, string | null>>): Promise<void> {
    await this.#ask({ kind: 'begin', constants }, []);
  }

  /** Hands over a piece of the stream; its memory moves to the thread. */
  async piece(bytes: Uint8Array): Promise<void> {
    const own = Uint8Array.from(bytes);
    await this.#ask({ kind: 'piece', bytes: own }, [own.buffer]);
  }

  async finish(): Promise<FileMade> {
    const answer = await this.#ask({ kind: 'finish' }, []);
    if (!('made' in answer)) throw new Error('the thread that writes the file gave no account of it');
    return answer.made;
  }

  /** Ends the thread, wherever it is. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
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
