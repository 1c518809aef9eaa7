/**
 * Random numbers without a generator: each is a hash of what it belongs to (seed, purpose, time), so a value at one second
 * never depends on which seconds were computed before it. 32-bit integer arithmetic, the same on every machine.
 */

/** A well-mixed unsigned 32-bit hash of three integers (murmur3's mixing steps). */
export function mix(a: number, b: number, c: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0xcc9e2d51);
  h = (h << 15) | (h >>> 17);
  h = Math.imul(h ^ Math.imul(b, 0x1b873593), 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h ^ c, 0xc2b2ae35);
  h ^= h >>> 16;
  h = Math.imul(h, 0x27d4eb2d);
  return (h ^ (h >>> 15)) >>> 0;
}

/** Uniform in [0, 1). */
export function uniform(a: number, b: number, c: number): number {
  return mix(a, b, c) / 4294967296;
}

/** Uniform in [low, high). */
export function between(low: number, high: number, a: number, b: number, c: number): number {
  return low + (high - low) * uniform(a, b, c);
}

/** Standard deviation of the sum of four independent uniform bytes. */
const FOUR_BYTES_SD = 147.8;

/** Nearly normal, mean 0, standard deviation 1, bounded by ±3.45: the four bytes of one hash, summed. */
export function gauss(a: number, b: number, c: number): number {
  const h = mix(a, b, c);
  return ((h & 0xff) + ((h >>> 8) & 0xff) + ((h >>> 16) & 0xff) + (h >>> 24) - 510) / FOUR_BYTES_SD;
}

/** Smooth noise in (-1, 1): hashed values at whole x, joined by a cubic ease; continuous in x. */
export function smoothNoise(a: number, b: number, x: number): number {
  const cell = Math.floor(x);
  const f = x - cell;
  const ease = f * f * (3 - 2 * f);
  const left = uniform(a, b, cell) * 2 - 1;
  const right = uniform(a, b, cell + 1) * 2 - 1;
  return left + (right - left) * ease;
}
