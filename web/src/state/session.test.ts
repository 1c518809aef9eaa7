import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { enter, type Me, me, session } from './session.ts';

const NOBODY: Me = {
  kind: 'session',
  person: null,
  permissions: [],
  districts: null,
  must: null,
  demo: false,
  expiresAt: null,
  serverTime: '2026-11-30T00:00:00.000Z',
  version: '1.0.0',
};
const account = (name: string): Me => ({ ...NOBODY, person: { name, displayName: name, role: 'officer' } });

describe('who enters', () => {
  const reload = vi.fn();
  beforeEach(() => {
    reload.mockClear();
    me.value = null;
    session.value = 'out';
    vi.stubGlobal('location', { reload });
  });
  afterEach(() => vi.unstubAllGlobals());

  it('is signed in on a page that nobody has used', () => {
    enter(account('wang'));
    expect([session.value, me.value?.person?.name, reload.mock.calls.length]).toEqual(['in', 'wang', 0]);
  });

  it('goes on where they were, after their own session ran out', () => {
    enter(account('wang'));
    session.value = 'out';
    enter(account('wang'));
    expect([session.value, reload.mock.calls.length]).toEqual(['in', 0]);
  });

  it('gets a page loaded anew where somebody else was before, and nothing of theirs until then', () => {
    enter(account('wang'));
    session.value = 'out';
    enter(account('li'));
    expect([session.value, reload.mock.calls.length]).toEqual(['out', 1]);
  });

  it('goes on as the owner of the first account that they made by a set-up link', () => {
    enter({ ...NOBODY, kind: 'setup' });
    expect(session.value).toBe('first');
    enter(account('chief'));
    expect([session.value, reload.mock.calls.length]).toEqual(['in', 0]);
  });
});
