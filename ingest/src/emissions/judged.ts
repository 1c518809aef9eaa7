/**
 * What a value is fit for once all samples of the truck are seen. Not stored per sample: it is recomputed from the records.
 * `valid` may be used in any figure; `excluded` is a working sensor's value outside the conditions of the method (cold engine,
 * engine off); all others are no measurement.
 */
export const JUDGED = {
  valid: 0,
  missing: 1,
  error: 2,
  outOfRange: 3,
  notReady: 4,
  stuck: 5,
  implausible: 6,
  excluded: 7,
} as const;

/** Name of a judgement. */
export type JudgedName = keyof typeof JUDGED;

/** Names in the order of the codes. */
export const JUDGED_NAMES: readonly JudgedName[] = [
  'valid',
  'missing',
  'error',
  'outOfRange',
  'notReady',
  'stuck',
  'implausible',
  'excluded',
];

/** How many values have each judgement. */
export type JudgedCounts = Record<JudgedName, number>;

/** Counts the judgements of the samples that `where` (all when absent) marks with 1. */
export function countJudged(codes: Uint8Array, where?: Uint8Array): JudgedCounts {
  const counts = new Float64Array(JUDGED_NAMES.length);
  for (let i = 0; i < codes.length; i += 1) {
    if (where !== undefined && where[i] !== 1) continue;
    const code = codes[i] as number;
    counts[code] = (counts[code] as number) + 1;
  }
  return Object.fromEntries(JUDGED_NAMES.map((name, code) => [name, counts[code]])) as JudgedCounts;
}
