import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { CopyBatches } from './copy-batches.ts';
import type { FileOrder, FromThread, ToThread } from './thread-messages.ts';
import { FileSink } from './writer.ts';
import { writerOf } from './writers.ts';

/** Writes one file in a thread of its own: a million rows take seconds of computing, in which no message would be acknowledged. */
if (!parentPort) throw new Error('This file runs as a worker thread.');
const port: MessagePort = parentPort;
const { path, format, columns, language, facts } = workerData as FileOrder;

const sink = new FileSink(path);
const writer = await writerOf(format, sink, columns, language, facts);
let rows = 0;
const batches = new CopyBatches(columns, (batch) => {
  rows += batch.count;
  return writer.write(batch);
});

// The other side waits for each answer, so that one message is done before the next comes.
port.on('message', async (message: ToThread) => {
  switch (message.kind) {
    case 'begin':
      await batches.begin(message.constants);
      answer({ rows });
      break;
    case 'piece':
      await batches.take(message.bytes.subarray(0, message.length));
      answer({ rows, bytes: message.bytes }, [message.bytes.buffer]);
      break;
    case 'finish': {
      await batches.flush();
      const notes = await writer.finish();
      answer({ made: { rows, bytes: sink.written, sha256: sink.sha256(), notes } });
    }
  }
});

function answer(message: FromThread, moved: ArrayBuffer[] = []): void {
  port.postMessage(message, moved);
}
