import {
  type DaySummary,
  evaluateDay,
  type FleetReference,
  type Found,
  judgeDay,
  parametersWith,
  type RuleContext,
  type RuleId,
} from '@plume/ingest/rules';
import { truck } from '@plume/simulators';
import type { TruckCase } from './cases.ts';
import { DAY_S, midnight, recordDays } from './record-days.ts';
import { type DayTruth, truthOf } from './truth.ts';

/** Days that stage 2 looks back on (architecture, "The evaluator"). */
const LOOK_BACK_DAYS = 29;

/** What came of one truck-day. */
export interface DayResult {
  readonly date: string;
  readonly truth: DayTruth;
  readonly samples: number;
  readonly lateShare: number | null;
  readonly found: readonly Found[];
  /** Rules that could not be asked, and why. */
  readonly notEvaluated: Readonly<Partial<Record<RuleId, string>>>;
}

/** What came of one case, and what it took. */
export interface CaseResult {
  readonly id: string;
  readonly days: readonly DayResult[];
  readonly samples: number;
  /** Time spent evaluating and judging [ms], and on everything. */
  readonly judgedMs: number;
  readonly wholeMs: number;
}

/** The reference in force for a date. */
export type ReferenceOf = (date: string) => FleetReference | null;

/** Runs a truck through its days: simulated, encoded, decoded, evaluated, judged. */
export function runCase(of: TruckCase, referenceOf: ReferenceOf, onDay?: () => void): CaseResult {
  const began = performance.now();
  const parameters = parametersWith();
  const each = truck(of.spec);
  const seenFromSec = midnight(of.firstDate);
  const summaries: DaySummary[] = [];
  const days: DayResult[] = [];
  let lastSampleSec: number | null = null;
  let samples = 0;
  let judgedMs = 0;
  for (const input of recordDays(each, of.facts, of.firstDate, of.days, referenceOf)) {
    const start = performance.now();
    const { summary } = evaluateDay(input, parameters);
    if (summary.samples > 0) {
      summaries.push(summary);
      lastSampleSec = summary.lastSec;
    }
    const context: RuleContext = {
      date: input.date,
      facts: input.facts,
      days: summaries.filter(({ date }) => midnight(date) >= input.fromSec - LOOK_BACK_DAYS * DAY_S),
      reference: input.reference,
      inService: true,
      lastSampleSec,
      fittedSec: seenFromSec,
      untilSec: input.toSec,
    };
    const outcomes = judgeDay(context, parameters);
    judgedMs += performance.now() - start;
    samples += summary.samples;
    days.push({
      date: input.date,
      truth: truthOf(each, input.fromSec, input.toSec),
      samples: summary.samples,
      lateShare: summary.quality.lateShare,
      found: outcomes.filter((outcome) => outcome.outcome === 'found'),
      notEvaluated: Object.fromEntries(
        outcomes.flatMap((outcome) => (outcome.outcome === 'notEvaluated' ? [[outcome.rule, outcome.reason]] : [])),
      ),
    });
    onDay?.();
  }
  return { id: of.id, days, samples, judgedMs, wholeMs: performance.now() - began };
}

/** Stage 1 alone: the summaries that references are made from. */
export function summariesOf(of: TruckCase): { vin: string; summary: DaySummary }[] {
  const parameters = parametersWith();
  const made: { vin: string; summary: DaySummary }[] = [];
  for (const input of recordDays(truck(of.spec), of.facts, of.firstDate, of.days, () => null))
    made.push({ vin: of.spec.vin, summary: evaluateDay(input, parameters).summary });
  return made;
}
