import type { Totals } from '@plume/ingest/emissions';

/** Signals of which a minute keeps the least, the mean and the greatest value. */
export const MINUTE_SIGNALS = [
  { id: 'speed', unit: 'km/h', zh: '车速', en: 'speed' },
  { id: 'rpm', unit: 'rpm', zh: '发动机转速', en: 'engine speed' },
  { id: 'noxUp', unit: 'ppm', zh: 'SCR 上游 NOx', en: 'NOx before SCR' },
  { id: 'noxDown', unit: 'ppm', zh: 'SCR 下游 NOx', en: 'NOx after SCR' },
  { id: 'scrInTemp', unit: '°C', zh: 'SCR 入口温度', en: 'SCR inlet temperature' },
  { id: 'scrOutTemp', unit: '°C', zh: 'SCR 出口温度', en: 'SCR outlet temperature' },
  { id: 'coolantTemp', unit: '°C', zh: '冷却液温度', en: 'coolant temperature' },
  { id: 'power', unit: 'kW', zh: '净功率', en: 'net power' },
  { id: 'ureaLevel', unit: '%', zh: '尿素液位', en: 'urea level' },
  { id: 'fuelLevel', unit: '%', zh: '油箱液位', en: 'fuel level' },
  { id: 'pm', unit: 'mg/m³', zh: '颗粒物指示值', en: 'PM indicator' },
] as const;

/** A signal of a minute. */
export type MinuteSignal = (typeof MINUTE_SIGNALS)[number]['id'];

/** What is kept of a signal. */
export const MINUTE_STATISTICS = [
  { id: 'Min', zh: '最小', en: 'least' },
  { id: 'Mean', zh: '平均', en: 'mean' },
  { id: 'Max', zh: '最大', en: 'greatest' },
] as const;

/** A column of a truck's minutes. */
export type MinuteColumn =
  | 'samples'
  | keyof Totals
  | 'ureaL'
  | 'lonDeg'
  | 'latDeg'
  | `${MinuteSignal}${(typeof MINUTE_STATISTICS)[number]['id']}`;

/** What a column is: its unit and its name in both languages. */
export interface MinuteColumnText {
  readonly id: MinuteColumn;
  readonly unit: string;
  readonly zh: string;
  readonly en: string;
}

/** Sums of a minute: those of `Totals`, in its order. */
const SUMS: readonly (MinuteColumnText & { readonly id: keyof Totals })[] = [
  { id: 'engineOnS', unit: 's', zh: '发动机运行时间', en: 'engine running' },
  { id: 'noxValidS', unit: 's', zh: 'NOx 质量有效时间', en: 'with a valid NOx mass' },
  { id: 'noxG', unit: 'g', zh: 'NOx（以 NO2 计）', en: 'NOx as NO2' },
  { id: 'co2G', unit: 'g', zh: 'CO2', en: 'CO2' },
  { id: 'fuelKg', unit: 'kg', zh: '燃料', en: 'fuel' },
  { id: 'workKwh', unit: 'kWh', zh: '功', en: 'work' },
  { id: 'distanceKm', unit: 'km', zh: '里程', en: 'distance' },
  { id: 'noxOfWorkG', unit: 'g', zh: '功已知时的 NOx', en: 'NOx while work is known' },
  { id: 'workOfNoxKwh', unit: 'kWh', zh: 'NOx 有效时的功', en: 'work while NOx is valid' },
  { id: 'noxOfFuelG', unit: 'g', zh: '燃料已知时的 NOx', en: 'NOx while fuel is known' },
  { id: 'fuelOfNoxKg', unit: 'kg', zh: 'NOx 有效时的燃料', en: 'fuel while NOx is valid' },
  { id: 'noxOfDistanceG', unit: 'g', zh: '里程已知时的 NOx', en: 'NOx while distance is known' },
  { id: 'distanceOfNoxKm', unit: 'km', zh: 'NOx 有效时的里程', en: 'distance while NOx is valid' },
];

/** Columns of a truck's minutes, in their order. A value that there is not is NaN in the table and null in the database. */
export const MINUTE_COLUMNS: readonly MinuteColumnText[] = [
  { id: 'samples', unit: '1', zh: '样本数', en: 'samples' },
  ...SUMS,
  { id: 'ureaL', unit: 'L', zh: '尿素溶液喷射量', en: 'urea solution injected' },
  ...MINUTE_SIGNALS.flatMap(({ id, unit, zh, en }) =>
    MINUTE_STATISTICS.map(
      (each): MinuteColumnText => ({ id: `${id}${each.id}`, unit, zh: `${zh}（${each.zh}）`, en: `${en}, ${each.en}` }),
    ),
  ),
  { id: 'lonDeg', unit: '°', zh: '首个有效经度', en: 'longitude, first valid' },
  { id: 'latDeg', unit: '°', zh: '首个有效纬度', en: 'latitude, first valid' },
];
