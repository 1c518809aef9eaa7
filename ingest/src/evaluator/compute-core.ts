import { createHash } from 'node:crypto';
import { minuteRowBytes } from '@plume/db/evaluation';
import type { RawSamples } from '@plume/ingest/emissions';
import {
  type CellTable,
  canonicalJson,
  type DayInput,
  type DaySummary,
  evaluateDay,
  type FleetReference,
  type FoldedOutcome,
  findingId,
  judgeDay,
  LEVELS,
  type Level,
  makeReferences,
  type Outcome,
  type Overrides,
  type Parameters,
  parametersWith,
  type ReferenceSummary,
  type RuleContext,
  rulesVersion,
} from '../rules/index.ts';
import { addDays } from './beijing-days.ts';

/** How far back a rule may look, the day itself included. */
export const WINDOW_DAYS = 30;

/** A day computed: what is stored of stage 1. */
export interface ComputedDay {
  /** Canonical JSON, and its SHA-256 in hex. */
  readonly text: string;
  readonly hash: string;
  readonly figures: DayKeyFigures;
  /** The rows of `truck_minute` as they are written, and their SHA-256 in hex. */
  readonly minutes: Uint8Array<ArrayBuffer>;
  readonly minutesHash: string;
  /** The sums of `truck_sums`, canonical JSON, and the cells of the map. */
  readonly slices: string;
  readonly cells: CellTable;
  /** The samples it was made of: whoever gave them away has them back. */
  readonly samples: RawSamples;
}

/** Figures of a summary that are columns of their own. */
export interface DayKeyFigures {
  readonly samples: number;
  readonly firstSec: number | null;
  readonly lastSec: number | null;
  readonly engineOnS: number;
  readonly noxValidS: number;
  readonly distanceKm: number;
  readonly workKwh: number;
  readonly fuelKg: number;
  readonly noxG: number;
  readonly co2G: number;
  readonly transmissionRate: number | null;
  readonly noxValidShare: number | null;
  readonly p90GPerKwh: number | null;
  readonly methodClass: string | null;
  readonly conflicts: number;
  readonly formula: string;
}

/** What stage 2 is asked: the days are those of the open truck. */
export type JudgeRequest = Omit<RuleContext, 'days'>;

/** A finding as it is stored. */
export interface ComputedFinding {
  readonly id: string;
  readonly rule: string;
  readonly level: Level;
  readonly cause: string;
  readonly class: string | null;
  /** limit, figures, days, stretches, caveats: canonical JSON. */
  readonly detail: string;
}

/** A day judged: what is stored of stage 2. */
export interface JudgedOutcomes {
  readonly text: string;
  readonly hash: string;
  readonly version: string;
  readonly worstLevel: Level | null;
  readonly findings: readonly ComputedFinding[];
  /** What leads are folded from. */
  readonly verdicts: readonly FoldedOutcome[];
  /** By rule that did not speak: what it said instead, for findings that are withdrawn. */
  readonly silent: readonly Exclude<Outcome, { outcome: 'found' }>[];
}

/** Days of a truck that references are made of, as JSON. */
export interface ReferenceTruck {
  readonly vin: string;
  readonly texts: readonly string[];
}

/** A fleet reference as it is stored. */
export interface ComputedReference {
  readonly id: string;
  readonly engineModel: string;
  readonly stage: string;
  readonly trucks: number;
  readonly truckDays: number;
  readonly text: string;
}

/**
 * The arithmetic of the evaluator for one truck at a time. It keeps the summaries of the truck that is open, so that stage 2 looks at what
 * stage 1 has just made. No clock, no database.
 */
export class ComputeCore {
  #open: Map<string, DaySummary> | null = null;
  #parameters: { readonly key: string; readonly value: Parameters } | null = null;

  /** Opens a truck with the summaries that are stored of it. */
  openTruck(summaries: readonly { readonly day: string; readonly text: string }[]): void {
    this.#open = new Map(summaries.map(({ day, text }) => [day, JSON.parse(text) as DaySummary]));
  }

  /** Stage 1 of a day of the open truck. */
  computeDay(vehicleId: number, input: DayInput, overrides: Overrides): ComputedDay {
    const days = this.#summaries();
    const { summary, minutes, slices, cells } = evaluateDay(input, this.#parametersOf(overrides));
    const text = canonicalJson(summary);
    days.set(input.date, summary);
    const rows = minuteRowBytes(vehicleId, { ...minutes, formula: summary.formula });
    return {
      text,
      hash: sha256(text),
      figures: { ...keyFigures(summary), methodClass: minutes.methodClass },
      minutes: rows,
      minutesHash: sha256(rows),
      slices: canonicalJson(slices),
      cells,
      samples: input.samples,
    };
  }

  /** A day of the open truck has no samples any more. */
  dropDay(day: string): void {
    this.#summaries().delete(day);
  }

  /** Stage 2 of a day of the open truck. */
  judge(request: JudgeRequest, overrides: Overrides): JudgedOutcomes {
    const first = addDays(request.date, 1 - WINDOW_DAYS);
    const days = [...this.#summaries()]
      .filter(([day]) => day >= first && day <= request.date)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, summary]) => summary);
    const facts = this.#summaries().get(request.date)?.facts ?? request.facts;
    const outcomes = judgeDay({ ...request, facts, days }, this.#parametersOf(overrides));
    const text = canonicalJson(outcomes);
    const findings = outcomes.flatMap((outcome) =>
      outcome.outcome === 'found' ? [findingOf(facts.vin, request.date, outcome)] : [],
    );
    return {
      text,
      hash: sha256(text),
      version: rulesVersion(overrides),
      worstLevel: LEVELS.findLast((level) => findings.some((finding) => finding.level === level)) ?? null,
      findings,
      verdicts: outcomes.map(foldedOf),
      silent: outcomes.filter((outcome) => outcome.outcome !== 'found'),
    };
  }

  /** References of a month from days of the month before. */
  makeReferences(month: string, trucks: readonly ReferenceTruck[], overrides: Overrides): ComputedReference[] {
    const days = trucks.flatMap(({ vin, texts }) =>
      texts.map((text) => ({ vin, summary: JSON.parse(text) as ReferenceSummary })),
    );
    return makeReferences(month, days, this.#parametersOf(overrides)).map((reference: FleetReference) => ({
      id: reference.id,
      engineModel: reference.engineModel,
      stage: reference.stage,
      trucks: reference.trucks,
      truckDays: reference.truckDays,
      text: canonicalJson(reference),
    }));
  }

  /** Without its days, a truck's verdicts would silently be others. */
  #summaries(): Map<string, DaySummary> {
    if (this.#open === null) throw new Error('no truck is open');
    return this.#open;
  }

  #parametersOf(overrides: Overrides): Parameters {
    const key = canonicalJson(overrides);
    if (this.#parameters?.key !== key) this.#parameters = { key, value: parametersWith(overrides) };
    return this.#parameters.value;
  }
}

function keyFigures(summary: DaySummary): Omit<DayKeyFigures, 'methodClass'> {
  const { totals, quality, work } = summary;
  return {
    samples: summary.samples,
    firstSec: summary.firstSec,
    lastSec: summary.lastSec,
    engineOnS: totals.engineOnS,
    noxValidS: totals.noxValidS,
    distanceKm: totals.distanceKm,
    workKwh: totals.workKwh,
    fuelKg: totals.fuelKg,
    noxG: totals.noxG,
    co2G: totals.co2G,
    transmissionRate: quality.transmissionRate,
    noxValidShare: quality.noxValidShare,
    p90GPerKwh: work.p90,
    conflicts: quality.conflicts,
    formula: summary.formula,
  };
}

function findingOf(vin: string, date: string, outcome: Extract<Outcome, { outcome: 'found' }>): ComputedFinding {
  const { limit, figures, days, stretches, caveats } = outcome;
  return {
    id: findingId(vin, outcome.rule, date),
    rule: outcome.rule,
    level: outcome.level,
    cause: outcome.cause,
    class: outcome.class,
    detail: canonicalJson({ limit, figures, days, stretches, caveats }),
  };
}

function foldedOf(outcome: Outcome): FoldedOutcome {
  return outcome.outcome === 'found'
    ? { outcome: outcome.outcome, rule: outcome.rule, level: outcome.level, cause: outcome.cause }
    : { outcome: outcome.outcome, rule: outcome.rule };
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
