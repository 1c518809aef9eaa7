/** One page of a list, and where the next begins. */
export interface PageOf<R> {
  rows: readonly R[];
  nextCursor: string | null;
}

/** Reads one page: from the beginning (null), or from where the page before ended. */
export type FetchPage<R> = (cursor: string | null, signal: AbortSignal) => Promise<PageOf<R>>;

/** The first `pages` pages of a list as one, each read from where the one before it ended; fewer when the list is shorter. At least one is read. */
export async function readPages<R>(
  fetch: FetchPage<R>,
  pages: number,
  signal: AbortSignal,
): Promise<PageOf<R> & { pages: number }> {
  const rows: R[] = [];
  let cursor: string | null = null;
  let read = 0;
  do {
    const page: PageOf<R> = await fetch(cursor, signal);
    rows.push(...page.rows);
    cursor = page.nextCursor;
    read += 1;
  } while (cursor !== null && read < pages && !signal.aborted);
  return { rows, nextCursor: cursor, pages: read };
}

/** Pages that a list is read anew by in each of its turns, on the average. */
export const PAGES_A_TURN = 4;

/** Turns from one reading anew to the next: a list that was read far is read anew as rarely as it is long, so that it asks no more than a short one. */
export function turnsBetween(pages: number): number {
  return Math.max(1, Math.ceil(pages / PAGES_A_TURN));
}
