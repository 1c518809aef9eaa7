import {
  type Db,
  type QualityRow,
  queryQuality,
  querySums,
  retentionFloors,
  type StatFilter,
  type StatQuery,
  type StatTruck,
  type SumsRow,
  statFreshness,
  statTrucks,
} from '@plume/db';
import type { Figure } from '@plume/ingest/emissions';
import { beijingDate, daysBetween } from '../beijing-day.ts';
import { invalid } from '../problem.ts';
import { type Grouping, type GroupingId, grouping } from './groupings.ts';
import { figureOf, type Measure, type MeasureId, measure } from './measures.ts';
import { comparedPeriod, MOST_DAY_STEPS, type Period, requirePeriod, spansOf } from './period.ts';
import { validShareOf } from './ranking.ts';
import type {
  Notice,
  StatisticsContext,
  StatisticsFigure,
  StatisticsKey,
  StatisticsQuery,
  StatisticsRow,
  StatisticsTable,
} from './table.ts';
import { type Text, text } from './text.ts';

/** Rows of an answer at most; more are cut, and said. */
export const MOST_ROWS = 5000;

interface Group {
  readonly keys: readonly (string | number | null)[];
  sums: SumsRow | null;
  quality: QualityRow | null;
  before: Group | null;
}

/**
 * Answers a question about the fleet from `truck_sums` and `truck_day`, which the evaluator writes with every truck-day: a late record is in the
 * answer as soon as its day is evaluated. The asker's districts bound it. Throws a problem that names the field for what cannot be asked.
 */
export async function runStatistics(db: Db, query: StatisticsQuery, context: StatisticsContext): Promise<StatisticsTable> {
  const today = beijingDate(context.nowMs);
  const period = requirePeriod(query.period, today);
  const measures = query.measures.map(measure);
  const { by, notices } = groupingsOf(query.by, period);
  requireTogether(by);
  const filter: StatFilter = { ...query.filter, districts: context.districts };
  const ask = { filter, atMs: context.nowMs, measures, today };
  const compared = comparedOf(query, by, period, notices);
  const [groups, [total = emptyGroup([])], trucks, { waiting, evaluated_at }] = await Promise.all([
    gather(db, ask, by, period),
    gather(db, { ...ask, always: true }, [], period),
    by.some(({ id }) => id === 'vehicle') ? statTrucks(db, filter, context.nowMs) : [],
    statFreshness(db, filter, context.nowMs, period.from, period.to),
  ]);
  if (compared !== null) await compareWith(db, ask, by, compared, groups, total);
  noteData(total, waiting, notices);
  await noteKept(db, compared === null ? [period] : [period, compared], notices);
  if (groups.length > MOST_ROWS)
    notices.push(
      notice(
        'cut',
        `共 ${groups.length} 行，只给出前 ${MOST_ROWS} 行；请缩小范围`,
        `${groups.length} rows, of which the first ${MOST_ROWS} are given; ask for less`,
      ),
    );
  const rows = sortRows(groups, by, measures, trucks).slice(0, MOST_ROWS);
  return {
    period,
    compared,
    by: by.map(({ id, name, definition, ordered }) => ({ id, name, definition, ordered })),
    measures,
    rows,
    total: measures.map((each) => figureAt(each, total, null)),
    truckDays: total.sums?.days ?? 0,
    notEvaluatedDays: (total.sums?.days ?? 0) - (total.sums?.nox_days ?? 0),
    trucks: total.sums?.trucks ?? 0,
    notices,
    evaluatedAtMs: evaluated_at?.getTime() ?? null,
    waiting,
  };
}

function notice(code: Notice['code'], zh: string, en: string): Notice {
  return { code, text: text(zh, en) };
}

/** The groupings asked for; days are given as months when there would be too many of them. */
function groupingsOf(ids: readonly GroupingId[], period: Period): { by: Grouping[]; notices: Notice[] } {
  const notices: Notice[] = [];
  const by = ids.map((id) => {
    if (id !== 'day' || daysBetween(period.from, period.to) <= MOST_DAY_STEPS) return grouping(id);
    notices.push(
      notice(
        'coarserStep',
        `时段超过 ${MOST_DAY_STEPS} 天，已改为按月`,
        `The period has more than ${MOST_DAY_STEPS} days: given by month instead of by day`,
      ),
    );
    return grouping('month');
  });
  return { by, notices };
}

function requireTogether(by: readonly Grouping[]): void {
  if (by.length > 2) throw invalid('query.by', 'must be at most two');
  if (new Set(by.map(({ id }) => id)).size < by.length) throw invalid('query.by', 'must not name the same twice');
  const divided = by.filter(({ kind }) => kind !== 'day');
  if (divided.length > 1) {
    const names = divided.map(({ id }) => id).join(' and ');
    throw invalid('query.by', `${names} cannot be asked together: a day is kept divided by one of them at a time`);
  }
}

function comparedOf(query: StatisticsQuery, by: readonly Grouping[], period: Period, notices: Notice[]): Period | null {
  if (query.compare === 'none') return null;
  if (by.some(({ id }) => id === 'day' || id === 'month')) {
    notices.push(
      notice(
        'notCompared',
        '按日或按月分组时不作同比、环比',
        'By day or month nothing is compared: the steps themselves show it',
      ),
    );
    return null;
  }
  return comparedPeriod(period, query.compare);
}

interface Ask {
  readonly filter: StatFilter;
  readonly atMs: number;
  readonly measures: readonly Measure[];
  readonly today: string;
  /** Sums and quality, whatever the measures need. */
  readonly always?: boolean;
}

function emptyGroup(keys: Group['keys']): Group {
  return { keys, sums: null, quality: null, before: null };
}

async function gather(db: Db, ask: Ask, by: readonly Grouping[], period: Period): Promise<Group[]> {
  const kind = by.find((each) => each.kind !== 'day')?.kind ?? 'day';
  const needs = (from: Measure['from'][]): boolean =>
    ask.always === true || ask.measures.some((each) => from.includes(each.from));
  const days: StatQuery = {
    spans: [{ span: 'day', ...period }],
    by: by.map(({ key }) => key),
    filter: ask.filter,
    atMs: ask.atMs,
  };
  const byDay = by.some(({ id }) => id === 'day' || id === 'weekday');
  const spans = byDay ? days.spans : spansOf(period, ask.today);
  const sums = await querySums(db, { ...days, spans, kind });
  const quality =
    kind === 'day' && needs(['quality'])
      ? await queryQuality(db, { ...days, byDay: ask.measures.some(({ id }) => id === 'exceedanceA2Rate') })
      : [];
  const groups = new Map<string, Group>();
  const at = (keys: Group['keys']): Group => {
    const key = JSON.stringify(keys);
    const known = groups.get(key) ?? emptyGroup(keys);
    groups.set(key, known);
    return known;
  };
  for (const row of sums) at(row.keys).sums = row;
  for (const row of quality) at(row.keys).quality = row;
  return [...groups.values()];
}

async function compareWith(
  db: Db,
  ask: Ask,
  by: readonly Grouping[],
  period: Period,
  groups: readonly Group[],
  total: Group,
): Promise<void> {
  const before = new Map((await gather(db, ask, by, period)).map((group) => [JSON.stringify(group.keys), group]));
  for (const group of groups) group.before = before.get(JSON.stringify(group.keys)) ?? null;
  [total.before = null] = await gather(db, ask, [], period);
}

/** Says of a period that begins before what retention has left that its figures are of the rest. */
async function noteKept(db: Db, periods: readonly Period[], notices: Notice[]): Promise<void> {
  const floor = (await retentionFloors(db)).find(({ tier }) => tier === 'days')?.before;
  if (floor === undefined || periods.every(({ from }) => from >= floor)) return;
  notices.push(
    notice(
      'notKept',
      `${floor} 之前的车日已过保留期：整月的合计完整，按日、数据质量、超标率和不足整月的部分只含留存的车日`,
      `Truck-days before ${floor} are past their retention: sums of whole months are complete; what is by day, of data quality or limits, or of part of a month is of the days that are left`,
    ),
  );
}

function noteData(total: Group, waiting: number, notices: Notice[]): void {
  const { days = 0, nox_days = 0 } = total.sums ?? {};
  if (days > 0 && nox_days === 0)
    notices.push(
      notice(
        'noValidData',
        `未判定：${days} 个车日有数据，其中没有有效 NOx`,
        `Not evaluated: ${days} truck-days have data, none of them a valid NOx mass`,
      ),
    );
  if (days === 0)
    notices.push(
      notice('noValidData', '未判定：该时段没有数据（0 个车日）', 'Not evaluated: no data in this period (0 truck-days)'),
    );
  if (waiting > 0)
    notices.push(
      notice(
        'waiting',
        `${waiting} 个车日等待重新计算，数字会变`,
        `${waiting} truck-days wait to be evaluated anew; figures will change`,
      ),
    );
}

function figureAt(of: Measure, group: Group, kind: string | null): StatisticsFigure {
  const { figure, basis } = figureOf(of.id, group.sums, group.quality);
  const kept = kind === null || kind === 'day' || (of.from === 'sums' && isKept(of.id, kind));
  if (!kept) return { value: null, reason: 'notKept', validShare: null, basis, before: null, change: null };
  const before = group.before === null ? null : figureOf(of.id, group.before.sums, group.before.quality).figure.value;
  const change = figure.value === null || before === null || before === 0 ? null : figure.value / before - 1;
  return {
    value: figure.value,
    reason: reasonOf(of, group, figure),
    validShare: validShareOf(group.sums),
    basis,
    before,
    change,
  };
}

/** Data without anything valid in it is not evaluated, whatever the arithmetic stumbled over. */
function reasonOf(of: Measure, { sums, quality }: Group, { reason }: Figure): StatisticsFigure['reason'] {
  if (reason === null) return null;
  if (of.id.startsWith('nox') && sums !== null && sums.days > 0 && sums.nox_days === 0) return 'notEvaluated';
  const judged = of.id === 'exceedanceRate' || of.id === 'complianceRate' || of.id === 'exceedanceA2Rate';
  return judged && quality !== null && quality.data_days > 0 ? 'notEvaluated' : reason;
}

/** Idling is kept by hour of day and of whole days alone. */
function isKept(id: MeasureId, kind: string): boolean {
  return id !== 'idleNoxGPerHour' || kind === 'hour';
}

/** Rows in the order of what follows one another, else the greatest first figure first and what has none last. */
function sortRows(
  groups: readonly Group[],
  by: readonly Grouping[],
  measures: readonly Measure[],
  trucks: readonly StatTruck[],
): StatisticsRow[] {
  const kind = by.find((each) => each.kind !== 'day')?.kind ?? null;
  const plates = new Map(trucks.map(({ id, plate }) => [id, plate]));
  const rows = groups.map((group) => ({
    keys: group.keys.map((value, i) => keyOf(by[i] as Grouping, value, plates)),
    figures: measures.map((each) => figureAt(each, group, kind)),
  }));
  return rows.sort((a, b) => compareRows(a, b, by));
}

function keyOf({ id, label }: Grouping, value: string | number | null, plates: ReadonlyMap<number, string>): StatisticsKey {
  if (value === null) return { value, label: text('未登记', 'not registered') };
  const own: Text | null = id === 'vehicle' ? same(plates.get(Number(value)) ?? String(value)) : (label?.(Number(value)) ?? null);
  return { value, label: own ?? same(String(value)) };
}

function same(value: string): Text {
  return text(value, value);
}

function compareRows(a: StatisticsRow, b: StatisticsRow, by: readonly Grouping[]): number {
  for (const [i, { ordered }] of by.entries()) {
    if (!ordered) continue;
    const [x = null, y = null] = [a.keys[i]?.value, b.keys[i]?.value];
    if (x === y) continue;
    if (x === null || y === null) return x === null ? 1 : -1;
    return x < y ? -1 : 1;
  }
  const [x = null, y = null] = [a.figures[0]?.value, b.figures[0]?.value];
  if (x !== y) return x === null ? 1 : y === null ? -1 : y - x;
  return String(a.keys[0]?.label.zh).localeCompare(String(b.keys[0]?.label.zh), 'zh');
}
