import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { CopyBatches } from './copy-batches.ts';
import { TABLES } from './tables/index.ts';
import type { FileOrder, FromThread, ToThread } from './thread-messages.ts';
import { writerOf } from './writers.ts';

/** Writes one file in a thread of its own: a million rows take seconds of computing, in which no message would be acknowledged. */
if (!parentPort) throw new Error('This file runs as a worker thread.');
const port: MessagePort = parentPort;
const order = workerData as FileOrder;
const HASH_BYTES = 1_048_576;

const columns = TABLES[order.table].columns({ signals: order.signals });
const writer = writerOf(order.format, order.path, columns, order.language, order.facts);
let rows = 0;
const batches = new CopyBatches(columns, (batch) => {
  rows += batch.count;
  writer.write(batch);
});

/** Hash and length of the finished file, read in pieces. */
function measure(path: string): { sha256: Uint8Array; bytes: number } {
  const hash = createHash('sha256');
  const piece = new Uint8Array(HASH_BYTES);
  const fd = openSync(path, 'r');
  let bytes = 0;
  for (let read = readSync(fd, piece); read > 0; read = readSync(fd, piece)) {
    hash.update(piece.subarray(0, read));
    bytes += read;
  }
  closeSync(fd);
  return { sha256: Uint8Array.from(hash.digest()), bytes };
}

port.on('message', (message: ToThread) => {
  switch (message.kind) {
    case 'begin':
      batches.begin(message.constants);
      answer({ rows });
      break;
    case 'piece':
      batches.take(message.bytes.subarray(0, message.length));
      answer({ rows, bytes: message.bytes }, [message.bytes.buffer]);
      break;
    case 'finish': {
      batches.flush();
      const notes = writer.finish();
      answer({ made: { rows, notes, ...measure(order.path) } });
    }
  }
});

function answer(message: FromThread, moved: ArrayBuffer[] = []): void {
  port.postMessage(message, moved);
}
