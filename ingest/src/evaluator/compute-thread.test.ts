import { describe, expect, it } from 'vitest';
import { ComputeLost, ComputeThread } from './compute-thread.ts';

describe('the computing thread', () => {
  it('is given up when it does not answer in time', async () => {
    // It takes longer than this to begin.
    const thread = new ComputeThread(1);
    try {
      await expect(thread.run({ kind: 'openTruck', summaries: [] })).rejects.toThrow(ComputeLost);
      await expect(thread.run({ kind: 'openTruck', summaries: [] })).rejects.toThrow('openTruck: no answer within 0.001 s');
    } finally {
      await thread.stop();
    }
  });

  it('goes on after a task that cannot be done', async () => {
    const thread = new ComputeThread();
    try {
      await expect(thread.run({ kind: 'dropDay', day: '2026-11-10' })).rejects.toThrow('no truck is open');
      await thread.run({ kind: 'openTruck', summaries: [] });
      await expect(thread.run({ kind: 'dropDay', day: '2026-11-10' })).resolves.toBeUndefined();
    } finally {
      await thread.stop();
    }
    await expect(thread.run({ kind: 'openTruck', summaries: [] })).rejects.toThrow('the evaluator is stopping');
  });
});
