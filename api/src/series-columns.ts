import type { BucketPoint, RawPoint } from '@plume/db';

/** A break longer than this many periods is a gap: the line is not drawn across it. */
export const GAP_PERIODS = 3;

/** Columns for a chart: seconds ascending and unique, and per signal equally long columns of raw integers with null where there is no value. */
export interface RawColumns {
  t: number[];
  values: (number | null)[][];
}

/** Columns of buckets: `t` is where each bucket starts; `samples` how many samples it holds (0 in a row that marks a gap). */
export interface BucketColumns {
  t: number[];
  samples: number[];
  min: (number | null)[][];
  max: (number | null)[][];
}

/** The middle one of the distances between samples, in whole seconds and at least 1; undefined with fewer than two samples. */
export function observedPeriod(points: readonly RawPoint[]): number | undefined {
  const steps: number[] = [];
  for (let i = 1; i < points.length; i++) steps.push((points[i]?.t ?? 0) - (points[i - 1]?.t ?? 0));
  return medianPeriod(steps);
}

/** The middle one of the mean distances within buckets, in whole seconds and at least 1; undefined when no bucket holds two samples. */
export function observedBucketPeriod(buckets: readonly BucketPoint[]): number | undefined {
  return medianPeriod(buckets.filter((b) => b.samples > 1).map((b) => (b.last - b.first) / (b.samples - 1)));
}

function medianPeriod(steps: number[]): number | undefined {
  if (steps.length === 0) return undefined;
  const middle = steps.sort((a, b) => a - b)[Math.floor((steps.length - 1) / 2)] ?? 1;
  return Math.max(1, Math.round(middle));
}

/** Every sample as it is, and one row of nulls, a period after the last sample, wherever more than three periods pass. */
export function rawColumns(points: readonly RawPoint[], signals: number, periodS: number): RawColumns {
  const columns: RawColumns = { t: [], values: Array.from({ length: signals }, () => []) };
  let before: number | undefined;
  for (const { t, values } of points) {
    if (before !== undefined && t - before > GAP_PERIODS * periodS) {
      columns.t.push(before + periodS);
      for (const column of columns.values) column.push(null);
    }
    columns.t.push(t);
    for (const [i, column] of columns.values.entries()) column.push(values[i] ?? null);
    before = t;
  }
  return columns;
}

/** Every bucket that holds samples, and one row of nulls in the middle after a bucket whose last sample is more than three periods before the next one. */
export function bucketColumns(buckets: readonly BucketPoint[], signals: number, bucketS: number, periodS: number): BucketColumns {
  const columns: BucketColumns = {
    t: [],
    samples: [],
    min: Array.from({ length: signals }, () => []),
    max: Array.from({ length: signals }, () => []),
  };
  let before: BucketPoint | undefined;
  for (const bucket of buckets) {
    if (before && bucket.first - before.last > GAP_PERIODS * periodS) {
      columns.t.push(before.t + bucketS / 2);
      columns.samples.push(0);
      for (const column of [...columns.min, ...columns.max]) column.push(null);
    }
    columns.t.push(bucket.t);
    columns.samples.push(bucket.samples);
    for (let i = 0; i < signals; i++) {
      columns.min[i]?.push(bucket.signals[i]?.min ?? null);
      columns.max[i]?.push(bucket.signals[i]?.max ?? null);
    }
    before = bucket;
  }
  return columns;
}

/** Bucket lengths in seconds; each divides a day, so that buckets are the same whatever range they are asked in. */
export const BUCKET_LENGTHS_S = [
  2, 3, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
] as const;

/** The shortest bucket with which a range gives at most `points` rows, gaps included (a gap row can follow every bucket). */
export function bucketLength(rangeS: number, points: number): number {
  const wanted = (2 * rangeS) / points;
  return BUCKET_LENGTHS_S.find((length) => length >= wanted) ?? 86_400;
}
