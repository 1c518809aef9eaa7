import { DAY_S } from '../world/calendar.ts';
import { type Faults, NO_FAULTS } from './faults.ts';
import type { TruckSpec } from './spec.ts';

/** The scenarios a truck can be given. */
export type ScenarioId =
  | 'healthyIV'
  | 'healthyV'
  | 'scrFailed'
  | 'catalystAgeing'
  | 'lowLoadNox'
  | 'ureaNotFilled'
  | 'ureaDiluted'
  | 'ureaRegulator'
  | 'ureaGaugeFrozen'
  | 'ureaDrained'
  | 'ammoniaSlip'
  | 'noxSensorStuck'
  | 'noxEmulator'
  | 'noxScaledCopy'
  | 'noxUnplugged'
  | 'dpfRemoved'
  | 'smokyEngine'
  | 'milOn'
  | 'fuelTheft'
  | 'slopeParking'
  | 'gpsLost'
  | 'clockWrong'
  | 'offlineBacklog'
  | 'terminalSilent'
  | 'terminalOpened'
  | 'noScr';

/** A rule of the service by its id, `R-A1` (emissions §4, §5). */
export type RuleName = `R-${string}`;

/**
 * What a scenario shows in the records themselves: a ledger code, messages received late, or that the rules on NOx cannot be asked
 * for want of sensors.
 */
export type RecordSign = 'CLOCK_OFFSET' | 'lateData' | 'notEvaluated';

/** One scenario: its parameterisation, and what it must and may cause. */
export interface Scenario {
  readonly id: ScenarioId;
  readonly zh: string;
  readonly en: string;
  /** Stage the scenario is about; null: any. */
  readonly stage: 'IV' | 'V' | null;
  /** Equipment the truck must have for it to show. */
  readonly equipment: Partial<Pick<TruckSpec, 'hasScr' | 'hasUpstreamNox' | 'hasDpf' | 'hasAirFlow'>>;
  readonly faults: Faults;
  /** Loss of conversion a day since the fault began, for what comes slowly. */
  readonly conversionLossPerDay?: number;
  /** Rules that must speak, each within the days that it promises. */
  readonly must: readonly RuleName[];
  /** Of a stage V truck also: its limits are lower. */
  readonly mustV: readonly RuleName[];
  /** Rules that may speak: they see the same fault, on some trucks and not on others. Every rule in neither list must stay silent. */
  readonly may: readonly RuleName[];
  readonly signs: readonly RecordSign[];
}

const REFILLS: readonly RuleName[] = ['R-FUEL-REFILL', 'R-UREA-REFILL'];
/** High NOx by whatever way it can be computed. */
const HIGH_NOX: readonly RuleName[] = ['R-A2', 'R-A3', 'R-C1', 'R-C2', 'R-C3', 'R-E2', 'R-T8'];
/** The same, come from one day to the next. */
const JUMP: readonly RuleName[] = [...HIGH_NOX, 'R-DRIFT'];

const without = (rules: readonly RuleName[], rule: RuleName): readonly RuleName[] => rules.filter((each) => each !== rule);

const scenario = (
  id: ScenarioId,
  zh: string,
  en: string,
  more: Partial<Omit<Scenario, 'id' | 'zh' | 'en' | 'faults'>> & { readonly faults?: Partial<Faults> },
): Scenario => ({
  id,
  zh,
  en,
  stage: null,
  equipment: { hasScr: true },
  must: [],
  mustV: [],
  may: [],
  signs: [],
  ...more,
  faults: { ...NO_FAULTS, ...more.faults },
});

/** All scenarios by id. */
export const SCENARIOS: { readonly [Id in ScenarioId]: Scenario } = {
  healthyIV: scenario('healthyIV', '国四正常', 'healthy China IV', { stage: 'IV', must: REFILLS }),
  healthyV: scenario('healthyV', '国五正常', 'healthy China V', { stage: 'V', must: REFILLS }),
  scrFailed: scenario('scrFailed', 'SCR 失效', 'SCR catalyst failed, urea still used', {
    equipment: { hasScr: true, hasUpstreamNox: true },
    faults: { conversion: 0.04, mil: true, dtcs: [{ spn: 4364, fmi: 18 }] },
    must: ['R-A1', 'R-A4', 'R-C1', 'R-E1', 'R-T7', 'R-MIL', ...REFILLS],
    mustV: ['R-A3', 'R-C3'],
    // Urea that is used and does nothing looks the same whether the catalyst or the liquid is at fault.
    may: [...without(JUMP, 'R-C1'), 'R-U3'],
  }),
  catalystAgeing: scenario('catalystAgeing', '催化剂缓慢劣化', 'catalyst ageing slowly, 2 % of its conversion a day', {
    equipment: { hasScr: true, hasUpstreamNox: true },
    conversionLossPerDay: 0.02,
    must: ['R-DRIFT'],
    may: [...HIGH_NOX, 'R-A1', 'R-A4', 'R-E1', 'R-U3', 'R-T7', ...REFILLS],
  }),
  lowLoadNox: scenario('lowLoadNox', '低负荷 NOx 升高', 'calibration changed: four times the NOx below a quarter of full load', {
    faults: { lowLoadNox: 4 },
    must: ['R-E2', ...REFILLS],
    may: [...without(JUMP, 'R-E2'), 'R-A1', 'R-A4'],
  }),
  ureaNotFilled: scenario('ureaNotFilled', '不加尿素', 'urea tank run empty and not refilled', {
    equipment: { hasScr: true, hasUpstreamNox: true },
    faults: { ureaRefills: false, mil: true, dtcs: [{ spn: 1761, fmi: 1 }] },
    must: ['R-A1', 'R-A4', 'R-C1', 'R-E1', 'R-U1', 'R-UREA-LOW', 'R-MIL', 'R-FUEL-REFILL'],
    mustV: ['R-A3', 'R-C3'],
    may: [...without(JUMP, 'R-C1'), 'R-U2', 'R-T7'],
  }),
  ureaDiluted: scenario('ureaDiluted', '尿素掺水', 'urea diluted with water', {
    equipment: { hasScr: true, hasUpstreamNox: true },
    faults: { conversion: 0.15 },
    must: ['R-A1', 'R-A4', 'R-E1', 'R-U3', ...REFILLS],
    may: [...JUMP, 'R-T7'],
  }),
  ureaRegulator: scenario('ureaRegulator', '尿素调节器', 'regulator in the urea line: two fifths of the demand dosed', {
    equipment: { hasScr: true, hasUpstreamNox: true },
    faults: { conversion: 0.4, dosing: 0.4 },
    must: ['R-U4', 'R-FUEL-REFILL'],
    // On a gauge of 4 % steps two fifths and two thirds of the urea lie one step apart: now and then it looks like diluted urea.
    may: [...JUMP, 'R-A1', 'R-A4', 'R-E1', 'R-U1', 'R-U3', 'R-UREA-REFILL'],
  }),
  ureaGaugeFrozen: scenario('ureaGaugeFrozen', '尿素液位造假', 'no urea dosed, the gauge frozen at a good level', {
    equipment: { hasScr: true, hasUpstreamNox: true },
    faults: { dosing: 0, conversion: 0, ureaRefills: false, ureaGauge: 'frozen' },
    must: ['R-U2', 'R-A1', 'R-A4', 'R-C1', 'R-E1', 'R-FUEL-REFILL'],
    mustV: ['R-A3', 'R-C3'],
    may: [...without(JUMP, 'R-C1'), 'R-U1', 'R-T7', 'R-TAMPER'],
  }),
  ureaDrained: scenario('ureaDrained', '尿素被盗', 'urea drained at night', {
    faults: { ureaDrain: true },
    must: ['R-UREA-DRAIN', ...REFILLS],
    may: ['R-UREA-LOW'],
  }),
  ammoniaSlip: scenario('ammoniaSlip', '氨逃逸', 'urea overdosed by 90 %: the sensor reads ammonia as NOx', {
    equipment: { hasScr: true, hasUpstreamNox: true },
    faults: { dosing: 1.9 },
    // The concentration of ammonia must never become a verdict on the limit: R-A3, R-A4 and R-C3 stay silent.
    must: ['R-U1', ...REFILLS],
    // What the catalyst gives off for some time keeps the reading up in overrun.
    may: ['R-A1', 'R-A2', 'R-C1', 'R-C2', 'R-E1', 'R-E2', 'R-U3', 'R-T4', 'R-T7', 'R-T8', 'R-DRIFT', 'R-UREA-LOW'],
  }),
  noxSensorStuck: scenario('noxSensorStuck', 'NOx 传感器卡滞', 'downstream NOx sensor stuck at one value', {
    faults: { noxDownReads: 'stuck' },
    must: ['R-T1', ...REFILLS],
    may: ['R-T2', 'R-T4', 'R-T8', 'R-T9', 'R-DATA'],
  }),
  noxEmulator: scenario('noxEmulator', 'NOx 信号模拟器', 'NOx emulator fitted, no urea used', {
    faults: { noxDownReads: 'emulated', ureaRefills: false },
    must: ['R-T2', 'R-T4', 'R-T5', 'R-T6', 'R-U1', 'R-TAMPER', 'R-FUEL-REFILL'],
    may: ['R-U2', 'R-T8', 'R-UREA-LOW'],
  }),
  noxScaledCopy: scenario('noxScaledCopy', '下游 NOx 复制上游', 'downstream NOx a scaled copy of upstream, no urea used', {
    equipment: { hasScr: true, hasUpstreamNox: true },
    faults: { noxDownReads: 'copied', ureaRefills: false },
    must: ['R-T3', 'R-U1', 'R-FUEL-REFILL'],
    may: ['R-T6', 'R-TAMPER', 'R-U2', 'R-T8', 'R-UREA-LOW', 'R-E2'],
  }),
  noxUnplugged: scenario('noxUnplugged', 'NOx 传感器拔除', 'downstream NOx sensor unplugged', {
    faults: { noxDownReads: 'missing' },
    must: ['R-T9', ...REFILLS],
    may: ['R-DATA', 'R-T8'],
  }),
  dpfRemoved: scenario('dpfRemoved', 'DPF 拆除', 'particulate filter removed', {
    equipment: { hasScr: true, hasDpf: true },
    faults: { filterDrop: 0.04 },
    must: ['R-DPF', ...REFILLS],
    may: [],
  }),
  smokyEngine: scenario('smokyEngine', '冒黑烟', 'worn injectors: eight times the smoke', {
    faults: { smoke: 8 },
    must: ['R-SMOKE', ...REFILLS],
  }),
  milOn: scenario('milOn', '故障灯亮', 'lamp on for a fault that does not change the exhaust', {
    faults: { mil: true, dtcs: [{ spn: 110, fmi: 3 }] },
    must: ['R-MIL', ...REFILLS],
  }),
  fuelTheft: scenario('fuelTheft', '燃油被盗', 'fuel stolen at night', {
    faults: { fuelTheft: true },
    must: ['R-FUEL-THEFT', ...REFILLS],
  }),
  slopeParking: scenario('slopeParking', '坡道停车', 'parked on a slope: the fuel gauge is off until the truck moves', {
    faults: { slopeParking: true },
    must: REFILLS,
  }),
  gpsLost: scenario('gpsLost', '定位丢失', 'position lost for hours', {
    faults: { positionLost: true },
    must: ['R-GPS', ...REFILLS],
    may: ['R-DATA'],
  }),
  clockWrong: scenario('clockWrong', '终端时钟错误', 'terminal clock eight hours ahead', {
    faults: { clockOffsetS: 8 * 3600 },
    signs: ['CLOCK_OFFSET'],
  }),
  offlineBacklog: scenario('offlineBacklog', '离线补传', 'link lost for hours, backlog re-issued', {
    faults: { backlogHours: 3 },
    must: REFILLS,
    signs: ['lateData'],
  }),
  terminalSilent: scenario('terminalSilent', '终端失联', 'the terminal falls silent', {
    faults: { silent: true },
    must: ['R-OFFLINE'],
    may: ['R-DATA', 'R-GPS'],
  }),
  terminalOpened: scenario('terminalOpened', '终端被拆', 'the terminal was opened and says so', {
    faults: { tamperAlarm: true },
    must: ['R-ALARM', ...REFILLS],
  }),
  noScr: scenario('noScr', '无 SCR', 'no SCR and no NOx sensors', {
    stage: 'IV',
    equipment: { hasScr: false, hasUpstreamNox: false, hasDpf: false },
    must: ['R-FUEL-REFILL'],
    signs: ['notEvaluated'],
  }),
};

/** What is left of the conversion of a catalyst at the end of its ageing. */
const AGED_OUT = 0.05;

/** What is wrong with a truck in a shift that begins at this time. */
export function faultsAt(spec: TruckSpec, shiftStartSec: number): Faults {
  if (!(shiftStartSec >= spec.faultFromSec && shiftStartSec < spec.faultUntilSec)) return NO_FAULTS;
  const { faults, conversionLossPerDay } = SCENARIOS[spec.scenario];
  if (conversionLossPerDay === undefined) return faults;
  const lost = (conversionLossPerDay * (shiftStartSec - spec.faultFromSec)) / DAY_S;
  return { ...faults, conversion: Math.max(AGED_OUT, faults.conversion - lost) };
}
