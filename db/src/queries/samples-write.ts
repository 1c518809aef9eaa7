import { CopyReader, CopyWriter, collect } from '../copy-binary.ts';
import type { Db, Step } from '../db.ts';
import { SAMPLE_COLUMN_LIST, SAMPLE_COLUMNS, SAMPLE_QUALITY_BYTES, SAMPLE_SIGNALS, type SampleRows } from '../sample-columns.ts';

const IS_INT8 = SAMPLE_COLUMNS.map((column) => column.type === 'int8');
const FIELDS = SAMPLE_SIGNALS + 3;
/** Upper bound of a row's bytes in a COPY stream. */
const ROW_BYTES = 2 + 8 + 12 + SAMPLE_SIGNALS * 12 + 4 + SAMPLE_QUALITY_BYTES;

/** A sample to be written: its row in `rows`, and its truck. */
export interface SampleRef {
  readonly rows: SampleRows;
  readonly row: number;
  readonly vehicleId: number;
}

/** Inserts new samples by binary COPY. A key that exists fails the batch with 23505. */
export function insertSamplesStep(count: number, at: (index: number) => SampleRef): Step {
  const writer = new CopyWriter(count * ROW_BYTES);
  for (let index = 0; index < count; index += 1) {
    const { rows, row, vehicleId } = at(index);
    writeSample(writer, rows, row, vehicleId);
  }
  return { copy: `samples (vehicle_id, time, ${SAMPLE_COLUMN_LIST}, quality)`, data: [writer.finish()] };
}

/** The same for rows of one column store, without an object a row. */
export function insertSampleRowsStep(rows: SampleRows, indices: Int32Array, count: number, vehicleIds: Int32Array): Step {
  const writer = new CopyWriter(count * ROW_BYTES);
  for (let index = 0; index < count; index += 1) {
    const row = indices[index] ?? 0;
    writeSample(writer, rows, row, vehicleIds[row] ?? 0);
  }
  return { copy: `samples (vehicle_id, time, ${SAMPLE_COLUMN_LIST}, quality)`, data: [writer.finish()] };
}

function writeSample(writer: CopyWriter, rows: SampleRows, row: number, vehicleId: number): void {
  writer.row(FIELDS);
  writer.int4(vehicleId);
  writer.timestamptz(rows.timeSec[row] ?? 0);
  const base = row * SAMPLE_SIGNALS;
  for (let signal = 0; signal < SAMPLE_SIGNALS; signal += 1) {
    const value = rows.values[base + signal] ?? Number.NaN;
    if (Number.isNaN(value)) writer.null();
    else if (IS_INT8[signal]) writer.int8(value);
    else writer.int4(value);
  }
  writer.bytea(rows.quality, row * SAMPLE_QUALITY_BYTES, (row + 1) * SAMPLE_QUALITY_BYTES);
}

/** A stored sample that gains values: its key, the quality bytes it was read with (nothing but new values changes them), the merged row. */
export interface SampleMerge extends SampleRef {
  readonly readQuality: Uint8Array;
}

/**
 * Writes merged samples over the stored ones, provided these have not changed since they were read (`OptimisticConflict` otherwise):
 * values only ever go from null to something, and each such change shows in the quality bytes.
 */
export function mergeSamplesStep(merges: readonly SampleMerge[]): Step {
  const times = merges.map(({ rows, row }) => rows.timeSec[row] ?? 0);
  const columns = SAMPLE_COLUMNS.map((_, signal) =>
    merges.map(({ rows, row }) => {
      const value = rows.values[row * SAMPLE_SIGNALS + signal] ?? Number.NaN;
      return Number.isNaN(value) ? null : value;
    }),
  );
  const names = SAMPLE_COLUMNS.map((column, signal) => ({
    set: `"${column.name}" = u.c${signal}`,
    alias: `c${signal}`,
    cast: `$${signal + 5}::${column.type}[]`,
  }));
  return {
    sql: `update samples s set ${names.map((name) => name.set).join(', ')}, quality = decode(u.quality, 'hex')
          from unnest($1::int4[], $2::float8[], $3::text[], $4::text[], ${names.map((name) => name.cast).join(', ')})
            as u (vehicle_id, t, quality, read_quality, ${names.map((name) => name.alias).join(', ')})
          where s.vehicle_id = u.vehicle_id and s.time = to_timestamp(u.t) and s.quality = decode(u.read_quality, 'hex')
            and s.time between ${literal(Math.min(...times))} and ${literal(Math.max(...times))}`,
    params: [
      merges.map((merge) => merge.vehicleId),
      times,
      merges.map(({ rows, row }) => hex(rows.quality.subarray(row * SAMPLE_QUALITY_BYTES, (row + 1) * SAMPLE_QUALITY_BYTES))),
      merges.map((merge) => hex(merge.readQuality)),
      ...columns,
    ],
    expect: merges.length,
  };
}

/** Stored samples of the given keys, with the truck of each row. */
export interface StoredSamples extends SampleRows {
  readonly count: number;
  readonly vehicleIds: Int32Array;
}

/**
 * Reads the stored samples of these keys (truck, epoch second). The bounds of the times go into the statement as literals, so that only
 * their chunks are opened.
 */
export async function readSamples(db: Db, vehicleIds: readonly number[], timesSec: readonly number[]): Promise<StoredSamples> {
  const room = vehicleIds.length;
  const stored = {
    count: 0,
    vehicleIds: new Int32Array(room),
    timeSec: new Float64Array(room),
    values: new Float64Array(room * SAMPLE_SIGNALS),
    quality: new Uint8Array(room * SAMPLE_QUALITY_BYTES),
  };
  if (room === 0) return stored;
  const [low, high] = bounds(timesSec);
  const sql = `select s.vehicle_id, s.time, ${SAMPLE_COLUMNS.map((column) => `s."${column.name}"`).join(', ')}, s.quality
    from unnest('{${vehicleIds.map(Math.trunc).join(',')}}'::int4[], '{${timesSec.map(Math.trunc).join(',')}}'::int8[]) as k (vehicle_id, t)
    cross join lateral (select * from samples s where s.vehicle_id = k.vehicle_id and s.time = to_timestamp(k.t) and s.time between ${literal(low)} and ${literal(high)} offset 0) s`;
  const reader = new CopyReader(await collect(db.copyOut(sql, { priority: 'write' })));
  while (reader.next()) {
    const row = stored.count;
    stored.vehicleIds[row] = reader.number();
    stored.timeSec[row] = reader.timeSec();
    for (let signal = 0; signal < SAMPLE_SIGNALS; signal += 1) stored.values[row * SAMPLE_SIGNALS + signal] = reader.number();
    stored.quality.set(reader.bytes(), row * SAMPLE_QUALITY_BYTES);
    stored.count += 1;
  }
  return stored;
}

function bounds(values: readonly number[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function literal(timeSec: number): string {
  return `'${new Date(timeSec * 1000).toISOString()}'::timestamptz`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
