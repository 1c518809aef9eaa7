import { between, mix, uniform } from '../hash.ts';
import { SCENARIOS, type ScenarioId } from '../truck/scenarios.ts';
import type { Stage, TerminalSpec, TruckSpec } from '../truck/spec.ts';
import type { District } from '../world/places.ts';
import { demoVin } from './vin.ts';

/** Trucks of the site's first fleet. */
export const DEFAULT_FLEET_SIZE = 36;
/** Two drivers share a truck, so that most of the fleet is on the road at any hour of a demonstration. */
const ROUND_THE_CLOCK_HOURS = 19.5;

/** What may be asked of a fleet. */
export interface FleetOptions {
  /** Number of trucks; 36 unless told. */
  readonly trucks?: number;
  /** Length of a shift [h], 4 … 20; 19.5 unless told. */
  readonly shiftHours?: number;
  /** The scenarios' faults hold from here to there [epoch s]; always unless told. */
  readonly faultFromSec?: number;
  readonly faultUntilSec?: number;
  /** Emission stage of a truck whose scenario leaves it open; drawn by lot unless told. */
  readonly stage?: Stage;
}

const DISTRICTS: readonly District[] = [
  '昌吉市',
  '阜康市',
  '准东经济技术开发区',
  '吉木萨尔县',
  '昌吉市',
  '呼图壁县',
  '奇台县',
  '玛纳斯县',
  '木垒哈萨克自治县',
  '阜康市',
  '准东经济技术开发区',
  '奇台县',
];
const ENTERPRISES = ['运输一队', '运输二队', '运输三队', '运输四队'];
const USES = ['货运', '煤炭运输', '危险品运输', '渣土运输'];

/** Scenarios by place in the fleet; every other truck is healthy. A wrong clock is left out: its records never become rows. */
const FAULTY: Readonly<Record<number, ScenarioId>> = {
  2: 'scrFailed',
  5: 'ureaNotFilled',
  8: 'noScr',
  11: 'noxSensorStuck',
  14: 'ureaDiluted',
  17: 'fuelTheft',
  20: 'noxEmulator',
  23: 'gpsLost',
  26: 'scrFailed',
  29: 'offlineBacklog',
  32: 'ureaNotFilled',
  35: 'noScr',
};

interface Build {
  readonly model: string;
  readonly engineModel: string;
  readonly ratedPowerKw: number;
  readonly fuelTankL: number;
  readonly ureaTankL: number;
}

/** Generic models; the names say what they are. */
const BUILDS: readonly Build[] = [
  { model: '4×2 载货车', engineModel: '7.0L-200', ratedPowerKw: 200, fuelTankL: 600, ureaTankL: 40 },
  { model: '6×2 载货车', engineModel: '8.9L-243', ratedPowerKw: 243, fuelTankL: 700, ureaTankL: 45 },
  { model: '6×4 自卸车', engineModel: '10L-276', ratedPowerKw: 276, fuelTankL: 800, ureaTankL: 50 },
  { model: '6×4 牵引车', engineModel: '11L-316', ratedPowerKw: 316, fuelTankL: 900, ureaTankL: 60 },
  { model: '6×4 牵引车', engineModel: '12L-350', ratedPowerKw: 350, fuelTankL: 1000, ureaTankL: 70 },
];

const PLATE_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ';

function terminalOf(seed: number, index: number): TerminalSpec {
  // Twelve of A, ten of B, eight of H and six JSON in 36; two B terminals send one record in 30 s, two in 10 s.
  const format = (['A', 'B', 'H', 'json', 'A', 'B', 'A', 'H', 'B'] as const)[index % 9] ?? 'A';
  const slow = format === 'B' && index % 9 === 8;
  const recordPeriodS = slow ? (index % 2 === 0 ? 30 : 10) : 1;
  const uploadPeriodS = recordPeriodS === 30 ? 30 : 10;
  return {
    id: `demo-${String(index + 1).padStart(3, '0')}`,
    format: index === 0 || index === 9 ? 'A' : format,
    recordPeriodS,
    uploadPeriodS,
    phaseS: mix(seed, 81, index) % uploadPeriodS,
    softwareVersion: 1 + (mix(seed, 82, index) % 5),
    iccid: `898604${String(mix(seed, 83, index) % 1e7).padStart(7, '0')}${String(index).padStart(7, '0')}`,
    lossShare: between(0.005, 0.03, seed, 84, index),
  };
}

/** The spec of one truck of a fleet, with a scenario of your choice. */
export function truckSpec(fleetSeed: number, index: number, scenario: ScenarioId, options: FleetOptions = {}): TruckSpec {
  const seed = mix(fleetSeed, 80, index);
  const { stage: needed, equipment } = SCENARIOS[scenario];
  const stage: Stage = needed ?? options.stage ?? (uniform(seed, 85, 0) < 0.6 ? 'IV' : 'V');
  const build = BUILDS[mix(seed, 86, 0) % BUILDS.length] as Build;
  const { ratedPowerKw } = build;
  const ratedRpm = 1900;
  const letters = PLATE_LETTERS[mix(seed, 87, 1) % PLATE_LETTERS.length] ?? 'A';
  return {
    seed,
    worldSeed: fleetSeed,
    vin: demoVin(stage === 'IV' ? 'E' : 'J', index + 1),
    plate: `新B·${letters}${String(mix(fleetSeed, 88, 0) % 10)}${String(index + 101)}`,
    plateColor: '黄',
    district: DISTRICTS[index % DISTRICTS.length] ?? '昌吉市',
    roads: 'home',
    enterprise: ENTERPRISES[index % ENTERPRISES.length] ?? '运输一队',
    useType: USES[mix(seed, 89, 0) % USES.length] ?? '货运',
    stage,
    model: build.model,
    engineModel: build.engineModel,
    ratedPowerKw,
    ratedRpm,
    referenceTorqueNm: Math.round(((ratedPowerKw * 9549.3) / ratedRpm) * 1.25),
    torqueKind: uniform(seed, 90, 0) < 0.65 ? 'indicated' : 'net',
    fuelTankL: build.fuelTankL,
    ureaTankL: build.ureaTankL,
    loadedMassKg: Math.min(49_000, Math.round(ratedPowerKw * between(128, 148, seed, 91, 0))),
    emptyMassKg: Math.round(ratedPowerKw * between(46, 54, seed, 92, 0)),
    engineOutGPerKwh: stage === 'IV' ? between(7.5, 7.7, seed, 93, 0) : between(7.3, 7.8, seed, 93, 0),
    scrPlateau: stage === 'IV' ? between(0.766, 0.776, seed, 94, 0) : between(0.86, 0.89, seed, 94, 0),
    hasScr: true,
    hasUpstreamNox: uniform(seed, 95, 0) < 0.7,
    hasDpf: uniform(seed, 96, 0) < (stage === 'V' ? 0.4 : 0.15),
    hasAirFlow: true,
    hasSmokeSensor: true,
    noxOffReads: uniform(seed, 97, 0) < 0.25 ? 'zero' : 'notAvailable',
    ureaGaugeStepPct: uniform(seed, 98, 0) < 0.3 ? 4 : 0.4,
    odometerBaseKm: Math.floor(between(120_000, 420_000, seed, 99, 0)),
    shiftStartS: Math.floor(((index * 7) % DEFAULT_FLEET_SIZE) * (86_400 / DEFAULT_FLEET_SIZE)),
    shiftHours: options.shiftHours ?? ROUND_THE_CLOCK_HOURS,
    terminal: terminalOf(fleetSeed, index),
    scenario,
    faultFromSec: options.faultFromSec ?? Number.NEGATIVE_INFINITY,
    faultUntilSec: options.faultUntilSec ?? Number.POSITIVE_INFINITY,
    ...equipment,
  };
}

/** The demonstration fleet: one stage V truck in three, two thirds healthy, every terminal format; the same seed gives the same trucks. */
export function defaultFleet(seed: number, options: FleetOptions = {}): TruckSpec[] {
  return Array.from({ length: options.trucks ?? DEFAULT_FLEET_SIZE }, (_, index) => {
    const scenario = FAULTY[index % DEFAULT_FLEET_SIZE] ?? (index % 3 === 1 ? 'healthyV' : 'healthyIV');
    return truckSpec(seed, index, scenario, options);
  });
}
