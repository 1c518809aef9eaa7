import { Worker } from 'node:worker_threads';
import { buffersOf, type ComputeAnswers, type ComputeReply, type ComputeRequest, type ComputeTask } from './compute-messages.ts';

/** Room for what lives as long as one day is computed [MB]: with less of it, that is carried into the old generation, and collected with all of it. */
const YOUNG_MB = 96;

/** The arithmetic failed on what it was given: a defect, not an outage. */
export class ComputeError extends Error {
  override readonly name = 'ComputeError';
}

/** The computing thread died, or was ended because it gave no answer; what it knew of the open truck is gone with it. */
export class ComputeLost extends Error {
  override readonly name = 'ComputeLost';
}

/** Runs the evaluator's arithmetic. */
export interface Computer {
  /** One task after the other. Rejects with `ComputeError` when the arithmetic throws, with `ComputeLost` when the thread dies. */
  run<T extends ComputeTask>(task: T): Promise<ComputeAnswers[T['kind']]>;
  stop(): Promise<void>;
}

/** A day of 1 Hz samples takes a tenth of a second: what takes this long on any machine never ends. */
const ANSWER_WITHIN_MS = 120_000;

interface Waiting {
  readonly limit: NodeJS.Timeout;
  readonly resolve: (answer: ComputeAnswers[keyof ComputeAnswers]) => void;
  readonly reject: (error: Error) => void;
}

/** The arithmetic in a worker thread. One that dies is replaced; what it was doing fails. */
export class ComputeThread implements Computer {
  #worker: Worker | null = null;
  readonly #waiting = new Map<number, Waiting>();
  readonly #answerWithinMs: number;
  #lastId = 0;
  #stopped = false;

  constructor(answerWithinMs = ANSWER_WITHIN_MS) {
    this.#answerWithinMs = answerWithinMs;
  }

  run<T extends ComputeTask>(task: T): Promise<ComputeAnswers[T['kind']]> {
    if (this.#stopped) return Promise.reject(new Error('the evaluator is stopping'));
    const worker = this.#start();
    this.#lastId += 1;
    const request: ComputeRequest = { id: this.#lastId, task };
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => this.#giveUp(worker, task.kind), this.#answerWithinMs);
      limit.unref();
      // What comes back under a request's number is the answer to its task.
      this.#waiting.set(request.id, { limit, resolve: (answer) => resolve(answer as ComputeAnswers[T['kind']]), reject });
      worker.postMessage(request, transferred(task));
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#worker?.terminate();
    this.#fail(new Error('the evaluator is stopping'));
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./worker-boot.mjs', import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    worker.unref();
    worker.on('message', (reply: ComputeReply) => this.#settle(reply));
    worker.on('error', (error: unknown) => {
      if (this.#worker === worker) this.#fail(new ComputeLost(`the computing thread failed: ${messageOf(error)}`));
    });
    worker.on('exit', () => {
      // One that was ended has been told already, and another may be at work.
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#fail(new ComputeLost('the computing thread has ended'));
    });
    this.#worker = worker;
    return worker;
  }

  #settle(reply: ComputeReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    clearTimeout(waiting?.limit);
    if ('answer' in reply) waiting?.resolve(reply.answer);
    else {
      const error = new ComputeError(reply.failure.message);
      error.stack = reply.failure.stack;
      waiting?.reject(error);
    }
  }

  #giveUp(worker: Worker, kind: ComputeTask['kind']): void {
    if (this.#worker === worker) this.#worker = null;
    void worker.terminate();
    this.#fail(new ComputeLost(`${kind}: no answer within ${this.#answerWithinMs / 1000} s`));
  }

  #fail(error: Error): void {
    for (const { limit, reject } of this.#waiting.values()) {
      clearTimeout(limit);
      reject(error);
    }
    this.#waiting.clear();
  }
}

/** Whoever asks for a day gives its samples away, until they come back with the answer. */
function transferred(task: ComputeTask): ArrayBuffer[] {
  return task.kind === 'computeDay' ? buffersOf(task.input.samples) : [];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
