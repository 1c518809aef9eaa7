import type { QualityRow, SumsRow } from '@plume/db';
import { type Figure, figure, noFigure, quotient, scaled } from '@plume/ingest/emissions';
import { type Text, text } from './text.ts';

export const MEASURE_IDS = [
  'noxKg',
  'noxFilledKg',
  'noxKgPerDay',
  'noxGPerKm',
  'noxGPerKwh',
  'noxGPerKgFuel',
  'noxGPerHour',
  'idleNoxGPerHour',
  'co2Kg',
  'co2GPerKm',
  'fuelKg',
  'fuelLPer100Km',
  'workKwh',
  'distanceKm',
  'engineHours',
  'exceedanceRate',
  'complianceRate',
  'exceedanceA2Rate',
  'noxValidShare',
  'transmissionRate',
  'validRate',
  'effectiveRate',
  'onlineRate',
  'connectedRate',
] as const;
export type MeasureId = (typeof MEASURE_IDS)[number];

/** How often the figures of a group rest on what. */
export interface Basis {
  /** Truck-days, or trucks where `of` says so. */
  readonly n: number;
  readonly of: 'truckDays' | 'trucks';
}

/** What can be asked of the fleet: a figure of gathered rows with its unit and definition. */
export interface Measure {
  readonly id: MeasureId;
  readonly name: Text;
  readonly unit: string;
  readonly definition: Text;
  /** `sums`: of truck_sums, with any grouping; `days`: of those, whole days alone; `quality`: of truck_day, without divisions of the day. */
  readonly from: 'sums' | 'days' | 'quality';
  /** A total adds up over groups; others do not. */
  readonly total: boolean;
}

type SumsFigure = (row: SumsRow) => Figure;
type QualityFigure = (row: QualityRow) => Figure;
/** What the number beside a figure counts. */
type Rests = 'noxDays' | 'days' | 'dataDays' | 'serviceDays' | 'judgedTrucks' | 'dayJudgedTrucks' | 'trucks';
interface Row {
  readonly name: Text;
  readonly unit: string;
  readonly definition: Text;
  readonly total?: true;
  readonly sums?: SumsFigure;
  readonly wholeDays?: true;
  readonly quality?: QualityFigure;
  readonly rests: Rests;
}

const G_PER_KG = 1000;
const S_PER_H = 3600;
/** Density of diesel fuel [kg/L] that the litres are reckoned with (emissions §2.2). */
const FUEL_KG_L = 0.835;

const known = (value: number | null): Figure => (value === null ? noFigure('noSamples') : figure(value));
const over = (
  emission: number | null,
  base: number | null,
  reason: 'zeroWork' | 'zeroDistance' | 'zeroFuel' | 'zeroTime',
): Figure => (emission === null || base === null ? noFigure('noSamples') : quotient(emission, base, reason));
const rate = (part: number | null, whole: number): Figure =>
  part === null ? noFigure('notSent') : quotient(part, whole, 'noSamples');

/** Samples with a valid downstream NOx; null: there are data, and none of them holds that signal. */
const validSamples = (row: QualityRow): number | null => (row.data_days === 0 ? 0 : row.nox_valid_samples);

const MASS = text('NOx 以 NO2 计（46.0055 g/mol）', 'NOx as NO2 (46.0055 g/mol)');
const ratio = (zh: string, en: string): Text =>
  text(
    `Σ ${zh}，只计两者都已知的秒；从不取比值的平均。${MASS.zh}`,
    `Σ ${en}, over the seconds in which both are known; never a mean of ratios. ${MASS.en}`,
  );

const ROWS: Readonly<Record<MeasureId, Row>> = {
  noxKg: {
    name: text('NOx 实测总量', 'NOx, measured'),
    unit: 'kg',
    definition: text(
      `发动机运转且 NOx 质量有效的秒的合计；无效的秒按缺失，不补。${MASS.zh}`,
      `Sum over the seconds of the running engine with a valid NOx mass; other seconds are missing and not filled. ${MASS.en}`,
    ),
    total: true,
    sums: (row) => scaled(known(row.nox_g), 1 / G_PER_KG),
    rests: 'noxDays',
  },
  noxFilledKg: {
    name: text('NOx 补全总量', 'NOx, gaps filled'),
    unit: 'kg',
    definition: text(
      '实测总量 + 补全：缺失的秒按燃料 × 同车同日同一 SCR 入口温度段的 g/kg；低于 100 °C 且无读数时用 0.95 × 上游排放因子，再无则用全日因子；断档按全日平均速率。仅用于清单，不用于判定；全日无有效值的车日不补。NOx 传感器低温时不工作，按全日因子补会偏低。',
      'Measured + filled: missing seconds at fuel × the g/kg of the same truck, day and class of SCR inlet temperature; below 100 °C without readings 0.95 × the upstream factor, else the factor of the whole day; silences at the mean rate of the day. For inventories only, never for verdicts; a truck-day without any valid value is not filled. Sensors are off when cold, so a factor of the whole day fills too little.',
    ),
    total: true,
    wholeDays: true,
    sums: (row) =>
      row.nox_g === null && row.filled_nox_g === null
        ? noFigure('noSamples')
        : figure(((row.nox_g ?? 0) + (row.filled_nox_g ?? 0)) / G_PER_KG),
    rests: 'noxDays',
  },
  noxKgPerDay: {
    name: text('每车日 NOx', 'NOx per truck-day'),
    unit: 'kg/d',
    definition: text('NOx 实测总量 ÷ 有有效 NOx 的车日', 'NOx measured ÷ truck-days with a valid NOx mass'),
    wholeDays: true,
    sums: (row) => scaled(over(row.nox_g, row.nox_days, 'zeroTime'), 1 / G_PER_KG),
    rests: 'noxDays',
  },
  noxGPerKm: {
    name: text('NOx 里程因子', 'NOx by distance'),
    unit: 'g/km',
    definition: ratio('NOx ÷ Σ 里程', 'NOx ÷ Σ distance'),
    sums: (row) => over(row.nox_of_distance_g, row.distance_of_nox_km, 'zeroDistance'),
    rests: 'noxDays',
  },
  noxGPerKwh: {
    name: text('NOx 比排放', 'NOx by work'),
    unit: 'g/kWh',
    definition: ratio('NOx ÷ Σ 正净功', 'NOx ÷ Σ positive net work'),
    sums: (row) => over(row.nox_of_work_g, row.work_of_nox_kwh, 'zeroWork'),
    rests: 'noxDays',
  },
  noxGPerKgFuel: {
    name: text('NOx 燃料因子', 'NOx by fuel'),
    unit: 'g/kg',
    definition: ratio('NOx ÷ Σ 燃料', 'NOx ÷ Σ fuel'),
    sums: (row) => over(row.nox_of_fuel_g, row.fuel_of_nox_kg, 'zeroFuel'),
    rests: 'noxDays',
  },
  noxGPerHour: {
    name: text('NOx 小时排放', 'NOx by time'),
    unit: 'g/h',
    definition: text(`NOx ÷ NOx 质量有效的发动机运转时间。${MASS.zh}`, `NOx ÷ engine-on time with a valid NOx mass. ${MASS.en}`),
    sums: (row) => scaled(over(row.nox_g, row.nox_valid_s, 'zeroTime'), S_PER_H),
    rests: 'noxDays',
  },
  idleNoxGPerHour: {
    name: text('怠速 NOx', 'NOx at idle'),
    unit: 'g/h',
    definition: text(
      '车速 < 1 km/h、发动机运转且 NOx 质量有效的秒：NOx ÷ 时间。可按车辆、日期、时刻分组',
      'Seconds below 1 km/h with the engine on and a valid NOx mass: NOx ÷ time. By truck, date or hour of day',
    ),
    sums: (row) =>
      row.idle_nox_s === null ? noFigure('notSent') : scaled(over(row.idle_nox_g ?? 0, row.idle_nox_s, 'zeroTime'), S_PER_H),
    rests: 'noxDays',
  },
  co2Kg: {
    name: text('CO2 总量', 'CO2'),
    unit: 'kg',
    definition: text('Σ 燃料 × 3.173 kg/kg（碳含量 0.866）', 'Σ fuel × 3.173 kg/kg (carbon fraction 0.866)'),
    total: true,
    sums: (row) => scaled(known(row.co2_g), 1 / G_PER_KG),
    rests: 'days',
  },
  co2GPerKm: {
    name: text('CO2 里程因子', 'CO2 by distance'),
    unit: 'g/km',
    definition: text('Σ CO2 ÷ Σ 里程', 'Σ CO2 ÷ Σ distance'),
    sums: (row) => over(row.co2_g, row.distance_km, 'zeroDistance'),
    rests: 'days',
  },
  fuelKg: {
    name: text('燃料', 'fuel'),
    unit: 'kg',
    definition: text('Σ 燃料流量 × 0.835 kg/L', 'Σ fuel flow × 0.835 kg/L'),
    total: true,
    sums: (row) => known(row.fuel_kg),
    rests: 'days',
  },
  fuelLPer100Km: {
    name: text('百公里油耗', 'fuel by distance'),
    unit: 'L/100 km',
    definition: text('Σ 燃料 ÷ Σ 里程 × 100，0.835 kg/L', 'Σ fuel ÷ Σ distance × 100, at 0.835 kg/L'),
    sums: (row) => scaled(over(row.fuel_kg, row.distance_km, 'zeroDistance'), 100 / FUEL_KG_L),
    rests: 'days',
  },
  workKwh: {
    name: text('发动机功', 'engine work'),
    unit: 'kWh',
    definition: text('Σ 正净功率 × 时间', 'Σ positive net power × time'),
    total: true,
    sums: (row) => known(row.work_kwh),
    rests: 'days',
  },
  distanceKm: {
    name: text('里程', 'distance'),
    unit: 'km',
    definition: text(
      'Σ 车速 × 时间（每个样本最多保持 3 个周期、90 s）',
      'Σ speed × time (a sample is held for at most 3 periods and 90 s)',
    ),
    total: true,
    sums: (row) => known(row.distance_km),
    rests: 'days',
  },
  engineHours: {
    name: text('发动机运转时间', 'engine-on time'),
    unit: 'h',
    definition: text('有样本的发动机运转时间', 'time with the engine on that samples stand for'),
    total: true,
    sums: (row) => scaled(known(row.engine_on_s), 1 / S_PER_H),
    rests: 'days',
  },
  exceedanceRate: {
    name: text('超标率', 'exceedance rate'),
    unit: '%',
    definition: text(
      '时段内 R-A3 或 R-C3 判为超标的车 ÷ 至少一日可判定的车；数据不足的车为“未判定”，不在分母。疑似线索，非执法结论',
      'Trucks that R-A3 or R-C3 found over the limit in the period ÷ trucks that could be judged on a day at least; trucks with too little data are "not evaluated" and not in the base. Leads, not verdicts of law',
    ),
    quality: (row) => scaled(rate(row.over_trucks, row.judged_trucks), 100),
    rests: 'judgedTrucks',
  },
  complianceRate: {
    name: text('达标率', 'compliance rate'),
    unit: '%',
    definition: text('1 − 超标率，同一分母', '1 − exceedance rate, on the same base'),
    quality: (row) => scaled(rate(row.judged_trucks - row.over_trucks, row.judged_trucks), 100),
    rests: 'judgedTrucks',
  },
  exceedanceA2Rate: {
    name: text('单日超标率 (A2)', 'exceedance by day (A2)'),
    unit: '%',
    definition: text(
      '时段内任一日 R-A2 判为超标的车 ÷ R-A2 至少一日可判定的车；单日结果，列于超标率旁，不代替它',
      'Trucks that R-A2 found over the limit on any one day ÷ trucks that R-A2 could judge on a day at least; a result of single days, beside the exceedance rate and not in its place',
    ),
    quality: (row) => scaled(rate(row.over_day_trucks, row.day_judged_trucks ?? 0), 100),
    rests: 'dayJudgedTrucks',
  },
  noxValidShare: {
    name: text('NOx 有效占比', 'valid share of NOx'),
    unit: '%',
    definition: text(
      'NOx 质量有效的秒 ÷ 发动机运转的秒（含冷机）',
      'seconds with a valid NOx mass ÷ seconds with the engine on, cold ones included',
    ),
    sums: (row) => scaled(over(row.nox_valid_s, row.engine_on_s, 'zeroTime'), 100),
    rests: 'days',
  },
  transmissionRate: {
    name: text('数据传输率', 'transmission rate'),
    unit: '%',
    definition: text(
      'Σ 收到的样本 ÷ Σ 应收样本（发动机运转秒数 ÷ 终端周期；两侧都在运转且里程变化的断档整段计入）。合同目标 ≥ 90 %',
      'Σ samples received ÷ Σ samples due (engine-on seconds ÷ period; a gap counts in full when the engine ran on both sides and the truck moved). Contract target ≥ 90 %',
    ),
    quality: (row) => scaled(rate(row.received, row.due), 100),
    rests: 'dataDays',
  },
  validRate: {
    name: text('数据有效率', 'valid rate'),
    unit: '%',
    definition: text(
      'Σ 下游 NOx 有效样本 ÷ Σ 收到的发动机运转样本（含冷机）',
      'Σ samples with a valid downstream NOx ÷ Σ engine-on samples received, cold ones included',
    ),
    quality: (row) => scaled(rate(validSamples(row), row.received), 100),
    rests: 'dataDays',
  },
  effectiveRate: {
    name: text('传输有效率', 'effective rate'),
    unit: '%',
    definition: text(
      '数据传输率 × 数据有效率 = Σ 有效样本 ÷ Σ 应收样本。合同目标 ≥ 95 %',
      'transmission rate × valid rate = Σ valid samples ÷ Σ samples due. Contract target ≥ 95 %',
    ),
    quality: (row) => scaled(rate(validSamples(row), row.due), 100),
    rests: 'dataDays',
  },
  onlineRate: {
    name: text('在线率', 'online rate'),
    unit: '%',
    definition: text(
      '有数据的车日 ÷ 在用的车日（报停不计入）',
      'truck-days with data ÷ truck-days in service (laid-up trucks leave the base)',
    ),
    quality: (row) => scaled(rate(row.data_days, row.days), 100),
    rests: 'serviceDays',
  },
  connectedRate: {
    name: text('联网率', 'connected rate'),
    unit: '%',
    definition: text(
      '时段内有数据的车 ÷ 时段内在用的装车车辆',
      'trucks with data in the period ÷ fitted trucks in service in it',
    ),
    quality: (row) => scaled(rate(row.data_trucks, row.trucks), 100),
    rests: 'trucks',
  },
};

function measureOf(id: MeasureId): Measure {
  const { name, unit, definition, total, quality, wholeDays } = ROWS[id];
  return { id, name, unit, definition, from: quality ? 'quality' : wholeDays ? 'days' : 'sums', total: total === true };
}

/** Every measure, in the order in which they are offered. */
export const MEASURES: readonly Measure[] = MEASURE_IDS.map(measureOf);

/** A measure by its id. */
export function measure(id: MeasureId): Measure {
  return measureOf(id);
}

/** A measure's figure of the rows of a group (null: the group has none), and what it rests on. */
export function figureOf(
  id: MeasureId,
  sums: SumsRow | null,
  quality: QualityRow | null,
): { readonly figure: Figure; readonly basis: Basis } {
  const { rests, sums: ofSums, quality: ofQuality } = ROWS[id];
  const none = noFigure('noSamples');
  const made = ofQuality ? (quality === null ? none : ofQuality(quality)) : sums === null || !ofSums ? none : ofSums(sums);
  return { figure: made, basis: basisOf(rests, sums, quality) };
}

function basisOf(rests: Rests, sums: SumsRow | null, quality: QualityRow | null): Basis {
  switch (rests) {
    case 'noxDays':
      return { n: sums?.nox_days ?? 0, of: 'truckDays' };
    case 'days':
      return { n: sums?.days ?? 0, of: 'truckDays' };
    case 'dataDays':
      return { n: quality?.data_days ?? 0, of: 'truckDays' };
    case 'serviceDays':
      return { n: quality?.days ?? 0, of: 'truckDays' };
    case 'judgedTrucks':
      return { n: quality?.judged_trucks ?? 0, of: 'trucks' };
    case 'dayJudgedTrucks':
      return { n: quality?.day_judged_trucks ?? 0, of: 'trucks' };
    case 'trucks':
      return { n: quality?.trucks ?? 0, of: 'trucks' };
  }
}
