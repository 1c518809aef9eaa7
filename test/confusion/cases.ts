import type { TruckFacts } from '@plume/ingest/rules';
import { SCENARIOS, type ScenarioId, type Stage, type TerminalSpec, type TruckSpec, truckSpec } from '@plume/simulators';
import { DAY_S, dateOf, midnight } from './record-days.ts';
import { isFaulty } from './truth.ts';

/** One truck over consecutive days: everything that a worker needs, and nothing that cannot be sent to one. */
export interface TruckCase {
  readonly id: string;
  readonly spec: TruckSpec;
  readonly facts: TruckFacts;
  readonly firstDate: string;
  readonly days: number;
  readonly season: Season;
}

export type Season = 'winter' | 'summer';

/** How large a run is. */
export interface Extent {
  readonly seed: number;
  readonly healthyTrucks: number;
  readonly healthyDays: number;
  readonly faultyTrucks: number;
  /** Healthy days before the fault, and days with it. */
  readonly daysBefore: number;
  readonly faultyDays: number;
  /** Trucks and days that each frozen reference is made from; 0 trucks: no references. */
  readonly referenceTrucks: number;
  readonly referenceDays: number;
  /** All terminals send a record in so many seconds: for a short run; unless told they differ. */
  readonly periodS?: TerminalSpec['recordPeriodS'];
}

/** Mondays on which the judged weeks begin, and those of the month before that references are made from. */
const FIRST_DATES: Readonly<Record<Season, string>> = { winter: '2027-01-04', summer: '2026-07-06' };
const REFERENCE_DATES: Readonly<Record<Season, string>> = { winter: '2026-12-07', summer: '2026-06-08' };
export const SEASONS: readonly Season[] = ['winter', 'summer'];
/** The engine that references are made of, and one that too few trucks have. */
const COMMON_ENGINE = '12L-350';
const RARE_ENGINE = '10L-276';
const STAGES: readonly Stage[] = ['IV', 'V'];

/** A tank that nobody refills has run dry when the days that are looked at begin. */
const DRY_BEFORE_DAYS = 25;
const AGEING_DAYS = { before: 7, faulty: 28 };

/** What is varied from truck to truck beside its seed. */
interface Variety {
  readonly season: Season;
  readonly stage: Stage;
  readonly roads: TruckSpec['roads'];
  readonly engine: string;
  readonly format: TerminalSpec['format'];
  readonly recordPeriodS: TerminalSpec['recordPeriodS'];
  readonly airFlow: boolean;
  readonly upstream: boolean;
  readonly dpf: boolean;
  readonly torqueKnown: boolean;
  readonly shiftHours: number;
}

/** Healthy trucks: every combination that matters some times, none left out. */
export function healthyCases(extent: Extent): TruckCase[] {
  return Array.from({ length: extent.healthyTrucks }, (_, i) => {
    const variety: Variety = {
      stage: i % 2 === 0 ? 'IV' : 'V',
      season: SEASONS[(i >> 1) % 2] as Season,
      roads: (['home', 'home', 'town', 'home', 'mountain', 'mountain'] as const)[(i + (i >> 3)) % 6] ?? 'home',
      engine: i % 3 === 1 ? RARE_ENGINE : COMMON_ENGINE,
      format: (['A', 'H', 'A', 'B', 'H', 'json'] as const)[(i + (i >> 2)) % 6] ?? 'A',
      recordPeriodS: extent.periodS ?? ([1, 1, 10, 1, 1, 1, 30] as const)[i % 7] ?? 1,
      airFlow: i % 5 !== 3,
      upstream: i % 3 !== 2,
      dpf: i % 4 >= 2,
      torqueKnown: i % 8 !== 6,
      shiftHours: i % 9 === 8 ? 19.5 : 8 + (i % 3),
    };
    const scenario = variety.stage === 'IV' ? 'healthyIV' : 'healthyV';
    return truckCase(extent.seed, i, scenario, variety, FIRST_DATES[variety.season], 0, extent.healthyDays);
  });
}

/** Trucks of one scenario. */
export function faultyCases(extent: Extent, scenario: ScenarioId): TruckCase[] {
  const { stage, equipment } = SCENARIOS[scenario];
  return Array.from({ length: extent.faultyTrucks }, (_, i) => {
    const season = SEASONS[(i + 1) % 2] as Season;
    const variety: Variety = {
      stage: stage ?? (['IV', 'V', 'V', 'IV'] as const)[i % 4] ?? 'IV',
      season,
      roads: scenario === 'lowLoadNox' ? 'town' : i % 4 === 3 ? 'mountain' : 'home',
      engine: i % 4 === 2 ? RARE_ENGINE : COMMON_ENGINE,
      format: (['H', 'A', 'B', 'A'] as const)[i % 4] ?? 'A',
      recordPeriodS: extent.periodS ?? (i % 4 === 3 ? 10 : 1),
      airFlow: i % 4 < 2,
      upstream: true,
      dpf: equipment.hasDpf ?? i % 2 === 1,
      torqueKnown: true,
      shiftHours: 8 + (i % 3),
    };
    const ageing = scenario === 'catalystAgeing' && extent.faultyDays > 2;
    const before = ageing ? AGEING_DAYS.before : extent.daysBefore;
    const faulty = ageing ? AGEING_DAYS.faulty : extent.faultyDays;
    return truckCase(extent.seed, 100 + i, scenario, variety, FIRST_DATES[season], before, faulty);
  });
}

/** Healthy trucks of the month before, of each stage and season: what references are made from. */
export function referenceCases(extent: Extent): TruckCase[] {
  const kinds = STAGES.flatMap((stage) => SEASONS.map((season) => ({ stage, season })));
  return kinds.flatMap(({ stage, season }, kind) =>
    Array.from({ length: extent.referenceTrucks }, (_, i) => {
      const variety: Variety = {
        season,
        stage,
        roads: i % 2 === 0 ? 'home' : 'town',
        engine: COMMON_ENGINE,
        format: 'A',
        recordPeriodS: 1,
        airFlow: true,
        upstream: true,
        dpf: false,
        torqueKnown: true,
        shiftHours: 8,
      };
      const scenario = stage === 'IV' ? 'healthyIV' : 'healthyV';
      const index = 1000 + kind * 20 + i;
      return truckCase(extent.seed, index, scenario, variety, REFERENCE_DATES[season], 0, extent.referenceDays);
    }),
  );
}

function truckCase(
  seed: number,
  index: number,
  scenario: ScenarioId,
  variety: Variety,
  firstDate: string,
  before: number,
  counted: number,
): TruckCase {
  const { season, stage, engine } = variety;
  const dry = !SCENARIOS[scenario].faults.ureaRefills;
  const days = (dry ? 0 : before) + counted;
  const faultFromSec = midnight(firstDate) + (dry ? -DRY_BEFORE_DAYS : before) * DAY_S;
  const base = built(seed, index, scenario, stage, engine, variety.shiftHours);
  const { equipment } = SCENARIOS[scenario];
  const spec: TruckSpec = {
    ...base,
    worldSeed: seed,
    stage,
    roads: variety.roads,
    hasAirFlow: variety.airFlow,
    hasUpstreamNox: variety.upstream,
    hasDpf: variety.dpf,
    // Most work by day; who shares a truck in two shifts works through midnight.
    shiftStartS: variety.shiftHours > 12 ? 15 * 3600 : Math.floor((5.5 + (index % 5)) * 3600),
    terminal: {
      ...base.terminal,
      format: variety.format,
      recordPeriodS: variety.recordPeriodS,
      uploadPeriodS: variety.recordPeriodS === 30 ? 30 : 10,
      phaseS: index % 10,
    },
    faultFromSec: isFaulty(scenario) ? faultFromSec : Number.POSITIVE_INFINITY,
    ...equipment,
  };
  return {
    id: `${scenario} ${index}`,
    spec,
    facts: factsOf(spec, variety.torqueKnown, index),
    firstDate,
    days,
    season,
  };
}

/** A truck with the wanted engine: the first seed that builds one. */
function built(seed: number, index: number, scenario: ScenarioId, stage: Stage, engine: string, shiftHours: number): TruckSpec {
  // Engine-out NOx and conversion are those of the stage, so a scenario that is about any stage is drawn as a healthy truck of it.
  const as = SCENARIOS[scenario].stage === null ? (stage === 'IV' ? 'healthyIV' : 'healthyV') : scenario;
  for (let tried = seed * 1000; tried < seed * 1000 + 200; tried += 1) {
    const spec = truckSpec(tried, index, as, { shiftHours });
    if (spec.engineModel === engine) return { ...spec, scenario };
  }
  throw new Error(`no seed near ${seed} builds a truck with engine ${engine}`);
}

/** What the registry knows of a truck: never the kind of torque or the reference cycle, and not always the rest. */
function factsOf(spec: TruckSpec, torqueKnown: boolean, index: number): TruckFacts {
  const { vin, stage, ratedPowerKw, ratedRpm, referenceTorqueNm, engineModel, fuelTankL, ureaTankL } = spec;
  return {
    vin,
    stage,
    ratedPowerKw,
    ratedRpm: torqueKnown ? ratedRpm : null,
    referenceTorqueNm: torqueKnown ? referenceTorqueNm : null,
    torqueKind: null,
    workRefKwh: null,
    bsfcRefKgPerKwh: null,
    fuelDensityKgL: null,
    displacementL: null,
    engineModel,
    fuelTankL,
    ureaTankL,
    hasScr: index % 2 === 0 ? spec.hasScr : null,
    hasDpf: index % 2 === 0 ? spec.hasDpf : null,
    limits: {},
  };
}

/** Beijing dates of a case. */
export function datesOf(of: TruckCase): string[] {
  return Array.from({ length: of.days }, (_, day) => dateOf(midnight(of.firstDate) + day * DAY_S));
}
