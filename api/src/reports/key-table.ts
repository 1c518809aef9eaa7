import type { ContractFigure } from '../statistics/contract.ts';
import { type MeasureId, measure } from '../statistics/measures.ts';
import type { StatisticsTable } from '../statistics/table.ts';
import { type Text, text } from '../statistics/text.ts';
import { BLANK, change, figure, none, number, percent, same } from './cells.ts';
import { type CountId, countColumn, type Filled, measureColumn, plainColumn } from './columns.ts';
import type { Cell, ReportColumn, ReportTable, ReportTableRow } from './content.ts';
import type { PeriodCounts } from './gather.ts';
import { DAYS_GONE, withoutMinutes } from './kept.ts';

/** Measures of the table of main figures, in its order. */
export const KEY_MEASURES: readonly MeasureId[] = [
  'onlineRate',
  'connectedRate',
  'transmissionRate',
  'validRate',
  'effectiveRate',
  'noxValidShare',
  'exceedanceRate',
  'exceedanceA2Rate',
  'noxKg',
  'noxFilledKg',
  'noxGPerKm',
  'noxGPerKwh',
];
/** As many as can be asked at once; the rest. */
export const MORE_MEASURES: readonly MeasureId[] = [
  'noxGPerKgFuel',
  'noxKgPerDay',
  'co2Kg',
  'fuelKg',
  'distanceKm',
  'workKwh',
  'engineHours',
];

const COLUMNS: readonly ReportColumn[] = [
  plainColumn('value', text('本期', 'this period')),
  plainColumn('unit', text('单位', 'unit')),
  plainColumn('target', text('目标', 'target')),
  plainColumn('met', text('达标', 'met')),
  plainColumn('valid', text('NOx 有效占比', 'valid share of NOx'), '%'),
  plainColumn('basis', text('基数', 'rests on')),
  plainColumn('previous', text('上期', 'period before')),
  plainColumn('previousChange', text('环比', 'against it'), '%'),
  plainColumn('year', text('去年同期', 'a year before')),
  plainColumn('yearChange', text('同比', 'against it'), '%'),
];

interface Now {
  readonly now: Cell;
  readonly previous: Cell;
  readonly year: Cell;
}
interface Rests {
  readonly valid?: number | null;
  readonly basis?: Text;
  readonly target?: Text;
  readonly met?: Text;
}

const truckDays = (n: number) => text(`${n} 车日`, `${n} truck-days`);
const trucks = (n: number) => text(`${n} 车`, `${n} trucks`);

function rowOf(column: ReportColumn, unit: Text, { now, previous, year }: Now, rests: Rests): ReportTableRow {
  const { definition, source } = column;
  return {
    key: column.id,
    label: column.name,
    unit: column.unit,
    ...(definition ? { definition } : {}),
    ...(source ? { source } : {}),
    cells: [
      now,
      unit,
      rests.target ?? BLANK,
      rests.met ?? BLANK,
      rests.valid === undefined ? BLANK : number(rests.valid === null ? null : rests.valid * 100),
      rests.basis ?? BLANK,
      previous,
      change(now, previous),
      year,
      change(now, year),
    ],
  };
}

/** Figures of the contract: value, target, and whether it is met. */
function contractRests(of: ContractFigure | undefined): Rests {
  if (of === undefined) return {};
  const { value, sense } = of.target;
  const sign = sense === 'atLeast' ? '≥' : '<';
  return {
    target: same(`${sign} ${value} ${of.unit}`),
    met: of.met === null ? text('未判定', 'not evaluated') : of.met ? text('✓ 达标', '✓ met') : text('△ 未达标', '△ not met'),
  };
}

/** The tables of two comparisons of the same measures, and counts of the same three periods. */
export interface KeyFigures {
  readonly measured: readonly { readonly previous: StatisticsTable; readonly year: StatisticsTable }[];
  readonly counts: { readonly now: PeriodCounts; readonly previous: PeriodCounts; readonly year: PeriodCounts };
  readonly filled: Filled;
}

type Count = readonly [id: CountId, of: (counts: PeriodCounts) => Cell, basis: (counts: PeriodCounts) => Text | null];

/** Figures of concentration, while the minutes of all days with data are still kept. */
function nox(of: (row: NonNullable<PeriodCounts['nox']>) => Cell): (counts: PeriodCounts) => Cell {
  return ({ nox: row, quality, gone }) => {
    if (gone.days) return DAYS_GONE;
    if ((row?.days ?? 0) < (quality?.data_days ?? 0)) return withoutMinutes(gone.minutes);
    return row === null ? number(null) : of(row);
  };
}
const inDays = (side: 'up' | 'down') => nox((row) => (row[`${side}_days`] === 0 ? NOT_EVALUATED : row[`${side}_over_days`]));
const inTime = (side: 'up' | 'down') => nox((row) => percent(row[`${side}_over`], row[`${side}_minutes`], NOT_EVALUATED));
const NOT_EVALUATED = none('没有读数，未判定', 'no reading: not evaluated');
const readDays = (side: 'up' | 'down') => (c: PeriodCounts) => (c.nox ? truckDays(c.nox[`${side}_days`]) : null);

/** How many of the truck-days; none where they were dropped, which is not zero. */
function counted(of: (row: NonNullable<PeriodCounts['quality']>) => number): (counts: PeriodCounts) => Cell {
  return ({ quality, gone }) => (gone.days ? DAYS_GONE : number(quality === null ? 0 : of(quality)));
}

const FLEET: readonly Count[] = [
  ['trucks', counted((row) => row.trucks), () => null],
  ['online', counted((row) => row.data_trucks), (c) => trucks(c.quality?.trucks ?? 0)],
];
const LIMITS: readonly Count[] = [
  ['judged', counted((row) => row.judged_trucks), (c) => trucks(c.quality?.data_trucks ?? 0)],
  ['notEvaluated', counted((row) => row.data_trucks - row.judged_trucks), (c) => trucks(c.quality?.data_trucks ?? 0)],
  ['over', (c) => judged(c, c.quality?.over_trucks), (c) => trucks(c.quality?.judged_trucks ?? 0)],
  ['overDays', (c) => judged(c, c.quality?.over_days), (c) => truckDays(c.quality?.judged_days ?? 0)],
  ['upOverDays', inDays('up'), readDays('up')],
  ['upOverShare', inTime('up'), readDays('up')],
  ['downOverDays', inDays('down'), readDays('down')],
  ['downOverShare', inTime('down'), readDays('down')],
];
const CASES: readonly Count[] = (
  ['opened', 'reopened', 'notices', 'repaired', 'retested', 'passed', 'closed', 'in_repair', 'in_retest', 'open_end'] as const
).map((id) => [id, (c: PeriodCounts) => number(c.cases?.[id] ?? 0), () => null]);

/** What was found over the limit; where nothing could be judged, not evaluated, and of how many. */
function judged({ quality, gone }: PeriodCounts, value: number | undefined): Cell {
  if (gone.days) return DAYS_GONE;
  if (quality && quality.judged_trucks > 0) return number(value);
  const n = quality?.data_trucks ?? 0;
  return none(`未判定：${n} 辆有数据，均不足以判定`, `not evaluated: ${n} trucks with data, none with enough to judge`);
}

const UNITS: Readonly<Partial<Record<CountId, Text>>> = {
  overDays: text('车次', 'truck-days'),
  upOverDays: text('车日', 'truck-days'),
  downOverDays: text('车日', 'truck-days'),
  upOverShare: same('%'),
  downOverShare: same('%'),
  notices: text('次', ''),
  repaired: text('次', ''),
  retested: text('次', ''),
  passed: text('次', ''),
  closed: text('次', ''),
  reopened: text('次', ''),
  opened: text('件', ''),
  in_repair: text('件', ''),
  in_retest: text('件', ''),
  open_end: text('件', ''),
};

/** The main figures of a report, each with what it is compared with. */
export function keyTable({ measured, counts, filled }: KeyFigures): ReportTable {
  const { now, previous, year } = counts;
  const countRows = (rows: readonly Count[]) =>
    rows.map(([id, of, basis]) => {
      const rests = basis(now);
      const unit = UNITS[id] ?? text('辆', 'trucks');
      return rowOf(
        countColumn(id, filled),
        unit,
        { now: of(now), previous: of(previous), year: of(year) },
        rests ? { basis: rests } : {},
      );
    });
  const measures = new Map(
    measured.flatMap((tables) =>
      tables.previous.measures.map(
        (measure, i) => [measure.id, { measure, a: tables.previous.total[i], b: tables.year.total[i] }] as const,
      ),
    ),
  );
  const measureRow = (id: MeasureId): ReportTableRow => {
    const { a, b } = measures.get(id) ?? {};
    if (!a || !b) throw new Error(`a report asked for no ${id}`);
    const contract = now.contract.figures.find((each) => each.id === id);
    const rests = { basis: a.basis.of === 'trucks' ? trucks(a.basis.n) : truckDays(a.basis.n), valid: a.validShare };
    const column = measureColumn(id);
    // What truck-days told is of those that are left; sums are of whole months, which stay.
    const before = ({ gone }: PeriodCounts, value: number | null) =>
      gone.days && (value === null || measure(id).from === 'quality') ? DAYS_GONE : number(value);
    const compared = { now: figure(a), previous: before(previous, a.before), year: before(year, b.before) };
    return rowOf(column, same(column.unit), compared, { ...rests, ...contractRests(contract) });
  };
  const contractRow = (id: 'failureRate' | 'repairHours'): ReportTableRow => {
    const of = (c: PeriodCounts) => c.contract.figures.find((each) => each.id === id);
    const said = (each: ContractFigure | undefined): Cell =>
      each?.value == null ? { none: each?.reason ?? text('没有数据', 'no data') } : number(each.value);
    const before = (c: PeriodCounts) => (c.gone.days ? DAYS_GONE : said(of(c)));
    const mine = of(now);
    const column = {
      id,
      name: mine?.name ?? same(id),
      unit: mine?.unit ?? '',
      definition: mine?.definition ?? null,
      source: text('R-OFFLINE 判定与车日（findings、truck_day）', 'R-OFFLINE and truck-days (findings, truck_day)'),
    };
    const n = mine?.n ?? 0;
    const basis = id === 'failureRate' ? trucks(n) : text(`${n} 起`, `${n} outages`);
    return rowOf(
      column,
      same(column.unit),
      { now: said(mine), previous: before(previous), year: before(year) },
      { basis, ...contractRests(mine) },
    );
  };
  const { open } = now.contract;
  return {
    id: 'key',
    title: text('主要指标', 'Main figures'),
    of: text('指标', 'figure'),
    columns: COLUMNS,
    rows: [
      ...countRows(FLEET),
      ...(['onlineRate', 'connectedRate', 'transmissionRate', 'validRate', 'effectiveRate'] as const).map(measureRow),
      contractRow('failureRate'),
      contractRow('repairHours'),
      measureRow('noxValidShare'),
      ...countRows(LIMITS.slice(0, 3)),
      measureRow('exceedanceRate'),
      measureRow('exceedanceA2Rate'),
      ...countRows(LIMITS.slice(3)),
      ...countRows(CASES),
      ...(['noxKg', 'noxFilledKg', ...KEY_MEASURES.slice(10), ...MORE_MEASURES] as const).map(measureRow),
    ],
    notes:
      open > 0
        ? [text(`${open} 起终端失联到报告出具时尚未恢复`, `${open} outages of terminals lasted when the report was issued`)]
        : [],
    chart: null,
  };
}
