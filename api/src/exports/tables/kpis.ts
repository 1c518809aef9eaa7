import type { Both, ExportColumn, Wire } from '../column.ts';
import { dayAt, type ExportTable, idList, type TableRange } from './table.ts';

type Row = readonly [id: string, zh: string, en: string, wire: Wire, sql: string, define: Both];
const both = (zh: string, en: string): Both => ({ zh, en });

/** The figures, by their ids in the database, as words of the field and with what they are. */
const KPIS: readonly (readonly [id: string, name: Both, unit: string, define: Both])[] = [
  [
    'effectiveRate',
    both('传输有效率', 'effective rate'),
    '%',
    both(
      'Σ 下游 NOx 有效样本 ÷ Σ 应收样本；合同 ≥ 95 %',
      'Σ samples with a valid downstream NOx ÷ Σ samples due; contract ≥ 95 %',
    ),
  ],
  [
    'transmissionRate',
    both('数据传输率', 'transmission rate'),
    '%',
    both('Σ 收到的样本 ÷ Σ 应收样本；合同 ≥ 90 %', 'Σ samples received ÷ Σ samples due; contract ≥ 90 %'),
  ],
  [
    'onlineRate',
    both('在线率（上线率）', 'online rate'),
    '%',
    both('有数据的车日 ÷ 在用车日（报停不计）', 'truck-days with data ÷ truck-days in service'),
  ],
  [
    'exceedanceRate',
    both('超标率', 'exceedance rate'),
    '%',
    both(
      'R-A3 或 R-C3 判为超标的车 ÷ 可判定的车；疑似线索，非执法结论',
      'trucks over the limit by R-A3 or R-C3 ÷ trucks that could be judged; leads, not verdicts of law',
    ),
  ],
  [
    'failureRate',
    both('终端故障率', 'terminal failure rate'),
    '%',
    both(
      'R-OFFLINE 判为失联的车 ÷ 在用车辆；合同 < 5 %',
      'trucks that R-OFFLINE found silent ÷ trucks in service; contract < 5 %',
    ),
  ],
  [
    'repairHours',
    both('终端修复时间', 'time to repair'),
    'h',
    both(
      '自静默满 24 h 至恢复，中位数；合同 < 24 h',
      'from 24 h of silence to the first sample after it, median; contract < 24 h',
    ),
  ],
];

const caseOf = (value: (row: (typeof KPIS)[number]) => string): string =>
  `case k.kpi ${KPIS.map((row) => `when '${row[0]}' then '${value(row)}'`).join(' ')} end`;
const DEFINED_ZH = KPIS.map(([, name, unit, define]) => `${name.zh} [${unit}]：${define.zh}`).join('；');
const DEFINED_EN = KPIS.map(([id, , unit, define]) => `${id} [${unit}]: ${define.en}`).join('; ');

const ROWS: readonly Row[] = [
  ['span', '周期', 'Span', 'text', 'k.span', both('day 日，month 月', 'day or month')],
  [
    'firstDay',
    '首日',
    'First day',
    'date',
    'k.first_day',
    both('所计北京日的第一天（月在期间内的部分）', 'First Beijing day that is counted: of a month, the part within the period'),
  ],
  ['lastDay', '末日', 'Last day', 'date', 'k.last_day', both('所计北京日的最后一天', 'Last Beijing day that is counted')],
  [
    'by',
    '分组',
    'By',
    'text',
    'k.grouping_by',
    both('all 全部（所选车辆），district 区县，vehicle 车辆', 'all (of the trucks chosen), district, vehicle'),
  ],
  [
    'district',
    '区县',
    'District',
    'text',
    'k.district',
    both('现登记区县；空：全部，或未登记', 'As registered now; empty: of all, or not registered'),
  ],
  ['plate', '车牌号', 'Plate', 'text', 'v.plate', both('空：不止一车', 'Empty: more than one truck')],
  ['vin', 'VIN', 'VIN', 'text', 'v.vin', both('空：不止一车', 'Empty: more than one truck')],
  ['kpi', '指标代码', 'Figure', 'text', 'k.kpi', both(DEFINED_ZH, DEFINED_EN)],
  ['name', '指标', 'Name', 'text', caseOf(([, name]) => name.zh), both('指标名称', 'Its name in Chinese')],
  ['unit', '单位', 'Unit', 'text', caseOf(([, , unit]) => unit), both('“值”的单位', 'Unit of value')],
  [
    'numerator',
    '分子',
    'Numerator',
    'float8',
    'k.numerator',
    both('修复时间：修复小时合计；其余见指标定义', 'Of the time to repair: hours in all; else see the definition of the figure'),
  ],
  [
    'denominator',
    '分母',
    'Denominator',
    'float8',
    'k.denominator',
    both('修复时间：已修复的故障数', 'Of the time to repair: failures that were mended'),
  ],
  [
    'value',
    '值',
    'Value',
    'float8',
    'k.value',
    both(
      '100 × 分子 ÷ 分母；修复时间为中位数（分子 ÷ 分母为均值）；空：没有分母',
      '100 × numerator ÷ denominator; of the time to repair the median (the quotient is the mean); empty: nothing to divide by',
    ),
  ],
  [
    'n',
    '基数',
    'Rests on',
    'int4',
    'k.n',
    both(
      '前三项为车日，其后两项为车辆，修复时间为已修复的故障',
      'Truck-days of the first three, trucks of the next two, failures that were mended',
    ),
  ],
];

const LIST = ROWS.map(([, , , , sql]) => sql).join(', ');
const from = (range: Pick<TableRange, 'fromMs' | 'toMs'>, ids: string): string =>
  `kpi_rows(${dayAt(range.fromMs)}, ${dayAt(range.toMs - 1)}, ${ids}) k left join vehicles v on v.id = k.vehicle_id`;

/** Figures of the contract and of the section, with numerator and denominator. */
export const KPIS_TABLE: ExportTable = {
  name: { zh: '考核指标', en: 'Figures' },
  about: {
    zh: '合同与业务考核指标：按日、按月，全部车辆、各区县、各车，附分子与分母',
    en: 'Figures of the contract and the section by day and month, of all, by district and by truck, with numerator and denominator',
  },
  size: 'days',
  columns: () =>
    ROWS.map(([id, zh, en, wire, , definition]): ExportColumn => ({ id, name: { zh, en }, unit: '', wire, definition })),
  page: (range) => ({
    select: LIST,
    from: from(range, '$1::int[]'),
    where: 'true',
    key: [
      { sql: 'k.span', type: 'text' },
      { sql: 'k.period', type: 'date' },
      { sql: 'k.grouping_by', type: 'text' },
      { sql: "coalesce(k.district, '')", type: 'text' },
      { sql: 'coalesce(k.vehicle_id, 0)', type: 'int4' },
      { sql: 'k.kpi', type: 'text' },
    ],
  }),
  // One statement: a month is of all its days.
  *slices({ trucks, ...range }) {
    const ids = `array[${idList(trucks)}]::int[]`;
    yield {
      sql: `select ${LIST} from ${from(range, ids)} order by k.span desc, k.period, k.grouping_by, k.district, v.plate, k.kpi`,
      constants: {},
    };
  },
};
