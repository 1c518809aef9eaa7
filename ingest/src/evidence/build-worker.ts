import { parentPort, workerData } from 'node:worker_threads';
import { type BuildTask, buildSections } from './built-sections.ts';

/** Makes the sections of one pack in a thread of its own: seconds of work, in which no message would be acknowledged. Then it ends. */
if (!parentPort) throw new Error('This file runs as a worker thread.');
parentPort.postMessage(buildSections(workerData as BuildTask));
