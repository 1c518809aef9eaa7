import { type Db, openDb } from '@plume/db';
import { noteScanned, orderRange, returnLease, scannedUntil, takeLease } from '@plume/db/evaluation';
import { insertSampleRowsStep } from '@plume/db/write';
import { startEvaluator } from '@plume/ingest';
import { QUALITY_BYTES, SampleColumns, SIGNAL_COUNT } from '@plume/ingest/protocol';
import { answerRequests } from './child.ts';
import { BEIJING_S, DAY_S, dayOf, enterTruck, shiftTrucks } from './simulated-days.ts';

/** Where a fleet's year is, and what of it is asked for. Days are Beijing days, both included. */
export interface YearRequest {
  readonly kind: 'load' | 'evaluate';
  readonly directory: string;
  readonly databaseUrl: string | null;
  readonly trucks: number;
  readonly fromDay: string;
  readonly toDay: string;
  /** From this day on a sample a second, before it one in three seconds. */
  readonly denseFrom: string;
}

/** Rows and the time they took; of an evaluation its truck-days too. What was there already is not in them. */
export interface YearResult {
  readonly rows: number;
  readonly seconds: number;
  readonly truckDays: number;
}

/** So many days of a truck are simulated and then come again: simulating takes longer than all that is measured. */
const DISTINCT_DAYS = 3;
const SPARSE_S = 3;
const HOLDER = 'bench';
/** Rows of all trucks go into the table as they would come: a message of ten records each in turn. */
const MESSAGE_RECORDS = 10;
const BATCH_ROWS = 21_600;
const SIMULATED_FROM_SEC = Date.UTC(2026, 9, 1) / 1000 - BEIJING_S;

answerRequests<YearRequest>(async (request) => {
  const db = await openDb({ url: request.databaseUrl, dataDir: request.directory });
  try {
    return await (request.kind === 'load' ? load : evaluate)(db, request);
  } finally {
    await db.close();
  }
});

const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1000 - BEIJING_S;
const literal = (sec: number): string => `'${new Date(sec * 1000).toISOString()}'::timestamptz`;

/** Copies the days that are not there yet into the table, day after day. A day that was begun is begun again. */
async function load(db: Db, { trucks: count, fromDay, toDay, denseFrom }: YearRequest): Promise<YearResult> {
  if (((await scannedUntil(db)) ?? '') >= toDay) return { rows: 0, seconds: 0, truckDays: 0 };
  const specs = shiftTrucks(count);
  const known = await db.query<{ id: number }>('select id from vehicles order by id');
  const ids: number[] = known.map(({ id }) => id);
  if (ids.length === 0) for (const spec of specs) ids.push(await enterTruck(db, spec));
  const [last] = await db.query<{ t: number | null }>(
    `select extract(epoch from max(time))::float8 as t from samples where time >= ${literal(startOf(fromDay))} and time < ${literal(startOf(toDay) + DAY_S)}`,
  );
  let from = startOf(fromDay);
  if (last?.t) {
    from = Math.floor((last.t + BEIJING_S) / DAY_S) * DAY_S - BEIJING_S;
    await db.query(`delete from samples where time >= ${literal(from)} and time < ${literal(from + DAY_S)}`, [], {
      priority: 'job',
    });
  }
  const distinct = Math.min(DISTINCT_DAYS, Math.round((startOf(toDay) - from) / DAY_S) + 1);
  const simulated = specs.map((spec) =>
    Array.from({ length: distinct }, (_, day) => {
      const columns = new SampleColumns(DAY_S / 3);
      dayOf(spec, SIMULATED_FROM_SEC + day * DAY_S, columns);
      return columns;
    }),
  );
  const began = performance.now();
  let rows = 0;
  for (let day = from; day <= startOf(toDay); day += DAY_S) {
    const which = Math.round(day / DAY_S) % distinct;
    const days = simulated.map((each) => each[which] as SampleColumns);
    rows += await writeDay(db, days, ids, day - SIMULATED_FROM_SEC - which * DAY_S, day >= startOf(denseFrom) ? 1 : SPARSE_S);
  }
  // All is there; and no evaluator will look for days that nothing marked, and find them all.
  await takeLease(db, HOLDER, 1, true);
  await noteScanned(db, toDay);
  await returnLease(db, HOLDER);
  return { rows, seconds: (performance.now() - began) / 1000, truckDays: 0 };
}

/** One day of all trucks, moved by so many seconds, in the order in which it would come; two batches under way where the engine takes two. */
async function writeDay(
  db: Db,
  days: readonly SampleColumns[],
  ids: readonly number[],
  shiftS: number,
  periodS: number,
): Promise<number> {
  const next = new Int32Array(days.length);
  const under = new Set<Promise<unknown>>();
  const most = db.kind === 'server' ? 2 : 1;
  const indices = Int32Array.from({ length: BATCH_ROWS + days.length * MESSAGE_RECORDS }, (_, row) => row);
  let rows = 0;
  const batch = newBatch(indices.length);
  const send = async () => {
    const { columns, vehicles } = batch;
    const step = insertSampleRowsStep(columns, indices, columns.count, vehicles);
    rows += columns.count;
    columns.clear();
    const sent: Promise<unknown> = db.batch([step], 'job').finally(() => under.delete(sent));
    under.add(sent);
    if (under.size >= most) await Promise.race(under);
  };
  const first = Math.min(...days.map(({ timeSec }) => timeSec[0] ?? Number.POSITIVE_INFINITY));
  const last = Math.max(...days.map(({ timeSec, count }) => timeSec[count - 1] ?? Number.NEGATIVE_INFINITY));
  for (let slot = first; slot <= last; slot += MESSAGE_RECORDS * periodS) {
    for (const [index, source] of days.entries()) {
      let at = next[index] as number;
      for (; at < source.count && (source.timeSec[at] as number) < slot + MESSAGE_RECORDS * periodS; at += 1)
        if ((source.timeSec[at] as number) % periodS === 0) copyRow(source, at, batch, shiftS, ids[index] as number);
      next[index] = at;
    }
    if (batch.columns.count >= BATCH_ROWS) await send();
  }
  if (batch.columns.count > 0) await send();
  await Promise.all(under);
  return rows;
}

interface Rows {
  readonly columns: SampleColumns;
  readonly vehicles: Int32Array;
}

const newBatch = (rows: number): Rows => ({ columns: new SampleColumns(rows), vehicles: new Int32Array(rows) });

function copyRow(source: SampleColumns, at: number, { columns, vehicles }: Rows, shiftS: number, vehicleId: number): void {
  const row = columns.append((source.timeSec[at] as number) + shiftS);
  vehicles[row] = vehicleId;
  columns.values.set(source.values.subarray(at * SIGNAL_COUNT, (at + 1) * SIGNAL_COUNT), row * SIGNAL_COUNT);
  columns.quality.set(source.quality.subarray(at * QUALITY_BYTES, (at + 1) * QUALITY_BYTES), row * QUALITY_BYTES);
}

/** Evaluates the days that are not evaluated yet as the service does: minutes, days, sums, cells, findings, leads. */
async function evaluate(db: Db, { trucks: count, fromDay, toDay }: YearRequest): Promise<YearResult> {
  const log = { info: () => undefined, warn: console.error, error: console.error };
  const [there] = await db.query<{ n: number }>('select count(*) as n from truck_day where day between $1::date and $2::date', [
    fromDay,
    toDay,
  ]);
  const days = Math.round((startOf(toDay) - startOf(fromDay)) / DAY_S) + 1;
  if ((there?.n ?? 0) >= count * days) return { rows: 0, seconds: 0, truckDays: 0 };
  await orderRange(db, { vehicleId: null, fromDay, toDay });
  const began = performance.now();
  // From the noon after the last day on: days since then, without a record, are not what is asked for.
  const behindMs = Date.now() - (startOf(toDay) + 1.5 * DAY_S) * 1000;
  const evaluator = startEvaluator({}, { db, log, clock: () => Date.now() - behindMs });
  await evaluator.idle();
  const seconds = (performance.now() - began) / 1000;
  const { samples, days: truckDays, failures } = evaluator.stats();
  await evaluator.stop(10_000);
  if (failures > 0) throw new Error(`${failures} truck-days could not be evaluated`);
  return { rows: samples, seconds, truckDays };
}
