import { describe, expect, it } from 'vitest';
import { CallError, take } from './client.ts';

async function troubleOf(status: number, body: string, headers: Record<string, string> = {}): Promise<CallError> {
  const error: unknown = await take(Promise.resolve(new Response(body, { status, headers }))).catch((e: unknown) => e);
  if (!(error instanceof CallError)) throw new Error('the call did not fail as a call');
  return error;
}

describe('a call that failed', () => {
  it.each([
    { name: 'a fault of the service may pass', status: 500, body: '{"detail":"broke"}', kind: 'broken' },
    { name: 'so may one behind it', status: 502, body: '{}', kind: 'broken' },
    { name: 'too many questions pass', status: 503, body: '{"code":"BUSY"}', kind: 'busy' },
    { name: 'a database that is away comes back', status: 503, body: '{"code":"DATABASE_AWAY"}', kind: 'away' },
    { name: 'what is not there is refused', status: 404, body: '{"code":"NOT_FOUND"}', kind: 'refused' },
    { name: 'who is not signed in is asked to', status: 401, body: '{"code":"NOT_SIGNED_IN"}', kind: 'signIn' },
    { name: 'an answer that is not ours comes from before the service', status: 502, body: '<html>', kind: 'unreachable' },
  ])('$name (HTTP $status)', async ({ status, body, kind }) => {
    expect((await troubleOf(status, body)).kind).toBe(kind);
  });

  it('keeps the sentence of the service, or tells the status', async () => {
    expect((await troubleOf(500, '{"detail":"broke"}')).message).toBe('broke');
    expect((await troubleOf(500, '{}')).message).toBe('HTTP 500');
  });
});
