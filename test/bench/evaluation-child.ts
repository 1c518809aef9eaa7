import { enqueueJob, getJob, JobQueue, openDb } from '@plume/db';
import { orderRange } from '@plume/db/evaluation';
import { insertSampleRowsStep } from '@plume/db/write';
import { backTestRunner, type SavedBackTest, startEvaluator } from '@plume/ingest';
import type { RawSamples } from '@plume/ingest/emissions';
import { SampleColumns, SIGNAL_COUNT } from '@plume/ingest/protocol';
import { type DaySummary, evaluateDay, judgeDay, parametersWith, type TruckFacts } from '@plume/ingest/rules';
import type { TruckSpec } from '@plume/simulators';
import { answerRequests } from './child.ts';
import { BEIJING_S, DAY_S, dayOf, enterTruck, shiftTrucks } from './simulated-days.ts';

/** What the process of this bench can be asked for. */
export type EvaluationRequest =
  | { readonly kind: 'compute'; readonly trucks: number; readonly rounds: number }
  | {
      readonly kind: 'load' | 'evaluate' | 'backTest';
      readonly directory: string;
      readonly databaseUrl: string | null;
      readonly trucks: number;
      readonly days: number;
      readonly fromSec: number;
    };

/** Truck-days and samples, and the time they took [s]: processor time of computing alone, else wall time. */
export interface EvaluationResult {
  readonly truckDays: number;
  readonly samples: number;
  readonly seconds: number;
  readonly failures: number;
}

/** After so many the code is compiled as in a service that runs: until then the compiler's threads take as much time as the arithmetic. */
const WARM_UP_ROUNDS = 60;
/** So many days of a truck are simulated and then come again: simulating takes longer than all that is measured. */
const DISTINCT_DAYS = 3;
/** The limit that is tried: the one for stage V in use, brought down from 4.0 g/kWh. */
const TRIED = { 'verdicts.inUseV': 3.5 };
/** A morning of the simulated world for what never reaches a database. */
const COMPUTE_FROM_SEC = Date.UTC(2025, 4, 14) / 1000 - BEIJING_S;

const ON_DATABASE = { load, evaluate, backTest };

answerRequests<EvaluationRequest>((request) => {
  if (request.kind === 'compute') return Promise.resolve(compute(request.trucks, request.rounds));
  return ON_DATABASE[request.kind](request);
});

function factsOf(spec: TruckSpec): TruckFacts {
  const { vin, stage, ratedPowerKw, ratedRpm, referenceTorqueNm, engineModel, fuelTankL, ureaTankL } = spec;
  const unknown = { torqueKind: null, workRefKwh: null, bsfcRefKgPerKwh: null, fuelDensityKgL: null, displacementL: null };
  const own = { vin, stage, ratedPowerKw, ratedRpm, referenceTorqueNm, engineModel, fuelTankL, ureaTankL };
  return { ...own, ...unknown, hasScr: null, hasDpf: null, limits: {} };
}

/** Both stages on days in memory, each judged with 29 days before it. */
function compute(count: number, rounds: number): EvaluationResult {
  const parameters = parametersWith();
  const date = new Date((COMPUTE_FROM_SEC + BEIJING_S) * 1000).toISOString().slice(0, 10);
  const days = shiftTrucks(count).map((spec) => {
    const driven = new SampleColumns(DAY_S / 3);
    dayOf(spec, COMPUTE_FROM_SEC, driven);
    const bounds = { date, fromSec: COMPUTE_FROM_SEC, toSec: COMPUTE_FROM_SEC + DAY_S };
    const none = { obd: [], tamperSec: [], messages: [], conflicts: 0, reference: null };
    return { ...bounds, ...none, samples: asRead(driven), facts: factsOf(spec) };
  });
  const round = (): number => {
    let samples = 0;
    for (const input of days) {
      const { summary } = evaluateDay(input, parameters);
      const before = Array.from({ length: 29 }, (_, ago): DaySummary => ({ ...summary, date: dateBefore(date, ago + 1) }));
      const { lastSec } = summary;
      const known = { inService: true, lastSampleSec: lastSec, fittedSec: 0, untilSec: input.toSec, reference: null };
      judgeDay({ ...known, date, facts: input.facts, days: [...before, summary] }, parameters);
      samples += summary.samples;
    }
    return samples;
  };
  for (let i = 0; i < WARM_UP_ROUNDS; i += 1) round();
  const started = process.cpuUsage();
  let samples = 0;
  for (let i = 0; i < rounds; i += 1) samples += round();
  const { user, system } = process.cpuUsage(started);
  return { truckDays: rounds * days.length, samples, seconds: (user + system) / 1e6, failures: 0 };
}

/** Samples as the evaluator has them from the table: signal by signal. */
function asRead({ count, timeSec, values, quality }: SampleColumns): RawSamples {
  const bySignal = new Float64Array(values.length);
  const columnRows = timeSec.length;
  for (let row = 0; row < count; row += 1)
    for (let signal = 0; signal < SIGNAL_COUNT; signal += 1)
      bySignal[signal * columnRows + row] = values[row * SIGNAL_COUNT + signal] as number;
  return { count, timeSec, values: bySignal, quality, columnRows };
}

function dateBefore(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - days * DAY_S * 1000).toISOString().slice(0, 10);
}

interface OnDatabase {
  readonly directory: string;
  readonly databaseUrl: string | null;
  readonly trucks: number;
  readonly days: number;
  readonly fromSec: number;
}

/** Enters the trucks and copies their days straight into the table. */
async function load({ directory, databaseUrl, trucks: count, days, fromSec }: OnDatabase): Promise<EvaluationResult> {
  const db = await openDb({ url: databaseUrl, dataDir: directory });
  try {
    const began = performance.now();
    const simulated = Array.from({ length: Math.min(days, DISTINCT_DAYS) }, () => new SampleColumns(DAY_S / 3));
    let samples = 0;
    for (const spec of shiftTrucks(count)) {
      const vehicleId = await enterTruck(db, spec);
      for (const [day, columns] of simulated.entries()) dayOf(spec, fromSec + day * DAY_S, columns);
      for (let day = 0; day < days; day += 1) {
        const columns = simulated[day % simulated.length] as SampleColumns;
        if (day >= simulated.length)
          for (let row = 0; row < columns.count; row += 1)
            columns.timeSec[row] = (columns.timeSec[row] ?? 0) + simulated.length * DAY_S;
        const indices = Int32Array.from({ length: columns.count }, (_, row) => row);
        await db.batch([insertSampleRowsStep(columns, indices, columns.count, new Int32Array(columns.count).fill(vehicleId))]);
        samples += columns.count;
      }
    }
    return { truckDays: count * days, samples, seconds: (performance.now() - began) / 1000, failures: 0 };
  } finally {
    await db.close();
  }
}

/** Evaluates all days of all trucks as the service does, from the table to findings and leads. */
async function evaluate({ directory, databaseUrl, trucks: count, days, fromSec }: OnDatabase): Promise<EvaluationResult> {
  const db = await openDb({ url: databaseUrl, dataDir: directory });
  const log = { info: () => undefined, warn: console.error, error: console.error };
  try {
    await orderRange(db, { vehicleId: null, fromDay: dateOf(fromSec), toDay: dateOf(fromSec + (days - 1) * DAY_S) });
    const began = performance.now();
    const evaluator = startEvaluator({}, { db, log });
    await evaluator.idle();
    const seconds = (performance.now() - began) / 1000;
    const { samples, days: truckDays, failures } = evaluator.stats();
    await evaluator.stop(10_000);
    if (truckDays < count * days) throw new Error(`${truckDays} of ${count * days} truck-days were evaluated`);
    return { truckDays, samples, seconds, failures };
  } finally {
    await db.close();
  }
}

/** Tries another limit on all that was evaluated, as the job of the service does. */
async function backTest({ directory, databaseUrl, trucks: count, days, fromSec }: OnDatabase): Promise<EvaluationResult> {
  const db = await openDb({ url: databaseUrl, dataDir: directory });
  const log = { info: () => undefined, warn: console.error, error: console.error };
  try {
    const [from, to] = [dateOf(fromSec), dateOf(fromSec + (days - 1) * DAY_S)];
    const id = await enqueueJob(db, 'backTest', { overrides: TRIED, from, to, vehicleIds: null });
    const began = performance.now();
    await new JobQueue(db, new Map([['backTest', backTestRunner({ db, signal: new AbortController().signal })]]), log).look();
    const seconds = (performance.now() - began) / 1000;
    const job = await getJob(db, id);
    if (job?.state !== 'done') throw new Error(`the back-test: ${job?.state}: ${job?.error}`);
    const result = job.result as unknown as SavedBackTest;
    if (!result.whole || result.days < count * days) throw new Error(`${result.days} of ${count * days} truck-days were tested`);
    return { truckDays: result.days, samples: 0, seconds, failures: 0 };
  } finally {
    await db.close();
  }
}

function dateOf(sec: number): string {
  return new Date((sec + BEIJING_S) * 1000).toISOString().slice(0, 10);
}
