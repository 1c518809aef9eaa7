import { describe, expect, it } from 'vitest';
import { readPages, turnsBetween } from './read-pages.ts';

/** A list of `count` numbers in pages of two. */
function listOf(count: number) {
  const asked: (string | null)[] = [];
  const fetch = async (cursor: string | null) => {
    asked.push(cursor);
    const from = Number(cursor ?? 0);
    const rows = Array.from({ length: count }, (_, i) => i).slice(from, from + 2);
    return { rows, nextCursor: from + 2 < count ? String(from + 2) : null };
  };
  return { asked, fetch };
}

describe('a list that is read anew', () => {
  it.each([
    { name: 'as far as it was read', count: 7, pages: 2, rows: [0, 1, 2, 3], nextCursor: '4', read: 2 },
    { name: 'to its end when it has become shorter', count: 3, pages: 5, rows: [0, 1, 2], nextCursor: null, read: 2 },
    { name: 'by its first page when nothing was read yet', count: 7, pages: 0, rows: [0, 1], nextCursor: '2', read: 1 },
    { name: 'as an empty one', count: 0, pages: 3, rows: [], nextCursor: null, read: 1 },
  ])('is read $name', async ({ count, pages, rows, nextCursor, read }) => {
    const { asked, fetch } = listOf(count);
    expect(await readPages(fetch, pages, new AbortController().signal)).toEqual({ rows, nextCursor, pages: read });
    expect(asked).toHaveLength(read);
  });

  it('is not read on once nobody wants it', async () => {
    const { asked, fetch } = listOf(7);
    const abort = new AbortController();
    await readPages(
      async (cursor) => {
        abort.abort();
        return await fetch(cursor);
      },
      3,
      abort.signal,
    );
    expect(asked).toEqual([null]);
  });
});

describe('how often a list is read anew', () => {
  it.each([
    [0, 1],
    [1, 1],
    [4, 1],
    [5, 2],
    [8, 2],
    [200, 50],
  ])('%i pages: every %i turns', (pages, turns) => expect(turnsBetween(pages)).toBe(turns));
});
