import type { ExportColumn } from '../column.ts';
import { FIGURE_IDS, figureColumns, METHOD_COLUMNS, SUM_IDS } from './minute-columns.ts';
import { at, constantsOf, type ExportTable, stretches, TRUCK_SQL, truckColumns } from './table.ts';

const DAY_MS = 86_400_000;
const q = (id: string) => `"${id}"`;

const time = (zh: string, en: string): ExportColumn => ({
  id: 'time',
  name: { zh: `${zh}（北京时间 UTC+8）`, en: `${en} (Beijing, UTC+8)` },
  unit: '',
  definition: { zh: '时段的开始；只列有样本的时段', en: 'Begin of the period; only periods with samples are listed' },
  wire: 'time',
});

const place = (id: string, zh: string, en: string, wire: 'float4' | 'float8'): ExportColumn => ({
  id,
  name: { zh, en },
  unit: '°',
  definition: {
    zh: 'WGS-84，该时段最后一个有效位置（分钟）或平均位置（小时）',
    en: 'WGS-84, of the minute, or the mean of an hour',
  },
  wire,
});

/** Figures of each minute that has samples. */
export const MINUTES: ExportTable = {
  name: { zh: '分钟数据', en: 'Minutes' },
  about: {
    zh: '每车每分钟一行：排放量、功、里程、主要信号的最小/平均/最大',
    en: 'One row a truck and minute: emissions, work, distance, main signals',
  },
  size: 'minutes',
  columns: () => [
    ...truckColumns('constant'),
    time('分钟', 'Minute'),
    ...figureColumns('float4'),
    place('lonDeg', '经度', 'Longitude', 'float4'),
    place('latDeg', '纬度', 'Latitude', 'float4'),
    ...METHOD_COLUMNS,
  ],
  page: ({ fromMs, toMs }) => ({
    select: [
      TRUCK_SQL,
      'm.time',
      ...[...SUM_IDS, ...FIGURE_IDS, 'lonDeg', 'latDeg'].map((id) => `m.${q(id)}`),
      'm.method_class, m.formula',
    ].join(', '),
    from: 'truck_minute m join vehicles v on v.id = m.vehicle_id',
    where: `m.vehicle_id = any($1::int[]) and m.time >= ${at(fromMs)} and m.time < ${at(toMs)}`,
    key: [
      { sql: 'm.vehicle_id', type: 'int4' },
      { sql: 'm.time', type: 'timestamptz' },
    ],
  }),
  *slices({ trucks, fromMs, toMs, engine }) {
    const list = ['time', ...[...SUM_IDS, ...FIGURE_IDS, 'lonDeg', 'latDeg'].map(q), 'method_class', 'formula'].join(', ');
    for (const truck of trucks)
      for (const { from, to } of stretches(fromMs, toMs, (engine === 'embedded' ? 4 : 28) * DAY_MS))
        yield {
          sql: `select ${list} from truck_minute where vehicle_id = ${Math.trunc(truck.id)} and time >= ${at(from)} and time < ${at(to)} order by time`,
          constants: constantsOf(truck),
        };
  },
};

/** A figure of an hour from those of its minutes: sums add, minima and maxima stay, means are weighted by their samples. */
function hourOf(id: string): string {
  if (SUM_IDS.includes(id)) return `sum(${q(id)}::float8)`;
  if (id.endsWith('Min')) return `min(${q(id)})::float8`;
  if (id.endsWith('Max')) return `max(${q(id)})::float8`;
  return `(sum(${q(id)}::float8 * samples) / nullif(sum(samples::float8) filter (where ${q(id)} is not null), 0))`;
}

const HOUR = "time_bucket(interval '1 hour', time)";
const HOUR_FIGURES = [
  ...[...SUM_IDS, ...FIGURE_IDS].map(hourOf),
  'avg("lonDeg"::float8)',
  'avg("latDeg"::float8)',
  'max(method_class)',
  'max(formula)',
];

/** The same by hour. */
export const HOURS: ExportTable = {
  name: { zh: '小时数据', en: 'Hours' },
  about: {
    zh: '每车每小时一行，由分钟数据汇总（均值按样本数加权）',
    en: 'One row a truck and hour, from the minutes (means weighted by samples)',
  },
  size: 'hours',
  columns: () => [
    ...truckColumns('constant'),
    time('小时', 'Hour'),
    ...figureColumns('float8'),
    place('lonDeg', '经度', 'Longitude', 'float8'),
    place('latDeg', '纬度', 'Latitude', 'float8'),
    ...METHOD_COLUMNS,
  ],
  page: ({ fromMs, toMs }) => ({
    select: [TRUCK_SQL, HOUR, ...HOUR_FIGURES].join(', '),
    from: 'truck_minute m join vehicles v on v.id = m.vehicle_id',
    where: `m.vehicle_id = any($1::int[]) and m.time >= ${at(fromMs)} and m.time < ${at(toMs)}`,
    groupBy: `m.vehicle_id, ${TRUCK_SQL}, ${HOUR}`,
    key: [
      { sql: 'm.vehicle_id', type: 'int4' },
      { sql: HOUR, type: 'timestamptz' },
    ],
  }),
  *slices({ trucks, fromMs, toMs, engine }) {
    const list = [HOUR, ...HOUR_FIGURES].join(', ');
    for (const truck of trucks)
      for (const { from, to } of stretches(fromMs, toMs, (engine === 'embedded' ? 4 : 28) * DAY_MS))
        yield {
          sql: `select ${list} from truck_minute where vehicle_id = ${Math.trunc(truck.id)} and time >= ${at(from)} and time < ${at(to)} group by 1 order by 1`,
          constants: constantsOf(truck),
        };
  },
};
