// The engine's thread inherits this import; there is nothing to measure in it, and its loader is not there yet.
import { isMainThread } from 'node:worker_threads';

if (isMainThread) await import('./probe.ts');
