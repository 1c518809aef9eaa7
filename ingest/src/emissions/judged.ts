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

/** Counts by name from counts by code. */
export function judgedCounts(byCode: ArrayLike<number>): JudgedCounts {
  return Object.fromEntries(JUDGED_NAMES.map((name, code) => [name, byCode[code] ?? 0])) as JudgedCounts;
}

/** How many values of a column have each judgement. */
export function countJudged(codes: Uint8Array): JudgedCounts {
  const counts = new Float64Array(JUDGED_NAMES.length);
  for (const code of codes) counts[code] = (counts[code] as number) + 1;
  return judgedCounts(counts);
}
