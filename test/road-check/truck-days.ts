import {
  type DaySummary,
  evaluateDay,
  FORMULA_VERSION,
  type JudgedRoadDay,
  judgeDay,
  type Parameters,
  type RoadSlice,
  type RuleContext,
  roadNotValid,
  type SummedRoadDay,
  type TruckFacts,
} from '@plume/ingest/rules';
import { type ScenarioId, type TruckSpec, truck, truckSpec } from '@plume/simulators';
import { DAY_S, dateOf, midnight, recordDays } from '../confusion/record-days.ts';

/** Roads on which a truck works. */
export type Roads = TruckSpec['roads'];

/** A truck that works some days on some roads, with its fault or without. */
export interface Stay {
  readonly seed: number;
  readonly index: number;
  readonly scenario: ScenarioId;
  readonly stage: 'IV' | 'V';
  readonly roads: Roads;
  readonly faulty: boolean;
  readonly firstDate: string;
  readonly days: number;
  readonly recordPeriodS: 10 | 30;
  /** Length of the shift [h]. */
  readonly shiftHours?: number;
}

/** A day as the service stores it: what was judged, and what of it a road check takes. */
export interface StoredDay {
  readonly judged: JudgedRoadDay;
  readonly summed: SummedRoadDay;
}

const LOOK_BACK_DAYS = 29;

function specOf(stay: Stay): TruckSpec {
  // Drawn as a healthy truck of the stage: a scenario of a fault must not choose the engine.
  const base = truckSpec(stay.seed, stay.index, stay.stage === 'IV' ? 'healthyIV' : 'healthyV', {
    shiftHours: stay.shiftHours ?? 8,
  });
  return {
    ...base,
    scenario: stay.scenario,
    stage: stay.stage,
    roads: stay.roads,
    hasAirFlow: true,
    shiftStartS: 6 * 3600,
    terminal: { ...base.terminal, format: 'A', recordPeriodS: stay.recordPeriodS, uploadPeriodS: stay.recordPeriodS },
    faultFromSec: stay.faulty ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
    faultUntilSec: Number.POSITIVE_INFINITY,
  };
}

function factsOf(spec: TruckSpec): TruckFacts {
  const { vin, stage, ratedPowerKw, ratedRpm, referenceTorqueNm, engineModel, fuelTankL, ureaTankL, hasScr, hasDpf } = spec;
  const registered = { vin, stage, ratedPowerKw, ratedRpm, referenceTorqueNm, engineModel, fuelTankL, ureaTankL, hasScr, hasDpf };
  const unknown = { torqueKind: null, workRefKwh: null, bsfcRefKgPerKwh: null, fuelDensityKgL: null, displacementL: null };
  return { ...registered, ...unknown, limits: {} };
}

/** The days of a stay: simulated, encoded as a terminal would, decoded, evaluated, judged by the code of the service. */
export function storedDays(stay: Stay, parameters: Parameters): StoredDay[] {
  const spec = specOf(stay);
  const facts = factsOf(spec);
  const summaries: DaySummary[] = [];
  const days: StoredDay[] = [];
  for (const input of recordDays(truck(spec), facts, stay.firstDate, stay.days, () => null)) {
    const { summary, slices } = evaluateDay(input, parameters);
    if (summary.samples === 0) continue;
    summaries.push(summary);
    const context: RuleContext = {
      date: input.date,
      facts,
      days: summaries.filter(({ date }) => midnight(date) >= input.fromSec - LOOK_BACK_DAYS * DAY_S),
      reference: null,
      inService: true,
      lastSampleSec: summary.lastSec,
      fittedSec: midnight(stay.firstDate),
      untilSec: input.toSec,
    };
    const notValid = roadNotValid(judgeDay(context, parameters));
    const own = slices.flatMap(({ kind, bin, sums }): RoadSlice[] =>
      kind === 'operation' || kind === 'speed' ? [{ kind, bin, ...sums }] : [],
    );
    days.push({ judged: { day: input.date, notValid }, summed: { formula: FORMULA_VERSION, summary, slices: own } });
  }
  return days;
}

/** The Beijing date so many days after another. */
export function later(date: string, days: number): string {
  return dateOf(midnight(date) + days * DAY_S);
}
