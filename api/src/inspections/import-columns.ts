import { INSPECTION_ITEMS } from '@plume/ingest/rules';

/** A column of a file of inspections, one row an inspection. */
export interface InspectionColumn {
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  /** Other heads that mean it. */
  readonly also?: readonly string[];
}

const ITEM_HEADS: Readonly<Record<string, readonly string[]>> = {
  lightAbsorptionPerM: ['光吸收系数k', '烟度', 'k', '不透光烟度'],
  opacityPct: ['不透光度', '烟羽不透光度', '不透光烟度值'],
  ringelmann: ['林格曼黑度', '林格曼', '黑度'],
  noxPpm: ['NOx', '氮氧化物', 'NOx浓度'],
  noPpm: ['NO', '一氧化氮'],
  noxGPerKwh: ['NOx比排放', '比排放'],
  coPct: ['CO', '一氧化碳'],
  hcPpm: ['HC', '碳氢化合物'],
};

const inBrackets = (unit: string): string => (unit === '' ? '' : ` (${unit})`);

const ITEM_COLUMNS: readonly InspectionColumn[] = INSPECTION_ITEMS.flatMap(({ id, zh, en, unit }) => [
  { name: id, zh: `${zh}${inBrackets(unit)}`, en: `${en}${inBrackets(unit)}`, also: ITEM_HEADS[id] ?? [] },
  {
    name: `${id}.limit`,
    zh: `${zh}限值${inBrackets(unit)}`,
    en: `${en} limit${inBrackets(unit)}`,
    also: (ITEM_HEADS[id] ?? []).map((head) => `${head}限值`),
  },
]);

/** All columns, in the order of the template. A row needs a truck, a kind, a day, an organisation and a result. */
export const INSPECTION_COLUMNS: readonly InspectionColumn[] = [
  { name: 'kind', zh: '检查类型', en: 'Kind', also: ['类型', '检查方式', '监测方式'] },
  { name: 'plate', zh: '车牌', en: 'Plate', also: ['车牌号', '号牌号码', '车牌号码'] },
  { name: 'vin', zh: 'VIN', en: 'VIN', also: ['车架号', '车辆识别代号'] },
  { name: 'day', zh: '日期', en: 'Date', also: ['检查日期', '检验日期', '监测日期', '检测日期', '检测时间', '监测时间'] },
  { name: 'time', zh: '时间', en: 'Time', also: ['时刻', '检查时间'] },
  { name: 'place', zh: '地点', en: 'Place', also: ['检查地点', '点位', '监测点位'] },
  { name: 'organisation', zh: '检查单位', en: 'Organisation', also: ['检验机构', '单位', '监测单位', 'I站', '检验站'] },
  { name: 'method', zh: '方法', en: 'Method', also: ['检验方法', '检测方法', '监测方法'] },
  ...ITEM_COLUMNS,
  { name: 'limitSource', zh: '限值依据', en: 'Limit source', also: ['标准', '依据'] },
  { name: 'result', zh: '结论', en: 'Result', also: ['检验结论', '结果', '判定', '检查结果'] },
  { name: 'reportNo', zh: '报告编号', en: 'Report no.', also: ['报告号', '编号', '记录编号'] },
  { name: 'note', zh: '备注', en: 'Note' },
];

/** A head without what people add to it: case, spaces, stars, and units in brackets. */
function plain(head: string): string {
  return head
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[([][^)\]]*[)\]]/g, '')
    .replace(/[\s*:·]+/g, '');
}

const BY_HEAD: ReadonlyMap<string, InspectionColumn> = new Map(
  INSPECTION_COLUMNS.flatMap((column) =>
    [column.name, column.zh, column.en, `${column.zh} / ${column.en}`, ...(column.also ?? [])].map(
      (head) => [plain(head), column] as const,
    ),
  ),
);

/** The column that a head means; undefined: none. */
export function inspectionColumn(head: string): InspectionColumn | undefined {
  return BY_HEAD.get(plain(head));
}
