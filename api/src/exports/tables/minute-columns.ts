import type { Both, ExportColumn } from '../column.ts';

const both = (zh: string, en: string): Both => ({ zh, en });

/** Sums of `truck_minute`: id, names, unit, definition. */
const SUMS: readonly (readonly [id: string, zh: string, en: string, unit: string, define: Both])[] = [
  ['samples', '样本数', 'Samples', '', both('该时段收到的样本数', 'Samples received in the period')],
  [
    'engineOnS',
    '发动机运行时间',
    'Engine on',
    's',
    both('发动机运行的秒数（按保持法积分）', 'Seconds with the engine on (hold-last integration)'),
  ],
  [
    'noxValidS',
    'NOx 质量有效时间',
    'Valid NOx time',
    's',
    both(
      '其中 NOx 质量有效的秒数；÷ 运行时间 = 有效数据占比',
      'Seconds of these with a valid NOx mass; ÷ engine on = share of valid data',
    ),
  ],
  [
    'noxG',
    'NOx 排放量',
    'NOx',
    'g',
    both('有效秒内的 NOx 质量（以 NO2 计），未外推', 'NOx mass as NO2 over the valid seconds, not extrapolated'),
  ],
  ['co2G', 'CO2 排放量', 'CO2', 'g', both('由燃料消耗计算', 'From the fuel burnt')],
  ['fuelKg', '燃料消耗', 'Fuel', 'kg', both('燃油流量积分', 'Integral of the fuel rate')],
  ['workKwh', '发动机功', 'Work', 'kWh', both('净功率积分', 'Integral of the net power')],
  ['distanceKm', '行驶里程', 'Distance', 'km', both('车速积分', 'Integral of the speed')],
  [
    'noxOfWorkG',
    '功对应 NOx',
    'NOx over work',
    'g',
    both(
      'NOx 与功同时有效的秒内的 NOx；÷“NOx 对应功”= g/kWh',
      'NOx of seconds with both NOx and work valid; ÷ work of NOx = g/kWh',
    ),
  ],
  ['workOfNoxKwh', 'NOx 对应功', 'Work of NOx', 'kWh', both('同上各秒的功', 'Work of the same seconds')],
  [
    'noxOfFuelG',
    '燃料对应 NOx',
    'NOx over fuel',
    'g',
    both(
      'NOx 与燃料同时有效的秒内的 NOx；÷“NOx 对应燃料”= g/kg',
      'NOx of seconds with both NOx and fuel valid; ÷ fuel of NOx = g/kg',
    ),
  ],
  ['fuelOfNoxKg', 'NOx 对应燃料', 'Fuel of NOx', 'kg', both('同上各秒的燃料', 'Fuel of the same seconds')],
  [
    'noxOfDistanceG',
    '里程对应 NOx',
    'NOx over distance',
    'g',
    both(
      'NOx 与车速同时有效的秒内的 NOx；÷“NOx 对应里程”= g/km',
      'NOx of seconds with both NOx and speed valid; ÷ distance of NOx = g/km',
    ),
  ],
  ['distanceOfNoxKm', 'NOx 对应里程', 'Distance of NOx', 'km', both('同上各秒的里程', 'Distance of the same seconds')],
  [
    'ureaL',
    '尿素消耗',
    'Urea',
    'L',
    both('喷射量积分；终端不发送喷射量时为空', 'Integral of the dosing; empty where the terminal does not send it'),
  ],
];

/** Signals of `truck_minute` of which minimum, mean and maximum are kept. */
const SIGNALS: readonly (readonly [id: string, zh: string, en: string, unit: string])[] = [
  ['speed', '车速', 'Speed', 'km/h'],
  ['rpm', '发动机转速', 'Engine speed', 'rpm'],
  ['noxUp', '上游 NOx', 'Upstream NOx', 'ppm'],
  ['noxDown', '下游 NOx', 'Downstream NOx', 'ppm'],
  ['scrInTemp', 'SCR 入口温度', 'SCR inlet temperature', '°C'],
  ['scrOutTemp', 'SCR 出口温度', 'SCR outlet temperature', '°C'],
  ['coolantTemp', '冷却液温度', 'Coolant temperature', '°C'],
  ['power', '净功率', 'Net power', 'kW'],
  ['ureaLevel', '尿素液位', 'Urea level', '%'],
  ['fuelLevel', '油箱液位', 'Fuel level', '%'],
  ['pm', 'PM', 'PM', 'mg/m³'],
];
const KINDS = [
  ['Min', '最小', 'min'],
  ['Mean', '平均', 'mean'],
  ['Max', '最大', 'max'],
] as const;
const OF_SIGNAL = both('该时段有效样本的值；空：没有有效样本', 'Of the valid samples of the period; empty: there are none');

/** Ids of the sums, in their order. */
export const SUM_IDS: readonly string[] = SUMS.map(([id]) => id);
/** Ids of the signals' figures, in their order. */
export const FIGURE_IDS: readonly string[] = SIGNALS.flatMap(([id]) => KINDS.map(([kind]) => `${id}${kind}`));

/** The figures of a minute as columns; `wire` as they are stored or summed. */
export function figureColumns(wire: 'float4' | 'float8'): ExportColumn[] {
  const sums = SUMS.map(([id, zh, en, unit, definition]): ExportColumn => ({ id, name: { zh, en }, unit, definition, wire }));
  const figures = SIGNALS.flatMap(([id, zh, en, unit]) =>
    KINDS.map(
      ([kind, zhKind, enKind]): ExportColumn => ({
        id: `${id}${kind}`,
        name: { zh: `${zh}${zhKind}`, en: `${en}, ${enKind}` },
        unit,
        definition: OF_SIGNAL,
        wire,
      }),
    ),
  );
  return [...sums, ...figures];
}

/** By which way the figures came. */
export const METHOD_COLUMNS: readonly ExportColumn[] = [
  {
    id: 'methodClass',
    name: { zh: '方法等级', en: 'Method class' },
    unit: '',
    definition: {
      zh: 'A 实测流量与扭矩；B 由燃料或额定参数推算；C 仅估算',
      en: 'A measured flow and torque; B derived from fuel or rated values; C an estimate',
    },
    wire: 'text',
  },
  {
    id: 'formula',
    name: { zh: '算法版本', en: 'Formula' },
    unit: '',
    definition: { zh: '计算这些数值的算法版本', en: 'Version of the arithmetic that made the figures' },
    wire: 'text',
  },
];
