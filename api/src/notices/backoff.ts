const FIRST_MS = 30_000;
const LONGEST_MS = 7_200_000;

/** After so many attempts a message is given up, about a day after the first; a person can have it sent again. */
export const MOST_ATTEMPTS = 20;

/** How long after attempt `n` (from 1) the next one follows [ms]: half a minute, doubled each time, at most two hours. */
export function retryAfterMs(n: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** (n - 1));
}
