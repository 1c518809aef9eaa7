import { describe, expect, it } from 'vitest';
import { OneAtATime } from './one-at-a-time.ts';

describe('work of which one piece runs at a time', () => {
  it('does not begin a second piece before the first has ended, and begins the next after it', async () => {
    const work = new OneAtATime();
    const did: string[] = [];
    let end: () => void = () => undefined;
    const first = work.run(async () => {
      did.push('first');
      await new Promise<void>((resolve) => {
        end = resolve;
      });
    });
    expect(work.running).toBe(true);
    expect(await work.run(async () => did.push('second'))).toBe(false);
    end();
    expect(await first).toBe(true);
    expect(await work.run(async () => did.push('third'))).toBe(true);
    expect(did).toEqual(['first', 'third']);
  });

  it('goes on after a piece that failed', async () => {
    const work = new OneAtATime();
    await expect(work.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(work.running).toBe(false);
  });
});
