import { type Measure, type MeasureId, measure } from '../statistics/measures.ts';
import { type Text, text } from '../statistics/text.ts';
import type { ReportColumn } from './content.ts';

/** Where figures come from, as readers are told. */
const SOURCES = {
  sums: text('逐车日合计（truck_sums）', 'sums of truck-days (truck_sums)'),
  days: text('逐车日合计（truck_sums），整日', 'sums of truck-days (truck_sums), whole days'),
  quality: text('车日的数据质量与判定（truck_day）', 'quality and verdicts of truck-days (truck_day)'),
  minutes: text('逐分钟均值（truck_minute）', 'means by the minute (truck_minute)'),
  findings: text('规则判定（findings），已撤回的不计', 'findings of rules, without those withdrawn'),
  cases: text('案件办理记录（case_steps），按发生日期', 'steps of cases (case_steps), by the day on which they happened'),
  ranking: text('排名（标准化工况，按日或周重抽样）', 'ranking (standardised operation, days or weeks drawn over and over)'),
} as const satisfies Record<string, Text>;

type Row = readonly [name: Text, unit: string, definition: Text | null, source: keyof typeof SOURCES];
const N_TRUCKS = 'n';

/** What is counted in reports beside the measures of the statistics. */
const ROWS = {
  trucks: [
    text('在用车辆', 'trucks in service'),
    N_TRUCKS,
    text('时段内在用（未报停）的装车车辆', 'fitted trucks in service (not laid up) in the period'),
    'quality',
  ],
  online: [text('上线数', 'trucks on line'), N_TRUCKS, text('时段内有数据的车辆', 'trucks with data in the period'), 'quality'],
  serviceDays: [text('在用车日', 'truck-days in service'), N_TRUCKS, null, 'quality'],
  dataDays: [text('上线车日', 'truck-days on line'), N_TRUCKS, text('有数据的车日', 'truck-days with data'), 'quality'],
  judged: [
    text('可判定车辆', 'trucks judged'),
    N_TRUCKS,
    text('时段内至少一日 R-A3 或 R-C3 可以判定的车辆', 'trucks for which R-A3 or R-C3 could be judged on a day at least'),
    'quality',
  ],
  notEvaluated: [
    text('未判定车辆', 'trucks not evaluated'),
    N_TRUCKS,
    text(
      '有数据但一日也不能判定的车辆；不在超标率的分母',
      'trucks with data that could not be judged on any day; not in the base of the exceedance rate',
    ),
    'quality',
  ],
  over: [
    text('超标车辆', 'trucks over limit'),
    N_TRUCKS,
    text(
      'R-A3 或 R-C3 判为超标的车辆。疑似线索，非执法结论',
      'trucks that R-A3 or R-C3 found over the limit. Leads, not verdicts of law',
    ),
    'quality',
  ],
  overDays: [
    text('违规车次', 'violations (truck-days)'),
    N_TRUCKS,
    text(
      'R-A3 或 R-C3 判为超标的车日数，一车一日计一次。疑似线索，非执法结论',
      'truck-days on which R-A3 or R-C3 found the truck over the limit, one a truck and day. Leads, not verdicts of law',
    ),
    'quality',
  ],
  upOverDays: [
    text('SCR 前 NOx 超标车日', 'truck-days, NOx upstream high'),
    N_TRUCKS,
    text(
      '上游 NOx 分钟均值高于参考浓度的分钟 > 当日有读数分钟的 {share} % 的车日。参考浓度：国四 {upIV} ppm、国五 {upV} ppm（R-C2 的参数，取自 GB 3847-2018，未核实标准原文）；发动机出口无法定限值',
      'truck-days on which more than {share} % of the minutes with a reading lie above the level upstream: China IV {upIV} ppm, China V {upV} ppm (numbers of R-C2, after GB 3847-2018, not verified against its text); no law limits engine-out NOx',
    ),
    'minutes',
  ],
  upOverShare: [
    text('SCR 前 NOx 超标时间占比', 'time with NOx upstream high'),
    '%',
    text(
      '上游 NOx 分钟均值高于参考浓度的分钟 ÷ 发动机运转且有上游读数的分钟',
      'minutes whose mean upstream NOx lies above the level ÷ minutes of the running engine with a reading upstream',
    ),
    'minutes',
  ],
  downOverDays: [
    text('SCR 后 NOx 超标车日', 'truck-days, NOx downstream high'),
    N_TRUCKS,
    text(
      '下游 NOx 分钟均值高于参考浓度的分钟 > 当日有读数分钟的 {share} % 的车日。参考浓度：国四 {downIV} ppm、国五 {downV} ppm（R-C1 的参数）。浓度指标，不代替判定',
      'truck-days on which more than {share} % of the minutes with a reading lie above the level downstream: China IV {downIV} ppm, China V {downV} ppm (numbers of R-C1). A matter of concentration, in no place of a verdict',
    ),
    'minutes',
  ],
  downOverShare: [
    text('SCR 后 NOx 超标时间占比', 'time with NOx downstream high'),
    '%',
    text(
      '下游 NOx 分钟均值高于参考浓度的分钟 ÷ 发动机运转且有下游读数的分钟',
      'minutes whose mean downstream NOx lies above the level ÷ minutes of the running engine with a reading downstream',
    ),
    'minutes',
  ],
  opened: [text('立案', 'cases opened'), N_TRUCKS, text('时段内立案的案件', 'cases opened in the period'), 'cases'],
  reopened: [
    text('重新立案', 'cases opened again'),
    N_TRUCKS,
    text('时段内销案后重新立案的次数', 'cases opened again in the period'),
    'cases',
  ],
  notices: [text('告知', 'notices'), N_TRUCKS, text('时段内告知的次数', 'notices given in the period'), 'cases'],
  repaired: [
    text('维修完成', 'repaired'),
    N_TRUCKS,
    text('时段内完成维修治理的次数', 'repairs completed in the period'),
    'cases',
  ],
  retested: [text('复检', 'retested'), N_TRUCKS, text('时段内复检的次数', 'retests in the period'), 'cases'],
  passed: [text('复检合格', 'retests passed'), N_TRUCKS, text('时段内复检合格的次数', 'retests passed in the period'), 'cases'],
  passRate: [text('复检合格率', 'pass rate'), '%', text('复检合格 ÷ 复检', 'retests passed ÷ retests'), 'cases'],
  closed: [text('销案', 'closed'), N_TRUCKS, text('时段内销案的次数', 'closings in the period'), 'cases'],
  in_repair: [
    text('期末在修', 'in repair at the end'),
    N_TRUCKS,
    text('时段最后一日结束时待维修的案件', 'cases waiting for repair at the end of the last day'),
    'cases',
  ],
  in_retest: [
    text('期末待复检', 'awaiting retest at the end'),
    N_TRUCKS,
    text('时段最后一日结束时待复检的案件', 'cases waiting for the retest at the end of the last day'),
    'cases',
  ],
  open_end: [
    text('期末未结', 'open at the end'),
    N_TRUCKS,
    text('时段最后一日结束时未销案的案件', 'cases not closed at the end of the last day'),
    'cases',
  ],
  truckDays: [
    text('有效车日', 'valid truck-days'),
    N_TRUCKS,
    text('有有效 NOx 质量的车日', 'truck-days with a valid NOx mass'),
    'sums',
  ],
  ruleDays: [text('车日', 'truck-days'), N_TRUCKS, text('该规则有判定的车日', 'truck-days on which the rule spoke'), 'findings'],
  ruleTrucks: [text('车辆', 'trucks'), N_TRUCKS, text('该规则有判定的车辆', 'trucks of which the rule spoke'), 'findings'],
  district: [text('区县', 'district'), '', null, 'quality'],
  enterprise: [text('企业', 'enterprise'), '', null, 'quality'],
  stage: [text('排放阶段', 'stage'), '', null, 'quality'],
  rank: [
    text('名次（区间）', 'rank (interval)'),
    '',
    text('1 为最高；区间为重抽样中名次的 90 % 区间', '1 is the highest; the interval is that of 90 % of the draws'),
    'ranking',
  ],
  standardised: [
    text('标准化因子', 'standardised factor'),
    'g/kWh',
    text(
      '各车按同样的工况组合加权的 NOx 比排放：Σ 权重 × (Σ NOx ÷ Σ 功)',
      'NOx by work as if all trucks had been driven alike: Σ weight × (Σ NOx ÷ Σ work)',
    ),
    'ranking',
  ],
  low: [text('下界', 'low'), 'g/kWh', text('重抽样的 90 % 区间', '90 % interval of the draws'), 'ranking'],
  high: [text('上界', 'high'), 'g/kWh', null, 'ranking'],
  asDriven: [
    text('实际因子', 'as driven'),
    'g/kWh',
    text('Σ NOx ÷ Σ 功，不作标准化', 'Σ NOx ÷ Σ work, not standardised'),
    'ranking',
  ],
  days: [text('有效车日', 'valid truck-days'), N_TRUCKS, null, 'ranking'],
} as const satisfies Record<string, Row>;
export type CountId = keyof typeof ROWS;

/** What the texts of some definitions are filled with. */
export type Filled = Readonly<Record<string, string>>;

function fill(words: Text, filled: Filled): Text {
  const put = (said: string) => said.replace(/\{(\w+)\}/g, (whole, name: string) => filled[name] ?? whole);
  return text(put(words.zh), put(words.en));
}

/** A column of what reports count themselves. */
export function countColumn(id: CountId, filled: Filled = {}): ReportColumn {
  const [name, unit, definition, source]: Row = ROWS[id];
  return {
    id,
    name,
    unit: unit === N_TRUCKS ? '' : unit,
    definition: definition && fill(definition, filled),
    source: SOURCES[source],
  };
}

/** A column of a measure of the statistics. */
export function measureColumn(id: MeasureId): ReportColumn {
  const { name, unit, definition, from }: Measure = measure(id);
  return { id, name, unit, definition, source: SOURCES[from] };
}

/** A column of words. */
export function plainColumn(id: string, name: Text, unit = ''): ReportColumn {
  return { id, name, unit, definition: null, source: null };
}
