import type { Db } from '@plume/db';
import {
  type BucketPoint,
  bucketSeries,
  countSamples,
  qualityCounts,
  type RawPoint,
  rawSeries,
  type SeriesRange,
  statedPeriod,
} from '@plume/db';
import { QUALITY_NAMES, type QualityName, type Signal, signalIndex, toPhysical } from '@plume/ingest/protocol';
import type { Gate } from './gate.ts';
import { Problem } from './problem.ts';
import { bucketColumns, bucketLength, observedBucketPeriod, observedPeriod, rawColumns } from './series-columns.ts';

/** One query reads at most this much on the embedded engine, where it cannot be interrupted and writes wait for it. */
const EMBEDDED_SLICE_S = 86_400;
const SERVER_SLICE_S = 10 * 86_400;

/** What is asked: seconds, `toSec` exclusive; at most `points` rows come back. */
export interface SeriesRequest {
  vehicleId: number;
  signals: readonly Signal[];
  fromSec: number;
  toSec: number;
  points: number;
}

/** Values of one signal in units, with what they rest on. */
export interface SeriesSignal {
  signal: Signal;
  valid: number;
  validShare: number | null;
  missing: Partial<Record<QualityName, number>>;
  columns: { values: (number | null)[] } | { min: (number | null)[]; max: (number | null)[] };
}

/** A series ready for a chart, and what was done to it. */
export interface SeriesAnswer {
  t: number[];
  samplesPerRow: number[] | null;
  signals: SeriesSignal[];
  reduction: { method: 'raw' | 'minMaxPerBucket'; bucketS: number | null; samples: number };
  period: { seconds: number | null; source: 'terminal' | 'observed' | 'unknown' };
}

/** Consecutive pieces of a range, cut where a day ends in UTC, so that no bucket lies in two. */
function slices(range: SeriesRange, sliceS: number): SeriesRange[] {
  const pieces: SeriesRange[] = [];
  for (let from = range.fromSec; from < range.toSec; ) {
    const to = Math.min(range.toSec, (Math.floor(from / sliceS) + 1) * sliceS);
    pieces.push({ vehicleId: range.vehicleId, fromSec: from, toSec: to });
    from = to;
  }
  return pieces;
}

/** Reads a series piece by piece; between pieces it gives way to others and stops when `signal` aborts. */
export async function readSeries(
  db: Db,
  gate: Gate,
  request: SeriesRequest,
  signal: AbortSignal | undefined,
): Promise<SeriesAnswer> {
  const { vehicleId, fromSec, toSec } = request;
  const range: SeriesRange = { vehicleId, fromSec, toSec };
  const step = <T>(work: () => Promise<T>): Promise<T> => {
    if (signal?.aborted) throw new Problem(499, 'CLIENT_GONE', 'The request was given up.', 'Ask again.');
    return gate.run(work);
  };
  const ids = request.signals.map((each) => each.id);
  const stated = await step(() => statedPeriod(db, vehicleId, toSec));
  // There is at most one sample a second, so a short range needs no counting.
  const short = toSec - fromSec <= request.points;
  const count = short ? 1 : await step(() => countSamples(db, range, request.points + 1));
  const raw = count <= request.points;
  const bucketS = bucketLength(toSec - fromSec, request.points);
  const rows: RawPoint[] = raw && count > 0 ? await step(() => rawSeries(db, range, ids)) : [];
  const buckets: BucketPoint[] = [];
  const missing = ids.map((): Partial<Record<QualityName, number>> => ({}));
  // A range with few samples is cheap however long it is; a dense one is cut.
  const pieces = raw ? [range] : slices(range, db.kind === 'embedded' ? EMBEDDED_SLICE_S : SERVER_SLICE_S);
  for (const piece of count > 0 ? pieces : []) {
    let samples = 1;
    if (!raw) {
      const part = await step(() => bucketSeries(db, piece, ids, bucketS));
      buckets.push(...part);
      samples = part.length;
    }
    if (samples > 0)
      addMissing(
        missing,
        await step(() =>
          qualityCounts(
            db,
            piece,
            request.signals.map((each) => signalIndex(each.id)),
          ),
        ),
      );
  }
  const observed = raw ? observedPeriod(rows) : observedBucketPeriod(buckets);
  const period = periodOf(stated, observed);
  const gapPeriod = period.seconds ?? 1;
  const samples = raw ? rows.length : buckets.reduce((sum, bucket) => sum + bucket.samples, 0);
  const valid = ids.map((_, i) =>
    raw ? rows.filter((row) => row.values[i] !== null).length : buckets.reduce((sum, b) => sum + (b.signals[i]?.valid ?? 0), 0),
  );
  const units = (i: number, column: (number | null)[] | undefined) => {
    const of = request.signals[i];
    return of && column ? column.map((value) => (value === null ? null : toPhysical(of, value))) : [];
  };
  const rawTable = raw ? rawColumns(rows, ids.length, gapPeriod) : null;
  const bucketTable = raw ? null : bucketColumns(buckets, ids.length, bucketS, gapPeriod);
  return {
    t: (rawTable ?? bucketTable)?.t ?? [],
    samplesPerRow: bucketTable?.samples ?? null,
    signals: request.signals.map((each, i) => ({
      signal: each,
      valid: valid[i] ?? 0,
      validShare: samples === 0 ? null : (valid[i] ?? 0) / samples,
      missing: missing[i] ?? {},
      columns: bucketTable
        ? { min: units(i, bucketTable.min[i]), max: units(i, bucketTable.max[i]) }
        : { values: units(i, rawTable?.values[i]) },
    })),
    reduction: { method: raw ? 'raw' : 'minMaxPerBucket', bucketS: raw ? null : bucketS, samples },
    period,
  };
}

function periodOf(stated: number | undefined, observed: number | undefined): SeriesAnswer['period'] {
  if (stated !== undefined && stated > 0) return { seconds: stated, source: 'terminal' };
  return observed === undefined ? { seconds: null, source: 'unknown' } : { seconds: observed, source: 'observed' };
}

function addMissing(
  missing: Partial<Record<QualityName, number>>[],
  groups: readonly { codes: number[]; samples: number }[],
): void {
  for (const { codes, samples } of groups) {
    codes.forEach((code, i) => {
      const name = QUALITY_NAMES[code];
      const of = missing[i];
      if (code !== 0 && name !== undefined && of) of[name] = (of[name] ?? 0) + samples;
    });
  }
}
