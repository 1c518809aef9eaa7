import type { LoadOptions, LoadResult } from '@plume/simulators';
import { type Child, startChild } from './child.ts';

/** Load clients in a process of their own. */
export interface Load {
  run(options: Omit<LoadOptions, 'host' | 'signal'>): Promise<LoadResult>;
  stop(): Promise<void>;
}

/** Starts the process; `run` may be called again and again. */
export function startLoad(): Load {
  const child: Child = startChild('load-child.ts');
  return {
    run: async (options) => (await child.ask({ ...options, host: '127.0.0.1' })) as LoadResult,
    stop: () => child.stop(),
  };
}
