import { LEVELS, type Level, RULE_IDS, type RuleId, ruleRow } from '@plume/ingest/rules';
import { SCENARIOS, type ScenarioId, type TruckSpec } from '@plume/simulators';
import type { CaseResult, DayResult } from './run-case.ts';

/** What a scenario wants of a rule. */
export type Expected = 'must' | 'may' | 'mustNot';

/** One cell of the table: a scenario and a rule. */
export interface Cell {
  readonly scenario: ScenarioId;
  readonly rule: RuleId;
  readonly expected: Expected;
  /** Days with the fault from the promised one on on which the rule could be asked (for events: true events), and those it was found on. */
  asked: number;
  found: number;
  /** Days it took by truck, null where the rule never spoke; and days that were promised. */
  firstDays: (number | null)[];
  promised: number | null;
  /** Trucks that waited longer than promised: truck and day, or truck and date of the event. */
  late: string[];
  /** Days on which the rule spoke and should not have, without and with the fault: truck and date. */
  falseHealthy: string[];
  falseFaulty: string[];
  /** The same with a level that makes no lead. */
  noted: string[];
  /** Why the rule could not be asked, with the fault there: reasons and days. */
  reasons: Record<string, number>;
}

/** What a scenario came to. */
export interface ScenarioTally {
  readonly scenario: ScenarioId;
  trucks: number;
  /** Truck-days without and with the fault. */
  healthyDays: number;
  faultyDays: number;
  /** Truck-days without a fault on which any lead was found. */
  falseDays: number;
  readonly cells: Map<RuleId, Cell>;
}

/** A truck's spec and what came of it. */
export interface Judged {
  readonly spec: TruckSpec;
  readonly result: CaseResult;
}

/** Rules whose truth is an event at a time, not a state of the truck. */
const EVENT_RULES: readonly RuleId[] = ['R-FUEL-REFILL', 'R-FUEL-THEFT', 'R-UREA-REFILL', 'R-UREA-DRAIN'];

/** Adds up the results of all trucks, scenario by scenario. */
export function tally(judged: readonly Judged[]): ScenarioTally[] {
  const scenarios = new Map<ScenarioId, ScenarioTally>();
  for (const { spec, result } of judged) {
    const known = scenarios.get(spec.scenario) ?? emptyTally(spec.scenario);
    scenarios.set(spec.scenario, known);
    known.trucks += 1;
    for (let i = 0; i < result.days.length; i += 1) addDay(known, result, i);
    for (const cell of known.cells.values()) {
      if (EVENT_RULES.includes(cell.rule)) addEvents(cell, result);
      else addState(cell, spec, result);
    }
  }
  return [...scenarios.values()];
}

function emptyTally(scenario: ScenarioId): ScenarioTally {
  const { must: always, mustV, may } = SCENARIOS[scenario];
  const must = [...always, ...mustV];
  const cells = RULE_IDS.map((rule): [RuleId, Cell] => [
    rule,
    {
      scenario,
      rule,
      expected: must.includes(rule) ? 'must' : may.includes(rule) ? 'may' : 'mustNot',
      asked: 0,
      found: 0,
      firstDays: [],
      promised: null,
      late: [],
      falseHealthy: [],
      falseFaulty: [],
      noted: [],
      reasons: {},
    },
  ]);
  return { scenario, trucks: 0, healthyDays: 0, faultyDays: 0, falseDays: 0, cells: new Map(cells) };
}

/** Counts a day, and notes every rule that spoke on it and should not have. */
function addDay(known: ScenarioTally, { id, days }: CaseResult, i: number): void {
  const day = days[i] as DayResult;
  const { faulty } = day.truth;
  if (faulty) known.faultyDays += 1;
  else known.healthyDays += 1;
  const wrong = day.found.filter(({ rule }) => {
    if (EVENT_RULES.includes(rule))
      return !days.slice(Math.max(0, i - ruleRow(rule).speaksWithinDays + 1), i + 1).some((each) => happened(each, rule));
    return !faulty || known.cells.get(rule)?.expected === 'mustNot';
  });
  for (const { rule, level } of wrong) {
    const cell = known.cells.get(rule) as Cell;
    (!makesLead(rule, level) ? cell.noted : faulty ? cell.falseFaulty : cell.falseHealthy).push(`${id}, ${day.date}`);
  }
  if (!faulty && wrong.some(({ rule, level }) => makesLead(rule, level))) known.falseDays += 1;
}

/** Whether what an event rule speaks of truly happened on a day. */
function happened(day: DayResult, rule: RuleId): boolean {
  return day.truth.events.some((event) => event.rule === rule);
}

/** Whether a finding puts the truck on the officer's list. */
function makesLead(rule: RuleId, level: Level): boolean {
  const { leadFrom } = ruleRow(rule);
  return leadFrom !== null && LEVELS.indexOf(level) >= LEVELS.indexOf(leadFrom);
}

/** Whether a rule was found on a day. */
function speaks(day: DayResult, rule: RuleId): boolean {
  return day.found.some((each) => each.rule === rule);
}

/** True events against those found within the days that the rule promises. An event too near the end to tell is not counted. */
function addEvents(cell: Cell, { id, days }: CaseResult): void {
  const due = ruleRow(cell.rule).speaksWithinDays;
  for (const [i, day] of days.entries()) {
    if (!happened(day, cell.rule)) continue;
    const after = days.slice(i, i + due).findIndex((each) => speaks(each, cell.rule));
    if (after < 0 && i + due > days.length) continue;
    cell.asked += 1;
    if (after >= 0) cell.found += 1;
    else cell.late.push(`${id}: ${day.date}`);
    cell.firstDays.push(after < 0 ? null : after + 1);
    cell.promised = due;
  }
}

/** Reasons that time mends: the rule is waiting for more of the same. All others are conditions it does not judge under. */
const WAITING: readonly string[] = ['tooLittleFuel', 'tooFewStarts', 'tooFewOverruns', 'noBaseline', 'notSettled'];

/** A state of the truck: on how many of the days that it was there the rule spoke, and how soon. */
function addState(cell: Cell, spec: TruckSpec, { id, days }: CaseResult): void {
  const faulty = days.filter((day) => day.truth.faulty);
  for (const day of faulty) {
    const reason = day.notEvaluated[cell.rule];
    if (reason !== undefined) cell.reasons[reason] = (cell.reasons[reason] ?? 0) + 1;
  }
  const counted = faulty.filter(({ notEvaluated }) => {
    const reason = notEvaluated[cell.rule];
    return reason === undefined || WAITING.includes(reason);
  });
  if (cell.expected === 'mustNot') {
    cell.asked += counted.length;
    return;
  }
  // What is asked of stage V alone is counted of stage V alone.
  if (cell.expected === 'must' && spec.stage !== 'V' && !SCENARIOS[spec.scenario].must.includes(cell.rule)) return;
  const due = ruleRow(cell.rule).speaksWithinDays;
  const from = counted.slice(due - 1);
  cell.asked += from.length;
  cell.found += from.filter((day) => speaks(day, cell.rule)).length;
  const first = counted.findIndex((day) => speaks(day, cell.rule));
  if (counted.length > 0) cell.firstDays.push(first < 0 ? null : first + 1);
  cell.promised = due;
  if (cell.expected === 'must' && from.length > 0 && (first < 0 || first >= due))
    cell.late.push(`${id}: ${first < 0 ? 'never' : `day ${first + 1}`}`);
}
