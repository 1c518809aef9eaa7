import { parentPort, workerData } from 'node:worker_threads';
import { readTable } from './read-table.ts';

/** Reads one file in a thread of its own, whose memory and time are bounded, and in which nothing else waits. Then it ends. */
if (!parentPort) throw new Error('This file runs as a worker thread.');
parentPort.postMessage(await readTable(workerData as Uint8Array));
