import { Worker } from 'node:worker_threads';
import { READ_MEMORY_MB, READ_WITHIN_MS } from './limits.ts';
import type { TableRead } from './read-table.ts';

/** Reads a file from outside in a thread. One that takes too much memory or time is given up, and the file counts as too big. */
export async function readFile(bytes: Uint8Array): Promise<TableRead> {
  const worker = new Worker(new URL('./worker-boot.mjs', import.meta.url), {
    workerData: bytes,
    resourceLimits: { maxOldGenerationSizeMb: READ_MEMORY_MB },
  });
  const limit = setTimeout(() => void worker.terminate(), READ_WITHIN_MS);
  try {
    return await new Promise<TableRead>((resolve, reject) => {
      worker.once('message', (read: TableRead) => resolve(read));
      worker.once('error', (error: Error & { code?: string }) =>
        error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? resolve(gaveUp()) : reject(error),
      );
      worker.once('exit', () => resolve(gaveUp()));
    });
  } finally {
    clearTimeout(limit);
    void worker.terminate();
  }
}

function gaveUp(): TableRead {
  return { ok: false, code: 'tooBig', detail: 'reading it took too much memory or time' };
}
