import { Worker } from 'node:worker_threads';

/** What a worker says: an answer to its task, or how far it is. */
export type FromWorker<A> = { readonly answer: A } | { readonly failed: string } | { readonly days: number };

/**
 * Runs tasks on some worker threads of one file, each in turn taking the next, and answers in the order of the tasks. A task that fails
 * ends the run with its error.
 */
export async function runPool<T, A>(
  boot: URL,
  tasks: readonly T[],
  threads: number,
  onDays?: (days: number) => void,
): Promise<A[]> {
  const answers = new Array<A>(tasks.length);
  let next = 0;
  const work = async (): Promise<void> => {
    if (next >= tasks.length) return;
    const worker = new Worker(boot);
    try {
      while (next < tasks.length) {
        const at = next;
        next += 1;
        answers[at] = await ask<T, A>(worker, tasks[at] as T, onDays);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, work));
  return answers;
}

function ask<T, A>(worker: Worker, task: T, onDays: ((days: number) => void) | undefined): Promise<A> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: FromWorker<A>): void => {
      if ('days' in message) {
        onDays?.(message.days);
        return;
      }
      worker.off('message', onMessage);
      worker.off('error', onError);
      if ('failed' in message) reject(new Error(message.failed));
      else resolve(message.answer);
    };
    const onError = (error: Error): void => reject(error);
    worker.on('message', onMessage);
    worker.once('error', onError);
    worker.postMessage(task);
  });
}
