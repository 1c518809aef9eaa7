import {
  assembleRoadCheck,
  chooseDays,
  type Parameters,
  type RoadCheckResult,
  type RoadControl,
  type RoadVerdict,
  roadBins,
  roadCheck,
  roadSpan,
} from '@plume/ingest/rules';
import type { ScenarioId } from '@plume/simulators';
import { later, type Roads, type StoredDay, storedDays } from './truck-days.ts';

/** What was done to a truck between the days before and the days after, and what must come out. */
export interface Treatment {
  readonly name: string;
  readonly repaired: boolean;
  /** Roads before and after, each for an equal part of the days. */
  readonly roads: readonly [before: readonly Roads[], after: readonly Roads[]];
  readonly scenarios: readonly ScenarioId[];
  /** Counts every day with samples: about town few days have enough windows, and the trap would never be set. */
  readonly anyDay?: true;
}

const FAULTS: readonly ScenarioId[] = ['scrFailed', 'ureaDiluted', 'ureaRegulator'];
/** Four times the NOx at low load: on other roads such a truck looks healed without any repair. */
const LOW_LOAD: readonly ScenarioId[] = ['lowLoadNox'];

/** A real repair; none; none but other roads, wholly and in part; and both at once (E30). */
export const TREATMENTS: readonly Treatment[] = [
  { name: 'real repair', repaired: true, roads: [['home'], ['home']], scenarios: FAULTS },
  { name: 'no repair', repaired: false, roads: [['home'], ['home']], scenarios: [...FAULTS, ...LOW_LOAD] },
  { name: 'no repair, town → trunk roads', repaired: false, roads: [['town'], ['home']], scenarios: LOW_LOAD, anyDay: true },
  {
    name: 'no repair, half town → trunk roads',
    repaired: false,
    roads: [['town', 'home'], ['home']],
    scenarios: LOW_LOAD,
    anyDay: true,
  },
  {
    name: 'no repair, mountain → trunk roads',
    repaired: false,
    roads: [['mountain'], ['home']],
    scenarios: [...LOW_LOAD, ...FAULTS],
  },
  {
    name: 'real repair, half town → trunk roads',
    repaired: true,
    roads: [['town', 'home'], ['home']],
    scenarios: FAULTS,
    anyDay: true,
  },
];

/** How large a run is. */
export interface RunSize {
  readonly seed: number;
  readonly trucks: number;
  readonly controls: number;
  /** Working days simulated after the repair: the verdict is asked for on each, as the service does, until there is one. */
  readonly daysAfter: number;
  readonly recordPeriodS: 10 | 30;
  readonly firstDate: string;
  readonly parameters: Parameters;
}

/** What came out for one truck. */
export interface Judged {
  readonly treatment: string;
  readonly scenario: ScenarioId;
  readonly stage: 'IV' | 'V';
  readonly verdict: RoadVerdict;
  readonly reason: string;
  /** Own mix over the limit before and under it after: what a comparison without matching would call repaired. */
  readonly rawSays: boolean;
  /** Valid days after when the verdict stood; those that there were, without one. */
  readonly days: number;
  readonly result: RoadCheckResult;
}

const STAGES = ['V', 'IV'] as const;

/** Days that no one drives for a check: the repair itself, and those left out around it. */
function calendarOf(size: RunSize) {
  const p = size.parameters.roadCheck;
  const before = p.days + 4;
  const inDay = later(size.firstDate, before + p.leftOutDays);
  return { before, repair: { inDay, doneDay: inDay }, afterFrom: later(inDay, p.leftOutDays + 1) };
}

/** Healthy trucks of a stage over the same days, nothing done to them. */
function controlDays(size: RunSize, stage: 'IV' | 'V'): (readonly [StoredDay[], StoredDay[]])[] {
  const { before, afterFrom } = calendarOf(size);
  return Array.from({ length: size.controls }, (_, i) => {
    const stay = {
      seed: size.seed + 500,
      index: 500 + i,
      scenario: stage === 'IV' ? ('healthyIV' as const) : ('healthyV' as const),
      stage,
      roads: 'home' as const,
      faulty: false,
      recordPeriodS: size.recordPeriodS,
    };
    return [
      storedDays({ ...stay, firstDate: size.firstDate, days: before }, size.parameters),
      storedDays({ ...stay, firstDate: afterFrom, days: size.parameters.roadCheck.days + 1 }, size.parameters),
    ] as const;
  });
}

function controlsOf(stored: readonly (readonly [StoredDay[], StoredDay[]])[], least: number): RoadControl[] {
  const valid = (days: readonly StoredDay[]) => days.filter(({ judged }) => judged.notValid === null);
  return stored.flatMap(([b, a], vehicleId) => {
    const [before, after] = [valid(b), valid(a)];
    if (before.length < least || after.length < least) return [];
    const bins = (days: readonly StoredDay[]) =>
      roadBins(
        days.flatMap(({ summed }) => summed.slices),
        'work',
        0.2,
      );
    return [{ vehicleId, daysBefore: before.length, daysAfter: after.length, before: bins(before), after: bins(after) }];
  });
}

/** Follows one truck through its days before and after, asking each day as the service does. */
function follow(size: RunSize, of: Treatment, index: number, controls: readonly RoadControl[]): Judged {
  const stage = STAGES[index % 2] ?? 'V';
  const scenario = of.scenarios[(index >> 1) % of.scenarios.length] ?? 'scrFailed';
  const { before, repair, afterFrom } = calendarOf(size);
  const p = size.parameters.roadCheck;
  const stay = { seed: size.seed, index, scenario, stage, recordPeriodS: size.recordPeriodS, shiftHours: 11 };
  const drive = (roads: readonly Roads[], faulty: boolean, from: string, count: number): StoredDay[] => {
    const part = Math.ceil(count / roads.length);
    const driven = roads.flatMap((road, i) =>
      storedDays({ ...stay, roads: road, faulty, firstDate: later(from, i * part), days: part }, size.parameters),
    );
    return of.anyDay ? driven.map((each) => ({ ...each, judged: { ...each.judged, notValid: null } })) : driven;
  };
  const first = drive(of.roads[0], true, size.firstDate, before);
  const second = drive(of.roads[1], !of.repaired, afterFrom, size.daysAfter);
  const days = new Map([...first, ...second].map((each) => [each.judged.day, each.summed]));
  const span = roadSpan(repair, p);
  const check = (until: number) => {
    const seen = [...first, ...second.slice(0, until)].map(({ judged }) => judged);
    const chosen = chooseDays(seen, span, p);
    const summed = (list: readonly string[]) => list.flatMap((day) => days.get(day) ?? []);
    const material = {
      repair,
      span,
      before: summed(chosen.before),
      after: summed(chosen.after),
      notValid: chosen.notValid,
      controls,
    };
    return { days: chosen.after.length, result: roadCheck(assembleRoadCheck(material, size.parameters)) };
  };
  let last = check(Math.min(p.days, second.length));
  for (let until = p.days + 1; until <= second.length && last.result.verdict === 'notYetDecidable'; until += 1)
    last = check(until);
  const { verdict, reason, comparison } = last.result;
  const limit = stage === 'V' ? size.parameters.verdicts.inUseV : size.parameters.verdicts.inUseIV;
  const rawSays = (comparison.ownBefore ?? 0) > limit && (comparison.ownAfter ?? limit) < limit;
  return { treatment: of.name, scenario, stage, verdict, reason, rawSays, days: last.days, result: last.result };
}

/** Every treatment on as many trucks as the run has. */
export function runTreatments(size: RunSize, treatments: readonly Treatment[], onTruck?: (one: Judged) => void): Judged[] {
  const least = Math.min(size.parameters.roadCheck.controlDays, size.parameters.roadCheck.days);
  const controls = new Map(STAGES.map((stage) => [stage, controlsOf(controlDays(size, stage), least)]));
  return treatments.flatMap((of) =>
    Array.from({ length: size.trucks }, (_, index) => {
      const one = follow(size, of, index, controls.get(STAGES[index % 2] ?? 'V') ?? []);
      onTruck?.(one);
      return one;
    }),
  );
}

/** What came out of a treatment. */
export interface Rates {
  readonly treatment: string;
  readonly trucks: number;
  readonly counts: Readonly<Record<RoadVerdict, number>>;
  readonly rawSays: number;
  /** Middle of the valid days after that a verdict took; null: there was none. */
  readonly medianDays: number | null;
  readonly reasons: Readonly<Record<string, number>>;
}

export function ratesOf(judged: readonly Judged[], treatment: string): Rates {
  const own = judged.filter((one) => one.treatment === treatment);
  const count = (verdict: RoadVerdict): number => own.filter((one) => one.verdict === verdict).length;
  const days = own.filter(({ verdict }) => verdict !== 'notYetDecidable').map((one) => one.days);
  const reasons = new Map<string, number>();
  for (const { reason } of own) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return {
    treatment,
    trucks: own.length,
    counts: {
      repaired: count('repaired'),
      notRepaired: count('notRepaired'),
      notYetDecidable: count('notYetDecidable'),
    },
    rawSays: own.filter((one) => one.rawSays).length,
    medianDays: [...days].sort((a, b) => a - b)[days.length >> 1] ?? null,
    reasons: Object.fromEntries(reasons),
  };
}
