import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallError } from '../data/client.ts';
import { failing } from './failing.ts';
import { againAfterMs, Reader } from './query.ts';

/** A reading that answers in turn; the last answer goes on. */
function reader(everyMs: number | null, answers: readonly (string | CallError)[]) {
  const made = new Reader<string>();
  let asked = 0;
  made.everyMs = everyMs;
  made.read = () => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? '';
    asked += 1;
    return answer instanceof CallError ? Promise.reject(answer) : Promise.resolve(answer);
  };
  made.start(false);
  return { made, asked: () => asked };
}

const BROKEN = new CallError('broken', 'HTTP 500');
const REFUSED = new CallError('refused', 'HTTP 404');

describe('something that is read every now and then', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    // All that a reading asks of the page: whether someone sees it.
    vi.stubGlobal('document', { hidden: false });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('goes on after a fault of the service, keeps what was read, and says meanwhile that it is old', async () => {
    const { made } = reader(60_000, ['before', BROKEN, 'after']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(made.data.peek()).toBe('before');
    expect(failing.value).toBe('HTTP 500');
    await vi.advanceTimersByTimeAsync(3000);
    expect(made.data.peek()).toBe('after');
    expect(made.failure.peek()).toBeNull();
    expect(failing.value).toBeNull();
    made.stop();
  });

  it('looks again at its own pace after a refusal', async () => {
    const { made, asked } = reader(60_000, ['before', REFUSED, 'after']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([made.data.peek(), failing.value]).toEqual(['before', 'HTTP 404']);
    await vi.advanceTimersByTimeAsync(59_999);
    expect(asked()).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect([made.data.peek(), failing.value]).toEqual(['after', null]);
    made.stop();
  });

  it('is not asked for again when it was refused and is read once', async () => {
    const { made, asked } = reader(null, [REFUSED]);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(asked()).toBe(1);
    expect(failing.value).toBeNull();
    made.stop();
  });

  it('is no longer said to be old once it has left the page', async () => {
    const { made } = reader(60_000, [BROKEN]);
    await vi.advanceTimersByTimeAsync(0);
    expect(failing.value).toBe('HTTP 500');
    made.stop();
    expect(failing.value).toBeNull();
  });

  it('waits for someone to sign in', () => {
    expect(againAfterMs('signIn', 60_000)).toBeNull();
  });
});
