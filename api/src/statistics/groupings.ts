import type { StatKey } from '@plume/db';
import { AMBIENT_BIN_C, LAST_POWER_BIN, LAST_SPEED_BIN, type SliceKind, SPEED_BIN_KMH } from '@plume/ingest/rules';
import { type Text, text } from './text.ts';

/** What figures can be gathered by. */
export interface Grouping {
  readonly id: GroupingId;
  readonly name: Text;
  readonly definition: Text;
  /** Whether its values follow one another, so that they are drawn as a line. */
  readonly ordered: boolean;
  /** Division of the day that it needs; `day`: none. */
  readonly kind: SliceKind;
  readonly key: StatKey;
  /** Name of a value; null: the value says it. */
  readonly label: ((value: number) => Text) | null;
}

export const GROUPING_IDS = [
  'vehicle',
  'enterprise',
  'district',
  'stage',
  'model',
  'use',
  'month',
  'day',
  'weekday',
  'hour',
  'speed',
  'power',
  'operation',
  'mode',
  'ambient',
] as const;
export type GroupingId = (typeof GROUPING_IDS)[number];

type Row = Omit<Grouping, 'id'>;

const fact = (key: StatKey, name: Text): Row => ({
  name,
  definition: text('按车辆登记的当前信息', 'by what is registered of the truck today'),
  ordered: false,
  kind: 'day',
  key,
  label: null,
});

const WEEKDAYS = [
  text('周一', 'Mon'),
  text('周二', 'Tue'),
  text('周三', 'Wed'),
  text('周四', 'Thu'),
  text('周五', 'Fri'),
  text('周六', 'Sat'),
  text('周日', 'Sun'),
];
const both = (value: string): Text => text(value, value);

function speedLabel(bin: number): Text {
  if (bin === 0) return text('静止', 'standstill');
  const low = (bin - 1) * SPEED_BIN_KMH;
  return both(bin === LAST_SPEED_BIN ? `≥ ${low} km/h` : `${low === 0 ? 1 : low}–${low + SPEED_BIN_KMH} km/h`);
}

function powerLabel(bin: number): Text {
  if (bin === 0) return text('倒拖', 'overrun');
  const low = (bin - 1) * 10;
  return both(bin === LAST_POWER_BIN ? `≥ ${low} %` : `${low}–${low + 10} %`);
}

const SPEEDS = ['0–16', '16–40', '40–64', '> 64'];
const POWERS = ['≤ 25 %', '25–50 %', '> 50 %'];

function operationLabel(bin: number): Text {
  if (bin === 0) return text('静止', 'standstill');
  return both(`${SPEEDS[Math.floor((bin - 1) / POWERS.length)]} km/h, ${POWERS[(bin - 1) % POWERS.length]}`);
}

const MODE_RANGES: Readonly<Record<number, string>> = {
  11: '< 40 km/h, STP < 0',
  12: '< 40 km/h, STP 0–3',
  13: '< 40 km/h, STP 3–6',
  14: '< 40 km/h, STP 6–9',
  15: '< 40 km/h, STP 9–12',
  16: '< 40 km/h, STP ≥ 12',
  21: '40–80 km/h, STP < 0',
  22: '40–80 km/h, STP 0–3',
  23: '40–80 km/h, STP 3–6',
  24: '40–80 km/h, STP 6–9',
  25: '40–80 km/h, STP 9–12',
  27: '40–80 km/h, STP 12–18',
  28: '40–80 km/h, STP 18–24',
  29: '40–80 km/h, STP 24–30',
  30: '40–80 km/h, STP ≥ 30',
  33: '≥ 80 km/h, STP < 6',
  35: '≥ 80 km/h, STP 6–12',
  37: '≥ 80 km/h, STP 12–18',
  38: '≥ 80 km/h, STP 18–24',
  39: '≥ 80 km/h, STP 24–30',
  40: '≥ 80 km/h, STP ≥ 30',
};

function modeLabel(mode: number): Text {
  if (mode === 0) return text('0 制动', '0 braking');
  if (mode === 1) return text('1 怠速', '1 idle');
  return both(`${mode} (${MODE_RANGES[mode] ?? '?'})`);
}

const ROWS: Readonly<Record<GroupingId, Row>> = {
  vehicle: {
    ...fact('vehicle', text('车辆', 'truck')),
    definition: text('一车一行，按车牌显示', 'one row a truck, by plate'),
  },
  enterprise: fact('enterprise', text('企业', 'enterprise')),
  district: fact('district', text('区县', 'district')),
  stage: fact('stage', text('排放阶段', 'emission stage')),
  model: fact('model', text('发动机型号', 'engine model')),
  use: fact('use', text('用途', 'use')),
  month: {
    name: text('月', 'month'),
    definition: text('北京时间自然月', 'Beijing calendar month'),
    ordered: true,
    kind: 'day',
    key: 'month',
    label: null,
  },
  day: {
    name: text('日', 'day'),
    definition: text('北京时间自然日', 'Beijing calendar day'),
    ordered: true,
    kind: 'day',
    key: 'day',
    label: null,
  },
  weekday: {
    name: text('星期', 'weekday'),
    definition: text('北京时间自然日的星期', 'weekday of the Beijing calendar day'),
    ordered: true,
    kind: 'day',
    key: 'weekday',
    label: (value) => WEEKDAYS[value - 1] ?? both(String(value)),
  },
  hour: {
    name: text('时刻', 'hour of day'),
    definition: text('样本时间的北京小时', 'Beijing hour of the sample'),
    ordered: true,
    kind: 'hour',
    key: 'bin',
    label: (value) => both(`${String(value).padStart(2, '0')}:00`),
  },
  speed: {
    name: text('车速段', 'speed bin'),
    definition: text(
      '逐秒车速，10 km/h 一段；< 1 km/h 为静止',
      'speed second by second in steps of 10 km/h; below 1 km/h standstill',
    ),
    ordered: true,
    kind: 'speed',
    key: 'bin',
    label: speedLabel,
  },
  power: {
    name: text('功率段', 'power bin'),
    definition: text('逐秒净功率 ÷ 额定功率，10 % 一段', 'net power ÷ rated power second by second, in tenths'),
    ordered: true,
    kind: 'power',
    key: 'bin',
    label: powerLabel,
  },
  operation: {
    name: text('工况段', 'operating bin'),
    definition: text(
      '车速 4 段 × 功率 3 段，另加静止（CARB REAL 分段，按记忆，未核实）',
      '4 speed × 3 power classes, and standstill (bins of CARB REAL, from memory, unverified)',
    ),
    ordered: true,
    kind: 'operation',
    key: 'bin',
    label: operationLabel,
  },
  mode: {
    name: text('MOVES 工况', 'MOVES mode'),
    definition: text(
      'MOVES5 运行模式，道路负荷取组合货车 MY2010（f = 10）；仅 1 s 周期的样本',
      'MOVES5 operating mode, road load of a combination truck MY2010 (f = 10); samples 1 s apart only',
    ),
    ordered: true,
    kind: 'mode',
    key: 'bin',
    label: modeLabel,
  },
  ambient: {
    name: text('环境温度', 'ambient temperature'),
    definition: text(
      '终端上传的环境温度，5 °C 一段；不上传的不计',
      'ambient temperature as sent, in steps of 5 °C; not sent: left out',
    ),
    ordered: true,
    kind: 'ambient',
    key: 'bin',
    label: (value) => both(`${value * AMBIENT_BIN_C}–${(value + 1) * AMBIENT_BIN_C} °C`),
  },
};

/** Every grouping, in the order in which they are offered. */
export const GROUPINGS: readonly Grouping[] = GROUPING_IDS.map((id) => ({ id, ...ROWS[id] }));

/** A grouping by its id. */
export function grouping(id: GroupingId): Grouping {
  return { id, ...ROWS[id] };
}
