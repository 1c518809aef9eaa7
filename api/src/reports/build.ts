import {
  type CaseGroup,
  type CaseWorkRow,
  caseWork,
  type Db,
  dataStand,
  findingsByRule,
  type ReportKey,
  type StatTruck,
  statFreshness,
  statTrucks,
} from '@plume/db';
import { CASE_TYPE_WORDS, CASE_TYPES, RULES } from '@plume/ingest/rules';
import { type Comparison, comparedPeriod } from '../statistics/period.ts';
import { type Ranking, rankingOf } from '../statistics/ranking.ts';
import { type Text, text } from '../statistics/text.ts';
import { filterOf } from './basis.ts';
import { BLANK, none, number, percent, same, word } from './cells.ts';
import { countColumn, type Filled, measureColumn } from './columns.ts';
import type { Cell, ReportContent, ReportTable } from './content.ts';
import { type Ask, askCounts, askMeasures, askNox, askQuality, levelsOn } from './gather.ts';
import { type FactId, GROUP_MEASURES, groupTables, MOST_LISTED, trendMeasures, trendTable } from './group-tables.ts';
import { isGone, keptOf } from './kept.ts';
import { KEY_MEASURES, keyTable, MORE_MEASURES } from './key-table.ts';
import { titleOf } from './periods.ts';
import { thinBefore } from './thin-before.ts';

/** Told how far the making is, 0 … 1; throws to end it. */
export type Told = (progress: number) => Promise<void>;

/** Everything that a report of this key says now: figures of the statistics, of verdicts and of cases, with their definitions. */
export async function buildReport(
  db: Db,
  key: ReportKey,
  made: { readonly nowMs: number; readonly version: string; readonly told: Told },
): Promise<ReportContent> {
  const { nowMs, told } = made;
  const levels = await levelsOn(db, key.to);
  const ask: Ask = { db, key, nowMs, levels, kept: await keptOf(db) };
  const filled: Filled = {
    share: String(levels.share * 100),
    upIV: String(levels.up.IV),
    upV: String(levels.up.V),
    downIV: String(levels.down.IV),
    downV: String(levels.down.V),
  };
  const range = { filter: filterOf(key), atMs: nowMs, from: key.from, to: key.to };
  const trucks = await statTrucks(db, range.filter, nowMs);
  const nox = await askNox(ask, key);
  await told(0.2);
  const both = async (measures: typeof KEY_MEASURES) => ({
    previous: await askMeasures(ask, [], measures, 'previous'),
    year: await askMeasures(ask, [], measures, 'year'),
  });
  const measured = [await both(KEY_MEASURES), await both(MORE_MEASURES)];
  await told(0.35);
  const counts = await askCounts(ask, nox);
  await told(0.5);
  const tables: ReportTable[] = [keyTable({ measured, counts, filled }), await trend(ask)];
  const facts = (['district', 'enterprise', 'stage', 'vehicle'] as const).filter(
    (by) => by === 'vehicle' || by === 'stage' || key[by] === null,
  );
  for (const by of facts) {
    tables.push(...(await grouped(ask, by, { nox, trucks, filled })));
    await told(0.5 + 0.4 * (tables.length / 12));
  }
  if (key.kind !== 'day') tables.push(rankingTable(await ranked(ask), trucks));
  tables.push(
    await ruleTable(ask),
    await caseTable(ask, 'type'),
    await caseTable(ask, key.district === null ? 'district' : 'enterprise'),
  );
  const stand = await dataStand(db, range);
  const { waiting } = await statFreshness(db, range.filter, nowMs, key.from, key.to);
  const [first] = measured;
  return {
    format: 'plume-report-1',
    report: key,
    title: titleOf(key),
    summary: summaryOf(tables[0] as ReportTable),
    compared: { previous: plain(key, 'previous'), year: plain(key, 'year') },
    data: {
      newestSample: stand.newest_sample?.toISOString() ?? null,
      evaluatedAt: stand.evaluated_at?.toISOString() ?? null,
      truckDays: stand.days,
      samples: stand.samples,
      waiting,
      formulas: [...(stand.formulas ?? [])].sort(),
      rules: [...(stand.rules ?? [])].sort(),
      plume: made.version,
    },
    notices: [
      ...(first?.previous.notices.map((each) => each.text) ?? []),
      ...notEvaluated(first?.previous),
      ...thinBefore(counts),
    ],
    tables,
  };
}

function plain(key: ReportKey, which: Exclude<Comparison, 'none'>) {
  return comparedPeriod({ from: key.from, to: key.to }, which);
}

function notEvaluated(table: { truckDays: number; notEvaluatedDays: number } | undefined): Text[] {
  if (!table || table.notEvaluatedDays === 0 || table.notEvaluatedDays === table.truckDays) return [];
  const { notEvaluatedDays: n, truckDays } = table;
  return [
    text(
      `${truckDays} 个车日有数据，其中 ${n} 个没有有效 NOx，排放未判定`,
      `${truckDays} truck-days have data; the emission of ${n} of them is not evaluated, for want of a valid NOx mass`,
    ),
  ];
}

async function trend(ask: Ask): Promise<ReportTable> {
  const by = ask.key.kind === 'day' ? 'hour' : ask.key.kind === 'month' ? 'day' : 'month';
  const table = await askMeasures(ask, [by], trendMeasures(by));
  return trendTable(by, table, by === 'hour' ? [] : await askQuality(ask, [by], ask.key));
}

async function grouped(
  ask: Ask,
  by: FactId,
  more: Pick<Parameters<typeof groupTables>[0], 'nox' | 'trucks' | 'filled'>,
): Promise<ReportTable[]> {
  const table = await askMeasures(ask, [by], GROUP_MEASURES);
  const minutesGone = isGone(ask.key, ask.kept.minutes);
  return groupTables({ by, table, quality: await askQuality(ask, [by], ask.key), minutesGone, ...more });
}

function ranked({ db, key, nowMs }: Ask): Promise<Ranking> {
  const filter = { district: key.district ?? undefined, enterprise: key.enterprise ?? undefined };
  return rankingOf(db, { measure: 'noxGPerKwh', filter, period: { from: key.from, to: key.to } }, { districts: null, nowMs });
}

function rankingTable(ranking: Ranking, trucks: readonly StatTruck[]): ReportTable {
  const stages = new Map(trucks.map((truck) => [truck.id, truck]));
  const listed = ranking.trucks.slice(0, MOST_LISTED);
  const idle = ranking.notEvaluated;
  const rows = [
    ...listed.map((each) => ({
      key: String(each.vehicle.id),
      label: same(each.vehicle.plate),
      cells: [
        same(`${each.rank} (${each.rankLow}–${each.rankHigh})`),
        word(each.vehicle.district),
        word(each.vehicle.enterprise),
        word(each.stage),
        number(each.standardised),
        number(each.low),
        number(each.high),
        number(each.factor),
        number(each.noxKg),
        percent(each.validShare, 1),
        number(each.days),
      ] as Cell[],
    })),
    ...idle.slice(0, MOST_LISTED).map((each) => {
      const truck = stages.get(each.id);
      const few = none('数据不足，未判定', 'too little data: not evaluated');
      return {
        key: String(each.id),
        label: same(each.plate),
        cells: [
          few,
          word(truck?.district ?? null),
          word(truck?.enterprise ?? null),
          word(truck?.stage ?? null),
          few,
          BLANK,
          BLANK,
          few,
          few,
          BLANK,
          number(each.days),
        ],
      };
    }),
  ];
  const clusters = ranking.clusters === 'days' ? text('天', 'days') : text('周', 'weeks');
  return {
    id: 'ranking',
    title: text('排名：NOx 比排放（标准化工况）', 'Ranking: NOx by work, in comparable operation'),
    of: text('车辆', 'truck'),
    columns: [
      countColumn('rank'),
      countColumn('district'),
      countColumn('enterprise'),
      countColumn('stage'),
      countColumn('standardised'),
      countColumn('low'),
      countColumn('high'),
      countColumn('asDriven'),
      measureColumn('noxKg'),
      measureColumn('noxValidShare'),
      countColumn('days'),
    ],
    rows,
    notes: [
      text(
        `区间为按${clusters.zh}重抽样的 ${ranking.confidence * 100} % 区间；区间相交的名次不能区分先后。${idle.length} 辆数据不足，未排名。`,
        `Intervals of ${ranking.confidence * 100} % by drawing ${clusters.en}; ranks whose intervals meet are not told apart. ${idle.length} trucks have too little data to be ranked.`,
      ),
    ],
    chart: { column: 'standardised', form: 'lying' },
  };
}

async function ruleTable({ db, key, nowMs }: Ask): Promise<ReportTable> {
  const found = await findingsByRule(db, { filter: filterOf(key), atMs: nowMs, from: key.from, to: key.to });
  const names = new Map<string, Text>(RULES.map(({ id, name }) => [id, text(name.zh, name.en)]));
  return {
    id: 'rules',
    title: text('违规与故障线索：按规则', 'Leads of exceedance and fault: by rule'),
    of: text('规则', 'rule'),
    columns: [countColumn('ruleDays'), countColumn('ruleTrucks')],
    rows: found.map(({ rule, days, trucks }) => {
      const name = names.get(rule);
      return {
        key: rule,
        label: name ? text(`${rule} ${name.zh}`, `${rule} ${name.en}`) : same(rule),
        cells: [days, trucks],
      };
    }),
    notes: [
      text(
        '远程 OBD 疑似线索，未经法定检验确认，不构成对超标的认定。',
        'Leads of remote OBD: no lawful test has confirmed them, and they are no finding of a violation.',
      ),
    ],
    chart: null,
  };
}

const CASE_COLUMNS = [
  'opened',
  'reopened',
  'notices',
  'repaired',
  'retested',
  'passed',
  'closed',
  'in_repair',
  'in_retest',
  'open_end',
] as const;

async function caseTable({ db, key, nowMs }: Ask, by: Exclude<CaseGroup, 'all'>): Promise<ReportTable> {
  const rows = await caseWork(db, { filter: filterOf(key), atMs: nowMs, from: key.from, to: key.to, by });
  const names = { type: text('类型', 'type'), district: text('区县', 'district'), enterprise: text('企业', 'enterprise') };
  const label = (row: CaseWorkRow): Text => {
    const type = by === 'type' ? CASE_TYPES.find((each) => each === row.key) : undefined;
    return type ? text(CASE_TYPE_WORDS[type].zh, CASE_TYPE_WORDS[type].en) : word(row.key === '' ? null : row.key);
  };
  return {
    id: `cases.${by}`,
    title: text(`治理：按${names[by].zh}`, `Handling of cases: by ${names[by].en}`),
    of: names[by],
    columns: [
      ...CASE_COLUMNS.slice(0, 6).map((id) => countColumn(id)),
      countColumn('passRate'),
      ...CASE_COLUMNS.slice(6).map((id) => countColumn(id)),
    ],
    rows: rows.map((row) => ({
      key: row.key,
      label: label(row),
      cells: [
        ...CASE_COLUMNS.slice(0, 6).map((id) => row[id]),
        percent(row.passed, row.retested, none('没有复检', 'no retest')),
        ...CASE_COLUMNS.slice(6).map((id) => row[id]),
      ],
    })),
    notes: [],
    chart: null,
  };
}

/** A paragraph of the main figures. */
function summaryOf({ rows }: ReportTable): Text {
  const say = (lang: 'zh' | 'en') => (id: string, unit: string) => {
    const value = rows.find((row) => row.key === id)?.cells[0] ?? BLANK;
    if (typeof value === 'number') return unit === '' ? digits(value) : `${digits(value)} ${unit}`;
    return 'none' in value ? { zh: '未判定', en: 'not evaluated' }[lang] : value[lang];
  };
  const [zh, en] = [say('zh'), say('en')];
  return text(
    `本期在用车辆 ${zh('trucks', '辆')}，上线 ${zh('online', '辆')}，在线率 ${zh('onlineRate', '%')}；传输有效率 ${zh('effectiveRate', '%')}，传输率 ${zh('transmissionRate', '%')}。可判定 ${zh('judged', '辆')}，超标 ${zh('over', '辆')}，超标率 ${zh('exceedanceRate', '%')}，违规 ${zh('overDays', '车次')}，未判定 ${zh('notEvaluated', '辆')}。立案 ${zh('opened', '件')}，维修完成 ${zh('repaired', '次')}，复检合格 ${zh('passed', '次')}，销案 ${zh('closed', '次')}。NOx 实测 ${zh('noxKg', 'kg')}，补全后 ${zh('noxFilledKg', 'kg')}，里程因子 ${zh('noxGPerKm', 'g/km')}。`,
    `Trucks in service: ${en('trucks', '')}, on line: ${en('online', '')}, online rate ${en('onlineRate', '%')}; effective rate ${en('effectiveRate', '%')}, transmission rate ${en('transmissionRate', '%')}. Trucks judged: ${en('judged', '')}, over the limit: ${en('over', '')}, exceedance rate: ${en('exceedanceRate', '%')}, violations: ${en('overDays', 'truck-days')}, trucks not evaluated: ${en('notEvaluated', '')}. Cases opened: ${en('opened', '')}, repairs: ${en('repaired', '')}, retests passed: ${en('passed', '')}, closed: ${en('closed', '')}. NOx measured ${en('noxKg', 'kg')}, with gaps filled ${en('noxFilledKg', 'kg')}, by distance ${en('noxGPerKm', 'g/km')}.`,
  );
}

/** A figure of a sentence: three digits, counts whole. */
export function digits(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const decimals = Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return value.toFixed(decimals);
}
