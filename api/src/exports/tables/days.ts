import type { Both, ExportColumn, Wire } from '../column.ts';
import { dayAt, dayStretches, type ExportTable, groupsOf, idList, type PageParts, TRUCK_SQL, truckColumns } from './table.ts';

/** Truck-days of one statement: plain columns, and those whose summary is unpacked. */
const PLAIN_DAYS = 10;
const PLAIN_TRUCKS = 400;
const SUMMARY_DAYS = 2;
const SUMMARY_TRUCKS = 40;

type Row = readonly [id: string, zh: string, en: string, unit: string, wire: Wire, sql: string, define: Both];
const both = (zh: string, en: string): Both => ({ zh, en });

const DAY: Row = [
  'day',
  '日期（北京日）',
  'Day (Beijing)',
  '',
  'date',
  'd.day',
  both('北京时间的日历日', 'Calendar day of Beijing'),
];

const FIGURES: readonly Row[] = [
  DAY,
  ['samples', '样本数', 'Samples', '', 'int4', 'd.samples', both('当日收到的样本数', 'Samples of the day')],
  ['firstTime', '首个样本', 'First sample', '', 'time', 'd.first_time', both('北京时间', 'Beijing time')],
  ['lastTime', '末个样本', 'Last sample', '', 'time', 'd.last_time', both('北京时间', 'Beijing time')],
  [
    'engineOnS',
    '发动机运行时间',
    'Engine on',
    's',
    'float8',
    'd.engine_on_s',
    both('发动机运行的秒数，含计入的缺口', 'Seconds with the engine on'),
  ],
  [
    'noxValidS',
    'NOx 质量有效时间',
    'Valid NOx time',
    's',
    'float8',
    'd.nox_valid_s',
    both('其中 NOx 质量有效的秒数', 'Seconds of these with a valid NOx mass'),
  ],
  ['distanceKm', '行驶里程', 'Distance', 'km', 'float8', 'd.distance_km', both('车速积分', 'Integral of the speed')],
  ['workKwh', '发动机功', 'Work', 'kWh', 'float8', 'd.work_kwh', both('净功率积分', 'Integral of the net power')],
  ['fuelKg', '燃料消耗', 'Fuel', 'kg', 'float8', 'd.fuel_kg', both('燃油流量积分', 'Integral of the fuel rate')],
  [
    'noxG',
    'NOx 排放量',
    'NOx',
    'g',
    'float8',
    'd.nox_g',
    both('有效秒内的 NOx 质量（以 NO2 计），未外推', 'NOx mass as NO2 over the valid seconds, not extrapolated'),
  ],
  ['co2G', 'CO2 排放量', 'CO2', 'g', 'float8', 'd.co2_g', both('由燃料消耗计算', 'From the fuel burnt')],
  [
    'received',
    '收到样本（发动机运行）',
    'Received, engine on',
    '',
    'int4',
    'd.received',
    both('发动机运行时收到的样本数', 'Samples received with the engine on'),
  ],
  [
    'due',
    '应收样本',
    'Due',
    '',
    'float8',
    'd.due',
    both('发动机运行秒数（含计入的缺口）÷ 上报周期', 'Engine-on seconds, with the gaps that count, ÷ the period of the terminal'),
  ],
  [
    'noxValidSamples',
    '有效样本（下游 NOx）',
    'Valid, NOx downstream',
    '',
    'int4',
    'd.nox_valid_samples',
    both('收到的样本中下游 NOx 有效的样本数', 'Of those received, samples with a valid downstream NOx'),
  ],
  [
    'transmissionRate',
    '数据传输率',
    'Transmission rate',
    '',
    'float8',
    'd.transmission_rate',
    both(
      '收到 ÷ 应收样本，0 … 1；发动机未运行的日子为空',
      'Samples received ÷ due, 0 … 1; empty on a day without a running engine',
    ),
  ],
  [
    'noxValidShare',
    'NOx 有效占比（热机）',
    'Valid NOx, hot engine',
    '',
    'float8',
    'd.nox_valid_share',
    both(
      '下游 NOx 有效秒 ÷ 热机（冷却液 ≥ 70 °C）秒，0 … 1',
      'Seconds with valid downstream NOx ÷ seconds with coolant ≥ 70 °C, 0 … 1',
    ),
  ],
  [
    'effectiveRate',
    '传输有效率',
    'Effective rate',
    '',
    'float8',
    "(d.summary #>> '{quality,channels,noxDownPpm,effectiveRate}')::float8",
    both('传输率 × 下游 NOx 有效率，0 … 1', 'Transmission rate × valid rate of downstream NOx, 0 … 1'),
  ],
  [
    'p90GPerKwh',
    '窗口第 90 百分位',
    '90th percentile of windows',
    'g/kWh',
    'float8',
    'd.p90_g_per_kwh',
    both('有效功窗口 NOx 比排放的第 90 百分位；空：没有有效窗口', '90th percentile of valid work windows; empty: none'),
  ],
  [
    'worstLevel',
    '最高级别',
    'Gravest level',
    '',
    'text',
    'd.worst_level',
    both(
      'probable 超标（高可信），suspected 疑似，fault 故障，attention 关注，event 事件；空：无',
      'probable, suspected, fault, attention, event; empty: none',
    ),
  ],
  [
    'conflicts',
    '冲突记录',
    'Conflicts',
    '',
    'int4',
    'd.conflicts',
    both('与已存记录矛盾的记录数', 'Records that contradicted a stored one'),
  ],
  [
    'methodClass',
    '方法等级',
    'Method class',
    '',
    'text',
    'd.method_class',
    both('A 实测流量与扭矩；B 推算；C 估算', 'A measured flow and torque; B derived; C an estimate'),
  ],
  ['formula', '算法版本', 'Formula', '', 'text', 'd.formula', both('算法版本', 'Version of the arithmetic')],
  ['rulesVersion', '规则版本', 'Rules version', '', 'text', 'd.rules_version', both('规则版本', 'Version of the rules')],
  [
    'evaluatedAt',
    '判定时间',
    'Evaluated at',
    '',
    'time',
    'd.evaluated_at',
    both('补传数据到达后会重新判定', 'Evaluated anew when late data come'),
  ],
];

const trip = (path: string) => `(x.trip #>> '{totals,${path}}')::float8`;
const TRIPS_ROWS: readonly Row[] = [
  DAY,
  [
    'from',
    '开始（北京时间 UTC+8）',
    'Begin (Beijing, UTC+8)',
    '',
    'time',
    "to_timestamp((x.trip ->> 'fromSec')::float8)",
    both('发动机启动后的首个样本', 'First sample with the engine on'),
  ],
  [
    'to',
    '结束（北京时间 UTC+8）',
    'End (Beijing, UTC+8)',
    '',
    'time',
    "to_timestamp((x.trip ->> 'toSec')::float8)",
    both(
      '停机（或静默）超过 600 s 前的末个样本；跨零点的行程在零点切断',
      'Last sample before the engine was off or silent for 600 s; cut at midnight',
    ),
  ],
  [
    'open',
    '可能未结束',
    'May go on',
    '',
    'bool',
    "(x.trip ->> 'open')::boolean",
    both('当日结束时停机尚未满 600 s', 'The day ended before 600 s without the engine'),
  ],
  [
    'engineOnS',
    '发动机运行时间',
    'Engine on',
    's',
    'float8',
    trip('engineOnS'),
    both('发动机运行的秒数', 'Seconds with the engine on'),
  ],
  [
    'noxValidS',
    'NOx 质量有效时间',
    'Valid NOx time',
    's',
    'float8',
    trip('noxValidS'),
    both('其中 NOx 质量有效的秒数', 'Seconds of these with a valid NOx mass'),
  ],
  ['distanceKm', '行驶里程', 'Distance', 'km', 'float8', trip('distanceKm'), both('车速积分', 'Integral of the speed')],
  ['workKwh', '发动机功', 'Work', 'kWh', 'float8', trip('workKwh'), both('净功率积分', 'Integral of the net power')],
  ['fuelKg', '燃料消耗', 'Fuel', 'kg', 'float8', trip('fuelKg'), both('燃油流量积分', 'Integral of the fuel rate')],
  [
    'noxG',
    'NOx 排放量',
    'NOx',
    'g',
    'float8',
    trip('noxG'),
    both('有效秒内的 NOx 质量（以 NO2 计）', 'NOx mass as NO2 over the valid seconds'),
  ],
  [
    'windows',
    '有效窗口',
    'Valid windows',
    '',
    'float8',
    "(x.trip ->> 'valid')::float8",
    both('完全落在行程内的有效窗口数', 'Valid windows wholly within the trip'),
  ],
  [
    'windowShare',
    '有效窗口占比',
    'Share of valid windows',
    '',
    'float8',
    "(x.trip ->> 'validShare')::float8",
    both('有效窗口 ÷ 全部窗口，0 … 1', 'Valid ÷ all windows, 0 … 1'),
  ],
  [
    'p90GPerKwh',
    '窗口第 90 百分位',
    '90th percentile of windows',
    'g/kWh',
    'float8',
    "(x.trip ->> 'p90')::float8",
    both('空：没有有效窗口', 'Empty: no valid window'),
  ],
  [
    'void',
    '作废原因',
    'Void because',
    '',
    'text',
    "x.trip ->> 'void'",
    both('窗口结果作废的原因；空：未作废', 'Why the result of the windows is void; empty: it is not'),
  ],
  [
    'kind',
    '窗口依据',
    'Windows by',
    '',
    'text',
    "x.trip ->> 'kind'",
    both('work 按功，fuel 按燃料（功率未知时）', 'work, or fuel where the power is not known'),
  ],
];

const WINDOW_ROWS: readonly Row[] = [
  DAY,
  ['kind', '窗口类型', 'Kind', '', 'text', 'x.kind', both('work 功基，co2 CO2 基，fuel 燃料基', 'work, co2 or fuel based')],
  ['windows', '窗口数', 'Windows', '', 'float8', "(x.w ->> 'count')::float8", both('当日全部窗口', 'All windows of the day')],
  [
    'valid',
    '有效窗口',
    'Valid windows',
    '',
    'float8',
    "(x.w ->> 'valid')::float8",
    both('平均功率达到阈值的窗口', 'Windows whose mean power reaches the threshold'),
  ],
  [
    'validShare',
    '有效窗口占比',
    'Share of valid windows',
    '',
    'float8',
    "(x.w ->> 'validShare')::float8",
    both('有效 ÷ 全部，0 … 1', 'Valid ÷ all, 0 … 1'),
  ],
  [
    'thresholdPct',
    '功率阈值',
    'Power threshold',
    '%',
    'float8',
    "(x.w ->> 'thresholdPct')::float8",
    both('占额定功率', 'Of rated power'),
  ],
  ['void', '作废原因', 'Void because', '', 'text', "x.w ->> 'void'", both('空：未作废', 'Empty: it is not')],
  ['methodClass', '方法等级', 'Method class', '', 'text', "x.w ->> 'class'", both('A、B、C', 'A, B or C')],
  [
    'reference',
    '窗口参考量',
    'Reference',
    '',
    'float8',
    "(x.w #>> '{reference,value}')::float8",
    both('功基 kWh，CO2 基与燃料基 kg', 'kWh by work, kg by CO2 or fuel'),
  ],
  [
    'referenceAssumed',
    '参考量为默认值',
    'Reference assumed',
    '',
    'bool',
    "(x.w #>> '{reference,assumed}')::boolean",
    both('是：按方法默认值，不是该车型的实测', 'True: the default of the method, not measured on this model'),
  ],
  [
    'p90GPerKwh',
    '第 90 百分位',
    '90th percentile',
    'g/kWh',
    'float8',
    "(x.w ->> 'p90')::float8",
    both('有效窗口 NOx 比排放', 'NOx of the valid windows'),
  ],
  [
    'meanGPerKwh',
    '平均',
    'Mean',
    'g/kWh',
    'float8',
    "(x.w ->> 'mean')::float8",
    both('有效窗口 NOx 比排放', 'NOx of the valid windows'),
  ],
  [
    'maxGPerKwh',
    '最大',
    'Maximum',
    'g/kWh',
    'float8',
    "(x.w ->> 'max')::float8",
    both('有效窗口 NOx 比排放', 'NOx of the valid windows'),
  ],
];

function columnsOf(rows: readonly Row[]): ExportColumn[] {
  return rows.map(([id, zh, en, unit, wire, , definition]) => ({ id, name: { zh, en }, unit, wire, definition }));
}

/** A table of truck-days, `from` what its rows come from beside day `d` and truck `v`. */
function dayTable(
  rows: readonly Row[],
  words: Pick<ExportTable, 'name' | 'about'>,
  from: string,
  where: string,
  order: string,
  sizes: { readonly days: number; readonly trucks: number },
  key: PageParts['key'] = [],
): ExportTable {
  const list = [TRUCK_SQL, ...rows.map(([, , , , , sql]) => sql)].join(', ');
  return {
    ...words,
    size: 'days',
    columns: () => [...truckColumns('text'), ...columnsOf(rows)],
    page: ({ fromMs, toMs }) => ({
      select: list,
      from: `truck_day d join vehicles v on v.id = d.vehicle_id ${from}`,
      where: `d.vehicle_id = any($1::int[]) and d.day between ${dayAt(fromMs)} and ${dayAt(toMs - 1)}${where}`,
      key: [{ sql: 'd.vehicle_id', type: 'int4' }, { sql: 'd.day', type: 'date' }, ...key],
    }),
    *slices({ trucks, fromMs, toMs }) {
      for (const { from: first, to: last } of dayStretches(fromMs, toMs, sizes.days))
        for (const group of groupsOf(trucks, sizes.trucks))
          yield {
            sql: `select ${list} from truck_day d join vehicles v on v.id = d.vehicle_id ${from} where d.day between ${dayAt(first)} and ${dayAt(last)} and d.vehicle_id in (${idList(group)})${where} ${order}`,
            constants: {},
          };
    },
  };
}

/** Key figures of each evaluated truck-day. */
export const DAYS = dayTable(
  FIGURES,
  {
    name: { zh: '日数据', en: 'Days' },
    about: { zh: '每车每日一行：数据质量、排放量、判定结果', en: 'One row a truck and day: data quality, emissions, verdict' },
  },
  '',
  '',
  'order by d.day, v.plate',
  { days: PLAIN_DAYS, trucks: PLAIN_TRUCKS },
);

/** Trips, by the day they begin on. */
export const TRIPS = dayTable(
  TRIPS_ROWS,
  {
    name: { zh: '行程', en: 'Trips' },
    about: {
      zh: '每个行程一行（停机或静默超过 600 s 为界）',
      en: 'One row a trip (ends when the engine is off or silent for 600 s)',
    },
  },
  `cross join lateral jsonb_array_elements(d.summary -> 'trips') as x (trip)`,
  '',
  `order by d.day, v.plate, (x.trip ->> 'fromSec')::float8`,
  { days: SUMMARY_DAYS, trucks: SUMMARY_TRUCKS },
  [{ sql: "(x.trip ->> 'fromSec')::float8", type: 'float8' }],
);

/** What the windows of each kind came to, by truck and day. */
export const WINDOWS = dayTable(
  WINDOW_ROWS,
  {
    name: { zh: '窗口', en: 'Windows' },
    about: {
      zh: '每车每日每类窗口一行：有效窗口的 NOx 比排放分布',
      en: 'One row a truck, day and kind of window: NOx of the valid windows',
    },
  },
  `cross join lateral (values ('work', d.summary -> 'work'), ('co2', d.summary -> 'co2'), ('fuel', d.summary -> 'fuel')) as x (kind, w)`,
  ` and jsonb_typeof(x.w) = 'object'`,
  'order by d.day, v.plate, x.kind desc',
  { days: SUMMARY_DAYS, trucks: SUMMARY_TRUCKS },
  [{ sql: 'x.kind', type: 'text' }],
);
