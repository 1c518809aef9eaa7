// Node 20 cannot start a worker from a .ts file; this registers the loader first.
import { register } from 'tsx/esm/api';

register();
await import('./read-worker.ts');
