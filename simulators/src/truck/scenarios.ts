import type { TruckSpec } from './spec.ts';

/** The scenarios a truck can be given. */
export type ScenarioId =
  | 'healthyIV'
  | 'healthyV'
  | 'scrFailed'
  | 'ureaNotFilled'
  | 'ureaDiluted'
  | 'noxSensorStuck'
  | 'noxEmulator'
  | 'fuelTheft'
  | 'gpsLost'
  | 'clockWrong'
  | 'offlineBacklog'
  | 'noScr';

/**
 * What the service may conclude: a rule (emissions §4–§5, `R-` ids), a tank or data event, or a ledger code.
 * `anyLead` stands for every rule that puts a truck on the officer's list.
 */
export type ExpectedEvent =
  | 'R-A1'
  | 'R-A2'
  | 'R-A3'
  | 'R-A4'
  | 'R-C1'
  | 'R-C2'
  | 'R-C3'
  | 'R-E1'
  | 'R-U1'
  | 'R-U2'
  | 'R-U3'
  | 'R-U4'
  | 'R-T1'
  | 'R-T2'
  | 'R-T3'
  | 'R-T4'
  | 'R-T5'
  | 'R-T6'
  | 'R-T7'
  | 'R-T9'
  | 'fuelTheft'
  | 'fuelRefuel'
  | 'ureaRefill'
  | 'positionLost'
  | 'lateData'
  | 'notEvaluated'
  | 'CLOCK_OFFSET'
  | 'liveAlarm'
  | 'anyLead';

/** What a scenario changes in the truck. Absent: as built. */
export interface Faults {
  /** Share of its usual efficiency that the catalyst still has. */
  readonly conversion: number;
  /** Share of the demanded urea that is injected. */
  readonly dosing: number;
  /** Whether the urea tank is refilled. */
  readonly ureaRefills: boolean;
  readonly noxDownReads: 'true' | 'stuck' | 'emulated';
  readonly fuelTheft: boolean;
  readonly positionLost: boolean;
  /** Terminal clock minus true time [s]. */
  readonly clockOffsetS: number;
  /** Hours without a link, up to the moment the terminal connects, that it then has to deliver. */
  readonly backlogHours: number;
  readonly mil: boolean;
  /** Trouble codes as SPN and FMI (SAE J1939-73). */
  readonly dtcs: readonly { readonly spn: number; readonly fmi: number }[];
}

/** A truck with nothing wrong. */
export const NO_FAULTS: Faults = {
  conversion: 1,
  dosing: 1,
  ureaRefills: true,
  noxDownReads: 'true',
  fuelTheft: false,
  positionLost: false,
  clockOffsetS: 0,
  backlogHours: 0,
  mil: false,
  dtcs: [],
};

/** One scenario: its parameterisation, and what it must and must not cause. */
export interface Scenario {
  readonly id: ScenarioId;
  readonly zh: string;
  readonly en: string;
  /** Stage the scenario is about; null: any. */
  readonly stage: 'IV' | 'V' | null;
  /** Equipment the truck must have for it to show. */
  readonly equipment: Partial<Pick<TruckSpec, 'hasScr' | 'hasUpstreamNox' | 'hasDpf'>>;
  readonly faults: Faults;
  readonly must: readonly ExpectedEvent[];
  readonly mustNot: readonly ExpectedEvent[];
}

const NORMAL: readonly ExpectedEvent[] = ['fuelRefuel', 'ureaRefill'];
const DATA_ONLY: readonly ExpectedEvent[] = ['anyLead', 'fuelTheft', 'CLOCK_OFFSET'];

/** All scenarios by id. */
export const SCENARIOS: { readonly [Id in ScenarioId]: Scenario } = {
  healthyIV: {
    id: 'healthyIV',
    zh: '国四正常',
    en: 'healthy China IV',
    stage: 'IV',
    equipment: { hasScr: true },
    faults: NO_FAULTS,
    must: NORMAL,
    mustNot: [...DATA_ONLY, 'R-A1', 'R-T1', 'R-T2', 'R-T3', 'R-U1', 'R-U2', 'positionLost'],
  },
  healthyV: {
    id: 'healthyV',
    zh: '国五正常',
    en: 'healthy China V',
    stage: 'V',
    equipment: { hasScr: true },
    faults: NO_FAULTS,
    must: NORMAL,
    mustNot: [...DATA_ONLY, 'R-A1', 'R-T1', 'R-T2', 'R-T3', 'R-U1', 'R-U2', 'positionLost'],
  },
  scrFailed: {
    id: 'scrFailed',
    zh: 'SCR 失效',
    en: 'SCR catalyst failed, urea still used',
    stage: null,
    equipment: { hasScr: true, hasUpstreamNox: true },
    faults: { ...NO_FAULTS, conversion: 0.04, mil: true, dtcs: [{ spn: 4364, fmi: 18 }] },
    must: ['R-A1', 'R-A4', 'R-E1', 'R-T7', 'fuelRefuel', 'ureaRefill'],
    mustNot: ['R-T1', 'R-T2', 'R-T3', 'R-U1', 'R-U2', 'fuelTheft', 'CLOCK_OFFSET'],
  },
  ureaNotFilled: {
    id: 'ureaNotFilled',
    zh: '不加尿素',
    en: 'urea tank run empty and not refilled',
    stage: null,
    equipment: { hasScr: true, hasUpstreamNox: true },
    faults: { ...NO_FAULTS, ureaRefills: false, mil: true, dtcs: [{ spn: 1761, fmi: 1 }] },
    must: ['R-A1', 'R-A4', 'R-E1', 'R-U1', 'R-U2', 'fuelRefuel'],
    mustNot: ['R-T1', 'R-T2', 'R-T3', 'ureaRefill', 'fuelTheft', 'CLOCK_OFFSET'],
  },
  ureaDiluted: {
    id: 'ureaDiluted',
    zh: '尿素掺水',
    en: 'urea diluted with water',
    stage: null,
    equipment: { hasScr: true, hasUpstreamNox: true },
    faults: { ...NO_FAULTS, conversion: 0.15 },
    must: ['R-A1', 'R-E1', 'R-U3', 'fuelRefuel', 'ureaRefill'],
    mustNot: ['R-U1', 'R-U2', 'R-T1', 'R-T2', 'R-T3', 'fuelTheft', 'CLOCK_OFFSET'],
  },
  noxSensorStuck: {
    id: 'noxSensorStuck',
    zh: 'NOx 传感器卡滞',
    en: 'downstream NOx sensor stuck at one value',
    stage: null,
    equipment: { hasScr: true },
    faults: { ...NO_FAULTS, noxDownReads: 'stuck' },
    must: ['R-T1'],
    mustNot: ['R-A3', 'R-C3', 'R-U1', 'R-U2', 'fuelTheft', 'CLOCK_OFFSET'],
  },
  noxEmulator: {
    id: 'noxEmulator',
    zh: 'NOx 信号模拟器',
    en: 'NOx emulator fitted, no urea used',
    stage: null,
    equipment: { hasScr: true },
    faults: { ...NO_FAULTS, noxDownReads: 'emulated', ureaRefills: false },
    must: ['R-T2', 'R-T4', 'R-T5', 'R-T6', 'R-U1'],
    mustNot: ['R-A1', 'R-A2', 'R-A3', 'R-C1', 'fuelTheft', 'CLOCK_OFFSET'],
  },
  fuelTheft: {
    id: 'fuelTheft',
    zh: '燃油被盗',
    en: 'fuel stolen at night',
    stage: null,
    equipment: { hasScr: true },
    faults: { ...NO_FAULTS, fuelTheft: true },
    must: ['fuelTheft', 'fuelRefuel', 'ureaRefill'],
    mustNot: ['anyLead', 'R-A1', 'R-U1', 'R-U2', 'CLOCK_OFFSET'],
  },
  gpsLost: {
    id: 'gpsLost',
    zh: '定位丢失',
    en: 'position lost for hours',
    stage: null,
    equipment: { hasScr: true },
    faults: { ...NO_FAULTS, positionLost: true },
    must: ['positionLost', ...NORMAL],
    mustNot: [...DATA_ONLY, 'R-A1', 'R-U1'],
  },
  clockWrong: {
    id: 'clockWrong',
    zh: '终端时钟错误',
    en: 'terminal clock eight hours ahead',
    stage: null,
    equipment: { hasScr: true },
    faults: { ...NO_FAULTS, clockOffsetS: 8 * 3600 },
    must: ['CLOCK_OFFSET'],
    mustNot: ['anyLead', 'R-A1', 'fuelTheft', 'liveAlarm'],
  },
  offlineBacklog: {
    id: 'offlineBacklog',
    zh: '离线补传',
    en: 'link lost for hours, backlog re-issued',
    stage: null,
    equipment: { hasScr: true },
    faults: { ...NO_FAULTS, backlogHours: 3 },
    must: ['lateData'],
    mustNot: [...DATA_ONLY, 'R-A1', 'liveAlarm'],
  },
  noScr: {
    id: 'noScr',
    zh: '无 SCR',
    en: 'no SCR and no NOx sensors',
    stage: 'IV',
    equipment: { hasScr: false, hasUpstreamNox: false, hasDpf: false },
    faults: NO_FAULTS,
    must: ['notEvaluated', 'fuelRefuel'],
    mustNot: [...DATA_ONLY, 'R-A1', 'R-U1', 'R-U2', 'ureaRefill'],
  },
};

/** What is wrong with a truck in a shift that begins at this time. */
export function faultsAt(spec: TruckSpec, shiftStartSec: number): Faults {
  const holds = shiftStartSec >= spec.faultFromSec && shiftStartSec < spec.faultUntilSec;
  return holds ? SCENARIOS[spec.scenario].faults : NO_FAULTS;
}
