import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pager } from './pages.ts';

const TURN_MS = 15_000;
const PAGES = 40;

describe('a list that was read to its 40th page', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('document', { hidden: false });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('is read anew whole, and asks for four pages a turn on the average', async () => {
    let asked = 0;
    let first = 'old';
    const pager = new Pager<string>();
    pager.fetch = async (cursor) => {
      asked += 1;
      const page = Number(cursor ?? 0);
      return { rows: [page === 0 ? first : `row ${page}`], nextCursor: page + 1 < PAGES ? String(page + 1) : null };
    };
    pager.start(TURN_MS);
    await vi.advanceTimersByTimeAsync(1);
    for (let page = 1; page < PAGES; page += 1) await pager.readOn(String(page));
    expect(pager.state.value.rows).toHaveLength(PAGES);
    asked = 0;
    first = 'new';
    await vi.advanceTimersByTimeAsync(9 * TURN_MS);
    expect(asked).toBe(0);
    await vi.advanceTimersByTimeAsync(11 * TURN_MS);
    pager.stop();
    // Twenty turns of four pages each.
    expect(asked).toBe(2 * PAGES);
    expect(pager.state.value.rows).toHaveLength(PAGES);
    expect(pager.state.value.rows[0]).toBe('new');
  });
});
