import type { NoxMinutesRow, QualityRow, StatTruck } from '@plume/db';
import type { GroupingId } from '../statistics/groupings.ts';
import type { MeasureId } from '../statistics/measures.ts';
import type { StatisticsTable } from '../statistics/table.ts';
import { type Text, text } from '../statistics/text.ts';
import { figure, none, number, same, word } from './cells.ts';
import { countColumn, type Filled, measureColumn } from './columns.ts';
import type { Cell, ReportColumn, ReportTable, ReportTableRow } from './content.ts';
import { addNox } from './gather.ts';
import { withoutMinutes } from './kept.ts';

/** Rows of a table at most; more are in the statistics, and the table says so. */
export const MOST_LISTED = 500;
/** What the tables of emission hold. */
export const EMISSION_MEASURES: readonly MeasureId[] = [
  'noxKg',
  'noxFilledKg',
  'noxGPerKm',
  'noxGPerKwh',
  'noxGPerKgFuel',
  'distanceKm',
  'engineHours',
  'noxValidShare',
];
const LIMIT_MEASURES: readonly MeasureId[] = ['onlineRate', 'transmissionRate', 'effectiveRate', 'exceedanceRate'];
/** All that is asked of the statistics for one grouping. */
export const GROUP_MEASURES: readonly MeasureId[] = [...EMISSION_MEASURES, ...LIMIT_MEASURES];

export type FactId = 'district' | 'enterprise' | 'stage' | 'vehicle';

/** What a grouping by a fact of trucks is made of. */
export interface GroupFigures {
  readonly by: FactId;
  readonly table: StatisticsTable;
  readonly quality: readonly QualityRow[];
  readonly nox: ReadonlyMap<number, NoxMinutesRow>;
  readonly trucks: readonly StatTruck[];
  readonly filled: Filled;
  /** Whether retention dropped minutes of the period. */
  readonly minutesGone: boolean;
}

const TITLES: Readonly<Record<FactId, Text>> = {
  district: text('按区县', 'By district'),
  enterprise: text('按企业', 'By enterprise'),
  stage: text('按排放阶段', 'By emission stage'),
  vehicle: text('按车辆', 'By truck'),
};
const OF: Readonly<Record<FactId, Text>> = {
  district: text('区县', 'district'),
  enterprise: text('企业', 'enterprise'),
  stage: text('阶段', 'stage'),
  vehicle: text('车辆', 'truck'),
};

interface Group {
  readonly key: string;
  readonly label: Text;
  readonly truck: StatTruck | null;
  readonly figures: StatisticsTable['rows'][number]['figures'] | null;
  readonly quality: QualityRow | null;
  readonly nox: NoxMinutesRow | null;
}

function keyOf(truck: StatTruck, by: FactId): string | number | null {
  return by === 'vehicle' ? truck.id : truck[by];
}

function groupsOf({ by, table, quality, nox, trucks }: GroupFigures): Group[] {
  const plates = new Map(trucks.map((truck) => [String(truck.id), truck]));
  const concentrations = new Map<string, NoxMinutesRow>();
  for (const truck of trucks) {
    const row = nox.get(truck.id);
    const key = String(keyOf(truck, by));
    if (row) concentrations.set(key, addNox(concentrations.get(key), row));
  }
  const judged = new Map(quality.map((row) => [String(row.keys[0]), row]));
  const measured = new Map(table.rows.map((row) => [String(row.keys[0]?.value ?? null), row]));
  const keys = [...measured.keys(), ...[...judged.keys()].filter((key) => !measured.has(key)).sort()];
  return keys.map((key) => {
    const truck = by === 'vehicle' ? (plates.get(key) ?? null) : null;
    const label = truck ? same(truck.plate) : (measured.get(key)?.keys[0]?.label ?? word(key === 'null' ? null : key));
    return {
      key,
      label,
      truck,
      figures: measured.get(key)?.figures ?? null,
      quality: judged.get(key) ?? null,
      nox: concentrations.get(key) ?? null,
    };
  });
}

const NO_SERVICE = none('不在用或无数据', 'not in service, or no data');
const NO_READING = none('没有读数，未判定', 'no reading: not evaluated');

function notJudged(row: QualityRow | null): Cell {
  const n = row?.data_trucks ?? 0;
  return none(`未判定（${n} 辆有数据）`, `not evaluated (${n} with data)`);
}

function concentration({ nox, quality }: Group, side: 'up' | 'down', minutesGone: boolean): Cell {
  if ((quality?.data_days ?? 0) > (nox?.days ?? 0)) return withoutMinutes(minutesGone);
  return nox === null || nox[`${side}_days`] === 0 ? NO_READING : number(nox[`${side}_over_days`]);
}

type Column = readonly [column: ReportColumn, of: (group: Group) => Cell];

function limitColumns({ by, filled, minutesGone }: GroupFigures): Column[] {
  const measured = (id: MeasureId): Column => [
    measureColumn(id),
    ({ figures }) => {
      const found = figures?.[GROUP_MEASURES.indexOf(id)];
      return found ? figure(found) : NO_SERVICE;
    },
  ];
  const judged = (of: (row: QualityRow) => number) => (group: Group) =>
    group.quality && group.quality.judged_trucks > 0 ? number(of(group.quality)) : notJudged(group.quality);
  const counted: Column[] =
    by === 'vehicle'
      ? [
          [countColumn('district'), ({ truck }) => word(truck?.district ?? null)],
          [countColumn('enterprise'), ({ truck }) => word(truck?.enterprise ?? null)],
          [countColumn('stage'), ({ truck }) => word(truck?.stage ?? null)],
          [countColumn('dataDays'), ({ quality }) => number(quality?.data_days ?? 0)],
        ]
      : [
          [countColumn('trucks'), ({ quality }) => number(quality?.trucks ?? 0)],
          [countColumn('online'), ({ quality }) => number(quality?.data_trucks ?? 0)],
        ];
  const fleet: Column[] =
    by === 'vehicle'
      ? []
      : [
          [countColumn('judged'), ({ quality }) => number(quality?.judged_trucks ?? 0)],
          [countColumn('notEvaluated'), ({ quality }) => number((quality?.data_trucks ?? 0) - (quality?.judged_trucks ?? 0))],
          [countColumn('over'), judged((row) => row.over_trucks)],
          measured('exceedanceRate'),
        ];
  return [
    ...counted,
    measured('onlineRate'),
    measured('transmissionRate'),
    measured('effectiveRate'),
    ...fleet,
    [countColumn('overDays'), judged((row) => row.over_days)],
    [countColumn('upOverDays', filled), (group) => concentration(group, 'up', minutesGone)],
    [countColumn('downOverDays', filled), (group) => concentration(group, 'down', minutesGone)],
  ];
}

function emissionColumns(): Column[] {
  return [
    ...EMISSION_MEASURES.map(
      (id, i): Column => [
        measureColumn(id),
        ({ figures }) => {
          const found = figures?.[i];
          return found ? figure(found) : NO_SERVICE;
        },
      ],
    ),
    [countColumn('truckDays'), ({ figures }) => number(figures?.[0]?.basis.n ?? 0)],
  ];
}

/** The two tables of a grouping: on line and limits, and emission. */
export function groupTables(given: GroupFigures): ReportTable[] {
  const { by } = given;
  const groups = groupsOf(given);
  const notes =
    groups.length > MOST_LISTED
      ? [
          text(
            `共 ${groups.length} 行，列出前 ${MOST_LISTED} 行；其余见统计`,
            `${groups.length} rows, of which the first ${MOST_LISTED} are listed; see the statistics for the others`,
          ),
        ]
      : [];
  const table = (id: string, title: Text, columns: readonly Column[], chart: ReportTable['chart']): ReportTable => ({
    id: `${by}.${id}`,
    title: text(`${TITLES[by].zh}：${title.zh}`, `${TITLES[by].en}: ${title.en}`),
    of: OF[by],
    columns: columns.map(([column]) => column),
    rows: groups
      .slice(0, MOST_LISTED)
      .map((group) => ({ key: group.key, label: group.label, cells: columns.map(([, of]) => of(group)) })),
    notes,
    chart,
  });
  return [
    table('limits', text('上线与超标', 'on line and limits'), limitColumns(given), null),
    table('emission', text('排放', 'emission'), emissionColumns(), { column: 'noxKg', form: 'lying' }),
  ];
}

/** What a step of time is told with; hours divide the day, so that quality and limits are not known of them. */
export function trendMeasures(by: GroupingId): readonly MeasureId[] {
  const sums: readonly MeasureId[] = ['noxKg', 'noxGPerKm', 'noxGPerKwh', 'distanceKm', 'noxValidShare'];
  return by === 'hour' ? sums : [...sums.slice(0, 1), 'noxFilledKg', ...sums.slice(1), 'onlineRate', 'effectiveRate'];
}

/** The course of a period, step by step. */
export function trendTable(by: 'hour' | 'day' | 'month', table: StatisticsTable, quality: readonly QualityRow[]): ReportTable {
  const measures = trendMeasures(by);
  const judged = new Map(quality.map((row) => [String(row.keys[0]), row]));
  const titles = { hour: text('按时刻', 'By hour of day'), day: text('按日', 'By day'), month: text('按月', 'By month') };
  const rows = table.rows.map(({ keys: [key], figures }): ReportTableRow => {
    const row = judged.get(String(key?.value)) ?? null;
    const over = row && row.judged_trucks > 0 ? number(row.over_days) : notJudged(row);
    return {
      key: String(key?.value),
      label: key?.label ?? same(''),
      cells: [...figures.map(figure), ...(by === 'hour' ? [] : [over])],
    };
  });
  return {
    id: 'trend',
    title: titles[by],
    of: by === 'hour' ? text('时刻', 'hour') : by === 'day' ? text('日期', 'day') : text('月份', 'month'),
    columns: [...measures.map(measureColumn), ...(by === 'hour' ? [] : [countColumn('overDays')])],
    rows,
    notes: [],
    chart: { column: 'noxKg', form: 'standing' },
  };
}
