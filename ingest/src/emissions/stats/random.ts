/** A source of numbers 0 ≤ x < 1. */
export type Random = () => number;

/**
 * A small generator (mulberry32) whose sequence depends on the seed alone: the same interval is found on every machine and at every
 * recomputation. Not for secrets.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}
