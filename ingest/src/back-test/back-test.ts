import type { Db, JobRunner } from '@plume/db';
import {
  type EvidenceDay,
  evaluatedTrucks,
  evidenceDays,
  lastSampleBefore,
  type TruckHistory,
  truckHistory,
} from '@plume/db/evaluation';
import { addDays, DAY_S, dayStartSec } from '../evaluator/beijing-days.ts';
import { type JudgedOutcomes, WINDOW_DAYS } from '../evaluator/compute-core.ts';
import { type Computer, ComputeThread } from '../evaluator/compute-thread.ts';
import { dayInput, factsOfDay, readDay } from '../evaluator/day-reader.ts';
import { factsAt, inServiceOn, inServiceSince } from '../evaluator/facts.ts';
import { checkOverrides, type FleetReference, findingId, type Outcome, type Overrides, parametersWith } from '../rules/index.ts';
import { type BackTestResult, Comparison, type TestedFinding } from './comparison.ts';

/** What is tried: numbers in place of those in force, over Beijing days (both included), of some trucks or of all. */
export interface BackTest {
  readonly overrides: Overrides;
  readonly from: string;
  readonly to: string;
  readonly vehicleIds: readonly number[] | null;
}

/** What a back-test needs. */
export interface BackTestDeps {
  readonly db: Db;
  /** Aborts when the service stops; the job then begins again at the next start. */
  readonly signal: AbortSignal;
  /** Absent: a worker thread for each test. */
  readonly computer?: Computer;
}

/** A back-test as it is saved. */
export interface SavedBackTest extends BackTestResult {
  readonly overrides: Overrides;
  readonly from: string;
  readonly to: string;
  /** 1: days were computed from their samples; 2: only their stored summaries were judged anew. */
  readonly stage: 1 | 2;
  /** Numbers tried that no stored day is judged by: those of alarms at once, and those that the frozen fleet references are made with. */
  readonly notTested: readonly string[];
  readonly trucks: number;
  readonly days: number;
  /** False: it was cancelled, and these are the trucks done by then. */
  readonly whole: boolean;
}

/** Groups of numbers that stage 2 alone reads: its verdicts follow from stored summaries. */
const STAGE_TWO = /^(verdicts|alarms)\./;
/** Numbers that a back-test cannot try. */
const NOT_TESTED = /^alarms\.|^verdicts\.(minReferenceDays|minMapTrucks|mapMinS)$/;

/**
 * The runner of `backTest` jobs: judges stored days by other numbers and compares with what stands. Nothing that is stored is changed. Each day
 * keeps the settings that it was judged with, the numbers tried put over them. Arguments: `overrides`, `from`, `to`, `vehicleIds` (null: all).
 */
export function backTestRunner({ db, signal, computer: given }: BackTestDeps): JobRunner {
  return async (job, report) => {
    const test = testOf(job.arguments);
    const computer = given ?? new ComputeThread();
    try {
      return await runBackTest(db, computer, test, async (progress, note) => {
        signal.throwIfAborted();
        return await report(progress, note);
      });
    } finally {
      if (!given) await computer.stop();
    }
  };
}

/** Runs a back-test; `report` answers false when it is to end. */
export async function runBackTest(
  db: Db,
  computer: Computer,
  test: BackTest,
  report: (progress: number, note: string) => Promise<boolean>,
): Promise<SavedBackTest> {
  const stage = Object.keys(test.overrides).every((key) => STAGE_TWO.test(key)) ? 2 : 1;
  const known = await evaluatedTrucks(db, test.from, test.to);
  const trucks = known.filter(({ id }) => test.vehicleIds === null || test.vehicleIds.includes(id));
  const comparison = new Comparison();
  let days = 0;
  let done = 0;
  for (const { id } of trucks) {
    const goesOn = (day: string) => report(done / trucks.length, `truck ${done + 1} of ${trucks.length}, ${day}`);
    const counted = await testTruck(db, computer, test, stage, id, comparison, goesOn);
    if (counted === null) break;
    days += counted;
    done += 1;
  }
  const whole = done === trucks.length && (await report(1, `${done} trucks, ${days} days`));
  const notTested = Object.keys(test.overrides)
    .filter((key) => NOT_TESTED.test(key))
    .sort();
  const { overrides, from, to } = test;
  return { overrides, from, to, stage, notTested, trucks: done, days, whole, ...comparison.result() };
}

/** One truck: adds it to the comparison and answers how many days were judged; null when the test is to end. */
async function testTruck(
  db: Db,
  computer: Computer,
  { overrides, from, to }: BackTest,
  stage: 1 | 2,
  vehicleId: number,
  comparison: Comparison,
  goesOn: (day: string) => Promise<boolean>,
): Promise<number | null> {
  const history = await truckHistory(db, vehicleId);
  if (!history) return 0;
  const first = addDays(from, 1 - WINDOW_DAYS);
  const stored = await evidenceDays(db, vehicleId, first, to);
  await computer.run({
    kind: 'openTruck',
    summaries: stored.flatMap(({ day, summary }) => (summary === null ? [] : [{ day, text: summary }])),
  });
  if (stage === 1)
    for (const day of stored) {
      if (!(await goesOn(day.day))) return null;
      if (day.summary !== null) await recompute(db, computer, history, day, overrides);
    }
  let lastSampleSec = await lastSampleBefore(db, vehicleId, first);
  const asked = stored.filter(({ day }) => day >= from);
  const tried: { readonly day: string; readonly judged: JudgedOutcomes }[] = [];
  for (const day of stored) {
    lastSampleSec = day.last_sec ?? lastSampleSec;
    if (day.day < from) continue;
    if (tried.length % DAYS_A_LOOK === 0 && !(await goesOn(day.day))) return null;
    const judged = await computer.run({
      kind: 'judge',
      request: {
        date: day.day,
        facts: factsAt(history, day.last_sec ?? dayStartSec(day.day) + DAY_S - 1),
        reference: referenceOf(day),
        inService: inServiceOn(history, day.day),
        lastSampleSec,
        fittedSec: inServiceSince(history, day.day),
        untilSec: day.until_sec,
      },
      overrides: { ...day.settings?.overrides, ...overrides },
    });
    tried.push({ day: day.day, judged });
  }
  const inForceOn = new Map(stored.map(({ day, settings }) => [day, settings?.overrides ?? {}]));
  const closeAfter = (overrides: Overrides) => parametersWith(overrides).verdicts.closeAfterDays;
  const outcomes = asked.map(({ day, outcomes: text }) => ({ date: day, outcomes: JSON.parse(text) as Outcome[] }));
  comparison.add(
    { vehicleId, vin: history.vin },
    {
      closeAfterOn: (date) => closeAfter(inForceOn.get(date) ?? {}),
      findings: outcomes.flatMap((day) => foundOn(history.vin, day.date, day.outcomes)),
      days: outcomes,
    },
    {
      closeAfterOn: (date) => closeAfter({ ...inForceOn.get(date), ...overrides }),
      findings: tried.flatMap(({ day, judged }) => foundOn(history.vin, day, JSON.parse(judged.text) as Outcome[])),
      days: tried.map(({ day, judged }) => ({ date: day, outcomes: judged.verdicts })),
    },
  );
  return tried.length;
}

/** Whether to go on is asked once in so many days of stage 2, which take a millisecond each. */
const DAYS_A_LOOK = 30;

/** Stage 1 of a stored day by the numbers tried. */
async function recompute(
  db: Db,
  computer: Computer,
  history: TruckHistory,
  day: EvidenceDay,
  overrides: Overrides,
): Promise<void> {
  const data = await readDay(db, history, day.day);
  const input = dayInput(data, factsOfDay(history, data), referenceOf(day));
  await computer.run({
    kind: 'computeDay',
    vehicleId: history.id,
    input,
    overrides: { ...day.settings?.overrides, ...overrides },
  });
}

function referenceOf({ reference }: EvidenceDay): FleetReference | null {
  return reference === null ? null : (JSON.parse(reference) as FleetReference);
}

function foundOn(vin: string, day: string, outcomes: readonly Outcome[]): TestedFinding[] {
  return outcomes.flatMap((outcome) =>
    outcome.outcome === 'found'
      ? [
          {
            id: findingId(vin, outcome.rule, day),
            rule: outcome.rule,
            day,
            level: outcome.level,
            figures: outcome.figures,
            limit: outcome.limit?.value ?? null,
          },
        ]
      : [],
  );
}

function testOf(args: Readonly<Record<string, unknown>>): BackTest {
  const { overrides, from, to, vehicleIds } = args;
  const checked = checkOverrides(typeof overrides === 'object' && overrides !== null ? { ...overrides } : {});
  if (!checked.ok) throw new Error(checked.errors.map((error) => error.en).join('; '));
  if (typeof from !== 'string' || typeof to !== 'string') throw new Error('a back-test needs its first and last day');
  return {
    overrides: checked.overrides,
    from,
    to,
    vehicleIds: Array.isArray(vehicleIds) ? vehicleIds.map(Number) : null,
  };
}
